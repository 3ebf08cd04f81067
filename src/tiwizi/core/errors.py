"""What Tiwizi raises on purpose. Each error says what is wrong, where, why it matters and how to mend it.

Texts are English templates with named values, so that the edge (a page, the command line) can show them in the
reader's language: ``error.text(translate)`` takes any function from an English template to its translation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]
Show = Callable[[Any], str]


def english(template: str) -> str:
    """The template itself: the translation used when nobody says in which language to speak."""
    return template


def mark(template: str) -> str:
    """The template unchanged; the name only tells the catalogue's extractor that this text is to be translated."""
    return template


class Named(str):
    """An identifier that sentences show by the name of what it stands for; it equals, and is hashed as, its own text."""

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
    """A text to be said later in some language: an English template and the values that fill it."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate = english, show: Show = str) -> str:
        """The sentence in the language of `translate`, its values written by `show`; sentences inside it are translated too."""
        said = {
            key: value.text(translate, show) if isinstance(value, Sentence) else show(value) for key, value in self.values.items()
        }
        return translate(self.template).format(**said)

    def __str__(self) -> str:
        return self.text()


def say(template: str, **values: Any) -> Sentence:
    """A sentence to be translated where it is shown; the catalogue's extractor looks for this call."""
    return Sentence(template, values)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where (most general first), why it matters and how to mend it."""

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
        """All problems, one a line, in the language of `translate`."""
        return "\n".join(problem.text(translate) for problem in self.problems)


class BadData(TiwiziError):
    """A table cannot be used as it is; nothing of it was kept."""


class BadRulebook(TiwiziError):
    """A rulebook's files cannot be used as they are; names file, line and key."""


class Refused(TiwiziError):
    """A rule forbids what was asked; holds every reason."""


def refuse(reasons: Iterable[Sentence]) -> None:
    """Raises Refused with these reasons, such as a `why_not_...` question gave them; none at all means that it may go ahead."""
    problems = [Problem(what=reason) for reason in reasons]
    if problems:
        raise Refused(problems)


def rows_sentence(rows: Sequence[int], *, shown: int = 3) -> Sentence:
    """Where in a table: the first rows concerned, counted from 1 as a spreadsheet's reader does, and how many in all."""
    first = ", ".join(str(row + 1) for row in rows[:shown])
    if len(rows) <= shown:
        return say("row {rows}", rows=first)
    return say("rows {rows} and {more} more", rows=first, more=len(rows) - shown)
