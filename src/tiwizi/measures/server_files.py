"""Files of households that lie on the server: which there are, that one is still the one that a run read, and its rows, lazily.

Whoever administers the server puts them into one folder (the setting SURVEYS). Only what lies in that folder itself can be
named: no folder below it, nothing that a link points to, and no name but one of those listed.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from tiwizi.core.errors import BadData, Problem, Refused, say
from tiwizi.sources import survey_files

WHOLE_MOST: Final = 500 * 2**20
"""Bytes of a Stata or SPSS file, which is read whole; Parquet and CSV are read a piece at a time, whatever their size."""
_PIECE: Final = 8 * 2**20
_PATTERN: Final = frozenset("*?[]{}\\")
"""Signs by which a name would stand for several files."""
Told = Callable[[float], None]


@dataclass(frozen=True)
class Listed:
    """A file of the folder: its name, its size, when it was last written, and what tells it from another in its place."""

    name: str
    size_bytes: int
    at: datetime
    state: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return folder() / self.name


def folder() -> Path:
    """The folder of the files, made on first use and open to the server alone."""
    found = Path(settings.SURVEYS)
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def listed() -> list[Listed]:
    """The files of households that lie in the folder, by name; folders, links and other kinds of files are passed over."""
    with os.scandir(folder()) as entries:
        found = [
            _told(entry.name, entry.stat(follow_symlinks=False))
            for entry in entries
            if _plain(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    return sorted(found, key=lambda one: one.name)


def _plain(name: str) -> bool:
    if name.startswith(".") or Path(name).suffix.lower() not in survey_files.KINDS:
        return False
    return name.isprintable() and not _PATTERN & set(name)


def _told(name: str, found: os.stat_result) -> Listed:
    state = f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"
    return Listed(name, found.st_size, datetime.fromtimestamp(found.st_mtime, tz=UTC), state)


def named(name: str) -> Listed:
    """The listed file of this name. Raises Refused for any other name, whatever it says."""
    found = next((one for one in listed() if one.name == name), None)
    if found is None:
        raise Refused(
            Problem(
                what=say("no file of this name lies in the server's folder of households."),
                remedy=say("Choose one of the files listed, or ask who looks after the server to put it there."),
            )
        )
    if found.size_bytes > WHOLE_MOST and Path(name).suffix.lower() in survey_files.READ_WHOLE:
        raise Refused(
            Problem(
                what=say("files of this kind are read whole, and at most {most} MB of them.", most=WHOLE_MOST // 2**20),
                where=[say("file {file}", file=name)],
                remedy=say("Save it as Parquet or as CSV in UTF-8: these are read a piece at a time, whatever their size."),
            )
        )
    return found


def sha256_of(one: Listed, *, told: Told = lambda _share: None) -> str:
    """The SHA-256 of a file, read a piece at a time; `told` hears how much is behind it, and may raise to stop.

    Raises BadData where the file is not there any more, or another one is read than was listed.
    """
    digest, behind = hashlib.sha256(), 0
    try:
        handle = os.open(one.path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise gone(one.name) from error
    with os.fdopen(handle, "rb", buffering=0) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or _told(one.name, found).state != one.state:
            raise changed(one.name)
        while piece := file.read(_PIECE):
            digest.update(piece)
            behind += len(piece)
            told(min(behind / max(one.size_bytes, 1), 1.0))
    return digest.hexdigest()


@contextmanager
def unchanged(name: str, sha256: str, *, told: Told = lambda _share: None) -> Iterator[Path]:
    """The path of a file whose bytes have this SHA-256, when it is entered and, as far as its state tells, until it is left.

    Raises BadData in plain words where the file is gone or its bytes are others.
    """
    one = next((one for one in listed() if one.name == name), None)
    if one is None:
        raise gone(name)
    if sha256_of(one, told=told) != sha256:
        raise changed(name)
    yield one.path
    if next((now.state for now in listed() if now.name == name), "") != one.state:
        raise changed(name)


def gone(name: str) -> BadData:
    """The error for a file that a run names and that does not lie there any more."""
    return BadData(
        Problem(
            what=say("the file {file} no longer lies on the server.", file=name),
            remedy=say("Ask who looks after the server to put the same file back under the same name."),
        )
    )


def changed(name: str) -> BadData:
    """The error for a file whose bytes are not those that a run read."""
    return BadData(
        Problem(
            what=say("the file {file} on the server has changed: it is not the one that was read.", file=name),
            why=say("A run stands for one file to the last byte; from another one, other figures would come."),
            remedy=say("Put the earlier file back under the same name, or make a new run on the file as it is now."),
        )
    )
