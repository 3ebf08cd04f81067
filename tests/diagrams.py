"""Draws the states of sessions, matters, runs and imports from the tables of their rules: `python -m tests.diagrams`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tiwizi.committees.rules import steps
from tiwizi.measures.rules import TRANSITIONS as RUNS
from tiwizi.territories.rules import IMPORTS

PAGE: Final = Path(__file__).parent.parent / "docs" / "states.md"
Way = tuple[str, str, str]
"""The state before, the state after, and the verb that leads from one to the other; empty where the table has none."""


def _steps(kind: steps.Kind) -> list[Way]:
    return [(step.before, step.after, step.verb) for step in steps.STEPS if step.kind == kind]


TABLES: Final[tuple[tuple[str, str, list[Way]], ...]] = (
    ("A session", "committees/rules/steps.py", _steps("session")),
    ("A matter", "committees/rules/steps.py", _steps("matter")),
    ("A run of measures", "measures/rules.py", [(before, after, "") for before in RUNS for after in RUNS[before]]),
    ("An import of places", "territories/rules.py", [(before, after, "") for before in IMPORTS for after in IMPORTS[before]]),
)
"""What passes through states, the table that says how, and its ways; the first way begins at the first state."""


def mermaid(ways: Iterable[Way]) -> Iterator[str]:
    """The lines of a Mermaid state diagram, states and verbs by their codes."""
    known = list(ways)
    left = {before for before, _after, _verb in known}
    yield "stateDiagram-v2"
    yield f"    [*] --> {known[0][0]}"
    for before, after, verb in known:
        yield f"    {before} --> {after}" + (f": {verb}" if verb else "")
    for last in dict.fromkeys(after for _before, after, _verb in known if after not in left):
        yield f"    {last} --> [*]"


def page() -> str:
    """The page as it should be."""
    parts = [
        "# States",
        "Drawn by `python -m tests.diagrams` from the tables that the rules ask; a test says that it is current.",
    ]
    for title, table, ways in TABLES:
        parts += [f"## {title}", f"`{table}`", "\n".join(["```mermaid", *mermaid(ways), "```"])]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
