"""Files of households on the server: their list, the check that a file is unchanged since a run read it, and its lazy rows.
The server's administrator puts them into one folder (the setting SURVEYS). Only files directly in that folder can be named:
no subfolder, no target of a link, and no name outside the list. A file is opened once, and everything is read from that
handle: another file put under its name meanwhile is never read.
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
"""Bytes of a Stata or SPSS file, which is read whole; Parquet and CSV are read in pieces, whatever their size."""
_PIECE: Final = 8 * 2**20
_PATTERN: Final = frozenset("*?[]{}\\")
"""Wildcard characters, with which a name would match several files."""
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Listed:
    """A file of the folder: its name, its size, when it was last written, and the state that distinguishes it from another
    file of the same name."""

    name: str
    size_bytes: int
    at: datetime
    state: str


@dataclass(frozen=True)
class Held:
    """A listed file that was opened: `path` leads to the open file, even if its name now belongs to another."""

    listed: Listed
    handle: int
    path: Path

    def sha256(self, *, progress: Progress = lambda _share: None) -> str:
        """Its SHA-256, read in pieces; `progress` receives the part read, and may raise to stop."""
        digest, behind = hashlib.sha256(), 0
        while piece := os.pread(self.handle, _PIECE, behind):
            digest.update(piece)
            behind += len(piece)
            progress(min(behind / max(self.listed.size_bytes, 1), 1.0))
        return digest.hexdigest()


def folder() -> Path:
    """The folder of the files, created on first use and accessible to the server alone."""
    path = Path(settings.SURVEYS)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def listed() -> list[Listed]:
    """The files of households in the folder, by name; folders, links and other kinds of files are skipped."""
    with os.scandir(folder()) as entries:
        files = [
            _as_listed(entry.name, entry.stat(follow_symlinks=False))
            for entry in entries
            if _plain(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    return sorted(files, key=lambda file: file.name)


def _plain(name: str) -> bool:
    if name.startswith(".") or Path(name).suffix.lower() not in survey_files.KINDS:
        return False
    return name.isprintable() and not _PATTERN & set(name)


def _as_listed(name: str, status: os.stat_result) -> Listed:
    state = f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
    return Listed(name, status.st_size, datetime.fromtimestamp(status.st_mtime, tz=UTC), state)


def listed_file(name: str) -> Listed:
    """The listed file of this name. Raises Refused for any other name."""
    file = next((file for file in listed() if file.name == name), None)
    if file is None:
        raise Refused(
            Problem(
                what=say("no file of this name lies in the server's folder of households."),
                remedy=say("Choose one of the files listed, or ask who looks after the server to put it there."),
            )
        )
    if file.size_bytes > WHOLE_MOST and Path(name).suffix.lower() in survey_files.READ_WHOLE:
        raise Refused(
            Problem(
                what=say("files of this kind are read whole, and at most {most} MB of them.", most=WHOLE_MOST // 2**20),
                where=[say("file {file}", file=name)],
                remedy=say("Save it as Parquet or as CSV in UTF-8: these are read a piece at a time, whatever their size."),
            )
        )
    return file


@contextmanager
def held(file: Listed) -> Iterator[Held]:
    """A listed file, opened without following a link, until the end.

    Raises BadData when it is gone or is not the listed one; at the end, when it was changed.
    """
    try:
        above = os.open(folder(), os.O_RDONLY | os.O_DIRECTORY)
        try:
            handle = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
        finally:
            os.close(above)
    except OSError as error:
        raise gone(file.name) from error
    try:
        _unchanged(file, handle)
        with _own_folder() as own:
            # Readers recognise a file's kind by its name: a link with that name leads to the open file of this process.
            path = own / file.name
            path.symlink_to(f"/proc/{os.getpid()}/fd/{handle}")
            yield Held(file, handle, path)
        _unchanged(file, handle)
    finally:
        os.close(handle)


def _unchanged(file: Listed, handle: int) -> None:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or _as_listed(file.name, status).state != file.state:
        raise changed(file.name)


@contextmanager
def _own_folder() -> Iterator[Path]:
    above = Path(settings.HOME) / "spill"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above) as made:
        yield Path(made)


@contextmanager
def unchanged(name: str, sha256: str, *, progress: Progress = lambda _share: None) -> Iterator[Path]:
    """The path of the file of this name whose bytes have this SHA-256; only those bytes are read through it. Raises BadData
    when the file is gone, has other bytes, or is changed before the end.
    """
    file = next((file for file in listed() if file.name == name), None)
    if file is None:
        raise gone(name)
    with held(file) as opened:
        if opened.sha256(progress=progress) != sha256:
            raise changed(name)
        yield opened.path


def gone(name: str) -> BadData:
    """The error for a file that a run names and that is gone."""
    return BadData(
        Problem(
            what=say("the file {file} no longer lies on the server.", file=name),
            remedy=say("Ask who looks after the server to put the same file back under the same name."),
        )
    )


def changed(name: str) -> BadData:
    """The error for a file whose bytes differ from those that a run read."""
    return BadData(
        Problem(
            what=say("the file {file} on the server has changed: it is not the one that was read.", file=name),
            why=say("A run stands for one file to the last byte; from another one, other figures would come."),
            remedy=say("Put the earlier file back under the same name, or make a new run on the file as it is now."),
        )
    )
