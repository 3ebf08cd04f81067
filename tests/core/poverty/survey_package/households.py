"""The households of the comparison with R's survey package: seeded, so that both sides read the same file.

To write them anew: `python tests/core/poverty/survey_package/households.py`, then `Rscript figures.R` beside it.
"""

from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).parent
INDICATORS = ("schooling", "years", "water", "light")


def households() -> pl.DataFrame:
    """300 households in 7 strata and 26 units, of which one stratum holds a single unit; weights have four decimals."""
    rng = np.random.Generator(np.random.PCG64(20261123))
    units = [5, 4, 4, 4, 5, 3, 1]
    rows: list[dict[str, object]] = []
    unit = 0
    for stratum, count in enumerate(units):
        for _ in range(count):
            unit += 1
            lean = rng.beta(2, 3)
            weight = round(float(rng.uniform(20, 400)), 4)
            for _ in range(int(rng.integers(8, 16))):
                hard = rng.beta(2, 2) * 0.5 + lean * 0.5
                rows.append(
                    {
                        "household": len(rows) + 1,
                        "place": f"p{rng.integers(1, 4)}",
                        "area": "rural" if rng.random() < 0.6 else "urban",
                        "people": int(rng.integers(1, 10)),
                        "weight": round(weight * float(rng.uniform(0.8, 1.2)), 4),
                        "stratum": f"s{stratum + 1}",
                        "psu": f"u{unit:02}",
                        "population_psus": [40, 31, 12, 25, 60, 9, 30][stratum],
                        **{
                            name: int(rng.random() < hard * bias)
                            for name, bias in zip(INDICATORS, (0.7, 0.9, 1.0, 0.6), strict=True)
                        },
                    }
                )
    return pl.DataFrame(rows)


def later(rows: pl.DataFrame) -> pl.DataFrame:
    """The same units some years on: other households, a little less deprived, with weights of their own."""
    rng = np.random.Generator(np.random.PCG64(20271123))
    remaining = rows.sample(fraction=0.9, seed=7).sort("household")
    eased = [pl.Series(name, remaining[name].to_numpy() * (rng.random(remaining.height) < 0.8)) for name in INDICATORS]
    weights = np.round(remaining["weight"].to_numpy() * rng.uniform(0.9, 1.3, remaining.height), 4)
    return remaining.with_columns(*eased, pl.Series("weight", weights), household=pl.col("household") + 1000)


if __name__ == "__main__":
    first = households()
    first.write_csv(HERE / "households.csv")
    later(first).write_csv(HERE / "later.csv")
