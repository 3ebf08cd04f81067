"""Time of the measures for a whole country: 1,503 communes, twelve indicators, 10,000 draws of weights.

The census is made up (seeded), since only its size matters here.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from bench.timing import heading, row, seconds
from tiwizi.core.places import census_measures, composite, margins, remoteness
from tiwizi.core.rulebook.subjects import Index, IndexDimension, IndexIndicator, Label, Number, PovertyIndicator
from tiwizi.core.tables import CENSUS

PLACES = 1503
DRAWS = 10_000
DAY = date(2024, 9, 1)
LABEL = Label("", "", "")
SAID: dict[str, Any] = {"as_of": DAY, "series": "bench", "source": "made up"}
COLUMNS = tuple(name for name in CENSUS.schema if name.endswith("_share"))[-12:]


def number(value: Fraction) -> Number:
    """A number of a rulebook."""
    return Number(value, "", LABEL, DAY, DAY, assumed=True, source=None, key="")


def made_up_census(rng: np.random.Generator) -> pl.DataFrame:
    """Both censuses, whole and rural, of every place."""
    parts = [(year, milieu) for year in (2014, 2024) for milieu in ("total", "rural")]
    frames = []
    for year, milieu in parts:
        columns: dict[str, object] = {"place": [f"{n:05d}" for n in range(PLACES)]}
        for name, dtype in CENSUS.schema.items():
            if name.endswith("_share"):
                columns[name] = rng.integers(0, 500, PLACES) / 1000
            elif dtype == pl.Int64:
                columns[name] = rng.integers(1000, 60_000, PLACES)
            elif dtype == pl.Float64:
                columns[name] = rng.integers(1, 90, PLACES) / 10
        frames.append(pl.DataFrame(columns | {"year": [year] * PLACES, "milieu": [milieu] * PLACES}))
    return CENSUS.check(pl.concat(frames))


def index() -> Index:
    """Six dimensions of two indicators."""
    indicators = [
        IndexIndicator(name, LABEL, name, "up", number(Fraction(0)), number(Fraction(1)), number(Fraction(1, 2)))
        for name in COLUMNS
    ]
    dimensions = tuple(
        IndexDimension(str(n), LABEL, number(Fraction(1, 6)), (indicators[2 * n], indicators[2 * n + 1])) for n in range(6)
    )
    unit = number(Fraction(1))
    return Index("bench", LABEL, "goalposts", "given", "geometric", unit, unit, unit, dimensions)


def tasks(census: pl.DataFrame) -> list[tuple[str, Callable[[], object], int, float | None]]:
    """Each task: its name, what it does, how many times, and its limit in seconds."""
    twelve = index()
    deprivations = [
        PovertyIndicator(name, LABEL, "living", (name,), "share", number(Fraction(1, 12)), "people") for name in COLUMNS
    ]
    years: dict[str, Any] = {"since": 2014, "until": 2024} | SAID
    growth: dict[str, Any] = {"growth": Fraction(1, 117), "growth_assumed": True}

    def census_only() -> None:
        census_measures.census_measures(census, year=2024, **SAID)
        census_measures.population_change(census, **years)
        census_measures.missing_rural_people(census, **growth, **years)
        remoteness.far_road_people(census, far_km=5.0, year=2024, **SAID)

    def deprivation() -> None:
        margins.deprivation_from_margins(census, indicators=deprivations, missing="reweight", year=2024, **SAID)

    def sensitivity() -> None:
        rng = np.random.default_rng(7)
        composite.rank_intervals(census, index=twelve, year=2024, draws=DRAWS, rng=rng, concentration=50.0)

    return [
        ("measures from the census alone", census_only, 9, 0.5),
        ("deprivation from margins", deprivation, 9, 0.25),
        ("composite index", lambda: composite.composite_index(census, index=twelve, year=2024), 9, 0.25),
        ("its rank intervals, all choices and 10,000 draws", sensitivity, 3, 3.0),
    ]


def main() -> None:
    """Prints one row per task: the median and the least time, and the limit."""
    census = made_up_census(np.random.default_rng(1503))
    print(f"\nMeasures: {PLACES:,} places, {len(COLUMNS)} indicators; {heading()}")
    for name, work, times, aim in tasks(census):
        print(row(name, seconds(work, times=times), aim))


if __name__ == "__main__":
    main()
