"""The texts of a plan: names, headings, the sentence of each component, one paragraph per place. Sentences are English
templates translated by the catalogue; the reason of a criterion comes from the rulebook.
"""

from collections.abc import Iterable
from typing import Final

from tiwizi.core.errors import mark, say, say_count
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import isolated, money, number, percent, text, translator
from tiwizi.plan import Plan
from tiwizi.reports.parts import Component, Part, Row, parts

NO_BREAK_SPACE: Final = "\u00a0"

HEADINGS: Final = {
    "place": mark("Code"),
    "name": mark("Place"),
    "parent": mark("Place above"),
    "population": mark("People"),
    "amount_dh": mark("Amount ({currency})"),
    "dh_per_head": mark("{currency} a head"),
    "difference_dh": mark("Difference ({currency})"),
    "share": mark("Share of the envelope"),
    "rank": mark("Rank"),
    "main_reason": mark("Main reason"),
    "criterion": mark("Component"),
    "people": mark("People concerned"),
    "sentence": mark("Reason"),
    "standing": mark("Standing of the figure"),
    "assumed": mark("Rests on an assumption"),
    "label": mark("Parameter"),
    "value": mark("Value"),
    "unit": mark("Unit"),
    "checked": mark("Checked on"),
    "total": mark("Total"),
}

BOUND_LABELS: Final = {
    "floor": mark("Floor"),
    "cap": mark("Cap"),
    "hold_harmless": mark("Kept of last year"),
    "rounding": mark("Rounding"),
}

STANDINGS: Final = {
    "published": mark("published"),
    "computed": mark("computed from published figures"),
    "proxy": mark("stands in for the figure wanted"),
}

# What a bound or the rounding does to an amount: when it adds, when it subtracts.
_BOUNDS: Final = {
    "floor": (mark("{money} added to reach the floor"), mark("{money} taken away to lift the places below the floor")),
    "cap": (
        mark("{money} added from what exceeds the cap elsewhere"),
        mark("{money} taken away because the cap of one place is reached"),
    ),
    "hold_harmless": (
        mark("{money} added to keep the guaranteed part of last year's amount"),
        mark("{money} taken away to guarantee other places a part of last year's amount"),
    ),
    "rounding": (mark("{money} added by rounding"), mark("{money} taken away by rounding")),
}


def heading(column: str, rules: Rules, language: str) -> str:
    """The heading of a column that reports show: those of amounts bear the programme's currency."""
    if column == "parent" and rules.territory is not None:
        return rules.territory.above.in_(language)
    return translator(language)(HEADINGS[column]).format(currency=rules.programme.currency.in_(language))


def place_name(row: Row, language: str) -> str:
    """A place's name: Arabic in Arabic, French in French, English (else French) in English; else any name, or the code."""
    order = {"ar": ("name_ar", "name_fr"), "fr": ("name_fr", "name_ar"), "en": ("name_en", "name_fr", "name_ar")}[language]
    return next((str(row[key]) for key in order if row.get(key)), str(row["place"]))


def plan_title(plan: Plan, language: str) -> str:
    """The title of a plan: its programme and its place."""
    row = next(row for row in plan.places.iter_rows(named=True) if row["place"] == plan.place)
    programme = plan.rules.programme.label.in_(language)
    speak = translator(language)
    return speak("{programme}: {place}").format(programme=programme, place=place_name(row, language))


def money_dh(amount_dh: int | None, rules: Rules, language: str) -> str:
    """An amount with the programme's currency after it, on one line."""
    amount = None if amount_dh is None else Centimes.of_dh(amount_dh)
    text = money(amount, language, of=rules.programme.currency)
    return text.replace(" ", NO_BREAK_SPACE)


def criterion_label(code: str, rules: Rules, language: str) -> str:
    """The name of a component: a criterion of the formula, a bound, or the rounding."""
    if code in BOUND_LABELS:
        return translator(language)(BOUND_LABELS[code])
    return rules.allocation.criterion(code).label.in_(language)


def programme_label(code: str, rules: Rules, language: str) -> str:
    """The name of a sub-programme."""
    return {programme.code: programme.label for programme in rules.programme.programmes}[code].in_(language)


def component_sentence(component: Component, rules: Rules, language: str) -> str:
    """The sentence of one component: `1,104,000 because 2,310 unemployed people live here.`"""
    return _clause(component, rules, language) + "."


def reasons_of(part: Part, rules: Rules, language: str) -> list[str]:
    """One sentence per component of a place's part, from the largest amount down."""
    return [component_sentence(component, rules, language) for component in part.components]


def reasons(plan: Plan, place: str, language: str) -> list[str]:
    """One sentence for each component of the amount of a recipient, from the largest amount down."""
    return reasons_of(parts(plan)[place], plan.rules, language)


def main_reason_of(part: Part, rules: Rules, language: str) -> str:
    """The main reason for a place's amount, in a few words: its largest component, without the amount."""
    component = part.main
    if component.people is None:
        return criterion_label(component.criterion, rules, language)
    reason = rules.allocation.criterion(component.criterion).reason.in_(language)
    text = reason.format(people=number(component.people, language))
    return text[:1].upper() + text[1:]


def main_reason(plan: Plan, place: str, language: str) -> str:
    """The main reason for a recipient's amount, in a few words: its largest component, without the amount."""
    return main_reason_of(parts(plan)[place], plan.rules, language)


