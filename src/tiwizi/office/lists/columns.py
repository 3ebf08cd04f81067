"""The columns of a list: each reads the values of all rows of a page at once, shows them, and exports them with a type.

A column never reads one row alone, so that a page of a hundred rows takes as many queries as a page of one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar, Final

import polars as pl
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tiwizi.core.errors import Sentence, mark
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.subjects import Label
from tiwizi.language import currency, text, translator
from tiwizi.office.answers import language

Said = str | Promise | Sentence | Label
"""A text of ours, to be said in the reader's language."""
Read = Callable[[Any], Any]
"""Reads a value from a row."""

CODE_OF: Final = mark("{title} (code)")
"""The title of a column of codes beside that of their names."""


class Verbatim(str):
    """A text that is shown as it stands: a name that people typed, or words already in the reader's language."""

    __slots__ = ()


def in_words(said: Said) -> str:
    """A text of ours in the reader's language."""
    if isinstance(said, Verbatim):
        return str(said)
    if isinstance(said, Label):
        return said.in_(language())
    if isinstance(said, Sentence):
        return text(said, language())
    # A promise is translated as it becomes a text; a template of ours, marked for the catalogue, is looked up.
    return str(said) if isinstance(said, Promise) or not said else translator(language())(said)


@dataclass(frozen=True)
class Cell:
    """A text with what may stand beside it: the code that it names, the address that it opens, a note, a mark of warning."""

    text: str
    code: str = ""
    url: str = ""
    note: str = ""
    mark: bool = False


def linked(text: str, to: str, *key: Any) -> Cell:
    """A text that opens the address of a name."""
    return Cell(text, url=reverse(to, args=key))


@dataclass(frozen=True)
class Field:
    """One column of an export: a name for programs, a title for the reader, and the values with their type."""

    name: str
    title: str
    dtype: pl.DataType | type[pl.DataType]
    values: Sequence[Any]


@dataclass(frozen=True)
class Column:
    """Text that a row holds under `name`, or that `read` finds in it.

    `under` is the name of the column below which it stands as a note; `sort` the sort that its heading asks for. `shown` and
    `exported` leave it out of the page or of the files. `heads_row` makes it
    the heading of its row. Who lacks `permission` has no such column.
    """

    name: str
    title: Said
    read: Read | None = None
    under: str = ""
    sort: str = ""
    shown: bool = True
    exported: bool = True
    heads_row: bool = False
    permission: str = ""

    kind: ClassVar[str] = "text"
    """How the page draws a value (office/parts/cell.html)."""
    numeric: ClassVar[bool] = False
    dtype: ClassVar[pl.DataType | type[pl.DataType]] = pl.String

    @property
    def heading(self) -> str:
        """Its title in the reader's language."""
        return in_words(self.title)

    def values(self, rows: Sequence[Any]) -> list[Any]:
        """One value per row."""
        return [self.read(row) if self.read else found(row, self.name) for row in rows]

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """What an export holds of these values."""
        return [Field(self.name, self.heading, self.dtype, [None if value in (None, "") else str(value) for value in values])]


def in_currency(title: Said) -> str:
    """The title of an amount, with the currency in which it is."""
    return _("{title}, in {currency}").format(title=in_words(title), currency=currency(language()))


def found(row: Any, name: str) -> Any:
    """The attribute of a row; `account__name` is that of its account."""
    return reduce(getattr, name.split("__"), row)


def in_language(method: str) -> Read:
    """Reads what a method of the row says in the reader's language: its name, its title."""
    return lambda row: getattr(row, method)(language())


@dataclass(frozen=True)
class Text(Column):
    """Text that people typed."""


@dataclass(frozen=True)
class Name(Column):
    """An identifier made of letters and digits, set from left to right in every language."""

    kind = "code"


@dataclass(frozen=True)
class Link(Column):
    """Text that opens the page of its row: `to` is the name of the address, `key` what the address captures of the row; `url`
    makes the address of a row itself.

    `code` says that the text is an identifier, set from left to right.
    """

    to: str = ""
    key: str = "pk"
    code: bool = False
    heads_row: bool = True
    url: Callable[[Any], str] | None = None

    kind = "link"

    def values(self, rows: Sequence[Any]) -> list[Cell]:
        """Each text with its address."""
        texts = super().values(rows)
        return [Cell(str(value), url=self.address(row)) for row, value in zip(rows, texts, strict=True)]

    def address(self, row: Any) -> str:
        """What a row opens."""
        return self.url(row) if self.url else reverse(self.to, args=[found(row, self.key)])

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """The texts alone."""
        return super().fields([cell.text for cell in values])


