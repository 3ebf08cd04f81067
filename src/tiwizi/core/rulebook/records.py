"""What every subject of a rulebook is made of: texts in three languages, numbers with their dates and sources."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Language = Literal["ar", "fr", "en"]


@dataclass(frozen=True)
class Label:
    """One text in the three languages."""

    ar: str
    fr: str
    en: str

    def in_(self, language: str) -> str:
        """The text in `language` (ar, fr or en)."""
        text: str = getattr(self, language)
        return text

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Source:
    """Where a number is said: the title of the page or text, and its address."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class Number:
    """A parameter's value on the day asked for.

    `value` is exact. `since` is the first day of this value; `checked` the last day on which someone verified that it
    still holds; `assumed` says that no public source states it, so that it is shown as an assumption.
    """

    value: Fraction
    unit: str
    label: Label
    since: date
    checked: date
    assumed: bool
    source: Source | None
    key: str

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        if self.value.denominator != 1:
            raise ValueError(f"{self.key} is {self.value}, not a whole number")
        return int(self.value)
