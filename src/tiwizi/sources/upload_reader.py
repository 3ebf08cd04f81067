"""Child process that reads one upload, then exits: started by `uploads`, never imported by the server. It sets its resource
limits before it looks at the file, reads the file from its standard input, and answers on its standard output: one line of
JSON (the rows, or the problems as templates and values), then for a Parquet file the frame as Arrow IPC. It opens no file
and writes to no disk, so it leaves nothing behind when killed.
"""

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from tiwizi.children.child import NO_MEMORY, OUT_OF_MEMORY, bound, end_with_parent, packed_problem
from tiwizi.core.errors import BadData, say

STATISTICAL: Final = (".dta", ".sav", ".zsav")


def main() -> None:
    """Reads the file described by the first argument (JSON: name, sheet, limits) and answers."""
    end_with_parent()
    asked = json.loads(sys.argv[1])
    limits = asked["limits"]
    bound(int(limits["memory_bytes_most"]), limits["seconds_most"])
    try:
        head, body = _answer(asked["name"], asked["sheet"], limits)
        sys.stdout.buffer.write(json.dumps(head, default=_packed, ensure_ascii=False).encode("utf-8", "replace") + b"\n" + body)
        sys.stdout.buffer.flush()
    except BaseException as error:
        # A native library panics on a null object when Python is out of memory.
        if isinstance(error, MemoryError) or NO_MEMORY in str(error):
            sys.exit(OUT_OF_MEMORY)
        raise


def _answer(name: str, sheet: str | None, given: Mapping[str, Any]) -> tuple[dict[str, object], bytes]:
    # Loaded only now: the limits hold for the libraries too.
    from tiwizi.sources.sheets import Limits, kind_of, parsed

    content, limits = sys.stdin.buffer.read(), Limits(**given)
    try:
        if kind_of(name) == ".parquet":
            return {"frame": True}, _parquet(content, name, limits)
        if kind_of(name) in STATISTICAL:
            return {"frame": True}, _statistical(name, limits)
        parsed_sheet = parsed(content, name, sheet=sheet, limits=limits)
    except BadData as error:
        return {"problems": [packed_problem(problem) for problem in error.problems]}, b""
    return {
        "header": parsed_sheet.header,
        "values": parsed_sheet.values,
        "lines": parsed_sheet.lines,
        "name": parsed_sheet.name,
    }, b""


def _parquet(content: bytes, name: str, limits: Any) -> bytes:
    import io

    import polars as pl

    from tiwizi.sources.files import frame_of_parquet, not_parquet

    out = io.BytesIO()
    try:
        frame_of_parquet(content, name, limits=limits).write_ipc(out)
    except pl.exceptions.PanicException as error:
        # The library notices some broken files only when it cannot continue.
        if NO_MEMORY in str(error):
            raise
        raise not_parquet(name) from error
    return out.getvalue()


def _statistical(name: str, limits: Any) -> bytes:
    import io
    from pathlib import Path

    from tiwizi.sources.sheets import few_enough, kind_of, refused
    from tiwizi.sources.survey_files import statistical

    # The reader needs a path: this is the path of the standard input, which is a file without a name.
    try:
        frame = statistical(Path("/proc/self/fd/0"), kind_of(name))
    except MemoryError:
        raise
    except Exception as error:
        # Broken files make the library raise errors of its own.
        what = say("it cannot be read: {error}", error=str(error)[:200])
        raise refused(name, what, say("Open it in the program that made it, and save it again.")) from error
    few_enough(name, frame.height, frame.width, limits)
    out = io.BytesIO()
    frame.write_ipc(out)
    return out.getvalue()


def _packed(value: object) -> object:
    """What JSON lacks: a moment by the name of its type and its ISO form; anything else as text."""
    if isinstance(value, datetime | date | time):
        return {type(value).__name__: value.isoformat()}
    return str(value)


if __name__ == "__main__":
    main()