@dataclass(frozen=True)
class Coded(Column):
    """Texts that stand for codes: the page shows the text, an export both, the code beside its name."""

    kind = "cell"

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Names, then codes."""
        title = self.heading
        names = [cell.text or None if cell else None for cell in values]
        codes = [cell.code or None if cell else None for cell in values]
        return [
            Field(self.name, title, pl.String, names),
            Field(f"{self.name}_code", in_words(CODE_OF).format(title=title), pl.String, codes),
        ]


@dataclass(frozen=True)
class Words(Coded):
    """A code of ours in words. `words` says what each code is called; a code that it does not know stands for itself."""

    words: Mapping[str, Said] | Callable[[], Mapping[str, Said]] | None = None

    def known(self) -> Mapping[str, Said]:
        """What each code is called."""
        return self.words() if callable(self.words) else self.words or {}

    def values(self, rows: Sequence[Any]) -> list[Cell | None]:
        """Each code with its words."""
        known = self.known()
        codes = [None if code in (None, "") else str(code) for code in super().values(rows)]
        return [None if code is None else Cell(in_words(known.get(code, code)), code=code) for code in codes]


@dataclass(frozen=True)
class PerPage(Coded):
    """What one function finds for all rows of a page at once: a cell for each row, or none.

    `coded` says whether an export holds the codes, `note` the name and title of the column in which it holds the notes.
    """

    compute: Callable[[Sequence[Any]], Sequence[Cell | None]] = list
    coded: bool = True
    note: tuple[str, Said] = ("", "")

    def values(self, rows: Sequence[Any]) -> list[Cell | None]:
        """What the function finds."""
        return list(self.compute(rows))

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Texts, codes and notes."""
        made = super().fields(values)[: 2 if self.coded else 1]
        if self.note[0]:
            notes = [cell.note or None if cell else None for cell in values]
            made.append(Field(self.note[0], in_words(self.note[1]), pl.String, notes))
        return made


@dataclass(frozen=True)
class Number(Column):
    """A number, grouped as the language does; `plain` leaves out the grouping (a year), `compute` finds it for a whole page."""

    plain: bool = False
    compute: Callable[[Sequence[Any]], Sequence[int | None]] | None = None

    numeric = True
    dtype: ClassVar[pl.DataType | type[pl.DataType]] = pl.Int64

    @property
    def kind(self) -> str:  # type: ignore[override]
        """Grouped or not."""
        return "plain" if self.plain else "number"

    def values(self, rows: Sequence[Any]) -> list[Any]:
        """One number per row, or none."""
        return list(self.compute(rows)) if self.compute else super().values(rows)

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Whole numbers."""
        return [Field(self.name, self.heading, self.dtype, values)]


@dataclass(frozen=True)
class Decimals(Number):
    """A number with decimals, such as degrees."""

    dtype = pl.Float64


@dataclass(frozen=True)
class Money(Column):
    """An amount, exported in units of the currency with two decimals. Raises TypeError for a number that is no Centimes.

    An amount of 0 is shown as none, unless `zero` says that it is one.
    """

    zero: bool = False

    kind = "money"
    numeric = True
    dtype = pl.Decimal(18, 2)

    def values(self, rows: Sequence[Any]) -> list[Centimes | None]:
        """Amounts."""
        amounts = super().values(rows)
        wrong = [amount for amount in amounts if amount is not None and not isinstance(amount, Centimes)]
        if wrong:
            raise TypeError(f"{self.name}: {wrong[0]!r} does not say that it counts centimes")
        return [amount if amount or self.zero else None for amount in amounts]

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Exact amounts in units of the currency."""
        amounts = [None if value is None else value.decimal for value in values]
        return [Field(f"{self.name.removesuffix('_centimes')}_dh", in_currency(self.heading), self.dtype, amounts)]


@dataclass(frozen=True)
class Day(Column):
    """A day."""

    kind = "day"
    dtype = pl.Date

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Days."""
        return [Field(self.name, self.heading, self.dtype, values)]


@dataclass(frozen=True)
class Moment(Column):
    """A day and the time of day at the office."""

    kind = "moment"
    dtype = pl.Datetime("us")

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Moments by the office's clock, without a zone, as spreadsheets hold them."""
        local = [None if value is None else timezone.localtime(value).replace(tzinfo=None) for value in values]
        return [Field(self.name, self.heading, self.dtype, local)]


@dataclass(frozen=True)
class Flag(Column):
    """Yes or no: the page shows `yes` where it holds, an export true or false."""

    yes: Said = ""

    dtype = pl.Boolean
    kind = "flag"

    @property
    def words(self) -> str:
        """What the page shows where it holds."""
        return in_words(self.yes or self.title)

    def values(self, rows: Sequence[Any]) -> list[bool]:
        """One answer per row."""
        return [bool(value) for value in super().values(rows)]

    def fields(self, values: Sequence[Any]) -> list[Field]:
        """Answers."""
        return [Field(self.name, self.heading, self.dtype, values)]


@dataclass(frozen=True)
class Template(Column):
    """What a component draws from the row itself, on the page alone; `compute` prepares it for a whole page."""

    template: str = ""
    exported: bool = False
    compute: Callable[[Sequence[Any]], Iterable[Any]] | None = None

    kind = "template"

    def values(self, rows: Sequence[Any]) -> list[Any]:
        """What is drawn for each row."""
        return list(self.compute(rows)) if self.compute else list(rows)
