"""What the columns of a table of places are called, in a file that goes out and in one that comes back."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from tiwizi.core.errors import BadData, Problem, mark, say
from tiwizi.language import LANGUAGES, translator
from tiwizi.office.lists.columns import CODE_OF

TITLES: Final[Mapping[str, str]] = {
    "place": mark("Code of the place"),
    "level": mark("Level"),
    "parent": mark("Place above"),
    "name_ar": mark("Name in Arabic"),
    "name_fr": mark("Name in French"),
    "name_en": mark("Name in English"),
    "milieu": mark("Urban or rural"),
    "population": mark("People"),
    "households": mark("Households"),
    "lon": mark("Longitude"),
    "lat": mark("Latitude"),
}
CODED: Final = frozenset({"level", "parent", "milieu"})
"""Those of which a file holds the name and, beside it, the code: the code is what is read back."""


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """The name of each column by its title in each language."""
    found = {}
    for language in LANGUAGES:
        speak = translator(language)
        for name, title in TITLES.items():
            said = speak(title)
            found[_key(speak(CODE_OF).format(title=said) if name in CODED else said)] = name
    return found


def _key(title: str) -> str:
    return " ".join(title.split()).casefold()


def recognised(header: Sequence[str]) -> tuple[str, ...]:
    """The columns of a file by their names, whichever language they are titled in; others stay as they are.

    Raises BadData where two columns mean the same.
    """
    names = tuple(_names().get(_key(title), title) for title in header)
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        both = [title for title, name in zip(header, names, strict=True) if name in twice]
        raise BadData(
            Problem(
                what=say("these columns mean the same: {columns}.", columns=", ".join(both)),
                remedy=say("Keep one of them."),
            )
        )
    return names
