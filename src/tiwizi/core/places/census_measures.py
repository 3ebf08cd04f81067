"""Measures that the census alone gives: how many people or households lack something, where, and their share.

Published shares are rounded to a tenth of a point, and most come from a sample: `low` and `high` are the ends that the
rounding alone allows. A figure that the census does not give stays null: never zero, never absent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from tiwizi.core.errors import Sentence, say
from tiwizi.core.tables import CENSUS, figures

ROUNDING: Final = 0.0005
"""Half of the tenth of a point to which shares are published."""

Unit = Literal["people", "households", "share", "km"]


@dataclass(frozen=True)
class Definition:
    """A measure by name: its unit, the census columns it comes from, and what it says.

    `columns` are shares that are added; with `complement` the measure is one minus their sum. `base` is the column that
    counts the people or households of whom the share is taken. `proxy` says what the measure stands in for.
    """

    name: str
    unit: Unit
    meaning: Sentence
    columns: tuple[str, ...]
    base: str
    complement: bool = False
    proxy: Sentence | None = None


def _pair(
    name: str, counted: Unit, columns: tuple[str, ...], base: str, meaning: Sentence, **more: object
) -> tuple[Definition, Definition]:
    """The count and the share of the same thing."""
    return (
        Definition(f"{name}_{counted}", counted, meaning, columns, base, **more),  # type: ignore[arg-type]
        Definition(f"{name}_share", "share", meaning, columns, base, **more),  # type: ignore[arg-type]
    )


_VULNERABLE = say("Vulnerability, as long as no survey counts households between the cutoffs")

DEFINITIONS: Final[Mapping[str, Definition]] = {
    definition.name: definition
    for pair in (
        _pair("unemployed", "people", ("unemployment_share",), "active_people", say("Unemployed people of 15 and over")),
        _pair("disabled", "people", ("disability_share",), "population", say("People with a disability")),
        _pair(
            "vulnerable_employment",
            "people",
            ("self_employed_share", "family_worker_share"),
            "employed_people",
            say("Own-account and unpaid family workers of 15 and over"),
            proxy=_VULNERABLE,
        ),
        _pair(
            "illiterate",
            "people",
            ("illiteracy_10_plus_share",),
            "people_10_plus",
            say("People of 10 and over who cannot read and write"),
        ),
        _pair(
            "out_of_school",
            "people",
            ("schooling_share",),
            "people_7_to_12",
            say("Children of 6 to 11 out of school"),
            complement=True,
        ),
        _pair(
            "no_running_water",
            "households",
            ("running_water_share",),
            "households",
            say("Households without running water"),
            complement=True,
        ),
        _pair(
            "no_electricity",
            "households",
            ("electricity_share",),
            "households",
            say("Households without electricity"),
            complement=True,
        ),
        _pair(
            "no_sewer",
            "households",
            ("sewer_share",),
            "households",
            say("Households not joined to a public sewer"),
            complement=True,
        ),
        _pair(
            "no_sanitation",
            "households",
            ("sewer_share", "septic_tank_share"),
            "households",
            say("Households with neither sewer nor septic tank"),
            complement=True,
        ),
        _pair(
            "solid_fuel",
            "households",
            ("firewood_fuel_share", "charcoal_fuel_share"),
            "households",
            say("Households that cook with firewood or charcoal"),
        ),
    )
    for definition in pair
} | {
    "paved_road_km": Definition(
        "paved_road_km", "km", say("Mean distance from rural dwellings to a paved road"), ("paved_road_km",), "households"
    ),
}


def census_measures(
    census: pl.DataFrame, *, year: int, as_of: date, series: str, source: str, names: Iterable[str] | None = None
) -> pl.DataFrame:
    """One row per place and measure of DEFINITIONS (or of `names`), for the whole of each place, in the MEASURES table.

    Counts are the share times its base, rounded half up. `people` is the base (households for what counts households).
    Employment shares are of employed people, unemployment of the labour force, schooling of children of 6 to 11 on the
    published base of 7 to 12 at the census day. What the sample of the long questionnaire adds to the error is left out.
    """
    table = CENSUS.check(census).filter((pl.col("year") == year) & (pl.col("milieu") == "total"))
    chosen = [DEFINITIONS[name] for name in (names if names is not None else DEFINITIONS)]
    frames = [_measure(table, definition) for definition in chosen]
    return figures(pl.concat(frames), as_of=as_of, series=series, source=source, assumed=False)


def _measure(table: pl.DataFrame, definition: Definition) -> pl.DataFrame:
    if definition.unit == "km":
        value, low, high = pl.col(definition.columns[0]), pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.Float64)
        standing = "published"
    else:
        added = pl.sum_horizontal(*definition.columns, ignore_nulls=False)
        share = (1 - added if definition.complement else added).clip(0, 1).round(9)
        loose = ROUNDING * len(definition.columns)
        ends = (share - loose).clip(0, 1), share, (share + loose).clip(0, 1)
        low, value, high = ends if definition.unit == "share" else tuple(_half_up(end * pl.col(definition.base)) for end in ends)
        published = definition.unit == "share" and len(definition.columns) == 1 and not definition.complement
        standing = "proxy" if definition.proxy else "published" if published else "computed"
    return table.select(
        "place",
        measure=pl.lit(definition.name),
        value=value.cast(pl.Float64),
        low=low.cast(pl.Float64),
        high=high.cast(pl.Float64),
        # A mean over rural dwellings has no count of people behind it.
        people=pl.lit(None, dtype=pl.Int64) if definition.unit == "km" else pl.col(definition.base),
        standing=pl.lit(standing),
    )


def _half_up(value: pl.Expr) -> pl.Expr:
    # Floating-point error is removed from the product of a share and a whole number before it is rounded.
    return (value.round(6) + 0.5).floor()


def population_change(census: pl.DataFrame, *, since: int, until: int, as_of: date, series: str, source: str) -> pl.DataFrame:
    """Change of the legal population between two censuses: `population_change_people` and `population_change_rate`.

    The rate is over the first census: -0.05 is a loss of one in twenty; null where nobody lived. `people` is the population at
    the first census. A place that one of the censuses lacks is null.
    """
    wide = _two_years(census, since, until, "total", "legal_population")
    change = (pl.col("after") - pl.col("before")).cast(pl.Float64)
    rate = pl.when(pl.col("before") > 0).then(change / pl.col("before"))
    rows = [
        wide.select("place", measure=pl.lit("population_change_people"), value=change, people="before"),
        wide.select("place", measure=pl.lit("population_change_rate"), value=rate, people="before"),
    ]
    return figures(pl.concat(rows), as_of=as_of, series=series, source=source, standing="computed", assumed=False)


def missing_rural_people(
    census: pl.DataFrame,
    *,
    since: int,
    until: int,
    growth: Fraction,
    growth_assumed: bool,
    as_of: date,
    series: str,
    source: str,
) -> pl.DataFrame:
    """`missing_rural_people`: by how many the rural people of each place fall short of the growth expected, 0 if they do not.

    Expected: the rural people of the first census times (1 + growth) to the years between. A proxy of migration: births
    and deaths that differ from the expected growth are counted with it. Only the rural part counts, because a town's
    growth takes in what its countryside loses; but where the whole place was rural at the first census, all its people
    of the second stand against it, so that an urban limit drawn since makes nobody missing. A limit that was moved is not
    seen. A place without a rural part counts 0; one that lacks a census or a figure is null. `people` is the rural
    population at the first census.
    """
    table = CENSUS.check(census)
    before, after = (_by_milieu(table, year) for year in (since, until))
    factor = (1 + growth) ** (until - since)
    missing = [_missing(before.get(place), parts, factor) for place, parts in after.items()]
    rows = pl.DataFrame(
        {"place": list(after), "value": missing, "people": [before.get(place, {}).get("rural") for place in after]},
        schema={"place": pl.String, "value": pl.Float64, "people": pl.Int64},
    ).with_columns(measure=pl.lit("missing_rural_people"))
    return figures(rows, as_of=as_of, series=series, source=source, standing="proxy", assumed=growth_assumed)


def _by_milieu(table: pl.DataFrame, year: int) -> dict[str, dict[str, int | None]]:
    """People of each place by milieu at one census, in the order of the places' whole rows."""
    rows = table.filter(pl.col("year") == year)
    by_place: dict[str, dict[str, int | None]] = {place: {} for place in rows.filter(pl.col("milieu") == "total")["place"]}
    for place, milieu, people in rows.select("place", "milieu", "population").iter_rows():
        by_place.setdefault(place, {})[milieu] = people
    return by_place


def _missing(before: Mapping[str, int | None] | None, after: Mapping[str, int | None], factor: Fraction) -> int | None:
    if before is None:
        return None
    if "rural" not in before:
        return 0
    first = before["rural"]
    second = after.get("rural", 0) if "urban" in before else after.get("total")
    return None if first is None or second is None else max(_rounded(first * factor) - second, 0)


def _two_years(census: pl.DataFrame, since: int, until: int, milieu: str, column: str) -> pl.DataFrame:
    part = CENSUS.check(census).filter(pl.col("milieu") == milieu)
    before = part.filter(pl.col("year") == since).select("place", before=column)
    after = part.filter(pl.col("year") == until).select("place", after=column)
    return after.join(before, on="place", how="full", coalesce=True).sort("place")


def _rounded(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)
