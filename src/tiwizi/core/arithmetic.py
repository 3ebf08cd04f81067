"""Exact arithmetic used by several stages: quotas to whole numbers, water-filling, and levels.

Whole numbers throughout: an exact quota is a numerator over a denominator that all quotas share, so that no unit
depends on the order of an addition.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter


def largest_remainder(numerators: Sequence[int], denominator: int) -> list[int]:
    """Each exact quota `numerators / denominator` rounded down or up, with the same sum as the quotas.

    Each quota is rounded down, and what is left goes unit by unit to the largest remainders; equal remainders are served in
    the order given. A quota that is already whole is unchanged. When one quota rises and no other does, its number never
    falls. No method that rounds each quota down or up can promise more (Balinski and Young 1982, Fair Representation): when
    several quotas rise at once, the one that rises most may still lose a unit to another. Raises ValueError when the quotas
    do not sum to a whole number.
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

    The level is the same for all, and amounts are exact. A weight of 0 gets its low. Method: at each iteration, fix the
    amounts that the current level puts outside the bounds that bind most (Bitran and Hax 1981, doi:10.1287/mnsc.27.4.431);
    few iterations are needed, and no sorting. Raises ValueError when no level gives the total.
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

    The level is the same for all: the deepest are filled first, every unit of size equally. The total is at most the sum of
    `size * depth`, and depths are 0 or more.
    """
    pairs = list(zip(sizes, depths, strict=True))
    deepest = sorted((pair for pair in pairs if pair[0]), key=itemgetter(1), reverse=True)
    reached = filled = 0
    for (size, depth), (_, below) in pairwise([*deepest, (0, 0)]):
        reached, filled = reached + size, filled + size * depth
        if filled - reached * below >= total:
            break
    base, above = reached or 1, filled - total
    return [size * max(depth * base - above, 0) for size, depth in pairs], base, Fraction(above, base)


MILLIONTH = Fraction(1, 10**6)


def smallest_share(holds: Callable[[Fraction], bool]) -> Fraction:
    """The smallest whole number of millionths, at most 1, from which `holds` is true; it must be true at 1."""
    return bisect_left(range(MILLIONTH.denominator), 1, key=lambda part: holds(part * MILLIONTH)) * MILLIONTH


def largest_share(holds: Callable[[Fraction], bool]) -> Fraction:
    """The largest whole number of millionths, at most 1, up to which `holds` is true; it must be true at 0."""
    return 1 - smallest_share(lambda share: holds(1 - share))
