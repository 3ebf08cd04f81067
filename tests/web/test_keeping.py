"""What keeps programs running: one that dies is started again, after a wait that grows; none outlives its keeper."""

import math
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from tiwizi.web import keeping
from tiwizi.web.keeping import Program

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are found from the root of the project."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")


@contextmanager
def program() -> Iterator[Program]:
    """One that only waits, to be looked at."""
    one = Program("tests.web.keeper", ["wait"])
    try:
        yield one
    finally:
        if one.running is not None:
            one.running.kill()
            one.running.wait()


def killed(one: Program) -> int:
    """The number of the process that this program was, until now."""
    assert one.running is not None
    one.running.kill()
    one.running.wait()
    return one.running.pid


def started_again(one: Program) -> None:
    """Kills it twice; looks at it at moments that the test chooses."""
    one.look(100.0)
    first = killed(one)
    one.look(200.0)  # it had lived long: at once
    second = killed(one)
    assert second != first
    one.look(210.0)
    assert one.running is not None
    assert one.running.pid == second
    one.look(210.0 + keeping.wait_s(1) / 2)
    assert one.running.pid == second
    one.look(210.0 + keeping.wait_s(1))
    assert one.running.pid != second
    assert one.running.poll() is None


def test_what_dies_is_started_again_at_once_or_after_a_wait() -> None:
    with program() as one:
        started_again(one)


def test_waits_grow_up_to_the_longest() -> None:
    waits = [keeping.wait_s(failures) for failures in range(12)]
    assert waits[:4] == [0, 1, 2, 4]
    assert waits == sorted(waits)
    assert waits[-1] == keeping.WAIT_MOST_S


def planted_once(patch: pytest.MonkeyPatch) -> None:
    """What was started is not looked at again."""
    look = Program.look
    patch.setattr(Program, "look", lambda self, now: None if self.running else look(self, now))


def planted_ever(patch: pytest.MonkeyPatch) -> None:
    """What died too soon is waited for without end."""
    patch.setattr(keeping, "wait_s", lambda failures: math.inf if failures else 0.0)


def planted_haste(patch: pytest.MonkeyPatch) -> None:
    """What dies at once is started again at once, as fast as the machine can."""
    patch.setattr(keeping, "wait_s", lambda _failures: 0.0)


@pytest.mark.parametrize("plant", [planted_once, planted_ever, planted_haste])
def test_a_program_that_is_not_started_again_is_found(plant: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(plant)
    plant(monkeypatch)
    with program() as one, pytest.raises(AssertionError):
        started_again(one)


def outlives(word: str, wait_s: float) -> bool:
    """Whether the program is there so many seconds after its keeper was killed; then it is killed too."""
    with subprocess.Popen([sys.executable, "-m", "tests.web.keeper", "keep", word], stdout=subprocess.PIPE) as keeper:
        assert keeper.stdout is not None
        pid = int(keeper.stdout.readline())
        keeper.kill()
        keeper.wait()
        # The program has the other end of this pipe too: it is closed when the last of both is gone.
        with selectors.DefaultSelector() as waiting:
            waiting.register(keeper.stdout, selectors.EVENT_READ)
            if waiting.select(wait_s):
                return False
        os.kill(pid, signal.SIGKILL)  # started by our own child, which left it
        return True


def test_no_program_outlives_its_keeper() -> None:
    assert not outlives("wait", PATIENCE_S)


def test_an_orphan_left_is_found() -> None:
    assert outlives("orphan", 2.5)
