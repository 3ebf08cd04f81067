"""Douars of the 2024 census: people, households and distances to services (HCP, CC BY 4.0; see data/README.md).

HCP's code of a douar has 13 digits, of which the first ten are its fraction. Distances of douars under 30 households are
withheld: they stay missing.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from tiwizi.core.tables import DISTANCES, PLACES
from tiwizi.sources.files import read_csv

CARRIED: Final = {"05.301": Path(__file__).parent / "data" / "khenifra_douars_2024.csv"}
CENSUS_DAY: Final = date(2024, 9, 1)


def covered(communes: list[str]) -> bool:
    """Whether the included tables hold douars of all these communes' provinces."""
    return bool(communes) and {code[:6] for code in communes} <= set(CARRIED)


def douars(code: str) -> pl.DataFrame:
    """The douars of a commune, cercle or province, in the PLACES table; empty where no table is included.

    `since` is the census day: nothing older is published of a douar's limits.
    """
    rows = _carried(code)
    return PLACES.check(
        rows.select(
            place="douar",
            level=pl.lit("douar"),
            parent="commune",
            name_ar="name_ar",
            milieu=pl.lit("rural"),
            kind="kind",
            population="population",
            households="households",
            since=pl.lit(CENSUS_DAY),
        ),
        fill=True,
    )


def distances(code: str) -> pl.DataFrame:
    """How far the douars of a commune, cercle or province lie from services, in the DISTANCES table."""
    return DISTANCES.check(_carried(code).rename({"douar": "place", "commune": "parent"}))


def _carried(code: str) -> pl.DataFrame:
    rows = pl.concat([_read(path) for path in CARRIED.values()])
    inside = (pl.col("commune") == code) | pl.col("commune").str.starts_with(f"{code}.") | pl.lit(code == "MA")
    return rows.filter(inside)


@cache
def _read(path: Path) -> pl.DataFrame:
    kinds = {"households": pl.Int64, "population": pl.Int64}
    rows = read_csv(path)
    return rows.cast(
        {column: kinds.get(column, pl.Float64) for column in rows.columns if column.endswith("_km") or column in kinds}
    )
