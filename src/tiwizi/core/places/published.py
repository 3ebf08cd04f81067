"""Figures as they were published, as rows of MEASURES: the columns of both censuses, and the distances of hamlets."""

from datetime import date
from typing import Final

import polars as pl

from tiwizi.core.tables import CENSUS, DISTANCES, MEASURES, figures

ROUNDING: Final = 0.0005
"""Half of the tenth of a point to which shares are published."""

COUNTS: Final = ("population", "legal_population", "households")
BASES: Final = {
    "unemployment_share": "active_people",
    "self_employed_share": "employed_people",
    "family_worker_share": "employed_people",
    "cooperative_member_share": "employed_people",
    "illiteracy_10_plus_share": "people_10_plus",
    "illiteracy_15_plus_share": "people_15_plus",
    "schooling_share": "people_7_to_12",
    "women_share": "population",
    "under_15_share": "population",
    "over_60_share": "population",
    "disability_share": "population",
    "running_water_share": "households",
    "electricity_share": "households",
    "sewer_share": "households",
    "septic_tank_share": "households",
    "toilet_share": "households",
    "gas_fuel_share": "households",
    "electric_fuel_share": "households",
    "charcoal_fuel_share": "households",
    "firewood_fuel_share": "households",
    "basic_dwelling_share": "households",
}
"""The column that counts the base of a share; measures not listed have no such column in the table."""

# Combined from several published figures, so neither published as they stand nor rounded once.
_COMPUTED: Final = frozenset({"women_share", "under_15_share", "over_60_share"})
CENSUS_MEASURES: Final = (*COUNTS, *(column.name for column in CENSUS.columns if column.kind == "float"))
HAMLET_MEASURES: Final = ("population", "households", *(column.name for column in DISTANCES.columns if column.unit == "km"))


def census_figures(census: pl.DataFrame, *, day: tuple[int, int], series: str, source: str) -> pl.DataFrame:
    """The census's own figures of the whole of each place, one row per place, column and year, in the MEASURES table.

    Measures bear the names of the CENSUS columns: population, households, shares, people for one room, distance to a paved
    road. `as_of` is that `day` (month, day) of the census's year. `people` is the base of a share where the table has it;
    `low` and `high` are the ends that the rounding to a tenth of a point allows. A figure that a year lacks has no row, so
    that a trend joins only what was counted.
    """
    table = CENSUS.check(census).filter(pl.col("milieu") == "total")
    frames = []
    for year in sorted(table["year"].unique()):
        rows = pl.concat([_column(table.filter(pl.col("year") == year), name) for name in CENSUS_MEASURES])
        frames.append(figures(rows, as_of=date(year, *day), series=series, source=source, assumed=False))
    return pl.concat(frames) if frames else pl.DataFrame(schema=MEASURES.schema)


def _column(table: pl.DataFrame, name: str) -> pl.DataFrame:
    rounded = name.endswith("_share") and name not in _COMPUTED
    ends = {
        end: (pl.col(name) + by).clip(0, 1) if rounded else pl.lit(None, dtype=pl.Float64)
        for end, by in (("low", -ROUNDING), ("high", ROUNDING))
    }
    known = table.filter(pl.col(name).is_not_null())
    return known.select(
        "place",
        measure=pl.lit(name),
        value=pl.col(name).cast(pl.Float64),
        people=pl.col(BASES[name]) if name in BASES else pl.lit(None, dtype=pl.Int64),
        standing=pl.lit("computed" if name in _COMPUTED else "published"),
        **ends,
    )


def hamlet_figures(distances: pl.DataFrame, *, as_of: date, series: str, source: str) -> pl.DataFrame:
    """People, households and distances of each hamlet, one row per hamlet and column, in the MEASURES table.

    A distance that is withheld is a row without a value: the distance exists but is not published.
    """
    table = DISTANCES.check(distances)
    rows = [
        table.select(
            "place",
            measure=pl.lit(name),
            value=pl.col(name).cast(pl.Float64),
            people=pl.col("population") if name.endswith("_km") else pl.lit(None, dtype=pl.Int64),
        )
        for name in HAMLET_MEASURES
    ]
    return figures(pl.concat(rows), as_of=as_of, series=series, source=source, standing="published", assumed=False)
