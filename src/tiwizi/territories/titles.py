"""What the columns of a table of places are called, in a file that goes out and in one that comes back."""

from collections.abc import Mapping
from typing import Final

from tiwizi.core.errors import mark
from tiwizi.office.lists.titles import Titles

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
PLACES: Final = Titles(TITLES, coded=frozenset({"level", "parent", "milieu"}))
