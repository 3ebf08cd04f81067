"""Many small sums in one: weighted 0/1 columns packed side by side into the digits of one double, and unpacked afterwards.

A sum over rows of `weight * (first + second * 2^bits + ...)` holds each column's own sum in digits of its own, as long as
the weights of the rows sum to less than 2^bits: then no sum overflows into the next digits. The caller must check that
bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

DIGITS = 53
"""Binary digits of the whole numbers that a double holds."""
FEW = 13
"""Digits for a primary sampling unit: up to 8,191 weighted people, and four columns per word."""
MANY = 26
"""Digits for a place: up to 67 million people, and two columns per word."""


@dataclass(frozen=True)
class Lanes:
    """How wide each column's digits are; beyond half of a double's digits, each column has a word of its own."""

    bits: int

    @property
    def of_a_word(self) -> int:
        """Columns that share a word."""
        return max(DIGITS // self.bits, 1)

    def holds(self, heaviest: float) -> bool:
        """Whether rows whose weights sum to `heaviest` can be unpacked again."""
        return self.of_a_word == 1 or heaviest < 2**self.bits

    def words(self, count: int) -> list[range]:
        """Which columns share which word."""
        return [range(start, min(start + self.of_a_word, count)) for start in range(0, count, self.of_a_word)]

    def word(self, columns: Sequence[nw.Expr]) -> nw.Expr:
        """The columns (of doubles) packed into one, the first in the lowest digits; unknown if any of them is. Doubles,
        because engines check each integer operation for overflow, which is slower.
        """
        made = columns[-1]
        for column in reversed(columns[:-1]):
            made = made * float(2**self.bits) + column
        return made

    def apart(self, sums: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
        """The sums of the columns of a word."""
        if count == 1:
            return [sums]
        return [(sums >> (at * self.bits)) & (2**self.bits - 1) for at in range(count)]


def for_sums(heaviest: float) -> Lanes:
    """The narrowest lanes that hold weights of this sum."""
    return Lanes(min(int(heaviest).bit_length(), DIGITS))
