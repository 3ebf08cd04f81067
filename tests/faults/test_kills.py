"""A server that is killed at any moment loses nothing that it acknowledged, leaves nothing half done, and answers again alike.

A program of its own brings places, stores tables and asks for runs, each act with an id. It is killed (SIGKILL) by itself at a
question to the database drawn from a seed, or from outside at a drawn moment. Then the journal must hold, each act must be
there whole with its record and its receipt or not at all, and the same ids said again must get the same answers.
"""

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.faults.conftest import anew
from tests.own_office import ROOT, Office

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests

MOMENTS = 124
"""Questions that one round asks the database, each a moment to die at; a test says so when there are more."""
LONGEST_S = 0.2
TOGETHER = 25
"""Kills in one office before it begins anew from the same file."""


@dataclass
class Found:
    """What the rounds showed: kills by how they came, and each thing that must not be."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0


@dataclass
class Story:
    """What one process said: the state before it acted, what it acknowledged, and how it ended."""

    state: dict[str, Any]
    answers: dict[str, str]
    last: int
    ended: int


class Server:
    """The program whose processes act and die; it forks them, and lives on."""

    def __init__(self, office: Office, bug: str = "") -> None:
        command = [sys.executable, "-m", "tests.faults.victims", "serve", *filter(None, [bug])]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.running = subprocess.Popen(command, env=office.environment, cwd=ROOT, text=True, **pipes)

    def story(self, line: str) -> Story:
        """What a process said until it ended."""
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(line + "\n")
        self.running.stdin.flush()
        story = Story({}, {}, 0, 0)
        for text in self.running.stdout:
            verb, _space, rest = text.strip().partition(" ")
            if verb == "did":
                client_id, _space, answer = rest.partition(" ")
                story.answers[client_id] = answer
            elif verb == "end":
                story.last = int(rest)
            elif verb == "over":
                story.ended = int(rest)
                return story
            else:
                story.state = json.loads(text)
        raise AssertionError("the program ended")

    def stop(self) -> None:
        """Ends it by its own handle."""
        self.running.kill()
        self.running.communicate()


def rounds(template: Office, folder: Path, seeds: range, *, outside: float = 0.4) -> Found:
    """One kill for each seed, then what it left, then the same acts said again."""
    findings = Found()
    for first in range(seeds.start, seeds.stop, TOGETHER):
        with anew(template, folder) as office:
            server = Server(office)
            try:
                for seed in range(first, min(first + TOGETHER, seeds.stop)):
                    _round(server, seed, _drawn(seed, outside), findings)
                findings.wrong += server.story("check").state["wrong"]
            finally:
                server.stop()
    return findings


def _drawn(seed: int, outside: float) -> str:
    """How the process of this round is to die."""
    draw = random.Random(seed)  # noqa: S311 # moments, not secrets
    if draw.random() < outside:
        return f"kill {seed} {draw.uniform(0, LONGEST_S):.4f}"
    half = draw.choice(("before", "after"))
    return f"round {seed} {draw.randint(1, MOMENTS)} {half}"


def _round(server: Server, seed: int, line: str, findings: Found) -> None:
    """One death, what it left, and the same acts said again."""
    first = server.story(line)
    how = "from outside" if line.startswith("kill") else "at a question"
    findings.kills[how if first.ended == -signal.SIGKILL else "too late"] += 1
    again = server.story(f"again {seed} 0 after")
    findings.acknowledged += len(first.answers)
    findings.wrong += [f"{seed}: {fault}" for fault in again.state["wrong"]]
    receipts = again.state["receipts"]
    findings.wrong += [f"{seed}: {receipt} was acknowledged and is lost" for receipt in first.answers if receipt not in receipts]
    known = {**receipts, **first.answers}
    findings.wrong += [
        f"{seed}: {receipt} was answered otherwise"
        for receipt, answer in again.answers.items()
        if known.get(receipt, answer) != answer
    ]
    if not again.last:
        findings.wrong.append(f"{seed}: said again, only {len(again.answers)} acts were done")


def test_no_acknowledged_act_is_lost_and_none_is_half_done(template: Office, tmp_path: Path) -> None:
    kills = 80 if connection.vendor == "sqlite" else 20
    findings = rounds(template, tmp_path, range(1_000, 1_000 + kills))
    assert findings.wrong == [], "\n".join(findings.wrong)
    assert findings.kills["from outside"] > kills / 8
    assert findings.kills["at a question"] > kills / 3
    assert findings.acknowledged > kills


@pytest.mark.long
def test_a_thousand_kills(template: Office, tmp_path: Path) -> None:
    findings = rounds(template, tmp_path, range(10_000, 11_100), outside=0.5)
    assert findings.wrong == [], "\n".join(findings.wrong)
    assert findings.kills["from outside"] + findings.kills["at a question"] >= 1_000


@pytest.mark.parametrize(
    ("bug", "first", "message"),
    [("apart", 20, "without a receipt"), ("early", 10, "is lost"), ("late", 35, "nobody will perform it")],
)
def test_the_kills_find_a_planted_bug(template: Office, tmp_path: Path, bug: str, first: int, message: str) -> None:
    findings = Found()
    with anew(template, tmp_path) as office:
        server = Server(office, bug)
        try:
            for moment in range(first, MOMENTS):
                _round(server, 2 * moment, f"round {2 * moment} {moment} before", findings)
                if any(message in fault for fault in findings.wrong):
                    return
        finally:
            server.stop()
    raise AssertionError(f"not found: {findings.wrong}")


def test_every_question_of_a_round_is_a_moment_to_die_at(template: Office, tmp_path: Path) -> None:
    with anew(template, tmp_path) as office:
        server = Server(office)
        try:
            story = server.story("round 9998 0 after")
        finally:
            server.stop()
    assert (story.ended, len(story.answers)) == (0, 5)
    assert story.last <= MOMENTS
