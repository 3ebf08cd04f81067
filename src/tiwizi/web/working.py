"""Run as a program of its own: keeps one worker for long jobs alive, sends letters, and ends what a dead one left half way.

Letters leave from this program itself, so that none waits for a long job. Each worker holds a lock on a file of its own in the
office's folder for as long as it lives, whatever ends it: a file that can be locked is that of a dead one. Workers of other
machines have other folders, and are left alone. Both programs end by themselves when the one that started them is gone.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import uuid4

import django

PAUSE_S: Final = 1.0
GRACE_S: Final = 20.0
"""How long a worker that is asked to stop may go on with its job."""


def keep_working(home: Path, *, end: Callable[[list[str]], object]) -> None:
    """Starts worker after worker, as each one ends, until this process is told to stop; `end` is told which have died."""
    folder = workers_of(home)
    while True:
        dead = _dead(folder)
        if dead:
            end([path.name for path in dead])
            for path in dead:
                path.unlink(missing_ok=True)
        _one_worker(folder / uuid4().hex)
        time.sleep(PAUSE_S)


def workers_of(home: Path) -> Path:
    """The folder of the files that living workers hold."""
    folder = home / "workers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def locked(path: Path) -> int:
    """A handle of this file, locked as long as it is open."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _one_worker(lock: Path) -> None:
    """Runs one worker that holds this lock until it ends, or until this process is told to stop."""
    handle = locked(lock)
    command = [sys.executable, "-m", "tiwizi.web.working", str(os.getpid()), lock.name]
    running = subprocess.Popen(command, pass_fds=(handle,))  # noqa: S603 # our own interpreter, our own module
    os.close(handle)
    try:
        running.wait()
    finally:
        running.terminate()
        try:
            running.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _dead(folder: Path) -> list[Path]:
    """The files of workers that live no more."""
    found = []
    for path in sorted(folder.iterdir()):
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.append(path)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)
    return found


def end_with(parent: int) -> None:
    """From now on this process is told to stop (SIGTERM) once the one that started it is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PAUSE_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main(parent: int, worker: str = "") -> None:
    """Looks after workers; or, with a name, is the worker of that name."""
    django.setup()
    end_with(parent)
    if worker:
        from django.core.management import call_command

        call_command("db_worker", interval=PAUSE_S, worker_id=worker)
        return
    from django.conf import settings
    from django.utils import timezone

    from tiwizi.measures import jobs
    from tiwizi.web import letters

    def end(workers: list[str]) -> None:
        jobs.end_left_behind(workers, at=timezone.now())
        letters.end_left_behind(workers)

    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    # Ctrl+C reaches every process of the terminal: the server says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    own = uuid4().hex
    lock = locked(workers_of(settings.HOME) / own)
    try:
        threading.Thread(target=letters.keep_posting, args=(own,), daemon=True).start()
        keep_working(settings.HOME, end=end)
    finally:
        os.close(lock)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
