"""What one place receives and why, on a sheet to print: typeset by Typst, right-to-left and shaped in Arabic."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tiwizi.core.errors import Problem, Refused, say, say_count
from tiwizi.language import day, direction, isolated, isolated_number, number, text, translator
from tiwizi.plan import Plan
from tiwizi.reports import chart, fonts
from tiwizi.reports.assumptions import assumptions, notes, origins, stand_ins
from tiwizi.reports.document import footer
from tiwizi.reports.locator import locator
from tiwizi.reports.minutes import Texts, typeset
from tiwizi.reports.parts import Component, Part, parts
from tiwizi.reports.words import (
    component_sentence,
    criterion_label,
    fine_percent,
    heading,
    marks_legend,
    money_dh,
    paragraph_of,
    place_name,
)

TEMPLATE: Final = Path(__file__).with_name("place_sheet.typ")


@dataclass(frozen=True)
class Adopted:
    """The act by which the shares came into force: its scenario, minutes and day, and their hash in the journal."""

    scenario: str
    reference: str
    decided_on: date
    shares_sha256: str
    body: str = ""
    """The committee that decided, where known."""


def place_sheet(plan: Plan, code: str, language: str, *, adopted: Adopted | None = None) -> bytes:
    """The sheet of one place of a plan as PDF: a draft unless `adopted` names the act by which its amounts came into force.

    The same plan, place, language and act give the same bytes. Raises Refused for a place that has no share in the plan.
    """
    part = parts(plan).get(code)
    if part is None:
        raise Refused(
            Problem(
                what=say("the place {place} has no share in this plan.", place=code),
                remedy=say_count(
                    "Choose the {count} place that shares.",
                    "Choose one of the {count} places that share.",
                    count=len(plan.recipients),
                ),
            )
        )
    data = contents(plan, part, language, adopted)
    files = {"main": TEMPLATE.read_bytes()}
    outline_map = locator(plan, code, language)
    if outline_map is not None:
        files["map.svg"] = chart.svg(outline_map).encode()
    data["map-alt"] = outline_map["description"] if outline_map is not None else None
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    return typeset(files, on=plan.on, tagged=True)


def contents(plan: Plan, part: Part, language: str, adopted: Adopted | None) -> Texts:
    """All texts of the sheet, in the reader's language."""
    speak = translator(language)
    rules = plan.rules
    return {
        "language": language,
        "direction": direction(language),
        "fonts": [family.strip() for family in fonts.families(language).split(",")],
        "date": [plan.on.year, plan.on.month, plan.on.day],
        "programme": rules.programme.label.in_(language),
        "title": place_name(part.row, language),
        "codes": _codes(plan, part, language),
        "subtitle": [chart.title(plan, language), chart.subtitle(plan, language)],
        "adopted": adopted is not None,
        "status": _status(adopted, language),
        "facts": _facts(plan, part, language),
        "headings": {
            "components": speak("Part by part"),
            "paragraph": speak("In one paragraph"),
            "notes": speak("What to know of the data"),
            "assumptions": speak("Assumptions"),
            "sources": speak("Sources"),
        },
        "columns": [heading(name, plan.rules, language) for name in ("criterion", "people", "amount_dh", "sentence")],
        "rows": [_row(component, plan, language) for component in part.components],
        "total": [heading("total", plan.rules, language), "", number(part.amount_dh, language), ""],
        "marks": marks_legend(language),
        "paragraph": paragraph_of(part, rules, language, count=len(plan.recipients)),
        "notes": [*notes(plan, language), *stand_ins(plan, language)],
        "assumptions-meaning": speak("No public source states these parameters: an office puts its own values in the rulebook."),
        "assumptions": _assumptions(plan, language),
        "sources": [asdict(origin) for origin in origins(plan, language)],
        "footer": footer(plan, language),
    }


def _codes(plan: Plan, part: Part, language: str) -> list[str]:
    """What the place lies in, and its code: a place and the one above may bear one name, codes do not repeat."""
    if part.parent is None:
        return [part.place]
    level = plan.rules.programme.level(str(part.parent["level"])).label.in_(language)
    return [f"{level} · {isolated(place_name(part.parent, language))}", part.place]


def _assumptions(plan: Plan, language: str) -> list[list[str]]:
    """Each parameter with its value and unit, once: two subjects may state the same one."""
    lines = [
        (assumption.label, f"{isolated(assumption.value)} {assumption.unit}".strip())
        for assumption in assumptions(plan, language)
    ]
    return [list(line) for line in dict.fromkeys(lines)]


def _status(adopted: Adopted | None, language: str) -> str:
    speak = translator(language)
    if adopted is None:
        return speak("Draft: nothing is adopted.")
    anybody = speak(
        "Adopted: scenario {scenario}, session of {day}, minutes {reference}; hash of the shares in the journal {hash}."
    )
    by = speak(
        "Adopted by {body}: scenario {scenario}, session of {day}, minutes {reference}; hash of the shares in the journal {hash}."
    )
    return (by if adopted.body else anybody).format(
        body=isolated(adopted.body),
        scenario=isolated(adopted.scenario),
        day=isolated(day(adopted.decided_on, language)),
        reference=isolated(adopted.reference),
        # The whole hash, so that a printed sheet can be compared with the journal.
        hash=isolated_number(adopted.shares_sha256, language),
    )


def _facts(plan: Plan, part: Part, language: str) -> list[list[str]]:
    speak = translator(language)
    a_head = money_dh(round(part.dh_per_head), plan.rules, language) if part.dh_per_head is not None else "–"
    rank = speak("{rank} of {count}").format(rank=number(part.rank, language), count=number(len(plan.recipients), language))
    return [
        [heading("population", plan.rules, language), number(part.people, language)],
        [speak("Amount"), money_dh(part.amount_dh, plan.rules, language)],
        [speak("Part of the envelope"), fine_percent(part.share, language)],
        [speak("A head"), a_head],
        [speak("Rank"), rank],
        *_interval(part, language),
    ]


def _interval(part: Part, language: str) -> list[list[str]]:
    """The interval of the place's share when the weights vary; nothing where none was drawn."""
    if part.interval is None:
        return []
    ends = (fine_percent(end, language) for end in (part.interval.share_low, part.interval.share_high))
    return [[text(say("Under other weights, nine times in ten"), language), " – ".join(ends)]]


def _row(component: Component, plan: Plan, language: str) -> list[str]:
    return [
        criterion_label(component.criterion, plan.rules, language),
        number(component.people, language) if component.people is not None else "",
        number(component.amount_dh, language),
        component_sentence(component, plan.rules, language),
    ]
