"""Keeps programs running: one that ends is started again, after a wait that grows, until their keeper is told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LOOK_S: Final = 0.2
LONG_S: Final = 60.0
"""A program that lived so long has started well: the next wait is the first one again."""
WAIT_MOST_S: Final = 30.0
GRACE_S: Final = 25.0
"""How long a program that is told to stop may take."""


@dataclass
class Program:
    """A module that runs as a program of its own; it learns the number of the process that keeps it."""

    module: str
    arguments: Sequence[str] = ()
    handles: Sequence[int] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ended: float | None = None
    failures: int = 0

    def look(self, now: float) -> None:
        """Starts it where it does not run and has waited long enough."""
        if self.running is not None and self.running.poll() is None:
            return
        if self.running is not None and self.ended is None:
            self.ended = now
            self.failures = 0 if now - self.started > LONG_S else self.failures + 1
        if self.ended is not None and now - self.ended < wait_s(self.failures):
            return
        command = [sys.executable, "-m", self.module, str(os.getpid()), *self.arguments]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings", **self.environment}
        self.running = subprocess.Popen(command, env=environment, pass_fds=self.handles)  # noqa: S603 # our own module
        self.started, self.ended = now, None

    def stop(self, until: float) -> None:
        """Waits for its end; from that moment on, kills it."""
        if self.running is None:
            return
        try:
            self.running.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()


def wait_s(failures: int) -> float:
    """How long to wait before a program that ended so often in a row is started again."""
    return min(float(2 ** min(failures, 8)) / 2, WAIT_MOST_S) if failures else 0.0


def keep(programs: Sequence[Program], *, until: Callable[[], bool] = lambda: False) -> None:
    """Keeps them running until `until` says so, or this process is told to stop (SIGTERM, Ctrl+C); then stops them."""
    told: list[int] = []
    before = {one: signal.signal(one, lambda number, _frame: told.append(number)) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not told and not until():
            for program in programs:
                program.look(time.monotonic())
            time.sleep(LOOK_S)
    finally:
        for program in programs:
            if program.running is not None:
                program.running.terminate()
        last = time.monotonic() + GRACE_S
        for program in programs:
            program.stop(last)
        for one, handler in before.items():
            signal.signal(one, handler)