def main_reason_in_brief(part: Part, rules: Rules, language: str) -> str:
    """The name of the largest component and how many people it concerns, for a narrow column."""
    label = criterion_label(part.main.criterion, rules, language)
    if part.main.people is None:
        return label
    return text(say("{criterion} ({people})", criterion=label, people=part.main.people), language)


def paragraph(plan: Plan, place: str, language: str) -> str:
    """A paragraph on one recipient: people, amount, amount per head, rank, reasons, and how certain its share is."""
    return paragraph_of(parts(plan)[place], plan.rules, language, count=len(plan.recipients))


def paragraph_of(part: Part, rules: Rules, language: str, *, count: int) -> str:
    """The paragraph of a part; `count` is the number of recipients."""
    return " ".join([_opening(part, rules, language, count), body_of(part, rules, language)])


def body_of(part: Part, rules: Rules, language: str) -> str:
    """The paragraph of a part without its opening: the reasons, then the interval of its share under other weights."""
    speak = translator(language)
    nonzero = [component for component in part.components if component.amount_dh]
    nothing = [component for component in part.components if not component.amount_dh and component.people is not None]
    sentences = [joined((_clause(component, rules, language) for component in nonzero), language) + "."] if nonzero else []
    if nothing:
        names = enumerated((criterion_label(component.criterion, rules, language) for component in nothing), language)
        sentences.append(speak("Nothing comes from: {criteria}.").format(criteria=names))
    if part.interval is not None:
        sentences.append(_interval(part, language))
    return " ".join(sentences)


def joined(clauses: Iterable[str], language: str) -> str:
    """Clauses joined into one sentence by the language's semicolon."""
    return {"ar": "؛ ", "fr": f"{NO_BREAK_SPACE}; ", "en": "; "}[language].join(clauses)


def enumerated(items: Iterable[str], language: str) -> str:
    """Items joined by the language's comma."""
    return {"ar": "، "}.get(language, ", ").join(items)


def marks_legend(language: str) -> str:
    """What the marks in brackets after a reason mean."""
    speak = translator(language)
    return speak(
        "[proxy]: a published figure stands in for the figure wanted. "
        "[assumption]: a parameter of the rulebook that no public source states lies behind the figure."
    )


def fine_percent(share: float, language: str) -> str:
    """A share as a percentage, with more digits where it is under one in a hundred."""
    return percent(share, language, decimals=1 if share >= 0.01 else 3)


def apart(value: str, language: str) -> str:
    """Text of unknown direction isolated inside an Arabic sentence; unchanged in French and English."""
    return isolated(value) if language == "ar" else value


def _opening(part: Part, rules: Rules, language: str, count: int) -> str:
    values = {
        "name": place_name(part.row, language),
        "money": money_dh(part.amount_dh, rules, language),
        "share": fine_percent(part.share, language),
        "rank": part.rank,
        "places": count,
    }
    if part.dh_per_head is None or part.people is None:
        return text(say("{name} receives {money}, {share} of the envelope: rank {rank} of {places}.", **values), language)
    opening = say_count(
        "{name} ({count} person) receives {money}, {share} of the envelope and {per_head} a head: rank {rank} of {places}.",
        "{name} ({count} people) receives {money}, {share} of the envelope and {per_head} a head: rank {rank} of {places}.",
        count=part.people,
        per_head=money_dh(round(part.dh_per_head), rules, language),
        **values,
    )
    return text(opening, language)


def _clause(component: Component, rules: Rules, language: str) -> str:
    speak = translator(language)
    if component.criterion in _BOUNDS:
        adds, takes = _BOUNDS[component.criterion]
        template = adds if component.amount_dh >= 0 else takes
        return speak(template).format(money=money_dh(abs(component.amount_dh), rules, language))
    values = {"money": money_dh(component.amount_dh, rules, language)}
    if not component.people:
        values["criterion"] = criterion_label(component.criterion, rules, language)
        return speak("{money} for {criterion}: nobody is concerned here").format(**values)
    if not component.amount_dh:
        values["criterion"] = criterion_label(component.criterion, rules, language)
        return speak("{money} for {criterion}: it has no weight, or too few people are concerned here").format(**values)
    reason = rules.allocation.criterion(component.criterion).reason.in_(language)
    values["reason"] = reason.format(people=number(component.people, language))
    return _marked(speak("{money} because {reason}").format(**values), component, language)


def _marked(clause: str, component: Component, language: str) -> str:
    speak = translator(language)
    if component.standing == "proxy" and component.assumed:
        return speak("{clause} [proxy, assumption]").format(clause=clause)
    if component.standing == "proxy":
        return speak("{clause} [proxy]").format(clause=clause)
    if component.assumed:
        return speak("{clause} [assumption]").format(clause=clause)
    return clause


def _interval(part: Part, language: str) -> str:
    speak = translator(language)
    interval = part.interval
    if interval is None:
        return ""
    values = {
        "low": fine_percent(interval.share_low, language),
        "high": fine_percent(interval.share_high, language),
        "first": number(interval.rank_low, language),
        "last": number(interval.rank_high, language),
    }
    if interval.rank_low == interval.rank_high:
        template = speak(
            "With weights drawn around those chosen, its share before the bounds lies between {low} and {high} "
            "nine times out of ten, and its rank is {first}."
        )
    else:
        template = speak(
            "With weights drawn around those chosen, its share before the bounds lies between {low} and {high} "
            "nine times out of ten, and its rank between {first} and {last}."
        )
    return template.format(**values)
