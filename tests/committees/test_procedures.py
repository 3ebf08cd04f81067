"""Random procedures over the commands: nothing decided without quorum, by the recused, above a ceiling, outside days or place."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.committees import chamber
from tests.committees.procedures import HELD, Procedures, prepared

from tiwizi.committees.commands import deciding, sessions
from tiwizi.committees.rules import competence, presence
from tiwizi.database import scope


def machine() -> type[Procedures]:
    """A machine in a chamber of its own, with nothing seen yet."""
    here = chamber.chamber()
    with scope.everything():
        fields = {"here": here, "carrier": prepared(here), "seen": Counter(), "breaches": []}
    return type("Procedures", (Procedures,), fields)


def run(made: type[Procedures], seeds: range, *, sequences: int = 10, **more: Any) -> None:
    """So many sequences of each seed: from the eleventh on Hypothesis mostly repeats parts of those that it drew before."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=sequences, stateful_step_count=15, suppress_health_check=checks, database=None, derandomize=False, **more
    )
    with scope.everything():
        for number in seeds:
            run_state_machine_as_test(seed(number)(type("Ten", (made,), {})), settings=chosen)


REACHED = (
    "adopted project", "rejected project", "no_quorum project", "adopted delegation", "lapse", "recuse", "note away",
    "note absent", "note proxy", "note deputy", "count papers",
    "refused: This committee is not competent for it:",
    "refused: {amount} is above the ceiling of {ceiling} a project.",
    "refused: With {spent} already decided in {year}, {amount} more is above the ceiling of {ceiling} a year.",
    "refused: {person} is recused from this matter already.",
    "refused: There is no quorum: {counted} of {count} member is there, {needed} are needed.",
)  # fmt: skip
RARELY = (
    "adopted revocation",
    "adopted call_back",
    "second opened",
    "adjourn",
    "withdraw",
    "amend",
    "take back amendment",
    "suspend",
    "resume",
)


@pytest.mark.django_db
def test_random_procedures_break_nothing_and_reach_what_they_should() -> None:
    made = machine()
    run(made, range(4) if connection.vendor == "sqlite" else range(1))
    if connection.vendor == "sqlite":
        assert [what for what in REACHED if not made.seen[what]] == []


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, 100])
def test_thousands_of_random_procedures_break_nothing(first: int) -> None:
    made = machine()
    run(made, range(first, first + 100))
    assert [what for what in (*REACHED, *RARELY) if not made.seen[what]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("acts", [20, pytest.param(1000, marks=pytest.mark.long)])
def test_after_each_of_so_many_acts_every_row_is_on_record(acts: int) -> None:
    made = machine()
    made.verified = True
    for number in range(300, 400):
        # No more than are asked for: each act takes a comparison of all tables.
        run(made, range(number, number + 1), sequences=1 if acts < 100 else 10)
        if made.seen[HELD] >= acts:
            return
    pytest.fail(f"{made.seen[HELD]} acts")


def planted_quorum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few are always enough."""
    monkeypatch.setattr(presence.Room, "quorate", property(lambda _room: True))


def planted_recusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recused stay."""
    monkeypatch.setattr(presence, "_recused", lambda *_told: iter(()))


def planted_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year has no ceiling, and nobody sums what it used."""
    monkeypatch.setattr(competence, "_above", lambda *_told: [])
    monkeypatch.setattr(deciding, "_use", lambda *_told: None)


def planted_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act holds before its first day and after its last."""
    monkeypatch.setattr(competence.Act, "in_force", lambda *_told: True)


def planted_territory(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act covers whatever is asked."""
    monkeypatch.setattr(competence, "_why_not_covered", lambda *_told: [])


def planted_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session moves without a word in the journal."""
    monkeypatch.setattr(sessions, "write", lambda *_told, **_more: 0)


def planted_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is absent for one matter is there for it all the same."""
    monkeypatch.setattr(presence.Absence, "covers", lambda *_told: False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (planted_quorum, "counted again no_quorum"),
        (planted_recusal, "the program says"),
        (planted_ceiling, "the ceilings keep"),
        pytest.param(planted_days, "its matter began on", marks=pytest.mark.long),
        pytest.param(planted_territory, "the act gives", marks=pytest.mark.long),
        (planted_silence, "the journal says"),
        (planted_absence, "the program says"),
    ],
)
def test_what_is_planted_is_found(plant: Any, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = machine()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(made, range(30), phases=[Phase.generate])
    assert [breach for breach in made.breaches if says in breach] != [], made.breaches
