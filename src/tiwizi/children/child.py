"""The child's side: sets its resource limits, then answers jobs until its parent closes the pipe or exits.

Run as `python -m tiwizi.children.child`; the reader of uploads shares its limits and the packing of problems. It opens files
of installed packages only and writes to no disk, so it leaves nothing behind when killed.
"""

import fcntl
import importlib
import json
import os
import pickle
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO, Final

from tiwizi.core.errors import Problem, Sentence, TiwiziError

OUT_OF_MEMORY: Final = 3
"""The exit status that means that the memory limit was reached."""
NO_MEMORY: Final = "pointer is null"
"""The message of a panic caused by it."""
FRAME: Final = struct.Struct(">cQ")
"""Header of each answer: its kind and its length."""
MADE, PROBLEMS, FAILED = b"m", b"p", b"f"
LIFELINE: Final = "TIWIZI_LIFELINE"
"""The environment variable with the descriptor whose other end the parent holds while it lives."""


def main() -> None:
    """Answers one job after another: (module, function, arguments) in, bytes out."""
    end_with_parent()
    memory_bytes, cpu_seconds = int(sys.argv[1]), float(sys.argv[2])
    # The output of libraries must not be mistaken for an answer.
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    bound(memory_bytes, None)
    while size := jobs.read(8):
        module, function, arguments = pickle.loads(jobs.read(int.from_bytes(size, "big")))  # noqa: S301 from the parent alone
        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + cpu_seconds) + 1, hard))
        _answer(answers, module, function, arguments)


def _answer(answers: BinaryIO, module: str, function: str, arguments: tuple[Any, ...]) -> None:
    try:
        made: bytes = getattr(importlib.import_module(module), function)(*arguments)
        kind = MADE
    except TiwiziError as error:
        kind, made = PROBLEMS, json.dumps([packed_problem(problem) for problem in error.problems], default=str).encode()
    except BaseException as error:
        # A native library panics on a null object when Python is out of memory.
        if isinstance(error, MemoryError) or NO_MEMORY in str(error):
            os._exit(OUT_OF_MEMORY)
        kind, made = FAILED, f"{type(error).__name__}: {error}"[:2_000].encode("utf-8", "replace")
    answers.write(FRAME.pack(kind, len(made)))
    answers.write(made)
    answers.flush()


def end_with_parent() -> None:
    """Asks the kernel to kill this process as soon as its parent exits; does nothing without a lifeline."""
    descriptor = os.environ.get(LIFELINE)
    if descriptor is None:
        return
    line = int(descriptor)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(line, 1)
        os._exit(0)  # it had already exited
    except BlockingIOError:
        return


def bound(memory_bytes: int, seconds: float | None) -> None:
    """Limits memory, total processor seconds, files and core dumps of this process."""
    # The data limit counts written memory; address space that libraries only reserve has its own limit.
    bounds = {
        resource.RLIMIT_DATA: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if seconds is not None:
        bounds |= {resource.RLIMIT_CPU: int(seconds) + 1, resource.RLIMIT_AS: 4 * memory_bytes}
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


def packed_problem(problem: Problem) -> dict[str, object]:
    """A problem as JSON."""
    return {
        "what": _packed(problem.what),
        "where": [_packed(part) for part in problem.where],
        "why": _packed(problem.why) if problem.why else None,
        "remedy": _packed(problem.remedy) if problem.remedy else None,
    }


def _packed(sentence: Sentence) -> dict[str, object]:
    values = {key: _packed(value) if isinstance(value, Sentence) else value for key, value in sentence.values.items()}
    return {"say": sentence.template, "plural": sentence.plural, "values": values}


if __name__ == "__main__":
    main()
