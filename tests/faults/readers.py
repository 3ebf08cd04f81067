"""Run as a program of its own: what the product starts for each file, here forked many times from one that has its libraries.

For each question on its standard input (a line of JSON with the question and how many bytes follow) it forks a process that is
the product's own reader, with its own limits, and answers with a line of JSON: how it ended, how many bytes of answer follow,
and what it complained of.
"""

import importlib
import json
import os
import resource
import sys
import tempfile
from collections.abc import Mapping
from typing import Any


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
        pid = os.fork()
        if not pid:
            read(asked, file.fileno(), answers, complains)
        os.close(answers)
        os.close(complains)
        with os.fdopen(answer, "rb") as heard:
            body = heard.read()
        _pid, status = os.waitpid(pid, 0)
        with os.fdopen(complaint, "rb") as heard:
            said = heard.read().decode("utf-8", "replace")[-4000:]
    head = {"status": os.waitstatus_to_exitcode(status), "size": len(body), "said": said}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


def read(asked: Mapping[str, Any], file: int, answers: int, said: int) -> None:
    """Becomes the product's reader: the file is its standard input; never comes back."""
    from tiwizi.sources import upload_reader

    question, limits = asked["question"], asked.get("limits", {})
    os.dup2(file, 0)
    os.dup2(answers, 1)
    os.dup2(said, 2)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
    status = 1
    try:
        sys.argv = ["upload_reader", question]
        if question == "bounds":
            # Its own bounds, taken as it takes them; then what the machine says of them.
            upload_reader._bound(limits["memory_bytes_most"], limits["seconds_most"])
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


if __name__ == "__main__":
    main()
