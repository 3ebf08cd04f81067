"""Files of households that lie on the server: which there are, that one is still the one that a run read, and its rows, lazily.

Whoever administers the server puts them into one folder (the setting SURVEYS). Only what lies in that folder itself can be
named: no folder below it, nothing that a link points to, and no name but one of those listed. A file is opened once, and all
that is said or computed of it comes from that one handle: whatever is put under its name meanwhile is never read.
"""

import hashlib
import os
import stat
import tempfile
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


@dataclass(frozen=True)
class Held:
    """A listed file that was opened: `path` leads to the open file, whatever its name stands for by now."""

    one: Listed
    handle: int
    path: Path

    def sha256(self, *, told: Told = lambda _share: None) -> str:
        """Its SHA-256, read a piece at a time; `told` hears how much is behind it, and may raise to stop."""
        digest, behind = hashlib.sha256(), 0
        while piece := os.pread(self.handle, _PIECE, behind):
            digest.update(piece)
            behind += len(piece)
            told(min(behind / max(self.one.size_bytes, 1), 1.0))
        return digest.hexdigest()


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


@contextmanager
def held(one: Listed) -> Iterator[Held]:
    """A listed file, opened without following a link, until the end.

    Raises BadData where it is not there any more, or another one is there than was listed; at the end, where it was changed.
    """
    try:
        above = os.open(folder(), os.O_RDONLY | os.O_DIRECTORY)
        try:
            handle = os.open(one.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
        finally:
            os.close(above)
    except OSError as error:
        raise gone(one.name) from error
    try:
        _unchanged(one, handle)
        with _own_folder() as own:
            # Readers tell a file's kind by its name: a link of ours carries it, to the open file of this very process.
            path = own / one.name
            path.symlink_to(f"/proc/{os.getpid()}/fd/{handle}")
            yield Held(one, handle, path)
        _unchanged(one, handle)
    finally:
        os.close(handle)


def _unchanged(one: Listed, handle: int) -> None:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or _told(one.name, found).state != one.state:
        raise changed(one.name)


@contextmanager
def _own_folder() -> Iterator[Path]:
    above = Path(settings.HOME) / "spill"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above) as made:
        yield Path(made)


@contextmanager
def unchanged(name: str, sha256: str, *, told: Told = lambda _share: None) -> Iterator[Path]:
    """The path of the file of this name whose bytes have this SHA-256; what is read by it are those bytes.

    Raises BadData in plain words where the file is gone, its bytes are others, or they are changed until the end.
    """
    one = next((one for one in listed() if one.name == name), None)
    if one is None:
        raise gone(name)
    with held(one) as opened:
        if opened.sha256(told=told) != sha256:
            raise changed(name)
        yield opened.path


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
