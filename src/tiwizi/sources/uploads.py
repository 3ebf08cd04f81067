"""Uploaded files, read in a child process, so that no file can harm the server.

A file is refused by its size, its kind and its first bytes before anything reads it. Then a child process, with a clean
environment, little memory, little time and no way to write, reads it and answers; when it dies or hangs the file is refused
with the remedy. The bytes pass through a file without a name: nothing is left on disk, even after a power cut.
"""

import io
import json
import os
import subprocess
import tempfile
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGXCPU
from typing import Any, Final

import polars as pl

from tiwizi.children.child import OUT_OF_MEMORY
from tiwizi.children.parent import heard, spawned, unpacked_problem, unpacked_sentence
from tiwizi.core.errors import BadData, say
from tiwizi.core.tables import Table
from tiwizi.sources.files import checked, frame_of, unread_kind
from tiwizi.sources.sheets import Limits, Sheet, kind_of, not_a_workbook, refused
from tiwizi.sources.texts import frame_checked, sheet_checked
from tiwizi.sources.upload_reader import STATISTICAL

__all__ = ["Limits", "Sheet", "read_upload", "rows_of", "too_heavy"]

KINDS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", *STATISTICAL)
_MOMENTS: Final = {kind.__name__: kind for kind in (date, datetime, time)}
_SIGNS: Final = (
    (b"PK\x03\x04", say("an Excel workbook or another archive")),
    (b"PAR1", say("a Parquet file")),
    (b"\x89PNG", say("a picture")),
    (b"\xff\xd8\xff", say("a picture")),
    (b"GIF8", say("a picture")),
    (b"%PDF", say("a PDF document")),
    (b"\xd0\xcf\x11\xe0", say("an old Excel workbook (.xls), or one locked by a password")),
)
_WANTED: Final = {".xlsx": b"PK\x03\x04", ".parquet": b"PAR1"}


def read_upload(
    content: bytes,
    name: str,
    table: Table,
    *,
    known: pl.DataFrame | Sequence[str] | None = None,
    sheet: str | None = None,
    titles: Callable[[Sequence[str]], Sequence[str]] = tuple,
    limits: Limits = Limits(),  # noqa: B008 frozen
) -> pl.DataFrame:
    """The rows of an uploaded file, as this table: CSV, Excel (.xlsx) or Parquet, by its extension. `titles` maps the file's
    titles to columns. With `known` (a frame of places, or their codes), every place must be one of them. Raises BadData with
    the file's name, the column, the first rows as the file numbers them, and the remedy; none of a refused file is stored.
    """
    head, body = _read_in_child(content, name, sheet, limits)
    frame, lines = _framed(head, body, name)
    frame = frame.rename(dict(zip(frame.columns, titles(frame.columns), strict=True)))
    return checked(frame, table, lines=lines, name=name, known=known)


def rows_of(content: bytes, name: str, *, sheet: str | None = None, limits: Limits = Limits()) -> Sheet:  # noqa: B008 frozen
    """The rows of an uploaded file as they are, each with its number in the file, for checks row by row. Raises BadData
    where the file itself cannot be read; the contents of its cells are not checked.
    """
    head, body = _read_in_child(content, name, sheet, limits)
    if "frame" in head:
        frame, lines = _framed(head, body, name)
        return Sheet(tuple(frame.columns), frame.rows(), lines)
    return _sheet(head, name)


def _framed(head: Mapping[str, Any], body: bytes, name: str) -> tuple[pl.DataFrame, Sequence[int]]:
    if "frame" not in head:
        parsed_sheet = _sheet(head, name)
        return frame_of(parsed_sheet), parsed_sheet.lines
    try:
        frame = pl.read_ipc(io.BytesIO(body))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(name) from error
    frame = frame_checked(frame, name)
    return frame, range(1, frame.height + 1)


def _sheet(head: Mapping[str, Any], name: str) -> Sheet:
    return sheet_checked(Sheet(tuple(head["header"]), head["values"], head["lines"], head["name"]), name)


