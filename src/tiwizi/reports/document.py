"""A plan as a PDF report, typeset by Typst with the fonts of the packages: right-to-left and shaped in Arabic."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tiwizi import __version__
from tiwizi.core.errors import say, say_count
from tiwizi.language import direction, isolated, number, text, translator
from tiwizi.plan import Plan
from tiwizi.reports import chart, fonts
from tiwizi.reports.assumptions import assumptions, notes, origins, stand_ins
from tiwizi.reports.figures import figures
from tiwizi.reports.minutes import Texts, typeset
from tiwizi.reports.parts import Part, parts
from tiwizi.reports.words import body_of, heading, main_reason_in_brief, marks_legend, money_dh, place_name, programme_label

TEMPLATE: Final = Path(__file__).with_name("document.typ")
TAGGED_MOST: Final = 400
"""Beyond this many places the tags for screen readers would outweigh the report: the workbook replaces it."""
COLUMNS: Final = ("rank", "name", "parent", "population", "amount_dh", "dh_per_head", "main_reason")


def pdf(plan: Plan, language: str) -> bytes:
    """The report as PDF: map, table, reasons of each place, targeting, assumptions, sources; same plan, same bytes."""
    share_map = chart.untitled(chart.share_map(plan, language))
    curve = chart.untitled(chart.concentration(plan, language))
    data = contents(plan, language)
    data |= {"map-alt": share_map["description"], "curve-alt": curve["description"]}
    files = {
        "main": TEMPLATE.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "map.svg": chart.svg(share_map).encode(),
        "curve.svg": chart.svg(curve).encode(),
    }
    return typeset(files, on=plan.on, tagged=len(plan.recipients) <= TAGGED_MOST)


def contents(plan: Plan, language: str) -> Texts:
    """All texts of the report, in the reader's language."""
    speak = translator(language)
    rules = plan.rules
    plan_parts = list(parts(plan).values())
    return {
        "language": language,
        "direction": direction(language),
        "fonts": [family.strip() for family in fonts.families(language).split(",")],
        "date": [plan.on.year, plan.on.month, plan.on.day],
        "programme": rules.programme.label.in_(language),
        "title": chart.title(plan, language),
        "subtitle": chart.subtitle(plan, language),
        "footer": footer(plan, language),
        "opening": _opening(plan, language),
        "headings": _headings(language),
        "columns": [heading(name, plan.rules, language) for name in COLUMNS],
        "rows": [_row(part, plan, language) for part in plan_parts],
        "total": _total(plan_parts, plan, language),
        "programmes": [
            [programme_label(code, rules, language), money_dh(amount, rules, language)]
            for code, amount in plan.sub_envelopes.items()
        ],
        "marks": marks_legend(language),
        "groups": _groups(plan_parts, plan, language),
        "figures": [asdict(figure) for figure in figures(plan, language)],
        "notes": [*notes(plan, language), *stand_ins(plan, language)],
        "assumptions-meaning": speak("No public source states these parameters: an office puts its own values in the rulebook."),
        "assumption-columns": [heading(name, plan.rules, language) for name in ("label", "value", "unit", "checked")],
        "assumptions": [
            [assumption.label, assumption.value, assumption.unit, assumption.checked.isoformat()]
            for assumption in assumptions(plan, language)
        ],
        "sources": [asdict(origin) for origin in origins(plan, language)],
    }


def _headings(language: str) -> dict[str, str]:
    speak = translator(language)
    return {
        "table": speak("What each place receives"),
        "programmes": speak("The envelope by programme"),
        "reasons": speak("Why: each place, part by part"),
        "targeting": speak("Whom the money reaches"),
        "notes": speak("What to know of the data"),
        "assumptions": speak("Assumptions"),
        "sources": speak("Sources"),
    }


def footer(plan: Plan, language: str) -> str:
    """Rulebook, version and day, at the foot of each page."""
    made_by = say(
        "Rulebook {rulebook} {version} · Tiwizi {code} · rules of {day}",
        rulebook=plan.rulebook.name,
        version=plan.rulebook.version,
        code=__version__,
        day=plan.on,
    )
    return text(made_by, language)


def _opening(plan: Plan, language: str) -> list[str]:
    """The introduction of the report."""
    speak = translator(language)
    labels = [criterion.label.in_(language) for criterion in plan.rules.allocation.criteria if criterion.weight.value]
    comma = "، " if language == "ar" else ", "
    return [
        speak(
            "Each criterion has a part of the envelope, shared in proportion to the people it concerns in each place: {criteria}."
        ).format(criteria=comma.join(labels)),
        speak("Floors, caps and rounding come after, each with its own line, and the amounts sum to the envelope exactly."),
    ]


def _row(part: Part, plan: Plan, language: str) -> list[str]:
    return [
        number(part.rank, language),
        place_name(part.row, language),
        place_name(part.parent, language) if part.parent else "",
        number(part.people, language),
        number(part.amount_dh, language),
        number(part.dh_per_head, language),
        main_reason_in_brief(part, plan.rules, language),
    ]


def _total(plan_parts: list[Part], plan: Plan, language: str) -> list[str]:
    people = sum(part.people or 0 for part in plan_parts)
    a_head = number(plan.envelope_dh / people, language) if people else "–"
    return [
        "",
        heading("total", plan.rules, language),
        "",
        number(people, language),
        number(plan.envelope_dh, language),
        a_head,
        "",
    ]


def _groups(plan_parts: list[Part], plan: Plan, language: str) -> list[Texts]:
    """The places under the one right above, in the order of their codes."""
    by_parent: dict[str, list[Part]] = {}
    for part in plan_parts:
        by_parent.setdefault(str(part.parent["place"]) if part.parent else "", []).append(part)
    groups = []
    for _code, members in sorted(by_parent.items()):
        parent = members[0].parent
        level = plan.rules.programme.level(str(parent["level"])).label.in_(language) if parent else ""
        name = f"{level}{':' if language != 'fr' else ' :'} {isolated(place_name(parent, language))}" if parent else ""
        groups.append({"name": name, "places": [_place(part, plan, language) for part in members]})
    return groups


def _place(part: Part, plan: Plan, language: str) -> dict[str, str]:
    amount = money_dh(part.amount_dh, plan.rules, language)
    a_head = money_dh(round(part.dh_per_head), plan.rules, language) if part.dh_per_head is not None else "–"
    name, people = place_name(part.row, language), part.people
    heading = (
        say_count("{name}, {count} person", "{name}, {count} people", name=name, count=people) if people is not None else None
    )
    return {
        "name": text(heading, language) if heading else name,
        "amount": text(say("{money}, {per_head} a head", money=amount, per_head=a_head), language),
        "body": body_of(part, plan.rules, language),
    }
