"""What Tiwizi raises on purpose. Each error says what is wrong, where, why it matters and how to mend it.

Texts are English templates with named values, so that the interface (a page, the command line) can show them in the
reader's language: ``error.text(translate)`` takes any function from an English template to its translation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as _field
from typing import Any, Protocol


class Translate(Protocol):
    """From an English template to its translation; with a plural and a count, to the form that the count asks for."""

    def __call__(self, template: str, plural: str = "", count: int = 1, /) -> str: ...


Show = Callable[[Any], str]


def english(template: str, plural: str = "", count: int = 1, /) -> str:
    """The template itself, or its plural: the translation used when no language is given."""
    return plural if plural and count != 1 else template


def mark(template: str) -> str:
    """The template unchanged; the name only tells the catalogue's extractor that this text is to be translated."""
    return template


class Named(str):
    """An identifier that sentences display under the name of what it identifies; it compares and hashes as its own text."""

    __slots__ = ("ar", "fr")

    ar: str
    fr: str

    def __new__(cls, key: str, *, ar: str, fr: str) -> "Named":
        """The identifier `key` with its names."""
        made = super().__new__(cls, key)
        made.ar, made.fr = ar, fr
        return made

    def __str__(self) -> str:
        return self.fr

    def in_(self, language: str) -> str:
        """The name in `language`: Arabic, or the Latin one."""
        return self.ar if language == "ar" else self.fr


def plain(text: str) -> str:
    """The text itself, without the name that a Named shows."""
    return str.__str__(text)


@dataclass(frozen=True)
class Sentence:
    """A text to be shown later in some language: an English template and the values that fill it.

    A counted one has the template for one thing, the `plural` for any other number, and that number as its value `count`.
    `field` is the name of the form's field that it speaks of, if it does.
    """

    template: str
    values: Mapping[str, Any] = _field(default_factory=dict)
    plural: str = ""
    field: str = _field(default="", compare=False)

    def at(self, field: str) -> "Sentence":
        """The same sentence, to be shown at a field of a form."""
        return replace(self, field=field)

    def text(self, translate: Translate = english, show: Show = str) -> str:
        """The sentence in the language of `translate`, its values written by `show`; sentences inside it are translated too."""
        shown = {
            key: value.text(translate, show) if isinstance(value, Sentence) else show(value) for key, value in self.values.items()
        }
        template = translate(self.template, self.plural, self.values["count"]) if self.plural else translate(self.template)
        return template.format(**shown)

    def __str__(self) -> str:
        return self.text()


def say(template: str, **values: Any) -> Sentence:
    """A sentence translated when it is shown; the catalogue's extractor looks for this call."""
    return Sentence(template, values)


def say_count(singular: str, plural: str, *, count: int, **values: Any) -> Sentence:
    """A sentence about `count` things, in the form that the reader's language has for that number: Arabic has six."""
    return Sentence(singular, {"count": count, **values}, plural)


def packed(sentence: Sentence) -> list[Any]:
    """A sentence as JSON holds it: its template, its values, and the plural of a counted one."""
    values = {key: packed(value) if isinstance(value, Sentence) else _plain(value) for key, value in sentence.values.items()}
    return [sentence.template, values, *([sentence.plural] if sentence.plural else [])]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | bool) or value is None else str(value)


def unpacked(sentence: Sequence[Any]) -> Sentence:
    """The sentence that `packed` made."""
    template, values, *plural = sentence
    return Sentence(
        template, {key: unpacked(value) if isinstance(value, list) else value for key, value in values.items()}, *plural
    )


@dataclass(frozen=True)
class Problem:
    """One error: what is wrong, where (most general first), why it matters and how to mend it."""

    what: Sentence
    where: Sequence[Sentence] = ()
    why: Sentence | None = None
    remedy: Sentence | None = None

    def text(self, translate: Translate = english) -> str:
        """The problem as one paragraph: `where: what why remedy`."""
        place = ", ".join(part.text(translate) for part in self.where)
        rest = [part.text(translate) for part in (self.what, self.why, self.remedy) if part is not None]
        return (f"{place}: " if place else "") + " ".join(rest)


class TiwiziError(Exception):
    """Base of all errors raised on purpose; holds every problem found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.text())

    def text(self, translate: Translate = english) -> str:
        """All problems, one per line, in the language of `translate`."""
        return "\n".join(problem.text(translate) for problem in self.problems)


class BadData(TiwiziError):
    """A table cannot be used as it is; none of it was stored."""


class BadRulebook(TiwiziError):
    """A rulebook's files cannot be used as they are; names file, line and key."""


class Refused(TiwiziError):
    """A rule forbids what was asked; holds every reason."""


def refuse(reasons: Iterable[Sentence]) -> None:
    """Raises Refused with these reasons, usually from a `why_not_...` question; does nothing when there are none."""
    problems = [Problem(what=reason) for reason in reasons]
    if problems:
        raise Refused(problems)


def rows_sentence(rows: Sequence[int], *, shown: int = 3) -> Sentence:
    """Where in a table: the first rows concerned, counted from 1 as a spreadsheet's reader does, and how many in all."""
    first = ", ".join(str(row + 1) for row in rows[:shown])
    if len(rows) <= shown:
        return say("row {rows}", rows=first)
    return say_count("rows {rows} and {count} more", "rows {rows} and {count} more", rows=first, count=len(rows) - shown)
