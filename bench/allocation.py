"""Time of the budget formula for a whole country: 1,503 communes, eight criteria, all components and bounds.

The people are made up (seeded; sizes distributed like those of communes), since only their number matters here.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import polars as pl

from bench.timing import heading, row, seconds
from tiwizi.core.budget.allocation import Bounds, allocate, totals
from tiwizi.core.budget.targeting import concentration_curve, leakage, share_intervals
from tiwizi.core.tables import PURSES

PLACES = 1503
ENVELOPE_DH = 1_000_000_007
WEIGHTS = {f"criterion_{n}": Fraction(part, 100) for n, part in enumerate((30, 20, 15, 10, 10, 5, 5, 5))}
BOUNDS = Bounds(floor_share=Fraction(1, 4), cap_share=Fraction(1, 200), hold_harmless_share=Fraction(1, 3))


def made_up_purses(rng: np.random.Generator) -> tuple[list[str], list[int], pl.DataFrame]:
    """Places, their people, and a purses table of all criteria."""
    places = [f"{n:05d}" for n in range(PLACES)]
    population = rng.lognormal(9.3, 1.0, PLACES).astype(int)
    columns = {criterion: (population * rng.beta(2, 8, PLACES)).astype(int).tolist() for criterion in WEIGHTS}
    rows = [(place, name, count) for name, counts in columns.items() for place, count in zip(places, counts, strict=True)]
    return places, population.tolist(), pl.DataFrame(rows, schema=PURSES.schema, orient="row")


def main() -> None:
    """Prints one row per task: the median and the least time, and the limit."""
    rng = np.random.default_rng(1503)
    places, people, purses = made_up_purses(rng)
    previous = dict(zip(places, rng.lognormal(13, 0.5, PLACES).astype(int).tolist(), strict=True))

    def shares(bounds: Bounds, step_dh: int) -> pl.DataFrame:
        return allocate(purses, envelope_dh=ENVELOPE_DH, weights=WEIGHTS, bounds=bounds, step_dh=step_dh, previous=previous)

    def sensitivity() -> pl.DataFrame:
        return share_intervals(purses, weights=WEIGHTS, draws=10_000, rng=np.random.default_rng(7), concentration=50.0)

    amounts = totals(shares(BOUNDS, 1000))
    ranking = pl.DataFrame({"place": places, "people": people, "value": rng.beta(2, 8, PLACES)})
    shortfalls = ranking.with_columns(shortfall_dh=3000 * pl.col("value"))
    tasks: list[tuple[str, Callable[[], object], int, float | None]] = [
        ("shares, all bounds, step 1,000 DH", lambda: shares(BOUNDS, 1000), 15, 0.050),
        ("shares, no bounds, step 1 DH", lambda: shares(Bounds(), 1), 15, 0.050),
        ("sensitivity, 10,000 draws", sensitivity, 3, 3.0),
        ("concentration curve", lambda: concentration_curve(amounts, ranking), 15, None),
        ("leakage against the optimum", lambda: leakage(amounts, shortfalls), 15, None),
    ]
    print(f"\nBudget formula: {PLACES:,} places, {len(WEIGHTS)} criteria, {ENVELOPE_DH:,} DH; {heading()}")
    for name, work, times, aim in tasks:
        print(row(name, seconds(work, times=times), aim))


if __name__ == "__main__":
    main()
