"""Uploaded tables: figures row by row as MEASURES, or wide with one column per measure, and the other tables of runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.tables import MEASURES, TABLES, Column, Table, figures
from tiwizi.measures.titles import FIGURES
from tiwizi.sources.files import checked, frame_of
from tiwizi.sources.sheets import Sheet
from tiwizi.sources.uploads import Limits, read_upload, rows_of
from tiwizi.territories.titles import PLACES

TAKEN: Final = ("measures", "census", "distances", "places")
LIMITS: Final = Limits()
_MEASURE: Final = re.compile(r"[a-z][a-z0-9_]{1,63}")
_PLACE: Final = Column("place", "text", "code of the place")


@dataclass(frozen=True)
class Provenance:
    """What a wide table lacks about its figures: the day they describe, their series, their source."""

    as_of: date
    series: str
    source: str


def read(content: bytes, name: str, table: str, *, known: Sequence[str], provenance: Provenance) -> pl.DataFrame:
    """The rows of an uploaded file as one of the tables that runs read; a wide table of figures becomes MEASURES.

    A wide table has a column `place` and one column per measure, named in small letters, digits and underscores. Every place
    must be one of `known`. Raises BadData with every problem, rows numbered as in the file.
    """
    if table not in TAKEN:
        raise _refused(name, f"{table}")
    if table != "measures":
        return read_upload(content, name, TABLES[table], known=known, titles=_recognised, limits=LIMITS)
    sheet = rows_of(content, name, limits=LIMITS)
    sheet = replace(sheet, header=tuple(_recognised(sheet.header)))
    if {"measure", "value"} <= set(sheet.header):
        return checked(frame_of(sheet), MEASURES, lines=sheet.lines, name=name, known=list(known))
    return _long(sheet, name, known, provenance)


def _recognised(header: Sequence[str]) -> Sequence[str]:
    """The columns of a file that was exported with titles: the list of places, else a table of figures; other columns are
    unchanged."""
    if "place" in header:
        return header
    places = PLACES.recognised(header)
    return places if "place" in places else FIGURES.recognised(header)


def read_frame(content: bytes, name: str) -> pl.DataFrame:
    """The rows of an uploaded file as they are, whatever its columns; a Stata or SPSS file with its labels. Raises BadData
    where the file cannot be read; the contents of its cells are not checked.
    """
    sheet = rows_of(content, name, limits=LIMITS)
    return frame_of(sheet)


def _long(sheet: Sheet, name: str, known: Sequence[str], provenance: Provenance) -> pl.DataFrame:
    half = {"measure", "value"} & set(sheet.header)
    if half:
        raise BadData(
            Problem(
                what=say("the column {column} is missing.", column=min({"measure", "value"} - half)),
                where=[say("file {file}", file=name)],
                why=say("A table of figures row by row has both columns, measure and value; a wide one has neither."),
                remedy=say("Add the column, or give the other one the name of a measure."),
            )
        )
    measures = [column for column in sheet.header if column != "place"]
    wrong = [column for column in measures if not _MEASURE.fullmatch(column)]
    if wrong or not measures:
        raise BadData(
            Problem(
                what=say("{column} is no name of a measure.", column=repr(wrong[0]))
                if wrong
                else say("there is no column with figures."),
                where=[say("file {file}", file=name)],
                why=say("Every column but place is taken for a measure, and pages, files and formulas call it by that name."),
                remedy=say("Write small Latin letters, digits and underscores, the unit last: poor_people, school_km."),
            )
        )
    wide = Table(
        "measures",
        "a place",
        ("place",),
        (_PLACE, *(Column(measure, "float", "the figure", nullable=True) for measure in measures)),
    )
    frame = checked(frame_of(sheet), wide, lines=sheet.lines, name=name, known=list(known))
    rows = frame.unpivot(index="place", variable_name="measure", value_name="value")
    return figures(
        rows, as_of=provenance.as_of, series=provenance.series, source=provenance.source, standing="published", assumed=False
    )


def _refused(name: str, table: str) -> BadData:
    return BadData(
        Problem(
            what=say("no table is called {table}.", table=table),
            where=[say("file {file}", file=name)],
            remedy=say("Name one of: {known}.", known=", ".join(TAKEN)),
        )
    )
