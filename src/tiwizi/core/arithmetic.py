"""Exact arithmetic that several stages share: quotas to whole numbers, water-filling, and purses as a matrix.

Whole numbers throughout: an exact quota is a numerator over a denominator that all quotas share, so that no dirham
depends on the order of an addition.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter, mul

import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, rows_sentence, say
from tiwizi.core.tables import PURSES


def largest_remainder(numerators: Sequence[int], denominator: int) -> list[int]:
    """Whole numbers beside the exact quotas `numerators / denominator`, with the same sum as the quotas.

    Each quota is rounded down, and what is left goes by ones to the largest remainders; equal remainders are served
    in the order given. So each number is its quota rounded down or up, and a quota that is whole stays as it is. When
    one quota rises and no other does, its number never falls. What no method that stays beside the quotas can promise
    (Balinski and Young 1982, Fair Representation): when several quotas rise at once, the one that rises most may still
    lose a one to another. Raises ValueError when the quotas do not sum to a whole number.
    """
    wholes = [numerator // denominator for numerator in numerators]
    remainders = [numerator % denominator for numerator in numerators]
    left, odd = divmod(sum(remainders), denominator)
    if odd:
        raise ValueError("the quotas do not sum to a whole number")
    # A reversed sort keeps equal remainders in the order given.
    for index in sorted(range(len(remainders)), key=remainders.__getitem__, reverse=True)[:left]:
        wholes[index] += 1
    return wholes


def in_proportion(total: int, weights: Sequence[int]) -> list[int]:
    """The total split in proportion to the weights, to the unit, by largest remainder; the sum is exact."""
    return largest_remainder([total * weight for weight in weights], sum(weights))


def water_fill(total: int, weights: Sequence[int], lows: Sequence[int], highs: Sequence[int]) -> tuple[list[int], int]:
    """Numerators and denominator of the amounts `clip(level * weight, low, high)` whose sum is the total.

    One level serves all, and amounts are exact. A weight of 0 gets its low. Method: fix, at each turn, the amounts that
    the level of the free ones puts out of the bounds that weigh most (Bitran and Hax 1981, doi:10.1287/mnsc.27.4.431);
    few turns are needed, and no sorting. Raises ValueError when no level gives the total.
    """
    fixed = {index: lows[index] for index, weight in enumerate(weights) if not weight}
    free = [index for index, weight in enumerate(weights) if weight]
    while True:
        rest, base = total - sum(fixed.values()), sum(weights[index] for index in free)
        if not base:
            break
        aims = {index: rest * weights[index] for index in free}
        low = {index: lows[index] * base - aims[index] for index in free if aims[index] < lows[index] * base}
        high = {index: aims[index] - highs[index] * base for index in free if aims[index] > highs[index] * base}
        if not low and not high:
            break
        if sum(low.values()) >= sum(high.values()):
            fixed |= {index: lows[index] for index in low}
        else:
            fixed |= {index: highs[index] for index in high}
        free = [index for index in free if index not in fixed]
    if rest and not base:
        raise ValueError("no level gives the total")
    denominator = base or 1
    return [fixed[i] * denominator if i in fixed else rest * weight for i, weight in enumerate(weights)], denominator


def level_down(total: int, sizes: Sequence[int], depths: Sequence[int]) -> tuple[list[int], int, Fraction]:
    """Numerators and denominator of the amounts `size * max(depth - level, 0)` whose sum is the total, and the level.

    One level serves all: the deepest are filled first, each unit of size alike. The total is at most the sum of
    `size * depth`, and depths are 0 or more.
    """
    deepest = sorted((pair for pair in zip(sizes, depths, strict=True) if pair[0]), key=itemgetter(1), reverse=True)
    reached = filled = 0
    for (size, depth), (_, below) in zip(deepest, [*deepest[1:], (0, 0)], strict=False):
        reached, filled = reached + size, filled + size * depth
        if filled - reached * below >= total:
            break
    base, above = reached or 1, filled - total
    return [size * max(depth * base - above, 0) for size, depth in zip(sizes, depths, strict=True)], base, Fraction(above, base)


MILLIONTH = Fraction(1, 10**6)


def smallest_share(holds: Callable[[Fraction], bool]) -> Fraction:
    """The smallest whole number of millionths, at most 1, from which the answer is yes; it must be yes at 1."""
    return bisect_left(range(MILLIONTH.denominator), 1, key=lambda part: holds(part * MILLIONTH)) * MILLIONTH


def largest_share(holds: Callable[[Fraction], bool]) -> Fraction:
    """The largest whole number of millionths, at most 1, up to which the answer is yes; it must be yes at 0."""
    return 1 - smallest_share(lambda share: holds(1 - share))


@dataclass(frozen=True)
class Purses:
    """People concerned, one tuple of `people` a criterion and one number a place; and the weights as whole numbers.

    Places are in the order of their codes, criteria in that of the weights. Where nobody is concerned by a criterion
    anywhere, its weight is 0 here and its name is in `empty`: the others share its part by their own weights.
    """

    places: tuple[str, ...]
    criteria: tuple[str, ...]
    weights: tuple[int, ...]
    people: tuple[tuple[int, ...], ...]
    empty: tuple[str, ...]

    def entitlements(self) -> list[int]:
        """Whole numbers in the exact proportion of the places' shares: the weighted sum of their parts of each purse."""
        everybody = [sum(people) or 1 for people in self.people]
        common = math.lcm(*everybody)
        factors = [weight * (common // total) for weight, total in zip(self.weights, everybody, strict=True)]
        divisor = math.gcd(*factors)
        factors = [factor // divisor for factor in factors]
        return [sum(map(mul, factors, row)) for row in zip(*self.people, strict=True)]


def read_purses(purses: pl.DataFrame, weights: Mapping[str, Fraction], places: Sequence[str] | None = None) -> Purses:
    """The purses table as a matrix with whole weights; a place without a row counts 0 people.

    Refused: negative weights, no weight above 0, nobody concerned by any criterion that has a weight. BadData: a row of a
    place that is not among `places`, or of a criterion without a weight (one that is 0 is a weight).
    """
    table = PURSES.check(purses)
    ordered = _ordered(table["place"].unique().to_list() if places is None else places)
    problems = [*_unknown(table, "place", ordered), *_unknown(table, "criterion", weights)]
    if problems:
        raise BadData(problems)
    numerators = whole_weights(weights)
    rows = {place: index for index, place in enumerate(ordered)}
    matrix = {criterion: [0] * len(ordered) for criterion in weights}
    for place, criterion, people in zip(*(table[name].to_list() for name in ("place", "criterion", "people")), strict=True):
        matrix[criterion][rows[place]] = people
    empty = tuple(name for name, weight in zip(weights, numerators, strict=True) if weight and not any(matrix[name]))
    kept = tuple(0 if name in empty else weight for name, weight in zip(weights, numerators, strict=True))
    if not any(kept):
        raise Refused(_nobody(weights))
    return Purses(ordered, tuple(weights), kept, tuple(tuple(people) for people in matrix.values()), empty)


def whole_weights(weights: Mapping[str, Fraction]) -> list[int]:
    """The weights as whole numbers in the same proportion; Refused when one is negative or none is above 0."""
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    problems = [
        Problem(
            what=say("the weight of {name} is below 0.", name=name),
            where=[say("weights")],
            why=say("A weight is the part of the envelope that a purse holds."),
            remedy=say("Give {name} a weight of 0 or more.", name=name),
        )
        for name, weight in exact.items()
        if weight < 0
    ]
    if not problems and not any(exact.values()):
        remedy = say("Give at least one of them a weight above 0.")
        problems = [Problem(what=say("no weight is above 0."), where=[say("weights")], remedy=remedy)]
    if problems:
        raise Refused(problems)
    common = math.lcm(*(weight.denominator for weight in exact.values()))
    return [int(weight * common) for weight in exact.values()]


def _ordered(places: Sequence[str]) -> tuple[str, ...]:
    ordered = tuple(sorted(places))
    twice = sorted({one for one, other in pairwise(ordered) if one == other})
    if twice:
        raise BadData(
            Problem(
                what=say("{value} stands more than once.", value=", ".join(twice[:3])),
                where=[say("places")],
                why=say("It would be counted twice."),
                remedy=say("Name each place once."),
            )
        )
    if not ordered:
        what = say("there is no place to share between.")
        raise Refused(Problem(what=what, where=[say("places")], remedy=say("Name at least one place.")))
    return ordered


def _unknown(table: pl.DataFrame, column: str, known: Sequence[str] | Mapping[str, Fraction]) -> list[Problem]:
    rows = (~table[column].is_in(list(known))).arg_true().to_list()
    if not rows:
        return []
    return [
        Problem(
            what=say("{value} is not known here.", value=repr(table[column][rows[0]])),
            where=[say("table {table}", table=PURSES.name), say("column {column}", column=column), rows_sentence(rows)],
            why=say("Its people would be left out of the sharing without a word."),
            remedy=say("Correct the code, remove the row, or add the place or the criterion's weight."),
        )
    ]


def _nobody(weights: Mapping[str, Fraction]) -> Problem:
    return Problem(
        what=say("nobody is concerned anywhere by {criteria}.", criteria=", ".join(name for name in weights if weights[name])),
        where=[say("table {table}", table=PURSES.name)],
        why=say("A purse is split in proportion to the people concerned."),
        remedy=say("Give the people concerned by at least one criterion that has a weight."),
    )