def _read_in_child(content: bytes, name: str, sheet: str | None, limits: Limits) -> tuple[dict[str, Any], bytes]:
    _refuse_mismatch(content, name, limits)
    answer = _asked(content, json.dumps({"name": name, "sheet": sheet, "limits": asdict(limits)}), name, limits)
    line, _end, body = answer.partition(b"\n")
    try:
        head = json.loads(line, object_hook=_unpacked)
        if "problems" in head:
            raise BadData([unpacked_problem(problem) for problem in head["problems"]])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(name) from error
    return head, body


def _refuse_mismatch(content: bytes, name: str, limits: Limits) -> None:
    """Refuses a file before anything reads it: by its size, its kind, and first bytes that belong to another kind."""
    kind = kind_of(name)
    if kind not in KINDS:
        raise unread_kind(name)
    if len(content) > limits.bytes_most:
        raise refused(
            name,
            say(
                "it weighs {size} MB; {most} MB at most are taken.",
                size=-(-len(content) // 2**20),
                most=limits.bytes_most // 2**20,
            ),
            say("Send only the rows and columns that matter, or send them in several files."),
        )
    sign = _WANTED.get(kind)
    if sign is not None and content.startswith(sign):
        return
    actual = next((what for start, what in _SIGNS if content.startswith(start)), None)
    if (
        actual is None
        and sign is None
        and kind not in STATISTICAL
        and b"\0" in content
        and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        actual = say("a file that is not text")
    if actual is not None:
        raise refused(
            name,
            say("it is called {kind}, but it is {found}.", kind=kind, found=actual),
            say("Open it in the program that made it, and save it as .csv (UTF-8), .xlsx or .parquet."),
        )
    if kind == ".xlsx":
        raise not_a_workbook(name)
    if kind == ".parquet":
        raise refused(name, say("this is not a Parquet file."), say("Write it again from the program that made it."))


def _asked(content: bytes, question: str, name: str, limits: Limits) -> bytes:
    """The child process's answer, or the refusal that says how it ended; it never outlives this call."""
    until = clock.monotonic() + limits.seconds_most
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        reader, line = spawned(["-m", "tiwizi.sources.upload_reader", question], stdin=file)
        with reader:
            try:
                answer = heard(reader, until, limits.memory_bytes_most)
                status = reader.wait(max(until - clock.monotonic(), 0))
            except (TimeoutError, subprocess.TimeoutExpired) as error:
                raise _too_long(name, limits) from error
            except MemoryError as error:
                raise too_heavy(name, limits) from error
            finally:
                reader.kill()
                os.close(line)
    if status == 0:
        return answer
    if status == -SIGXCPU:
        raise _too_long(name, limits)
    raise too_heavy(name, limits) if status in (OUT_OF_MEMORY, -SIGABRT, -SIGKILL, -SIGSEGV) else _unreadable(name)


def _too_long(name: str, limits: Limits) -> BadData:
    return refused(
        name,
        say("reading it took more than {seconds} seconds, and was stopped.", seconds=round(limits.seconds_most, 2)),
        say("Copy only the cells that matter to a new workbook, or save the sheet as CSV UTF-8."),
        why=say("Such a file could stop the machine."),
    )


def too_heavy(name: str, limits: Limits) -> BadData:
    """The refusal of a file that needs more memory than allowed."""
    return refused(
        name,
        say("reading it took more than {size} MB of memory, and was stopped.", size=limits.memory_bytes_most // 2**20),
        say("Copy only the cells that matter to a new workbook, or save the sheet as CSV UTF-8."),
        why=say("Such a file could stop the machine."),
    )


def _unreadable(name: str) -> BadData:
    return refused(
        name,
        say("it cannot be read: the program that read it stopped."),
        say("Copy only the cells that matter to a new workbook, or save the sheet as CSV UTF-8."),
    )


def _unpacked(packed: dict[str, Any]) -> Any:
    """A sentence or a moment as the child process packed it; any other object unchanged."""
    if len(packed) == 1:
        ((kind, value),) = packed.items()
        if kind in _MOMENTS:
            return _MOMENTS[kind].fromisoformat(value)
    return unpacked_sentence(packed)
