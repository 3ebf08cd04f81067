"""Households made up for one part of a place from what its census counted: never a picture of any real household.

Three hidden classes of hardship tie the traits of the dwelling together; a trait shared inside the household ties its
members. Households are drawn from the fitted table, their members to exact counts, so that every margin of the part is met
to the unit. How traits go together is assumed (`Synthesis`): no microdata are public. So what a file says of joint
deprivation follows from those assumptions, and is no estimate of the poverty of a real place.
"""

from typing import Final

import numpy as np
import polars as pl

from tiwizi.core.arithmetic import in_proportion
from tiwizi.core.synthetic.fitting import Floats, Ints, fit, whole
from tiwizi.core.synthetic.members import dealt, members
from tiwizi.core.synthetic.rules import MARGINS, Area, Part, Synthesis, generator

_MINUTES_A_KM: Final = 15
_SMALL_ASSETS: Final = 6


def seed_table(rules: Synthesis) -> Floats:
    """The joint table before any margin: the classes' shares times, for each category, its odds to the power of the class."""
    steps = np.arange(len(rules.classes), dtype=np.float64)
    table = np.array([float(household_class.share) for household_class in rules.classes])
    for margin in MARGINS:
        odds = np.array([float(category.odds) for category in rules.of(margin)])
        raised = odds[None, :] ** steps[:, None]
        raised /= raised.sum(axis=1, keepdims=True)
        table = table[..., None] * raised.reshape(-1, *[1] * (table.ndim - 1), len(odds))
    return table


def households(part: Part, *, rules: Synthesis, seed: int) -> pl.DataFrame:
    """One row per made-up household of the part, by block: keys, answers, and counts of members; its weight is 1.

    The same part, rules and seed give the same rows. Shares of the census are met to the household and to the person;
    `rooms` to the room. `years_schooling_max` is over members of 15 and more; `child_out_of_school` counts children of 6 to 14
    and is null where there is none; `water_minutes` is the walk one way, 0 with running water.
    """
    rng = generator(seed, *part.key)
    codes, block = _dwellings(part, rules, rng)
    step = codes[:, 0]
    spread = float(step.std())
    hardship = (step - step.mean()) / spread if spread else np.zeros(len(step))
    lacking = (hardship + rng.standard_normal(len(step))) / np.sqrt(2)
    answers = _answers(codes, part.area, rules, rng)
    of_members = members(step, lacking, part, rules=rules, rng=rng)
    rooms = 1 + dealt(part.rooms - part.households, np.sqrt(of_members["people"]), rng)
    size = part.households
    frame = pl.DataFrame(
        {
            "household": np.arange(part.first, part.first + size, dtype=np.int64),
            "people": of_members.pop("people"),
            "block": block,
            **answers,
            "rooms": rooms.astype(np.int16),
            **of_members,
        }
    )
    psus = pl.Series([f"{part.place}-{part.area[0]}{at + 1:04d}" for at in range(part.blocks(rules))])
    return frame.select(
        "household",
        pl.lit(part.place).alias("place"),
        pl.col("people").cast(pl.Int64),
        pl.lit(1, dtype=pl.Int64).alias("weight"),
        pl.lit(part.stratum).alias("stratum"),
        psus.gather(frame["block"]).alias("psu"),
        pl.lit(part.area).alias("area"),
        pl.exclude("household", "people", "block", "children_school_age", "child_out_of_school"),
        "children_school_age",
        pl.when(pl.col("children_school_age") > 0).then("child_out_of_school").alias("child_out_of_school"),
        pl.lit(value=True).alias("synthetic"),
    )


def _dwellings(part: Part, rules: Synthesis, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Codes of the class and of each margin, one row per household, in the order of the blocks; and the block of each
    household."""
    margins = [np.array(part.margins[name], dtype=np.int64) for name in MARGINS]
    fitted = fit(seed_table(rules), {at + 1: margin.astype(np.float64) for at, margin in enumerate(margins)}, tolerance=1e-6)
    classes = fitted.sum(axis=tuple(range(1, fitted.ndim)))
    shares = in_proportion(part.households, [round(float(share) * 1000) for share in classes])
    cells, counts = whole(fitted, [np.array(shares, dtype=np.int64), *margins], rng)
    codes = np.repeat(cells, counts, axis=0)
    shared = float(rules.block_shared)
    nearness = np.sqrt(shared) * codes[:, 0] + np.sqrt(1 - shared) * rng.standard_normal(len(codes))
    blocks = part.blocks(rules)
    # Blocks are cut along hardship, then numbered at random, so that a block's number discloses nothing.
    cut = np.arange(len(codes)) * blocks // max(1, len(codes))
    block = np.empty(len(codes), dtype=np.int64)
    block[np.argsort(nearness)] = rng.permutation(blocks)[cut]
    order = np.lexsort((rng.random(len(codes)), block))
    return codes[order], block[order]


def _answers(codes: Ints, area: Area, rules: Synthesis, rng: np.random.Generator) -> dict[str, pl.Series | Ints]:
    """The answers about the dwelling, from the margins and, where there is none, from the assumptions."""
    size, column = len(codes), {name: codes[:, at + 1] for at, name in enumerate(MARGINS)}
    texts = {
        name: pl.Series([category.answer for category in rules.of(name)]).gather(pl.Series(column[name])) for name in MARGINS
    }
    fetched = _fetched(size, area, rules, rng)
    network = texts["water_source"] == "network"
    distances = np.array([float(water_source.distance) for water_source in rules.water_sources])[fetched]
    minutes = np.minimum(np.ceil(rng.standard_exponential(size) * distances * _MINUTES_A_KM), 240)
    earth = np.array([float(category.earth_floor) if category.earth_floor else 0.0 for category in rules.of("dwelling")])[
        column["dwelling"]
    ]
    by_class = {
        name: np.array([float(getattr(household_class, name)) for household_class in rules.classes])[codes[:, 0]]
        for name in _BY_CLASS
    }
    sources = pl.Series([water_source.code for water_source in rules.water_sources]).gather(pl.Series(fetched))
    return {
        "water_source": sources.zip_with(~network, texts["water_source"]),
        "water_minutes": np.where(network.to_numpy(), 0, minutes).astype(np.int16),
        "electricity": (texts["electricity"] == "yes").cast(pl.Int8),
        "sewer": texts["sewer"],
        "cooking_fuel": texts["cooking_fuel"],
        "dwelling": texts["dwelling"],
        "floor": pl.Series(["finished", "earth"]).gather(pl.Series((rng.random(size) < earth).astype(np.int64))),
        "assets": rng.binomial(_SMALL_ASSETS, by_class["assets"]).astype(np.int8),
        "vehicle": (rng.random(size) < by_class["vehicle"]).astype(np.int8),
        "child_death": (rng.random(size) < by_class["child_death"]).astype(np.int8),
    }


_BY_CLASS: Final = ("assets", "vehicle", "child_death")


def _fetched(size: int, area: Area, rules: Synthesis, rng: np.random.Generator) -> Ints:
    shares = np.array(
        [float(water_source.urban if area == "urban" else water_source.rural) for water_source in rules.water_sources]
    )
    edges = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(edges, rng.random(size), side="right").astype(np.int64)
