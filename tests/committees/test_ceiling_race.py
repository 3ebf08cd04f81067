"""A hundred approvals at once under one yearly ceiling, from several programs on one database: those that fit pass, no more."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from django.db import connection
from tests import own_office
from tests.committees.approvers import AMOUNT, CEILING, FIT
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests

APPROVALS: Final = 100
PROGRAMS: Final = 8 if connection.vendor == "postgresql" else 4
NAIVE: Final = 40
"""Approvals of the planted bug: three more than fit."""


class Office(own_office.Office):
    """A database that nobody else uses, and the programs that work on it."""

    def program(self, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, cwd=own_office.ROOT, stdout=pipe, stderr=pipe, text=True)

    def answer(self, *arguments: object) -> str:
        return said_by(self.program(*arguments))


def said_by(program: subprocess.Popen[str]) -> str:
    try:
        out, error = program.communicate(timeout=PATIENCE_S)
    finally:
        program.kill()
    assert program.returncode == 0, error
    return out


@pytest.fixture
def office(django_db_setup: None, tmp_path: Path) -> Iterator[Office]:
    """An office on the engine under test, its tables made."""
    with own_office.new_office(tmp_path / "office") as made:
        yield Office(made.home, made.environment["TIWIZI_DATABASE"])


def declared_at_once(office: Office, polls: list[int], *, verb: str = "declare") -> dict[int, list[str]]:
    """What each vote came to, all programs started together: an empty list where it passed, else the reasons against it."""
    start = office.home / "start"
    module = "tests.committees.approvers"
    programs = [office.program(module, verb, start, *polls[first::PROGRAMS]) for first in range(PROGRAMS)]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n", program.communicate(timeout=PATIENCE_S)[1]
    start.touch()
    told: dict[int, list[str]] = {}
    for program in programs:
        told |= {int(poll): reasons for poll, reasons in json.loads(said_by(program)).items()}
    return told


def facts(office: Office) -> dict[str, Any]:
    """What the database holds once all is over."""
    return dict(json.loads(office.answer("tests.committees.approvers", "facts")))


def test_of_a_hundred_approvals_at_once_exactly_those_that_fit_pass(office: Office) -> None:
    polls = json.loads(office.answer("tests.committees.approvers", "prepare", APPROVALS))
    told = declared_at_once(office, polls)
    passed = [poll for poll, reasons in told.items() if not reasons]
    assert (len(told), len(passed)) == (APPROVALS, FIT)
    refusals = [reasons for reasons in told.values() if reasons]
    assert all(any("is above the ceiling of" in reason for reason in reasons) for reasons in refusals)
    found = facts(office)
    assert found["used"] == found["approved"] == FIT * AMOUNT <= CEILING
    assert found["adopted"] == found["entries"] == found["numbers"] == FIT
    assert found["voting"] == APPROVALS - FIT
    assert found["doubled"] == []
    assert found["breaks"] == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_without_the_guards_the_same_approvals_break_the_ceiling(office: Office) -> None:
    polls = json.loads(office.answer("tests.committees.approvers", "prepare", NAIVE))
    with psycopg.connect(office.environment["TIWIZI_DATABASE"]) as server:
        server.execute("ALTER TABLE committees_ceilinguse DROP CONSTRAINT ceiling_held")
    told = declared_at_once(office, polls, verb="naive")
    passed = [poll for poll, reasons in told.items() if not reasons]
    assert len(passed) > FIT
    assert facts(office)["used"] > CEILING
