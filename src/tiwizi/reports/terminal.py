"""A plan in a terminal: the places with people, amounts, money a head and the main reason, in 80 columns."""

import shutil
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tiwizi.core.errors import say
from tiwizi.language import number, text, translator
from tiwizi.plan import Plan
from tiwizi.reports.assumptions import assumptions, notes
from tiwizi.reports.parts import Part, parts
from tiwizi.reports.words import criterion_label, heading, main_reason_in_brief, money_dh, place_name, plan_title

WIDTHS: Final = (80, 110)
"""The least and the most columns to fill."""
WIDE: Final = 100
"""The width in columns from which the main reason includes the number of people."""
LISTED: Final = 60
"""How many places are listed before the rest is only counted."""

# Rich breaks lines at no-break spaces: private-use characters replace them while it works.
_KEEP: Final = str.maketrans({"\u00a0": "\ue000", "\u202f": "\ue001"})
_RESTORE: Final = str.maketrans({"\ue000": "\u00a0", "\ue001": "\u202f"})


def to_terminal(plan: Plan, language: str, files: Sequence[Path] = ()) -> str:
    """The plan as lines of text; colours only on a terminal."""
    watched = sys.stdout.isatty()
    columns = shutil.get_terminal_size((WIDTHS[0], 24)).columns if watched else WIDTHS[0]
    out = StringIO()
    console = Console(
        file=out,
        width=min(max(columns, WIDTHS[0]), WIDTHS[1]),
        force_terminal=watched,
        highlight=False,
        legacy_windows=False,
        emoji=False,
        markup=False,
    )
    console.print(Text(plan_title(plan, language).translate(_KEEP), style="bold"))
    console.print(_opening(plan, language).translate(_KEEP))
    console.print(_table(plan, language, wide=console.width >= WIDE))
    for line in _below(plan, language):
        console.print(line.translate(_KEEP))
    if files:
        console.print("\n" + text(say("Files written:"), language).translate(_KEEP))
        for path in files:
            console.print(f"  {path}", soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().translate(_RESTORE).splitlines())


def _opening(plan: Plan, language: str) -> str:
    opening = say(
        "Envelope: {money}. Rules of {day}, rulebook {name}, version {version}.",
        money=money_dh(plan.envelope_dh, plan.rules, language),
        day=plan.on,
        name=plan.rulebook.name,
        version=plan.rulebook.version,
    )
    return text(opening, language)


def _table(plan: Plan, language: str, *, wide: bool) -> Table:
    """Names come first: terminals that support text direction take it from the first letter of a line."""
    plan_parts = list(parts(plan).values())
    people = sum(part.people or 0 for part in plan_parts)
    a_head = plan.envelope_dh / people if people else None
    heads = [heading(name, plan.rules, language) for name in ("name", "population", "amount_dh", "dh_per_head", "main_reason")]
    feet = [
        heading("total", plan.rules, language),
        number(people, language),
        number(plan.envelope_dh, language),
        number(a_head, language),
        "",
    ]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_footer=True, header_style="bold", footer_style="bold")
    longest = max((cell_len(place_name(part.row, language)) for part in plan_parts[:LISTED]), default=0)
    table.add_column(heads[0], feet[0], width=min(max(longest, 12), 23))
    for head, foot in zip(heads[1:4], feet[1:4], strict=True):
        table.add_column(head, foot.translate(_KEEP), justify="right", width=max(cell_len(foot), *map(cell_len, head.split())))
    table.add_column(heads[4], feet[4], ratio=1)
    for part in plan_parts[:LISTED]:
        table.add_row(*(cell.translate(_KEEP) for cell in _row(part, plan, language, wide=wide)))
    return table


def _row(part: Part, plan: Plan, language: str, *, wide: bool) -> tuple[str, ...]:
    reason = (
        main_reason_in_brief(part, plan.rules, language) if wide else criterion_label(part.main.criterion, plan.rules, language)
    )
    return (
        place_name(part.row, language),
        number(part.people, language),
        number(part.amount_dh, language),
        number(part.dh_per_head, language),
        reason,
    )


def _below(plan: Plan, language: str) -> list[str]:
    """The lines below the table: the number of places not listed, the notes, and the number of assumptions."""
    speak = translator(language)
    lines = []
    more = len(plan.recipients) - LISTED
    if more > 0:
        lines.append(speak("Places not listed here: {more}; all are in the files.").format(more=number(more, language)))
    lines.append("")
    lines += [f"- {sentence}" for sentence in notes(plan, language)]
    count = len(assumptions(plan, language))
    if count:
        counted = speak("Parameters that no public source states, and that are therefore assumptions: {count}.")
        lines.append("- " + counted.format(count=number(count, language)))
    return lines
