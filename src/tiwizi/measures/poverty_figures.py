"""Figures of a run on households as the tables of its page: one row per place, and the composition of poverty."""

from typing import Any

import polars as pl

from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.measures import queries
from tiwizi.measures.models import Figure, Run


def figures(run: Run, level: str, names: tuple[str, ...], language: str) -> pl.DataFrame:
    """One row per place of the level that the reader sees: pk, code, name, each measure with ends and warning, highest
    first."""
    figures_of_level = Figure.objects.filter(run=run.pk, level=level, measure__in=names)
    rows = list(figures_of_level.values_list("place_id", "measure", "value", "low", "high", "flag"))
    place_names = queries.names({row[0] for row in rows}, language)
    by_place: dict[int, dict[str, Any]] = {}
    for place, measure, *values in rows:
        if place in place_names:
            row = by_place.setdefault(place, {"pk": place, "place": place_names[place][0], "name": place_names[place][1]})
            row |= dict(zip(_columns(measure), values, strict=True))
    kinds = (pl.Float64, pl.Float64, pl.Float64, pl.String)
    numbers = {column: kind for name in names for column, kind in zip(_columns(name), kinds, strict=True)}
    table = pl.DataFrame(list(by_place.values()), schema={"pk": pl.Int64, "place": pl.String, "name": pl.String, **numbers})
    return table.sort(names[-1] if run.kind == "change" else "adjusted_headcount", descending=True, nulls_last=True)


def _columns(measure: str) -> tuple[str, str, str, str]:
    return measure, f"{measure}_low", f"{measure}_high", f"{measure}_flag"


def parts_of(run: Run, level: str, language: str) -> pl.DataFrame:
    """The contribution of each indicator to the adjusted headcount of each place of a level: name, indicator in words,
    value."""
    judging: Deprivations | None = queries.words_of(run).deprivations
    indicators = {
        f"absolute_contribution_{indicator.code}": indicator.label.in_(language)
        for indicator in (judging.indicators if judging else ())
    }
    wide = figures(run, level, (*indicators, "adjusted_headcount"), language)
    rows = [
        (name, words, row[code])
        for code, words in indicators.items()
        for name, row in ((row["name"], row) for row in wide.rows(named=True))
        if row[code] is not None
    ]
    return pl.DataFrame(rows, schema={"name": pl.String, "indicator": pl.String, "value": pl.Float64}, orient="row")
