"""Money: exact whole centimes, the hundredths of the programme's currency, and the one place that turns whole units into them."""

from decimal import Decimal
from operator import index
from typing import Self


class Centimes(int):
    """An amount of money in centimes. What is named `_centimes` is one; pages, lists and sentences write nothing else as money.

    Sums and differences are plain whole numbers until somebody says again what they are: `Centimes(ceiling - used)`.
    """

    __slots__ = ()

    def __new__(cls, amount: int) -> Self:
        """Raises TypeError for what is no whole number, such as 2.5."""
        return super().__new__(cls, index(amount))

    def __str__(self) -> str:
        return str(self.decimal)

    @classmethod
    def of_dh(cls, amount_dh: int) -> Self:
        """Whole units of the currency, as the formula of the budget shares them (`_dh`)."""
        return cls(index(amount_dh) * 100)

    @property
    def dh(self) -> int:
        """Whole units of the currency, as the formula takes them. Raises ValueError for an amount with centimes."""
        whole, rest = divmod(self, 100)
        if rest:
            raise ValueError(f"{self.decimal} is no whole amount")
        return whole

    @property
    def decimal(self) -> Decimal:
        """The amount in units of the currency, exactly, with two decimals."""
        return Decimal(self).scaleb(-2)
