"""A plugin of pytest: loads the tests once, makes the tables once, and tries each mutant in a fork of that process.

The process itself runs no test of the group: the threads of libraries such as Polars, once started, do not survive a fork. What
each test reaches is recorded in a first fork without a mutant; a mutant meets the tests that reach its function alone, the
fastest first, up to the first failure. The functions that making the tables reaches are tried before they are made.
"""

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, settings
from mutmut.configuration import config
from mutmut.mutation.trampoline import get_mutant_under_test, set_mutant_under_test
from mutmut.state import state

ASKED: Final = "TIWIZI_MUTANTS"
"""The variable that names what to try: a file with the names of the mutants, and the pipe that takes the answers."""
SESSION: Final = "tests/mutation/tables.py::test_what_serves_the_session_is_made"
TABLES: Final = "tests/mutation/tables.py::test_the_tables_are_made"
CPU_S, TIMES, WALL_S = 3, 4, 600
"""Seconds of the processor for any mutant, and so many times those of its tests without it; seconds that one may sleep."""


@dataclass
class Reach:
    """What a run without mutants showed: processor's seconds of each test by its number, and the tests that reach a function."""

    seconds: dict[int, float] = field(default_factory=dict)
    tests: dict[str, set[int]] = field(default_factory=dict)


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """A failing example need not be made smaller: it is enough that there is one. Half as many are tried as otherwise."""
    settings.register_profile(
        "mutation", settings.get_profile("tiwizi"), phases=(Phase.explicit, Phase.generate), max_examples=50
    )
    settings.load_profile("mutation")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Tries every mutant that is asked for; the answers go through the pipe, one line each."""
    asked = json.loads(os.environ[ASKED])
    mutants = json.loads(Path(asked["mutants"]).read_text(encoding="utf-8"))
    config()  # read here, in the folder of the project
    set_mutant_under_test("")
    making = [number for number, item in enumerate(session.items) if item.nodeid == TABLES]
    made(session, [number for number, item in enumerate(session.items) if item.nodeid == SESSION])
    reach = recorded(session)
    early = {mutant for mutant in mutants if reach.tests.get(function_of(mutant), set()).intersection(making)}
    with os.fdopen(asked["pipe"], "w", encoding="utf-8") as answers:
        for mutant in [*sorted(early), *(mutant for mutant in mutants if mutant not in early)]:
            if making and mutant not in early:
                made(session, making)
                making = []
            tests = reach.tests.get(function_of(mutant), set())
            # What makes the tables is reached by all that stands in them.
            chosen = range(len(session.items)) if mutant in early else sorted(tests, key=reach.seconds.__getitem__)
            answers.write(json.dumps([mutant, tried(session, mutant, chosen, reach)]) + "\n")
            answers.flush()
        if forked(lambda: run(session, range(len(session.items)))):
            raise pytest.UsageError("the tests fail without a mutant, after all were tried: one has left something behind")
    return True


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test that fails without a mutant is shown."""
    if report.failed and get_mutant_under_test() in {"", "stats"}:
        sys.stderr.write(f"\n{report.nodeid}\n{report.longreprtext}\n")


def function_of(mutant: str) -> str:
    """The function that a mutant changes, as mutmut records it."""
    return mutant.partition("__mutmut_")[0]


def recorded(session: pytest.Session) -> Reach:
    """Runs all tests once without a mutant, in a fork. Raises UsageError where one fails."""
    with tempfile.NamedTemporaryFile() as report:

        def work() -> bool:
            set_mutant_under_test("stats")
            reach = Reach()
            for number in range(len(session.items)):
                state()._stats.clear()
                begun = time.process_time()
                if not run(session, [number]):
                    return False
                reach.seconds[number] = time.process_time() - begun
                for function in state()._stats:
                    reach.tests.setdefault(function, set()).add(number)
            tests = {function: sorted(numbers) for function, numbers in reach.tests.items()}
            Path(report.name).write_text(json.dumps([reach.seconds, tests]), encoding="utf-8")
            return True

        if forked(work):
            raise pytest.UsageError("the tests fail without a mutant")
        seconds, tests = json.loads(Path(report.name).read_bytes())
    return Reach({int(number): taken for number, taken in seconds.items()}, {name: set(some) for name, some in tests.items()})


def made(session: pytest.Session, numbers: Sequence[int]) -> None:
    """Makes what all share in this process, for those that are forked from now on; connections are theirs to open."""
    if not run(session, numbers):
        raise pytest.UsageError("what all tests share could not be made")
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()


def run(session: pytest.Session, numbers: Iterable[int]) -> bool:
    """Whether these tests pass; stops at the first that does not. What serves the whole session stays."""
    for number in numbers:
        item = session.items[number]
        # The session stands for the next test: what serves this one's module alone ends here.
        item.ihook.pytest_runtest_protocol(item=item, nextitem=session)
        if session.testsfailed:
            return False
    return True


def tried(session: pytest.Session, mutant: str, chosen: Iterable[int], reach: Reach) -> str:
    """What became of a mutant."""
    numbers = list(chosen)
    if not numbers:
        return "no tests"

    def work() -> bool:
        set_mutant_under_test(mutant)
        return run(session, numbers)

    status = forked(work, cpu_s=CPU_S + TIMES * sum(reach.seconds[number] for number in numbers))
    if status in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL):
        return "timeout"
    return {0: "survived", 1: "killed"}.get(status, f"ended with {status}")


def forked(work: Callable[[], bool], *, cpu_s: float = 3600) -> int:
    """The status of a process that does this work: 0 where it answers yes, 1 where no. Nothing that it started outlives it."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that threads do not survive is known
        child = os.fork()
    if not child:
        status = 3
        try:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s), int(cpu_s) + 5))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(int(WALL_S + cpu_s))
            status = int(not work())
        finally:
            os._exit(status)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
