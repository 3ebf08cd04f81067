"""The rank of a place among its siblings by the composite index, with its interval under other weights."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from tiwizi.language import number
from tiwizi.measures import queries
from tiwizi.measures.models import Run
from tiwizi.measures.pages.place_figures import interval
from tiwizi.measures.queries import Row
from tiwizi.office.answers import Context
from tiwizi.reports import intervals
from tiwizi.territories.models import Place

RANK: Final = "development_rank"
"""The measure whose low and high are the ends of the rank's interval."""
FEWEST: Final = 3
"""Below this number of places a drawing of ranks adds nothing to the figures."""
HEAD_PX: Final = 80
"""Approximate height of the drawing's title: the page reserves room for the drawing before it loads."""
COLUMNS: Final = {"place": pl.String, "rank": pl.Int64, "rank_low": pl.Int64, "rank_high": pl.Int64}

Rows = Sequence[tuple[str, date, Row]]


def sisters(run: Run, place: Place, parent: Place | None, rows: Rows) -> pl.DataFrame | None:
    """The place and its siblings around it by rank, with the intervals of their ranks; None without ranks in the run.
    Siblings are the places under the same parent, else those of the level that the reader sees. `place` is their number as
    text.
    """
    days = [day for measure, day, row in rows if measure == RANK and None not in (row.value, row.low, row.high)]
    if not days:
        return None
    ranked = queries.figures(run, measure=RANK, level=place.level, as_of=max(days))
    near = [row for row in ranked if parent is not None and parent.position <= row.position <= parent.last]
    shown = near if len(near) >= FEWEST else ranked
    if len(shown) < FEWEST:
        return None
    ends = ((str(row.place), row.value, row.low, row.high) for row in shown if None not in (row.value, row.low, row.high))
    whole = [(name, *(round(end or 0) for end in numbers)) for name, *numbers in ends]
    return intervals.beside(pl.DataFrame(whole, schema=COLUMNS, orient="row"), str(place.pk)).drop("row")


def ranked_in_words(frame: pl.DataFrame, place: Place, language: str) -> list[Context]:
    """The table next to the drawing of ranks: code, name, rank and the ends of its interval."""
    names = queries.names(map(int, frame["place"]), language)
    return [
        {
            "code": names[int(number_of)][0],
            "name": names[int(number_of)][1],
            "rank": number(rank, language),
            "interval": interval(RANK, low, high, language),
            "own": int(number_of) == place.pk,
        }
        for number_of, rank, low, high in frame.iter_rows()
        if int(number_of) in names
    ]


def context(run: Run, place: Place, parent: Place | None, rows: Rows, language: str) -> Context:
    """The context of the page's part about the rank; empty without a rank at the place's level."""
    frame = sisters(run, place, parent, rows)
    if frame is None:
        return {"ranked": []}
    return {"ranked": ranked_in_words(frame, place, language), "ranked_px": HEAD_PX + intervals.ROW_PX * frame.height}
