"""The fields of forms that every app asks for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from tiwizi.office.forms import DayField as AnyDayField
from tiwizi.office.lists.columns import Said, in_words


class DayField(AnyDayField):
    """A day; today unless another is given or `initial` is None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(**{"label": label, "initial": timezone.localdate, **kwargs})


class TextField(forms.CharField):
    """A line of text, or several `rows`; `lang` is the language in which it is written."""

    def __init__(self, label: Any, most: int | None = 300, *, rows: int = 0, lang: str = "", **kwargs: Any) -> None:
        side = {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"} if lang else {}
        widget = forms.Textarea({"rows": rows, **side}) if rows else forms.TextInput(side)
        super().__init__(**{"label": label, "max_length": most, "widget": widget, **kwargs})


def in_both(name: str, arabic: Any, french: Any, most: int | None = 300, *, rows: int = 0) -> dict[str, TextField]:
    """A text in Arabic and in French, as two fields of which either may stay empty."""
    return {
        f"{name}_ar": TextField(arabic, most, rows=rows, lang="ar", required=False),
        f"{name}_fr": TextField(french, most, rows=rows, lang="fr", required=False),
    }


class PickField(forms.ChoiceField):
    """One of the objects that the page offers, each with its words; its value is the object, or None where it is left `empty`."""

    def __init__(self, label: Any, offered: Iterable[tuple[Any, str]], *, empty: Said | None = None, **kwargs: Any) -> None:
        pairs = list(offered)
        self.offered = {str(target.pk): target for target, _words in pairs}
        blank = [] if empty is None else [("", in_words(empty))]
        choices = [*blank, *((str(target.pk), words) for target, words in pairs)]
        super().__init__(label=label, choices=choices, required=empty is None, **kwargs)

    def clean(self, value: Any) -> Any:
        """The object."""
        return self.offered.get(super().clean(value))
