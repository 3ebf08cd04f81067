"""The office's folder is for the user that serves alone: what others of the machine could reach is shut to them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tiwizi.core.errors import Problem, Refused, say

OTHERS: Final = 0o077
MOST_SAID: Final = 5


def shut(home: Path, *more: Path) -> list[Path]:
    """The folders and files that others could reach until now. Links are not followed.

    Raises Refused, naming them, for those that belong to somebody else or do not take it.
    """
    found = [path for path in (*_below(home), *more) if _open(path)]
    for path in found:
        _shut(path)
    left = [path for path in found if _open(path)]
    if left:
        raise Refused(
            Problem(
                what=say("other users of this machine can reach the office's folder."),
                where=[say("file {file}", file=str(path)) for path in left[:MOST_SAID]],
                why=say("Keys, sessions and what people are asked lie there."),
                remedy=say("Give it to the user that serves, and to nobody else: {command}", command=_mend(home)),
            )
        )
    return found


def _below(home: Path) -> Iterator[Path]:
    yield home
    for folder, folders, files in os.walk(home):
        yield from (Path(folder, name) for name in (*folders, *files))


def _open(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(found.st_mode):
        return False
    return bool(found.st_mode & OTHERS) or found.st_uid != os.geteuid()


def _shut(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & ~OTHERS)
    except OSError:
        return
    finally:
        os.close(handle)


def _mend(home: Path) -> str:
    return f"chown -R {os.geteuid()} {home}; chmod -R go= {home}"
