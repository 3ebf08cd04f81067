"""What made-up households are made of: the assumptions that a rulebook declares, and what a census counted in one part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tiwizi.core.rulebook.subjects import Label, Number

Area = Literal["urban", "rural"]

AGES: Final = ("0_5", "6_9", "10_11", "12_14", "15_59", "60_plus")
LEVELS: Final = ("none", "preschool", "primary", "lower_secondary", "upper_secondary", "higher")
MARGINS: Final = ("water_source", "electricity", "sewer", "cooking_fuel", "dwelling")
"""The margins of households, in the order of the table's axes; axis 0 is the hidden class."""


@dataclass(frozen=True)
class HouseholdClass:
    """A hidden class of hardship, the least first: its share in the seed, and what no census margin says about its
    households."""

    code: str
    label: Label
    share: Number
    assets: Number
    vehicle: Number
    child_death: Number


@dataclass(frozen=True)
class Category:
    """An answer that a census margin counts: `odds` says how many times likelier it is with each class further down."""

    margin: Literal["water_source", "electricity", "sewer", "cooking_fuel", "dwelling"]
    answer: str
    label: Label
    odds: Number
    earth_floor: Number | None = None


@dataclass(frozen=True)
class WaterSource:
    """Where households without running water fetch it: its share in town and in the country, and its mean distance."""

    code: str
    label: Label
    urban: Number
    rural: Number
    distance: Number


@dataclass(frozen=True)
class Synthesis:
    """How made-up households hold together where the census says nothing: each number is an assumption, shown as one."""

    series: str
    label: Label
    classes: tuple[HouseholdClass, ...]
    categories: tuple[Category, ...]
    water_sources: tuple[WaterSource, ...]
    size_step: Number
    shared: Number
    elder_schooling: Number
    unlikely_level: Number
    unschooled_illiteracy: Number
    elder_disability: Number
    hardship_disability: Number
    older_out_of_school: Number
    head_women: Number
    block_households: Number
    block_shared: Number
    drawn_in_block: Number

    def of(self, margin: str) -> tuple[Category, ...]:
        """The categories of one margin, in the order of the file."""
        return tuple(category for category in self.categories if category.margin == margin)


@dataclass(frozen=True)
class Part:
    """What the census counted in the urban or the rural part of a place, in whole households and people.

    `margins` holds, by margin, households by category in the rulebook's order; `ages` and `levels` people in the order of AGES
    and LEVELS. `first` is the number of its first household, `key` what its random numbers are seeded with.
    """

    place: str
    stratum: str
    area: Area
    key: tuple[int, ...]
    first: int
    households: int
    people: int
    margins: Mapping[str, tuple[int, ...]]
    ages: tuple[int, ...]
    levels: tuple[int, ...]
    women: int
    illiterate: int
    disabled: int
    out_of_school: int
    rooms: int

    def blocks(self, rules: Synthesis) -> int:
        """How many blocks of neighbours, such as a census district, the part is cut into."""
        return max(1, round(self.households / int(rules.block_households)))


def generator(seed: int, *key: int) -> np.random.Generator:
    """Random generator that depends on the seed and on its purpose, never on earlier draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *key])))
