"""Deprivation without microdata: what the published margins of a census say about multidimensional poverty.

At the union cutoff a person counts as poor from one deprivation on, so the adjusted headcount (M0) is the weighted mean of the
uncensored headcounts: it needs no joint distribution. That is exact where the margins count the same people. A census
counts households for water and people of an age for schooling: such a margin stands in for the share of people, and
each figure says so. Method: Alkire and Foster (2011), doi:10.1016/j.jpubeco.2010.11.006.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from tiwizi.core.errors import BadData, Problem, rows_sentence, say
from tiwizi.core.rulebook.subjects import PovertyIndicator
from tiwizi.core.tables import CENSUS, figures

Missing = Literal["refuse", "reweight"]


def deprivation_from_margins(
    census: pl.DataFrame,
    *,
    indicators: Sequence[PovertyIndicator],
    missing: Missing,
    year: int,
    as_of: date,
    series: str,
    source: str,
) -> pl.DataFrame:
    """Rows of MEASURES for each place: `adjusted_headcount_union` (M0, 0 to 1), `deprivation_people` (M0 times population,
    rounded half up), `headcount_<indicator>` (uncensored), `contribution_<indicator>` and
    `contribution_<dimension>_dimension`.

    `deprivation_people` reads as so many people deprived of everything. Contributions are shares of M0 and sum to 1.
    A missing margin is refused, or with `missing="reweight"` its weight goes to the other indicators in proportion
    (`reweighted` says for which places); a place without any margin is null. `people` is the municipal population.
    It leaves out who bears several deprivations at once, so neither headcount nor intensity at another cutoff.
    """
    table = CENSUS.check(census).with_row_index("row").filter((pl.col("year") == year) & (pl.col("milieu") == "total"))
    heads = table.select("row", "place", "population", *(_headcount(indicator).alias(indicator.code) for indicator in indicators))
    if missing == "refuse":
        _refuse_missing(heads, indicators)
    weights = {indicator.code: float(indicator.weight.value) for indicator in indicators}
    known = pl.sum_horizontal(pl.when(pl.col(code).is_not_null()).then(weight).otherwise(0.0) for code, weight in weights.items())
    loads = heads.with_columns(
        *((pl.col(code) * weight / known).alias(f"load_{code}") for code, weight in weights.items()), known=known
    )
    m0 = pl.when(pl.col("known") > 0).then(pl.sum_horizontal(f"load_{code}" for code in weights).clip(0, 1))
    loads = loads.with_columns(m0=m0)
    rows = [
        _row(loads, "adjusted_headcount_union", pl.col("m0")),
        _row(loads, "deprivation_people", ((pl.col("m0") * pl.col("population")).round(6) + 0.5).floor()),
        *(_row(loads, f"headcount_{indicator.code}", pl.col(indicator.code)) for indicator in indicators),
        *(_row(loads, f"contribution_{indicator.code}", _part(pl.col(f"load_{indicator.code}"))) for indicator in indicators),
        *_dimension_rows(loads, indicators),
    ]
    exact = all(indicator.exact for indicator in indicators)
    return figures(
        pl.concat(rows),
        as_of=as_of,
        series=series,
        source=source,
        standing="computed" if exact else "proxy",
        assumed=any(indicator.weight.assumed for indicator in indicators),
    )


def reweighted(census: pl.DataFrame, *, indicators: Sequence[PovertyIndicator], year: int) -> pl.DataFrame:
    """The places where a margin is missing: one row per place and indicator, so that reports can say what M0 left out."""
    table = CENSUS.check(census).filter((pl.col("year") == year) & (pl.col("milieu") == "total"))
    heads = table.select("place", *(_headcount(indicator).alias(indicator.code) for indicator in indicators))
    long = heads.unpivot(index="place", variable_name="indicator", value_name="headcount")
    return long.filter(pl.col("headcount").is_null()).select("place", "indicator").sort("place", "indicator")


def _headcount(indicator: PovertyIndicator) -> pl.Expr:
    added = pl.sum_horizontal(*indicator.columns, ignore_nulls=False)
    return (1 - added if indicator.deprived_when == "complement" else added).clip(0, 1).round(9)


def _part(load: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("m0") > 0).then(load / pl.col("m0"))


def _dimension_rows(loads: pl.DataFrame, indicators: Sequence[PovertyIndicator]) -> list[pl.DataFrame]:
    dimensions = dict.fromkeys(indicator.dimension for indicator in indicators)
    return [
        _row(
            loads,
            f"contribution_{dimension}_dimension",
            _part(pl.sum_horizontal(f"load_{indicator.code}" for indicator in indicators if indicator.dimension == dimension)),
        )
        for dimension in dimensions
    ]


def _row(loads: pl.DataFrame, measure: str, value: pl.Expr) -> pl.DataFrame:
    return loads.select("place", measure=pl.lit(measure), value=value.cast(pl.Float64), people="population")


def _refuse_missing(heads: pl.DataFrame, indicators: Sequence[PovertyIndicator]) -> None:
    problems = []
    for indicator in indicators:
        lacking = heads.filter(pl.col(indicator.code).is_null())
        if lacking.height:
            problems.append(
                Problem(
                    what=say("{place} has no figure for {indicator}.", place=lacking["place"][0], indicator=indicator.code),
                    where=[
                        say("table {table}", table="census"),
                        say("column {column}", column=indicator.columns[0]),
                        rows_sentence(lacking["row"].to_list()),
                    ],
                    why=say("Without it the weights of this place would not sum to one."),
                    remedy=say('Complete the table, or choose missing = "reweight" in poverty.toml: the others then weigh more.'),
                )
            )
    if problems:
        raise BadData(problems)
