"""Two programs on one database decide at the same moment: one passes, the other is told, and nothing is frozen twice."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.own_office import Office, new_office
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests

ROUNDS = 4
Outcomes = list[tuple[str, str]]


class Race:
    """An office of its own, and programs that act in it."""

    def __init__(self, office: Office) -> None:
        self.environment, self.root = office.environment, Path(__file__).parents[2]

    def program(self, *words: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.budgets.racers", *map(str, words)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.environment, cwd=self.root, text=True, **pipes)

    def told(self, *words: object) -> str:
        """What a program says that runs alone."""
        running = self.program(*words)
        out, error = running.communicate(timeout=PATIENCE_S)
        assert running.returncode == 0, error
        return out

    def run(self, one: tuple[object, ...], other: tuple[object, ...]) -> Outcomes:
        """What each of two programs was told, envelope by envelope, both let go at once."""
        both = [self.program(*one), self.program(*other)]
        outcomes: Outcomes = []
        for number in range(ROUNDS + 1):
            said = [self.line(each) for each in both]
            if number:
                outcomes.append((said[0], said[1]))
            if number < ROUNDS:
                for each in both:
                    assert each.stdin is not None
                    each.stdin.write("go\n")
                    each.stdin.flush()
        for each in both:
            each.communicate(timeout=PATIENCE_S)
        return outcomes

    @staticmethod
    def line(running: subprocess.Popen[str]) -> str:
        assert running.stdout is not None
        assert running.stderr is not None
        said = running.stdout.readline().strip()
        assert said, running.stderr.read()
        return said

    def state(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.told("state"))
        return found


@pytest.fixture
def race(django_db_setup: None, tmp_path: Path) -> Iterator[Race]:
    """An office on the engine under test, with an envelope for each round."""
    with new_office(tmp_path) as office:
        made = Race(office)
        made.told("fill", ROUNDS)
        yield made


def test_of_two_who_adopt_two_scenarios_at_once_one_wins_and_the_other_is_told(race: Race) -> None:
    outcomes = race.run(("adopt", 0), ("adopt", 1))
    for pair in outcomes:
        assert sorted(said.startswith("Another scenario was adopted meanwhile") for said in pair) == [False, True], pair
        assert "done" in pair
    assert race.state() == [{"adoptions": 1, "adopted": 1, "sum": 1_000_000, "true": True, "brought": 0, "told": 0}] * ROUNDS


def test_what_is_adopted_is_what_its_scenario_says_though_somebody_changes_it_at_once(race: Race) -> None:
    outcomes = race.run(("adopt", 0), ("change",))
    for adopted, changed in outcomes:
        assert (adopted == "done") != (changed == "done"), (adopted, changed)
        told = changed if adopted == "done" else adopted
        second = "This scenario was adopted: it is frozen" if adopted == "done" else "Somebody changed this scenario"
        assert second in told, (adopted, changed)
    for found, (adopted, _changed) in zip(race.state(), outcomes, strict=True):
        won = int(adopted == "done")
        assert found == {"adoptions": won, "adopted": won, "sum": 1_000_000 * won, "true": True, "brought": 0, "told": 0}


def test_of_two_who_bring_one_scenario_at_once_one_proposes_it_and_the_other_is_told(race: Race) -> None:
    outcomes = race.run(("bring",), ("bring",))
    for pair in outcomes:
        assert sorted(pair, key=lambda said: said != "done") == ["done", "This scenario is before the committee already."], pair
    assert race.state() == [{"adoptions": 0, "adopted": 0, "sum": 0, "true": True, "brought": 1, "told": 1}] * ROUNDS


def test_what_is_adopted_is_not_brought_though_somebody_brings_it_at_once(race: Race) -> None:
    outcomes = race.run(("adopt", 0), ("bring",))
    for (adopted, brought), found in zip(outcomes, race.state(), strict=True):
        assert adopted == "done"
        assert brought in ("done", "This scenario was adopted already.")
        count = int(brought == "done")
        assert found == {"adoptions": 1, "adopted": 1, "sum": 1_000_000, "true": True, "brought": count, "told": count}
