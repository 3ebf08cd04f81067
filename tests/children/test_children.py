"""Child processes: whatever a job does to them, it ends with words, and this process lives."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.patience import PATIENCE_S

from tiwizi.children import child, parent
from tiwizi.children.parent import DRAWING, READING, Kind, made
from tiwizi.core.errors import Problem, Refused, say, say_count
from tiwizi.reports import fonts

SMALL = Kind(say("the drawing"), memory_bytes=200 * 2**20, cpu_seconds=60, seconds=120)
SVG = ("tiwizi.children.drawing", "svg")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    parent.close()


def job(kind: Kind, module: str, function: str, *arguments: Any) -> str:
    """What is said of a job that must be refused."""
    with pytest.raises(Refused) as refused:
        made(kind, module, function, *arguments)
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].remedy is not None
    return str(refused.value.problems[0].what)


def encoded(kind: Kind, given: bytes = b"x") -> bytes:
    return made(kind, "base64", "b64encode", given)


def pids(kind: Kind) -> list[int]:
    return [child.process.pid for child in parent._pool(kind).idle]


@pytest.mark.parametrize(
    ("kind", "planted", "message"),
    [
        (SMALL, ("os", "abort"), "the program that makes it stopped"),
        (SMALL, ("os", "_exit", 0), "the program that makes it stopped"),
        (SMALL, ("signal", "raise_signal", signal.SIGSEGV), "the program that makes it stopped"),
        (SMALL, ("operator", "mul", b"x" * 2**20, 2_000), "more than 200 MB of memory"),
        (SMALL, ("operator", "mul", b"x" * 2**20, 300), "more than 200 MB of memory"),
        (SMALL, ("json", "loads", "{"), "the program that makes it stopped"),
        (SMALL, ("nothing", "here"), "the program that makes it stopped"),
        (replace(SMALL, cpu_seconds=1), ("re", "match", "(a+)+$", "a" * 60 + "b"), "more than 120 seconds"),
        (replace(SMALL, seconds=1), ("time", "sleep", 1_000_000), "more than 1 seconds"),
    ],
    ids=["aborts", "leaves", "crashes", "eats memory", "says too much", "stumbles", "is not there", "never ends", "sleeps"],
)
def test_a_job_that_goes_wrong_ends_in_words(kind: Kind, planted: tuple[Any, ...], message: str) -> None:
    assert message in job(kind, *planted)
    assert encoded(SMALL) == b"eA=="


def test_without_limits_the_greedy_job_is_found_out() -> None:
    # The bug: a kind without bounds. The same job is then done.
    greedy = ("operator", "mul", b"x" * 2**20, 300)
    assert len(made(replace(SMALL, memory_bytes=2**40), *greedy)) == 300 * 2**20


def test_a_child_that_holds_memory_while_it_works_is_ended() -> None:
    # It has all the addresses it wants: what lies in memory is what counts.
    code = "x = b'x' * (400 * 2**20)\nimport time\ntime.sleep(1_000_000)"
    assert "more than 200 MB of memory" in job(SMALL, "builtins", "exec", code)


def test_what_vega_is_asked_to_draw_without_end_ends_in_words() -> None:
    drawn = {"data": {"sequence": {"start": 0, "stop": 1e9, "as": "x"}}, "mark": "point", "encoding": {"x": {"field": "x"}}}
    kind = replace(DRAWING, memory_bytes=400 * 2**20, cpu_seconds=20, seconds=60)
    assert job(kind, *SVG, json.dumps(drawn), fonts.paths()).startswith("the drawing was not made: ")


def test_a_counted_sentence_comes_back_from_a_child_with_its_forms() -> None:
    problem = Problem(what=say_count("{count} page too many.", "{count} pages too many.", count=2))
    sent = json.dumps(child.packed_problem(problem))
    assert parent.unpacked_problem(json.loads(sent, object_hook=parent.unpacked_sentence)).what == problem.what
    for wrong in ('"2"', "null"):
        with pytest.raises(ValueError, match="page too many"):
            json.loads(sent.replace('"count": 2', f'"count": {wrong}'), object_hook=parent.unpacked_sentence)


@pytest.mark.parametrize("sign", ["\x07", "\x0b", "\x1b", "\ufffe"])
def test_a_sign_that_the_drawing_library_dies_of_does_not_end_this_process(sign: str) -> None:
    rows = [{"x": f"a{sign}b", "y": 1}]
    axes = {"x": {"field": "x"}, "y": {"field": "y"}}
    drawn: dict[str, Any] = {"data": {"values": rows}, "title": f"a{sign}b", "mark": "bar", "encoding": axes}
    for _time in range(2):
        assert "the program that makes it stopped" in job(DRAWING, *SVG, json.dumps(drawn), fonts.paths())
    del drawn["title"], axes["x"]
    rows.clear()
    assert made(DRAWING, *SVG, json.dumps(drawn), fonts.paths()).startswith(b"<svg")


def test_one_child_does_many_jobs_and_a_lone_kind_has_one_for_each() -> None:
    encoded(SMALL)
    first = pids(SMALL)
    assert [encoded(SMALL, bytes([number])) for number in range(3)] == [b"AA==", b"AQ==", b"Ag=="]
    assert pids(SMALL) == first
    assert len(first) == 1
    encoded(READING)
    assert pids(READING) == []


def test_a_child_that_died_between_two_jobs_is_replaced() -> None:
    encoded(SMALL)
    (pid,) = pids(SMALL)
    os.kill(pid, signal.SIGKILL)
    while parent._pool(SMALL).idle[0].process.poll() is None:
        time.sleep(0.01)
    assert encoded(SMALL) == b"eA=="
    assert pids(SMALL) != [pid]


def test_a_child_is_replaced_after_many_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_JOBS_MOST", 2)
    encoded(SMALL)
    first = pids(SMALL)
    encoded(SMALL)
    assert pids(SMALL) == []
    encoded(SMALL)
    assert pids(SMALL) != first


def test_many_threads_each_get_their_own_answer() -> None:
    results: dict[int, bytes] = {}
    wrong: list[str] = []

    def work(number: int) -> None:
        for time_ in range(5):
            if number == 3:
                wrong.append(job(SMALL, "os", "abort"))
            else:
                results[10 * number + time_] = encoded(SMALL, bytes([number, time_]) * 50_000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == 5
    assert results == {10 * n + t: base64.b64encode(bytes([n, t]) * 50_000) for n in range(6) if n != 3 for t in range(5)}
    assert len(pids(SMALL)) <= SMALL.at_once


def test_the_child_has_nothing_of_this_process_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIWIZI_SECRET", "x")
    with pytest.raises(Refused):
        made(SMALL, "os", "getenvb", b"TIWIZI_SECRET")
    assert made(SMALL, "os", "getenvb", b"LC_ALL") == b"C.UTF-8"


KILLED = """
import threading, time
from tiwizi.children import parent
kind = parent.DRAWING
parent.made(kind, "base64", "b64encode", b"x")
idle = [child.process.pid for child in parent._pool(kind).idle]
take = parent._Pool.take
def taken(pool):
    child = take(pool)
    print(child.process.pid, flush=True)
    return child
parent._Pool.take = taken
for job in (("time", "sleep", 1_000_000), ("re", "match", "(a+)+$", "a" * 60 + "b")):
    threading.Thread(target=parent.made, args=(kind, *job), daemon=True).start()
time.sleep(1_000_000)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be fetched by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_killed_parent_leaves_no_orphan() -> None:
    environment = {**os.environ, "PYTHONPATH": parent.ENVIRONMENT["PYTHONPATH"]}
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, env=environment, text=True) as running:
        assert running.stdout is not None
        children = [int(running.stdout.readline()) for _child in range(2)]
        assert len(set(children)) == 2
        running.kill()
    until = time.monotonic() + PATIENCE_S
    while any(map(alive, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, children))
