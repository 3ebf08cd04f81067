"""A copy of the office's database that another office can open: by the database's own call, never by copying its file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.core.errors import Problem, Refused, Sentence, say

SESSIONS: Final = "django_session"


def back_up(connection: BaseDatabaseWrapper, target: Path) -> Path:
    """The file that now holds the whole database as it stood at one moment, while the office goes on serving.

    Sessions are left out: a copy opens no door. Written beside its place and moved there whole. Raises Refused where the file is
    there already, the folder is not, the copy is not sound, or the database is PostgreSQL, whose own pg_dump does this.
    """
    if connection.vendor != "sqlite":
        left_out = f"--exclude-table-data={SESSIONS}"
        command = f"pg_dump --format=custom {left_out} --file={target} {connection.settings_dict['NAME']}"
        raise Refused(
            Problem(what=say("PostgreSQL is backed up by its own program."), remedy=say("Run: {command}", command=command))
        )
    if target.exists():
        raise _refused(target, say("this file is there already."))
    if not target.parent.is_dir():
        raise _refused(target, say("there is no folder {folder}.", folder=str(target.parent)))
    beside = target.with_name(f".{target.name}.part")
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(beside)) as copy:
            connection.connection.backup(copy)
            # Overwritten, not only unlinked: who finds the copy finds no session in its free pages either.
            copy.execute("PRAGMA secure_delete=ON")
            copy.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 # our own name
            copy.commit()
            (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise Refused(
                Problem(
                    what=say("the copy is not sound: {found}", found=str(sound)), remedy=say("Check the disk, then try again.")
                )
            )
        beside.chmod(0o600)
        beside.replace(target)
        _synced(target.parent)
    finally:
        beside.unlink(missing_ok=True)
    return target


def _synced(folder: Path) -> None:
    """Makes the folder keep the new name: without it a power cut just after would take the copy away again."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(target: Path, what: Sentence) -> Refused:
    where = [say("file {file}", file=target.name)]
    return Refused(Problem(what=what, where=where, remedy=say("Name a new file in a folder that is there.")))
