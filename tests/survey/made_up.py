"""Made-up households of a small tree: three communes in two cercles of a province."""

from datetime import date

import numpy as np
import polars as pl

from tiwizi.core.tables import PLACES

TREE = (
    ("P1", "province", None),
    ("P1.1", "cercle", "P1"),
    ("P1.2", "cercle", "P1"),
    ("P1.1.1", "commune", "P1.1"),
    ("P1.1.2", "commune", "P1.1"),
    ("P1.2.1", "commune", "P1.2"),
)
COMMUNES = ("P1.1.1", "P1.1.2", "P1.2.1")


def places() -> pl.DataFrame:
    since = date(2015, 1, 1)
    rows: list[dict[str, object]] = [
        {"place": place, "level": level, "parent": parent, "since": since} for place, level, parent in TREE
    ]
    return PLACES.frame(rows)


def households(seed: int = 7, *, count: int = 900, sparse: bool = False, worse: float = 0.0) -> pl.DataFrame:
    """Answers of a sample of units in three strata; `sparse` leaves four households in the last commune."""
    rng = np.random.Generator(np.random.PCG64(seed))
    psu = rng.integers(0, 30, count)
    place = np.where(psu % 3 == 2, 2, psu % 3)
    if sparse:
        place = np.where((place == 2) & (np.arange(count) > 12), 0, place)
    hard = 0.25 + 0.1 * place + worse
    return pl.DataFrame(
        {
            "household": np.arange(count),
            "commune": [COMMUNES[at] for at in place],
            "people": rng.integers(1, 9, count),
            "weight": np.round(rng.uniform(2, 6, count), 3),
            "stratum": (psu % 3).astype(str),
            "psu": psu.astype(str),
            "area": np.where(rng.random(count) < 0.5, "rural", "urban"),
            "children_school_age": rng.integers(0, 3, count),
            "child_out_of_school": (rng.random(count) < hard).astype(int),
            "years_schooling_max": rng.integers(0, 12, count),
            "disability": rng.random(count) < 0.1,
            "water_source": np.where(rng.random(count) < hard, "well", "network"),
            "water_minutes": rng.integers(5, 70, count),
            "electricity": rng.random(count) > hard / 2,
            "sewer": np.where(rng.random(count) < hard, "none", "network"),
            "cooking_fuel": np.where(rng.random(count) < hard, "wood", "gas"),
        }
    )
