"""The parent's side: a few warm child processes per kind of job, each job with limits of memory, processor and time.

A child that dies, hangs or exceeds its limits is killed and the job refused with the reason; the next job gets a new child.
Children end with their parent, however it ends: the kernel signals them when the pipe that only the parent holds is closed.
"""

import atexit
import json
import logging
import os
import pickle
import selectors
import string
import subprocess
import sys
import threading
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGXCPU
from typing import IO, Any, Final

import tiwizi
from tiwizi.children.child import FRAME, LIFELINE, MADE, OUT_OF_MEMORY, PROBLEMS
from tiwizi.core.errors import Problem, Refused, Sentence, say

ENVIRONMENT: Final = {
    "PYTHONPATH": str(Path(tiwizi.__file__).parents[1]),
    "LC_ALL": "C.UTF-8",
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKIO_WORKER_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICK_S: Final = 0.05
_JOBS_MOST: Final = 200
"""Jobs after which a child is replaced, which frees whatever its libraries leaked."""
_log: Final = logging.getLogger(__name__)


class TooLongError(Exception):
    """The child exceeded its time limit."""


class TooHeavyError(Exception):
    """The child exceeded its memory limit, or the limit of its answer."""


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of jobs: what it makes, in words, and the limits of one job. `memory_bytes` limits resident memory; mapped
    memory is limited to three times as much. With `alone` every job has its own child, so that no file meets traces of
    another.
    """

    what: Sentence
    memory_bytes: int = 1024 * 2**20
    cpu_seconds: float = 60
    seconds: float = 120
    at_once: int = 2
    alone: bool = False


DRAWING: Final = Kind(say("the drawing"))
TYPESETTING: Final = Kind(say("the document"), memory_bytes=1536 * 2**20, cpu_seconds=120, seconds=240)
READING: Final = Kind(say("the file"), memory_bytes=768 * 2**20, cpu_seconds=20, seconds=60, alone=True)


def made(kind: Kind, module: str, function: str, *arguments: Any) -> bytes:
    """The result of calling a function of a module with these arguments in a child process. Raises Refused when it exceeds a
    limit or dies, and any Refused that the function itself raises.
    """
    pool = _pool(kind)
    with pool.free:
        child = pool.take()
        whole = False
        try:
            sign, body = child.asked(pickle.dumps((module, function, arguments)))
            whole = True
        except TooLongError as error:
            raise _refused(kind, say("it took more than {seconds} seconds.", seconds=round(kind.seconds, 2))) from error
        except TooHeavyError as error:
            raise _refused(kind, say("it took more than {size} MB of memory.", size=kind.memory_bytes // 2**20)) from error
        except (OSError, EOFError) as error:
            raise _refused(kind, say("the program that makes it stopped.")) from error
        finally:
            pool.give_back(child, keep=whole and not kind.alone)
    return _understood(kind, sign, body)


def _understood(kind: Kind, sign: bytes, body: bytes) -> bytes:
    if sign == MADE:
        return body
    if sign == PROBLEMS:
        try:
            raise Refused([unpacked_problem(packed) for packed in json.loads(body, object_hook=unpacked_sentence)])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _refused(kind, say("the program that makes it stopped.")) from error
    _log.error("%s was not made: %s", kind.what, body.decode("utf-8", "replace"))
    raise _refused(kind, say("the program that makes it stopped."))


def _refused(kind: Kind, why: Sentence) -> Refused:
    remedy = say(
        "Look for a text or a file in it that is very long or unusual; if there is none, tell who looks after the server."
    )
    return Refused(Problem(say("{what} was not made: {why}", what=kind.what, why=why), remedy=remedy))


@dataclass
class Child:
    """A running child process with the pipe that keeps it alive."""

    process: subprocess.Popen[bytes]
    line: int
    kind: Kind
    jobs: int = 0

    def asked(self, job: bytes) -> tuple[bytes, bytes]:
        """Sends one job and reads its answer. Raises TooLongError, TooHeavyError, or EOFError where the child died."""
        self.jobs += 1
        until = clock.monotonic() + self.kind.seconds
        if self.process.stdin is None or self.process.stdout is None:  # pragma: no cover they are pipes
            raise EOFError
        self._write(self.process.stdin.fileno(), len(job).to_bytes(8, "big") + job, until)
        sign, size = FRAME.unpack(self._read(self.process.stdout, FRAME.size, until))
        return sign, self._read(self.process.stdout, size, until)

    @staticmethod
    def _write(pipe: int, job: bytes, until: float) -> None:
        os.set_blocking(pipe, False)
        left = memoryview(job)
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_WRITE)
            while left:
                if not ready.select(max(until - clock.monotonic(), 0)):
                    raise TooLongError
                left = left[os.write(pipe, left[: 2**16]) :]

    def _read(self, out: IO[bytes], size: int, until: float) -> bytes:
        try:
            answer = heard(self.process, until, self.kind.memory_bytes, size=size, resident_bytes=self.kind.memory_bytes)
        except TimeoutError as error:
            raise TooLongError from error
        except MemoryError as error:
            raise TooHeavyError from error
        if len(answer) == size:
            return answer
        status = self.process.wait()
        if status == -SIGXCPU:
            raise TooLongError
        if status == OUT_OF_MEMORY:
            raise TooHeavyError
        raise EOFError

    def end(self) -> None:
        """Kills the child, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        os.close(self.line)


def started(kind: Kind) -> Child:
    """A new child for jobs of this kind."""
    command = ["-m", "tiwizi.children.child", str(3 * kind.memory_bytes), str(kind.cpu_seconds)]
    process, line = spawned(command, stdin=subprocess.PIPE)
    return Child(process, line, kind)


def spawned(arguments: list[str], *, stdin: int | IO[bytes]) -> tuple[subprocess.Popen[bytes], int]:
    """A Python process with a clean environment, and the end of the pipe that keeps it alive, to be closed afterwards."""
    read, write = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 our own module, no shell
            [sys.executable, "-P", "-s", "-B", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**ENVIRONMENT, LIFELINE: str(read)},
            cwd="/",
            pass_fds=(read,),
        )
    except BaseException:
        os.close(write)
        raise
    finally:
        os.close(read)
    return process, write


