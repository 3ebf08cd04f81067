"""The child's side: takes its limits from the machine, then answers jobs until its parent closes the pipe or is gone.

Run as `python -m tiwizi.children.child`; the reader of uploads shares its limits and the packing of problems. Whatever kills
it leaves nothing behind: it opens files of installed packages only, and writes to no disk.
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
"""The exit status that says that the memory allowed was not enough."""
NO_MEMORY: Final = "pointer is null"
"""What a panic says that comes of it."""
FRAME: Final = struct.Struct(">cQ")
"""Before each answer: what it is, and its length."""
MADE, PROBLEMS, FAILED = b"m", b"p", b"f"
LIFELINE: Final = "TIWIZI_LIFELINE"
"""The variable that names the descriptor whose other end the parent holds for as long as it lives."""


def main() -> None:
    """Answers one job after another: (module, function, arguments) in, bytes out."""
    end_with_parent()
    memory_bytes, cpu_seconds = int(sys.argv[1]), float(sys.argv[2])
    # What libraries print must not be taken for an answer.
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
        kind, made = PROBLEMS, json.dumps([packed_problem(one) for one in error.problems], default=str).encode()
    except BaseException as error:
        # A library that gets no memory from Python panics: its object is null.
        if isinstance(error, MemoryError) or NO_MEMORY in str(error):
            os._exit(OUT_OF_MEMORY)
        kind, made = FAILED, f"{type(error).__name__}: {error}"[:2_000].encode("utf-8", "replace")
    answers.write(FRAME.pack(kind, len(made)))
    answers.write(made)
    answers.flush()


def end_with_parent() -> None:
    """From now on the kernel ends this process as soon as its parent is gone, whatever it does; without a lifeline nothing."""
    named = os.environ.get(LIFELINE)
    if named is None:
        return
    line = int(named)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(line, 1)
        os._exit(0)  # it was gone before
    except BlockingIOError:
        return


def bound(memory_bytes: int, seconds: float | None) -> None:
    """Bounds memory, processor seconds of the whole life, files and core dumps of this process."""
    # Data are what is written to memory; addresses that libraries only reserve go apart.
    bounds = {
        resource.RLIMIT_DATA: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if seconds is not None:
        bounds |= {resource.RLIMIT_CPU: int(seconds) + 1, resource.RLIMIT_AS: 4 * memory_bytes}
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


def packed_problem(one: Problem) -> dict[str, object]:
    """A problem as JSON holds it."""
    return {
        "what": _packed(one.what),
        "where": [_packed(part) for part in one.where],
        "why": _packed(one.why) if one.why else None,
        "remedy": _packed(one.remedy) if one.remedy else None,
    }


def _packed(one: Sentence) -> dict[str, object]:
    values = {key: _packed(value) if isinstance(value, Sentence) else value for key, value in one.values.items()}
    return {"say": one.template, "plural": one.plural, "values": values}


if __name__ == "__main__":
    main()
