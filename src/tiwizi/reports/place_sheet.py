"""What one place receives and why, on a sheet to print and to keep: set by Typst, right-to-left and shaped in Arabic."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import typst

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.language import day, direction, isolated, isolated_number, number, percent, translator
from tiwizi.plan import Plan
from tiwizi.reports import chart, fonts
from tiwizi.reports.assumptions import assumptions, origins
from tiwizi.reports.document import footer
from tiwizi.reports.parts import Component, Part, parts
from tiwizi.reports.words import (
    body_of,
    component_sentence,
    criterion_label,
    dirhams,
    enumerated,
    heading,
    marks_legend,
    place_name,
)

TEMPLATE: Final = Path(__file__).with_name("place_sheet.typ")


@dataclass(frozen=True)
class Adopted:
    """The act by which the shares came into force: its scenario, minutes and day, its entry in the journal, their hash."""

    scenario: str
    reference: str
    decided_on: date
    entry: int
    shares_sha256: str


def place_sheet(plan: Plan, place: str, language: str, *, adopted: Adopted | None = None) -> bytes:
    """The sheet of one place of a plan as PDF; same plan, same bytes. Raises Refused for a place that has no share in it."""
    part = parts(plan).get(place)
    if part is None:
        raise Refused(
            Problem(
                what=say("the place {place} has no share in this plan.", place=place),
                remedy=say("Choose one of the {count} places that share.", count=len(plan.sharing)),
            )
        )
    data = contents(plan, part, language, adopted)
    made: object = typst.compile(  # type: ignore[call-overload] # its stubs leave out the files by name
        {"main": TEMPLATE.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode()},
        format="pdf",
        font_paths=[str(folder) for folder in fonts.folders()],
        ignore_system_fonts=True,
        pdf_tags=True,
        timestamp=datetime.combine(plan.on, time(), tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no document")
    return made


def contents(plan: Plan, part: Part, language: str, adopted: Adopted | None) -> dict[str, Any]:
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
        "subtitle": chart.title(plan, language),
        "adopted": adopted is not None,
        "status": _status(adopted, language),
        "facts": _facts(plan, part, language),
        "headings": {
            "components": speak("Dirham by dirham"),
            "paragraph": speak("In one paragraph"),
            "assumptions": speak("Assumptions"),
            "sources": speak("Sources"),
        },
        "columns": [heading(name, language) for name in ("criterion", "people", "amount_dh", "sentence")],
        "rows": [_row(one, plan, language) for one in part.components],
        "total": [heading("total", language), "", number(part.amount_dh, language), ""],
        "marks": marks_legend(language),
        "paragraph": body_of(part, rules, language),
        "assumptions": enumerated([f"{one.label} ({isolated(one.value)})" for one in assumptions(plan, language)][:24], language),
        "sources": [asdict(one) for one in origins(plan, language)],
        "footer": footer(plan, language),
    }


def _status(adopted: Adopted | None, language: str) -> str:
    speak = translator(language)
    if adopted is None:
        return speak("Draft: nothing is adopted.")
    return speak(
        "Adopted: scenario {scenario}, session of {day}, minutes {reference}; "
        "entry {entry} of the journal, hash of the shares {hash}."
    ).format(
        scenario=isolated(adopted.scenario),
        day=isolated(day(adopted.decided_on, language)),
        reference=isolated(adopted.reference),
        entry=isolated_number(number(adopted.entry, language), language),
        hash=isolated_number(adopted.shares_sha256[:16], language),
    )


def _facts(plan: Plan, part: Part, language: str) -> list[list[str]]:
    speak = translator(language)
    a_head = dirhams(round(part.dh_per_head), plan.rules, language) if part.dh_per_head is not None else "–"
    rank = speak("{rank} of {count}").format(rank=number(part.rank, language), count=number(len(plan.sharing), language))
    return [
        [speak("Amount"), dirhams(part.amount_dh, plan.rules, language)],
        [speak("Part of the envelope"), percent(part.share, language)],
        [speak("A head"), a_head],
        [speak("Rank"), rank],
    ]


def _row(one: Component, plan: Plan, language: str) -> list[str]:
    return [
        criterion_label(one.criterion, plan.rules, language),
        number(one.people, language) if one.people is not None else "",
        number(one.amount_dh, language),
        component_sentence(one, plan.rules, language),
    ]
