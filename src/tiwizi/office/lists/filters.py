"""The filters of a list: each has a field in the form above the table, and narrows the rows by what is chosen there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from tiwizi.office.lists.columns import Said, Words, in_words

Narrow = Callable[[Any, str], Any]
"""Those of these rows that fit what was typed or chosen."""
SEARCHED: Final = _("Title or code, in Arabic or Latin letters")
YEAR: Final = _("Year")
Options = Iterable[tuple[str, Said]] | Mapping[str, Said]


@dataclass(frozen=True)
class Filter:
    """One field of the form: `name` is its name in the address, `narrow` what it does (else equality of the field `name`)."""

    name: str
    label: Said = ""
    narrow: Narrow | None = None

    kind: ClassVar[str] = "text"

    def apply(self, rows: Any, value: str) -> Any:
        """Those of these rows that fit a value that is not empty."""
        return self.narrow(rows, value) if self.narrow else rows.filter(**{self.name: value})

    def words(self, columns: Sequence[Any]) -> str:
        """The label: its own, else the title of the column of the same name."""
        own = next((column.title for column in columns if column.name == self.name), self.name)
        return in_words(self.label or own)

    def choices(self, _rows: Any, _columns: Sequence[Any]) -> list[tuple[str, str]]:
        """What may be chosen, each code with its words; empty for a field that is typed."""
        return []


@dataclass(frozen=True)
class Search(Filter):
    """Words to look for."""

    name: str = "q"
    label: Said = SEARCHED

    kind = "search"


@dataclass(frozen=True)
class Typed(Filter):
    """A code to type, set from left to right."""

    kind = "code"


@dataclass(frozen=True)
class OnDay(Filter):
    """A day."""

    kind = "day"


@dataclass(frozen=True)
class Choice(Filter):
    """One of the codes that `options` lists, else of those that the column of the same name knows."""

    options: Options | Callable[[], Options] | None = None

    kind = "choice"

    def choices(self, _rows: Any, columns: Sequence[Any]) -> list[tuple[str, str]]:
        """Each code with its words."""
        options = self.options() if callable(self.options) else self.options
        if options is None:
            options = next(column.known() for column in columns if isinstance(column, Words) and column.name == self.name)
        pairs = options.items() if isinstance(options, Mapping) else options
        return [(code, in_words(said)) for code, said in pairs]


@dataclass(frozen=True)
class Year(Filter):
    """The year of the day `field`, among those that the rows have, the latest first."""

    name: str = "year"
    label: Said = YEAR
    field: str = "day"
    years: Callable[[], Iterable[int]] | None = None

    kind = "choice"

    def apply(self, rows: Any, value: str) -> Any:
        """Those of the year; what is no year narrows nothing."""
        year = int(value) if value.isdecimal() and len(value) == len("2026") else 0
        return rows.filter(**{f"{self.field}__year": year}) if 0 < year < MAXYEAR else rows

    def choices(self, rows: Any, _columns: Sequence[Any]) -> list[tuple[str, str]]:
        """The years."""
        years = self.years() if self.years else {day.year for day in rows.order_by().dates(self.field, "year")}
        return [(str(year), str(year)) for year in sorted(years, reverse=True)]