def heard(
    process: subprocess.Popen[bytes], until: float, bytes_most: int, *, size: int | None = None, resident_bytes: int | None = None
) -> bytes:
    """The child's output: `size` bytes, or all until it closes its end; fewer when it ends before. Raises TimeoutError after
    `until`, MemoryError beyond `bytes_most` of output or `resident_bytes` of memory.
    """
    out, received = process.stdout, bytearray()
    if out is None:  # pragma: no cover it is a pipe
        return b""
    if (size or 0) > bytes_most:
        raise MemoryError
    with selectors.DefaultSelector() as ready:
        ready.register(out, selectors.EVENT_READ)
        while size is None or len(received) < size:
            if not ready.select(min(max(until - clock.monotonic(), 0), _TICK_S)):
                if clock.monotonic() >= until:
                    raise TimeoutError
                if resident_bytes is not None and _resident(process.pid) > resident_bytes:
                    raise MemoryError
                continue
            piece = os.read(out.fileno(), 2**16 if size is None else min(2**16, size - len(received)))
            if not piece:
                break
            received += piece
            if len(received) > bytes_most:
                raise MemoryError
    return bytes(received)


def _resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 for one that has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


@dataclass
class _Pool:
    kind: Kind
    free: threading.Semaphore
    idle: list[Child] = field(default_factory=list)

    def take(self) -> Child:
        """An idle live child, or a new one."""
        while True:
            try:
                child = self.idle.pop()
            except IndexError:
                return started(self.kind)
            if child.process.poll() is None:
                return child
            child.end()

    def give_back(self, child: Child, *, keep: bool) -> None:
        """Keeps a child for the next job, unless it failed, is old, or has grown."""
        if keep and child.jobs < _JOBS_MOST and _resident(child.process.pid) < self.kind.memory_bytes // 2:
            self.idle.append(child)
        else:
            child.end()


_pools: dict[Kind, _Pool] = {}
_opening = threading.Lock()


def _pool(kind: Kind) -> _Pool:
    with _opening:
        return _pools.setdefault(kind, _Pool(kind, threading.Semaphore(kind.at_once)))


def close() -> None:
    """Ends the idle children; the next job starts new ones."""
    for pool in list(_pools.values()):
        while pool.idle:
            pool.idle.pop().end()


def _forget() -> None:
    """After a fork: the children are those of the other process."""
    global _opening  # noqa: PLW0603 a lock that another thread held at the fork would stay shut
    _opening = threading.Lock()
    for pool in _pools.values():
        for child in pool.idle:
            child.process.returncode = 0  # not a child of this process
            os.close(child.line)
    _pools.clear()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)


def unpacked_problem(packed: Mapping[str, Any]) -> Problem:
    """A problem as a child packed it."""
    return Problem(packed["what"], packed["where"], packed["why"], packed["remedy"])


def unpacked_sentence(packed: dict[str, Any]) -> Any:
    """A sentence as a child packed it; any other object unchanged. Raises ValueError for a template that asks for more."""
    if packed.keys() != {"say", "plural", "values"}:
        return packed
    # Only plain names may be filled in: a template comes from outside this process.
    parts = string.Formatter().parse(packed["say"] + packed["plural"])
    names = {name for _text, name, _form, _conversion in parts if name is not None}
    counts = isinstance(packed["values"].get("count"), int) or not packed["plural"]
    if not names <= packed["values"].keys() or not counts:
        raise ValueError(packed["say"])
    return Sentence(packed["say"], packed["values"], packed["plural"])
