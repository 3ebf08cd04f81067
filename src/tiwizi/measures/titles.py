"""Titles of the columns of a table of figures, in exported files and in re-imported ones."""

from collections.abc import Mapping
from typing import Final

from tiwizi.core.errors import mark
from tiwizi.office.lists.titles import Titles

TITLES: Final[Mapping[str, str]] = {
    "place": mark("Code"),
    "name": mark("Place"),
    "level": mark("Level"),
    "measure": mark("Measure"),
    "value": mark("Value"),
    "low": mark("Low end"),
    "high": mark("High end"),
    "people": mark("People it is about"),
    "as_of": mark("Day"),
    "series": mark("Series"),
    "standing": mark("Standing"),
    "assumed": mark("Assumption behind it"),
    "source": mark("Source"),
    "flag": mark("Reliability"),
    "run": mark("Run"),
}
FIGURES: Final = Titles(TITLES)
