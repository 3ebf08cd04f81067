"""Common parts of the pages of measures: words of their columns, levels, states and kinds; and those of all pages, under one
name."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tiwizi.core.errors import Sentence
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import number, percent, text
from tiwizi.measures import household_results, results, rules
from tiwizi.measures.titles import TITLES
from tiwizi.office import answers
from tiwizi.office.answers import FORMATS, Context, language
from tiwizi.office.answers import said as problem_said
from tiwizi.office.lists.columns import in_words as in_language
from tiwizi.territories.rules import level_names

__all__ = [
    "FORMATS",
    "export",
    "filled",
    "flagged",
    "headers",
    "in_words",
    "kind_name",
    "kind_of_answer",
    "language",
    "level_name",
    "problem_said",
    "size",
    "sources_named",
    "status_name",
]


def export(frame: pl.DataFrame, kind: str, *, name: str, title: str) -> HttpResponse:
    """A table of figures of places to take away, its columns named in the reader's language where the format has room for it."""
    return answers.export(frame, kind, name=name, title=title, headers=headers(), personal=None)


def headers() -> Mapping[str, str]:
    """The titles of the columns of a table of figures."""
    return {name: in_language(title) for name, title in TITLES.items()}


def flagged(flags: Iterable[str | None], words: Rules) -> Context:
    """The legend of the warnings among the figures shown, with the error from which each applies; empty without any."""
    warnings = {rules.CAREFUL, rules.UNRELIABLE}.intersection(flags)
    judging = words.deprivations
    if not warnings or judging is None:
        return {}
    ends = {"careful_cv": judging.careful_cv, "unreliable_cv": judging.unreliable_cv}
    shares = {name: percent(float(share), language(), decimals=0) for name, share in ends.items()}
    return {**dict.fromkeys(warnings, True), **shares}


def sources_named(stored: Iterable[str]) -> list[str]:
    """Where figures come from, each source once, in readable form: included ones in the reader's language, others
    unchanged."""
    return [_source_named(source) for source in sorted(set(stored))]


def _source_named(stored: str) -> str:
    bare = stored.removeprefix(household_results.MADE_UP)
    name = _(bare) if bare == results.HOUSEHOLD_SOURCE else bare
    return name if bare == stored else _("%(source)s, made up") % {"source": name}


def level_name(level: str, words: Rules) -> str:
    """A level of the territory in words; one that the rulebook does not name keeps its code."""
    names = level_names() | {level.code: level.label for level in words.programme.levels}
    return names[level].in_(language()) if level in names else level


def status_name(status: str) -> str:
    """The state of a run in words."""
    return {
        rules.WAITING: _("waiting"),
        rules.RUNNING: _("being computed"),
        rules.DONE: _("done"),
        rules.FAILED: _("failed"),
        rules.STOPPED: _("stopped"),
    }[status]


def kind_name(kind: str) -> str:
    """The kind of a run in words."""
    return {
        "table": _("Figures made elsewhere"),
        "households": _("Poverty from households"),
        "change": _("Change of poverty between two rounds"),
    }.get(kind, _("Measures from the census"))


def kind_of_answer(kind: str) -> str:
    """What a column of answers holds, in words."""
    return {"number": _("a number"), "text": _("one of"), "flag": _("yes or no (1 or 0)")}[kind]


def size(count: int) -> str:
    """A number of bytes in readable form."""
    if count < 10**6:
        return _("%(number)s kB") % {"number": number(max(count / 1000, 0.1), language(), decimals=1)}
    if count < 10**9:
        return _("%(number)s MB") % {"number": number(count / 10**6, language(), decimals=1)}
    return _("%(number)s GB") % {"number": number(count / 10**9, language(), decimals=1)}


def in_words(sentence: Sentence) -> str:
    """A sentence of ours in the reader's language."""
    return text(sentence, language())


def filled(asked: Any) -> dict[str, str]:
    """The parameters of an address, each once."""
    return {key: str(asked.get(key, "")) for key in asked}
