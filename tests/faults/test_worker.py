"""The worker of long jobs, as the server starts it: a run is done once, or failed with its reason where its worker was killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.own_office import ROOT, Office
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests

MANY = 20_000
"""Figures of a run that lasts long enough to be killed half way."""


class Clerks:
    """An office, and the programs that work in it."""

    def __init__(self, office: Office) -> None:
        self.environment = office.environment

    def program(self, *words: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.faults.clerks", *map(str, words)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, text=True, **pipes)

    def reply(self, *words: object) -> str:
        out, _error = self.program(*words).communicate(timeout=PATIENCE_S)
        return out.strip()

    def look(self, run: str) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.reply("look", run))
        return state

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[str]]:
        """The server's part that keeps the worker."""
        running = self.program("serve")
        assert running.stdout is not None
        assert running.stdout.readline() == "serving\n"
        try:
            yield running
        finally:
            if running.poll() is None:
                running.communicate(timeout=PATIENCE_S)
            else:
                running.communicate()


def children(pid: int) -> list[int]:
    """The processes that this one started, oldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(answer: Callable[[], Any]) -> Any:
    """What it answers, once that is something; it is asked again and again."""
    for _try in range(20 * PATIENCE_S):
        answer_now = answer()
        if answer_now:
            return answer_now
        time.sleep(0.05)
    raise AssertionError("nothing came")


def worker_of(server: subprocess.Popen[str], *, other_than: int = 0) -> int:
    """The process that does the jobs: started by the one that looks after it."""

    def workers() -> list[int]:
        return [child for keeper in children(server.pid) for child in children(keeper) if child != other_than]

    return int(until(workers)[0])


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture
def clerks(office: Office) -> Clerks:
    return Clerks(office)


def followed(clerks: Clerks, value: int) -> tuple[str, subprocess.Popen[str]]:
    """A run that was asked for, and who asked and watches it."""
    watching = clerks.program("follow", value, MANY)
    assert watching.stdout is not None
    return watching.stdout.readline().strip(), watching


def begun(watching: subprocess.Popen[str]) -> None:
    """Comes back when the run that somebody watches has begun."""
    assert watching.stdout is not None
    while (line := watching.stdout.readline()) != "running\n":
        if line != "waiting\n":
            watching.communicate(timeout=PATIENCE_S)
            raise AssertionError(f"the run was {line!r} before it was seen to run")


def test_a_run_is_done_once_beside_the_server(clerks: Clerks) -> None:
    run = clerks.reply("ask", 1, 40)
    with clerks.serving():
        assert clerks.reply("tell", run).split()[-1] == "done"
        other = clerks.reply("ask", 2, 400)
        assert clerks.reply("tell", other).split()[-1] == "done"
        assert clerks.reply("ask", 1, 40) == run
    asked, begun, done = (
        ["measures.request_run", None, "waiting"],
        ["measures.begin", "waiting", "running"],
        ["measures.perform", "running", "done"],
    )
    expected = {"status": "done", "problems": [], "told": [asked, begun, done], "breaks": 0}
    for number, figures in ((run, 40), (other, 400)):
        state = clerks.look(number)
        assert state == {**expected, "figures": figures}


def test_a_worker_killed_half_way_leaves_nothing_half_and_the_run_can_be_asked_for_again(clerks: Clerks) -> None:
    draw, worker = random.Random(5), 0  # noqa: S311 # moments, not secrets
    with clerks.serving() as server:
        for value in range(2):
            run, watching = followed(clerks, value)
            begun(watching)
            worker = worker_of(server, other_than=worker)
            time.sleep(draw.uniform(0, 0.3))
            os.kill(worker, signal.SIGKILL)  # started by our own child
            out, _error = watching.communicate(timeout=PATIENCE_S)
            assert out == "failed\n"
            state = clerks.look(run)
            assert (state["figures"], state["breaks"]) == (0, 0)
            assert state["problems"] == ["the program that computed this run was stopped before its end; nothing of it was kept."]
            assert state["told"][-1] == ["measures.perform", "running", "failed"]
        again = clerks.reply("ask", value, MANY)
        assert again != run
        assert clerks.reply("tell", again).split()[-1] == "done"
        assert clerks.look(again)["figures"] == MANY


def test_what_was_under_way_when_all_was_killed_is_ended_at_the_next_start(clerks: Clerks) -> None:
    run, watching = followed(clerks, 7)
    with clerks.serving() as server:
        begun(watching)
        (keeper,), worker = children(server.pid), worker_of(server)
        for pid in (server.pid, keeper, worker):
            os.kill(pid, signal.SIGKILL)  # our own child and what it started
        until(lambda: not alive(worker))
    state = clerks.look(run)
    assert (state["status"], state["figures"], state["breaks"]) == ("running", 0, 0)
    with clerks.serving():
        out, _error = watching.communicate(timeout=PATIENCE_S)
    assert out == "failed\n"


def test_a_worker_whose_server_was_killed_ends_its_job_and_itself(clerks: Clerks) -> None:
    run, watching = followed(clerks, 9)
    with clerks.serving() as server:
        begun(watching)
        (keeper,), worker = children(server.pid), worker_of(server)
        for pid in (server.pid, keeper):
            os.kill(pid, signal.SIGKILL)
        with clerks.serving():
            # The next server's worker finds the first one alive, and leaves its job to it.
            out, _error = watching.communicate(timeout=PATIENCE_S)
            assert out == "done\n"
        until(lambda: not alive(worker))
    state = clerks.look(run)
    assert (state["figures"], len(state["told"]), state["breaks"]) == (MANY, 3, 0)
