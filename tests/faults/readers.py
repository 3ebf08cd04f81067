"""Run as a program of its own: what the product starts for each file, here forked many times from one that has its libraries.

For each question on its standard input (a line of JSON with the question and how many bytes follow) it forks a process that is
the product's own reader, with its own limits, and answers with a line of JSON: how it ended, how many bytes of answer follow,
what it complained of, and what it cost (seconds of processor, bytes of memory beyond what it was forked with). Words after the
program's name are bugs to plant in the readers: what the tests must find.
"""

import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ASLEEP_S = 120
"""How long a reader may take by the clock before it counts as one that never answers: long beyond what its limits allow."""


def main() -> None:
    """Answers until its input ends."""
    for name in ("tiwizi.sources.upload_reader", "tiwizi.sources.sheets", "tiwizi.sources.files", "pyreadstat"):
        importlib.import_module(name)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        content = sys.stdin.buffer.read(asked["size"])
        answered(asked, content)


def answered(asked: Mapping[str, Any], content: bytes) -> None:
    """One process, its answer, its end."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        (answer, answers), (complaint, complains) = os.pipe(), os.pipe()
        before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
        pid = os.fork()
        if not pid:
            read(asked, file.fileno(), answers, complains)
        os.close(answers)
        os.close(complains)
        with os.fdopen(answer, "rb") as heard:
            body = heard.read()
        _pid, status, used = os.wait4(pid, 0)
        with os.fdopen(complaint, "rb") as heard:
            errors = heard.read().decode("utf-8", "replace")[-4000:]
    head = {"status": os.waitstatus_to_exitcode(status), "size": len(body), "said": errors}
    head |= {"seconds": used.ru_utime + used.ru_stime, "memory_bytes": used.ru_maxrss * 1024 - before}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


def read(asked: Mapping[str, Any], file: int, answers: int, log: int) -> None:
    """Becomes the product's reader: the file is its standard input; never comes back."""
    from tiwizi.children import child
    from tiwizi.sources import upload_reader

    question, limits = asked["question"], asked.get("limits", {})
    os.dup2(file, 0)
    os.dup2(answers, 1)
    os.dup2(log, 2)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
    status = 1
    signal.alarm(asked.get("asleep_s", ASLEEP_S))
    for bug in sys.argv[1:]:
        planted(upload_reader, bug)
    try:
        sys.argv = ["upload_reader", question]
        if question == "bounds":
            # Its own bounds, taken as it takes them; then what the machine says of them.
            child.bound(limits["memory_bytes_most"], limits["seconds_most"])
            names = ("CPU", "DATA", "AS", "FSIZE", "CORE")
            held = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in names}
            print(json.dumps(held), flush=True)
        else:
            upload_reader.main()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def planted(reader: Any, bug: str) -> None:
    """Puts a bug into this process: its limits left out, or a library that stumbles, is slow, never answers, or is greedy."""

    def bad(*_asked: object) -> Any:
        if bug == "stumbles":
            raise ValueError(bug)
        if bug == "asleep":
            time.sleep(10 * ASLEEP_S)
        until = time.process_time() + 4
        while bug == "slow" and time.process_time() < until:
            pass
        ballast = b"x" * (400 * 2**20 if bug == "greedy" else 1)
        return {"header": ["place"], "values": [], "lines": [], "name": ballast[:1].decode()}, b""

    if bug == "unbound":
        reader.bound = lambda *_limits: None
    else:
        reader._answer = bad


if __name__ == "__main__":
    main()
