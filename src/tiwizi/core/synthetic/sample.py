"""A two-stage sample of made-up households: blocks drawn inside strata, then households inside blocks, with whole weights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tiwizi.core.synthetic.fitting import whole_parts
from tiwizi.core.synthetic.rules import Part, Synthesis, generator

# What random numbers are drawn for, so that blocks, households and the rows themselves never share a stream.
_BLOCKS, _HOUSEHOLDS = 101, 102


@dataclass(frozen=True)
class Draw:
    """The blocks drawn in one part, counted from 0; its stratum has `units` blocks, `drawn` of them in the sample."""

    blocks: tuple[int, ...]
    units: int
    drawn: int


def draws(parts: Iterable[Part], *, rules: Synthesis, seed: int, share: float) -> dict[tuple[int, ...], Draw]:
    """By the key of each part, the blocks drawn in it: in each stratum enough to make `share` of its households, at least two.

    Inside a stratum each block has the same chance, without replacement; a stratum with fewer than two is taken whole.
    """
    strata: dict[str, list[Part]] = {}
    for part in parts:
        strata.setdefault(part.stratum, []).append(part)
    drawn: dict[tuple[int, ...], Draw] = {}
    for members in strata.values():
        blocks = [part.blocks(rules) for part in members]
        units, total = sum(blocks), sum(part.households for part in members)
        wanted = min(units, max(2, round(share * total / int(rules.drawn_in_block))))
        rng = generator(seed, _BLOCKS, *members[0].key)
        chosen = np.sort(rng.choice(units, wanted, replace=False))
        first = 0
        for part, count in zip(members, blocks, strict=True):
            own = chosen[(chosen >= first) & (chosen < first + count)] - first
            drawn[part.key] = Draw(tuple(int(block) for block in own), units, wanted)
            first += count
    return drawn


def sampled(frame: pl.DataFrame, part: Part, draw: Draw, *, rules: Synthesis, seed: int) -> pl.DataFrame:
    """The drawn households of a part, with `weight` how many each stands for (whole) and `population_psus` of its stratum."""
    rng = generator(seed, _HOUSEHOLDS, *part.key)
    codes = frame["psu"].rle_id().to_numpy()
    drawn_rows, weights = [], []
    for block in draw.blocks:
        rows = np.flatnonzero(codes == block)
        drawn = min(len(rows), int(rules.drawn_in_block))
        drawn_rows.append(np.sort(rng.choice(rows, drawn, replace=False)))
        # The block stands for so many households; the fraction is rounded at random, so that the mean is right.
        stands = int(np.floor(len(rows) * draw.units / draw.drawn + rng.random()))
        weights.append(whole_parts(stands, np.ones(drawn), rng))
    nothing = np.empty(0, dtype=np.int64)
    return frame[np.concatenate([nothing, *drawn_rows])].with_columns(
        weight=pl.Series(np.concatenate([nothing, *weights])), population_psus=pl.lit(draw.units, dtype=pl.Int64)
    )


def design(frame: pl.DataFrame) -> Mapping[str, int]:
    """What a sample holds: `households`, `blocks`, `strata`, and the households that its weights stand for."""
    return {
        "households": frame.height,
        "blocks": frame["psu"].n_unique(),
        "strata": frame["stratum"].n_unique(),
        "stands_for": int(frame["weight"].sum()),
    }
