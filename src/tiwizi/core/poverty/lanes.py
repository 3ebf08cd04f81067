"""Many small sums in one: weighted 0/1 columns written side by side in the digits of one double, and read apart afterwards.

A sum over rows of `weight * (first + second * 2^bits + ...)` holds each column's own sum in digits of its own, as long as the
weights of the rows sum to less than 2^bits: no sum of theirs reaches the next one's digits. Who adds up must check that bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

DIGITS = 53
"""Binary digits of the whole numbers that a double holds."""
FEW = 13
"""Digits for a primary sampling unit: up to 8,191 weighted people, and four columns a word."""
MANY = 26
"""Digits for a place: up to 67 million people, and two columns a word."""


@dataclass(frozen=True)
class Lanes:
    """How wide each column's digits are; with more than half of a double's, each column has a word of its own."""

    bits: int

    @property
    def of_a_word(self) -> int:
        """Columns that share a word."""
        return max(DIGITS // self.bits, 1)

    def holds(self, heaviest: float) -> bool:
        """Whether rows whose weights sum to so much can be read apart again."""
        return self.of_a_word == 1 or heaviest < 2**self.bits

    def words(self, count: int) -> list[range]:
        """Which of so many columns stand in which word."""
        return [range(start, min(start + self.of_a_word, count)) for start in range(0, count, self.of_a_word)]

    def word(self, columns: Sequence[nw.Expr]) -> nw.Expr:
        """The columns (of doubles) in one, the first in the lowest digits; unknown as soon as one of them is.

        Doubles, since engines look whether each step with whole numbers still fits, and take longer.
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
    """The narrowest lanes in which weights that sum to so much can be read apart."""
    return Lanes(min(int(heaviest).bit_length(), DIGITS))
