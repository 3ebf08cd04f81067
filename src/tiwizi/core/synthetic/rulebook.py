"""The file of a rulebook that says how made-up households hold together: read and checked as the other subjects are."""

from collections.abc import Sequence
from datetime import date

from tiwizi.core.errors import Problem, say
from tiwizi.core.rulebook.toml_reader import Reader
from tiwizi.core.synthetic.rules import Synthesis


def read_synthesis(file: str, text: str, day: date | None = None) -> tuple[Synthesis | None, Sequence[Problem]]:
    """The assumptions of a file on a day (the latest values without one), and every problem: each number has a label in three
    languages, a unit, a source or the word that it is assumed, and the day on which it was checked."""
    reader = Reader(file, text, day)
    rules: Synthesis | None = reader.record(Synthesis) if not reader.problems else None
    if rules is not None and not reader.problems:
        _check_together(rules, reader)
    return rules, reader.problems


def _check_together(rules: Synthesis, reader: Reader) -> None:
    """What cannot be checked key by key: shares that make up a whole, and answers that are listed once."""
    whole = sum((household_class.share.value for household_class in rules.classes), start=rules.shared.value * 0)
    if whole != 1:
        reader.problem(
            ("classes",), say("the shares of the classes sum to {total}, not to 1.", total=str(whole)), say("Write exact shares.")
        )
    for area in ("urban", "rural"):
        whole = sum((getattr(water_source, area).value for water_source in rules.water_sources), start=rules.shared.value * 0)
        if whole != 1:
            reader.problem(
                ("water_sources",),
                say("the shares of the sources of water sum to {total}, not to 1 ({area}).", total=str(whole), area=area),
                say("Write exact shares."),
            )
    seen: set[tuple[str, str]] = set()
    for index, category in enumerate(rules.categories):
        if (category.margin, category.answer) in seen:
            reader.problem(
                ("categories", index),
                say("the answer {answer} of {margin} is listed twice.", answer=category.answer, margin=category.margin),
                say("Keep one of the two."),
            )
        seen.add((category.margin, category.answer))
