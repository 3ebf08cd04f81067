"""What a reader of a plan must know before trusting it: assumptions, stand-ins, notes and sources, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from tiwizi.core.errors import Sentence, say_count
from tiwizi.core.rulebook.rulebook import figures_numbers
from tiwizi.core.rulebook.subjects import Number
from tiwizi.language import number, text, translator
from tiwizi.plan import Plan
from tiwizi.reports import measures
from tiwizi.reports.measures import unit_of
from tiwizi.reports.words import apart, criterion_label, enumerated, place_name

LISTED: Final = 12
"""How many names a note lists before it counts the rest."""


@dataclass(frozen=True)
class Assumption:
    """A parameter of the rulebook that no public source states."""

    label: str
    value: str
    unit: str
    checked: date


@dataclass(frozen=True)
class Origin:
    """A source of the figures, as it must be credited."""

    title: str
    url: str
    licence: str
    changed: str


def assumptions(plan: Plan, language: str) -> list[Assumption]:
    """Every number of the rules that is an assumption, in the order of the rulebook's files."""
    return [
        Assumption(one.label.in_(language), value_of(one, language), unit_of(one.unit, plan.rules, language), one.checked)
        for one in figures_numbers(plan.rules)
        if one.assumed
    ]


def value_of(one: Number, language: str) -> str:
    """A parameter's value as people write it: whole, with its decimals, or as a fraction where decimals would not end."""
    value = one.value
    if value.denominator == 1:
        return number(int(value), language)
    for digits in range(1, 7):
        if (value * 10**digits).denominator == 1:
            return number(float(value), language, decimals=digits)
    return f"{value.numerator}/{value.denominator}"


def stand_ins(plan: Plan, language: str) -> list[str]:
    """One sentence an indicator of deprivation that stands in for another, then one an indicator left out."""
    speak = translator(language)
    sentences = [
        speak("{indicator}: stands in for “{wanted}”.").format(
            indicator=one.label.in_(language), wanted=one.stands_for.in_(language)
        )
        for one in plan.rules.poverty.indicators
        if one.stands_for is not None
    ]
    sentences += [
        speak("Left out: {indicator} ({why}).").format(indicator=one.label.in_(language), why=one.why.in_(language))
        for one in plan.rules.poverty.left_out
    ]
    return sentences


def notes(plan: Plan, language: str) -> list[str]:
    """The plan's notes in a language, with the codes in them replaced by names people know."""
    names = _known_names(plan, language)
    return [text(_named(sentence, names, language), language) for sentence in plan.notes]


def origins(plan: Plan, language: str) -> list[Origin]:
    """The sources of the figures, in the plan's order."""
    return [Origin(one.title, one.url, one.licence, text(one.changed, language)) for one in plan.citations]


def _known_names(plan: Plan, language: str) -> dict[str, str]:
    rules = plan.rules
    found = {row["place"]: place_name(row, language) for row in plan.places.iter_rows(named=True)}
    found |= {one.code: criterion_label(one.code, rules, language) for one in rules.allocation.criteria}
    found |= {one.code: one.label.in_(language) for one in rules.poverty.indicators}
    found |= {one: measures.label(one, rules, language) for one in plan.measures["measure"].unique().to_list()}
    found |= {name: measures.label(name, rules, language) for one in rules.allocation.criteria for name in one.measures}
    # Distances by hamlet bear the names of the services; the same column of the census is a measure.
    return found | {one.column: one.label.in_(language) for one in rules.access.services}


def _named(sentence: Sentence, names: Mapping[str, str], language: str) -> Sentence:
    return replace(sentence, values={key: _value(value, names, language) for key, value in sentence.values.items()})


def _value(value: Any, names: Mapping[str, str], language: str) -> Any:
    if not isinstance(value, str):
        return value
    items = value.split(", ")
    if value in names or (len(items) == 1 and " " not in value):
        return names.get(value, value)
    said = [" – ".join(apart(names.get(word, word), language) for word in item.split(" ")) for item in items[:LISTED]]
    listed = enumerated(said, language)
    if len(items) <= LISTED:
        return listed
    more = say_count("{listed} and {count} more", "{listed} and {count} more", listed=listed, count=len(items) - LISTED)
    return text(more, language)
