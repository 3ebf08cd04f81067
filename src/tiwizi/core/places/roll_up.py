"""Figures of places gathered to those above them: counts added, shares weighted by their people."""

from typing import Final

import polars as pl

from tiwizi.core.tables import MEASURES, PLACES

_KEY: Final = ("measure", "as_of", "series")
# Parts of a whole weigh by that whole: how a place's deprivation is made up counts as much as there is deprivation.
_PARTS: Final = {"contribution_": "adjusted_headcount_union"}
_COUNTED: Final = ("_people", "_households", "_dh")
_COUNTS: Final = ("population", "legal_population", "households")


def is_count(measure: str) -> bool:
    """Whether figures of the measure add up over places: people, households, money."""
    return measure.endswith(_COUNTED) or measure in _COUNTS or (measure.startswith("people_") and measure != "people_per_room")


def is_rank(measure: str) -> bool:
    """Whether the measure is a rank, which says nothing of a larger place."""
    return measure.endswith(("_rank", "_rank_by_choices"))


def rolled_up(measures: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The MEASURES of every place of PLACES that lies above those of `measures`, from their figures.

    Counts are summed. Shares, means and indices are weighted by `people`; where a figure has no such base, by the population
    of its place, and the result stands as a proxy. Contributions are weighted by people times what they are parts of. A
    missing figure is left out: the result is missing only where none of the rest is known, and `people` is the base really
    covered. Ends of intervals are added and weighted in the same way, a figure without ends standing for both: so they hold
    even if all places err to one side. A published figure becomes a computed one, a proxy stays one, and an assumption
    behind any figure lies behind the whole. Ranks are left out. Rows must be of one level: otherwise a place would be
    counted beside its parts.
    """
    rows = MEASURES.check(measures)
    above = _above(rows["place"].unique().sort().to_list(), places)
    figures = rows.filter(~pl.col("measure").is_in([name for name in rows["measure"].unique() if is_rank(name)]))
    weighted = _weighted(figures, places).join(above, on="place").sort("above", *_KEY, "place")
    gathered = weighted.group_by("above", *_KEY, maintain_order=True).agg(*_aggregates())
    gathered = gathered.with_columns(_figure(end).alias(end) for end in ("value", "low", "high"))
    return MEASURES.check(
        gathered.select(
            "measure",
            "value",
            "as_of",
            "series",
            "assumed",
            "source",
            place="above",
            low=pl.when(pl.col("ended")).then("low"),
            high=pl.when(pl.col("ended")).then("high"),
            people="people",
            standing=pl.when("stands_in").then(pl.lit("proxy")).otherwise(pl.lit("computed")),
        ).sort("place", *_KEY)
    )


def _above(codes: list[str], places: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of a place of `codes` and a place above it."""
    parent = dict(PLACES.check(places).sort("since").select("place", "parent").iter_rows())
    pairs = []
    for code in codes:
        upper = parent.get(code)
        while upper is not None and upper in parent:
            pairs.append((code, upper))
            upper = parent[upper]
    return pl.DataFrame(pairs, schema={"place": pl.String, "above": pl.String}, orient="row")


def _weighted(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The rows with `weight`, whether they are counts, and whether their weight stands in for an unknown base."""
    population = PLACES.check(places).sort("since").group_by("place").agg(pl.col("population").last())
    rows = rows.join(population, on="place", how="left")
    counts = [name for name in rows["measure"].unique() if is_count(name)]
    rows = rows.with_columns(
        counted=pl.col("measure").is_in(counts),
        weight=pl.coalesce("people", "population").cast(pl.Float64),
        loose=pl.col("people").is_null() & pl.col("value").is_not_null() & ~pl.col("measure").is_in(counts),
    )
    for start, whole in _PARTS.items():
        wholes = rows.filter(pl.col("measure") == whole).select("place", "as_of", "series", whole="value")
        rows = rows.join(wholes, on=("place", "as_of", "series"), how="left").with_columns(
            weight=pl.when(pl.col("measure").str.starts_with(start)).then(pl.col("weight") * pl.col("whole")).otherwise("weight")
        )
        rows = rows.drop("whole")
    return rows.drop("population")


def _aggregates() -> list[pl.Expr]:
    usable = pl.col("value").is_not_null() & (pl.col("counted") | (pl.col("weight") > 0).fill_null(value=False))
    ends = {end: pl.coalesce(end, "value") for end in ("value", "low", "high")}
    return [
        pl.col("counted").first(),
        usable.any().alias("known"),
        *[value.filter(usable).sum().alias(f"sum_{end}") for end, value in ends.items()],
        *[(value * pl.col("weight")).filter(usable).sum().alias(f"load_{end}") for end, value in ends.items()],
        # The weighted mean of equal figures is that figure: floating-point error must not push it past its neighbours.
        *[value.filter(usable).min().alias(f"least_{end}") for end, value in ends.items()],
        *[value.filter(usable).max().alias(f"most_{end}") for end, value in ends.items()],
        pl.col("weight").filter(usable).sum(),
        (pl.col("low").is_not_null() & pl.col("high").is_not_null()).filter(usable).any().alias("ended"),
        pl.when((usable & pl.col("people").is_not_null()).any()).then(pl.col("people").filter(usable).sum()).alias("people"),
        ((pl.col("standing") == "proxy") | (pl.col("loose") & usable)).any().alias("stands_in"),
        pl.col("assumed").any(),
        pl.col("source").first(),
    ]


def _figure(end: str) -> pl.Expr:
    mean = (pl.col(f"load_{end}") / pl.col("weight")).clip(pl.col(f"least_{end}"), pl.col(f"most_{end}"))
    return pl.when(pl.col("known")).then(pl.when(pl.col("counted")).then(f"sum_{end}").otherwise(mean))
