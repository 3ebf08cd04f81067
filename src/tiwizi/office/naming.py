"""Identifiers that are said by the name of what they stand for."""

from tiwizi.core.errors import Named


def named(key: str, name_ar: str, name_fr: str) -> Named:
    """An identifier whose sentences show the name: in Arabic in Arabic, in French otherwise, else what there is."""
    return Named(key, ar=name_ar or name_fr, fr=name_fr or name_ar)


def spoken(name_ar: str, name_fr: str) -> Named:
    """A name that stands for itself: said in Arabic in Arabic, in French otherwise, kept as it is in French."""
    return named(name_fr or name_ar, name_ar, name_fr)
