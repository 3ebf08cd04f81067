"""What a reader of a plan must know before trusting it: assumptions, proxies, notes and sources, in words."""

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
        Assumption(
            number.label.in_(language), value_of(number, language), unit_of(number.unit, plan.rules, language), number.checked
        )
        for number in figures_numbers(plan.rules)
        if number.assumed
    ]


def value_of(parameter: Number, language: str) -> str:
    """A parameter's formatted value: an integer, a decimal, or a fraction where decimals would not terminate."""
    value = parameter.value
    if value.denominator == 1:
        return number(int(value), language)
    for digits in range(1, 7):
        if (value * 10**digits).denominator == 1:
            return number(float(value), language, decimals=digits)
    return f"{value.numerator}/{value.denominator}"


def stand_ins(plan: Plan, language: str) -> list[str]:
    """One sentence per proxy indicator of deprivation, then one per indicator left out."""
    speak = translator(language)
    sentences = [
        speak("{indicator}: stands in for “{wanted}”.").format(
            indicator=indicator.label.in_(language), wanted=indicator.stands_for.in_(language)
        )
        for indicator in plan.rules.poverty.indicators
        if indicator.stands_for is not None
    ]
    sentences += [
        speak("Left out: {indicator} ({why}).").format(indicator=indicator.label.in_(language), why=indicator.why.in_(language))
        for indicator in plan.rules.poverty.left_out
    ]
    return sentences


def notes(plan: Plan, language: str) -> list[str]:
    """The plan's notes in a language, with the codes in them replaced by names."""
    names = _known_names(plan, language)
    return [text(_named(sentence, names, language), language) for sentence in plan.notes]


def origins(plan: Plan, language: str) -> list[Origin]:
    """The sources of the figures, in the plan's order."""
    return [
        Origin(citation.title, citation.url, citation.licence, text(citation.changed, language)) for citation in plan.citations
    ]


def _known_names(plan: Plan, language: str) -> dict[str, str]:
    rules = plan.rules
    names = {row["place"]: place_name(row, language) for row in plan.places.iter_rows(named=True)}
    names |= {criterion.code: criterion_label(criterion.code, rules, language) for criterion in rules.allocation.criteria}
    names |= {indicator.code: indicator.label.in_(language) for indicator in rules.poverty.indicators}
    names |= {measure: measures.label(measure, rules, language) for measure in plan.measures["measure"].unique().to_list()}
    names |= {
        name: measures.label(name, rules, language) for criterion in rules.allocation.criteria for name in criterion.measures
    }
    # Distances by hamlet bear the names of the services; the same column of the census is a measure.
    return names | {service.column: service.label.in_(language) for service in rules.access.services}


def _named(sentence: Sentence, names: Mapping[str, str], language: str) -> Sentence:
    return replace(sentence, values={key: _value(value, names, language) for key, value in sentence.values.items()})


def _value(value: Any, names: Mapping[str, str], language: str) -> Any:
    if not isinstance(value, str):
        return value
    items = value.split(", ")
    if value in names or (len(items) == 1 and " " not in value):
        return names.get(value, value)
    labels = [" – ".join(apart(names.get(word, word), language) for word in item.split(" ")) for item in items[:LISTED]]
    listed = enumerated(labels, language)
    if len(items) <= LISTED:
        return listed
    more = say_count("{listed} and {count} more", "{listed} and {count} more", listed=listed, count=len(items) - LISTED)
    return text(more, language)
