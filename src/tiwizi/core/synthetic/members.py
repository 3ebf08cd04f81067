"""The members of made-up households, drawn one by one to the exact counts of their part, then added up by household."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tiwizi.core.synthetic.fitting import Floats, Ints, highest, ranked, whole_split
from tiwizi.core.synthetic.rules import AGES, LEVELS, Part, Synthesis

Flags = NDArray[np.bool_]

_AT: Final = {name: at for at, name in enumerate(AGES)}
# Fewest and most years of school of each level: six of primary, three and three of secondary, then up to five more.
_YEARS: Final = np.array([(0, 0), (0, 0), (1, 6), (7, 9), (10, 12), (13, 17)])
# The levels that each age may well have reached; the others are unlikely.
_LIKELY: Final = np.array([[1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0], [1, 0, 1, 1, 0, 0], [1] * 6, [1] * 6])


@dataclass(frozen=True)
class _Houses:
    """Which member belongs to which household: `owner` the household of each member, `first` the place of the first member
    of each, its head."""

    owner: Ints
    first: Ints
    shared: float
    rng: np.random.Generator

    def score(self, household: Floats) -> Floats:
        """A trait that members share in part: the household's part and the member's own; mean 0, in standard deviations."""
        own = self.rng.standard_normal(len(self.owner))
        mixed: Floats = np.sqrt(self.shared) * household[self.owner] + np.sqrt(1 - self.shared) * own
        return mixed

    def count(self, flags: Flags) -> Ints:
        """How many members of each household are marked."""
        return np.add.reduceat(flags, self.first, dtype=np.int16)

    def any(self, flags: Flags) -> Ints:
        """1 for each household with a marked member, else 0."""
        return np.maximum.reduceat(flags, self.first).astype(np.int8)


def members(step: Ints, lacking: Floats, part: Part, *, rules: Synthesis, rng: np.random.Generator) -> dict[str, Any]:
    """What the members of each household add up to, one array per column; `step` is its class, `lacking` its hardship.

    `lacking` has mean 0 and standard deviation 1. Members of the most deprived households are the first to lack schooling,
    be illiterate or be out of school, as far as the assumptions tie these traits.
    """
    size = 1 + dealt(part.people - part.households, float(rules.size_step) ** step, rng)
    first = np.cumsum(size) - size
    houses = _Houses(np.repeat(np.arange(part.households), size), first, float(rules.shared), rng)
    head = np.zeros(part.people, dtype=np.bool_)
    head[first] = True
    age = _ages(houses.score(rng.standard_normal(part.households)), head, part, rng)
    woman = _women(head, part, rules, rng)
    adult = age >= _AT["15_59"]
    return {
        "people": size,
        "head_sex": pl.Series(["male", "female"]).gather(pl.Series(woman[first].astype(np.int64))),
        "women": houses.count(woman),
        "children_under_15": houses.count(~adult),
        "people_10_plus": houses.count(age >= _AT["10_11"]),
        "people_60_plus": houses.count(age == _AT["60_plus"]),
        **_learning(houses, lacking, age, part, rules),
        **_disability(houses, lacking, age, part, rules),
        **_school(houses, lacking, age, part, rules),
    }


def dealt(total: int, weights: NDArray[np.floating[Any]], rng: np.random.Generator) -> Ints:
    """The total allotted unit by unit, each at random in proportion to the weights; the sum is exact."""
    return rng.multinomial(total, weights / weights.sum()).astype(np.int64)


def _learning(houses: _Houses, lacking: Floats, age: Ints, part: Part, rules: Synthesis) -> dict[str, Ints]:
    """Level of school, years of school of adults, and who cannot read, among members of 10 and more."""
    level = _levels(houses.score(-lacking), age, part, rules, houses.rng)
    shift = float(rules.unschooled_illiteracy)
    unread = houses.score(lacking) + shift * (level <= LEVELS.index("preschool")) - shift * (level > LEVELS.index("primary"))
    illiterate = _among(unread, age >= _AT["10_11"], part.illiterate)
    adult = age >= _AT["15_59"]
    low, high = _YEARS[level].T
    years = np.where(adult, houses.rng.integers(low, high, endpoint=True), 0)
    return {
        "illiterate": houses.count(illiterate),
        "literate_adult": houses.any(adult & ~illiterate),
        **{f"level_{name}": houses.count(level == at) for at, name in enumerate(LEVELS)},
        "years_schooling_max": np.maximum.reduceat(years, houses.first).astype(np.int16),
    }


def _disability(houses: _Houses, lacking: Floats, age: Ints, part: Part, rules: Synthesis) -> dict[str, Ints]:
    shift = float(rules.hardship_disability) * lacking[houses.owner] + float(rules.elder_disability) * (age == _AT["60_plus"])
    disabled = highest(shift + houses.rng.standard_normal(part.people), part.disabled)
    return {"disabled": houses.count(disabled), "disability": houses.any(disabled)}


def _school(houses: _Houses, lacking: Floats, age: Ints, part: Part, rules: Synthesis) -> dict[str, Ints]:
    """Children of school age and those out of school: at 6 to 11 as the census counts, at 12 to 14 in the assumed ratio."""
    young, older = (age == _AT["6_9"]) | (age == _AT["10_11"]), age == _AT["12_14"]
    score = houses.score(lacking)
    out = _among(score, young, part.out_of_school)
    rate = min(1.0, float(rules.older_out_of_school) * part.out_of_school / max(1, int(young.sum())))
    out_older = _among(score, older, round(rate * int(older.sum())))
    return {
        "children_6_to_11": houses.count(young),
        "out_of_school_6_to_11": houses.count(out),
        "children_school_age": houses.count(young | older),
        "child_out_of_school": houses.count(out | out_older),
    }


def _ages(family: Floats, head: Flags, part: Part, rng: np.random.Generator) -> Ints:
    """The age group of each member: children go to the same households, elders to others; a head is 15 or more."""
    children = part.ages[: _AT["15_59"]]
    young = highest(np.where(head, -np.inf, family), sum(children))
    age = np.full(part.people, _AT["15_59"], dtype=np.int64)
    age[young] = rng.permutation(np.repeat(np.arange(len(children)), children))
    age[_among(-family + rng.standard_normal(part.people), ~young, part.ages[_AT["60_plus"]])] = _AT["60_plus"]
    return age


def _women(head: Flags, part: Part, rules: Synthesis, rng: np.random.Generator) -> Flags:
    chance = rng.random(part.people)
    others = part.people - part.households
    heads = min(part.women, max(round(float(rules.head_women) * part.households), part.women - others))
    return _among(chance, head, heads) | _among(chance, ~head, part.women - heads)


def _levels(score: Floats, age: Ints, part: Part, rules: Synthesis, rng: np.random.Generator) -> Ints:
    """The level of school of each member: counts by age and level with both margins, then by rank inside each age."""
    chances = np.where(_LIKELY == 1, 1.0, float(rules.unlikely_level))
    chances[_AT["60_plus"]] *= float(rules.elder_schooling) ** np.arange(len(LEVELS))
    table = whole_split(chances, np.array(part.ages), np.array(part.levels), rng)
    level = np.empty(part.people, dtype=np.int64)
    for at, counts in enumerate(table):
        there = np.flatnonzero(age == at)
        level[there] = ranked(score[there], counts)
    return level


def _among(score: Floats, there: Flags, count: int) -> Flags:
    """Marks the `count` highest scores among those present."""
    where = np.flatnonzero(there)
    marked = np.zeros(len(score), dtype=np.bool_)
    marked[where[highest(score[where], count)]] = True
    return marked
