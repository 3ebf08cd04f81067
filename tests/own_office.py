"""An office of its own for a test: a folder and a database that nobody else uses, and its programs.

Its tables are those of the process of tests, copied: making them anew takes seconds each time.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).parents[1]
TIWIZI = Path(sys.executable).with_name("tiwizi")


class Office:
    """The folder, the database, and programs that use them."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        self.environment = {**os.environ, "TIWIZI_HOME": str(home), "TIWIZI_DATABASE": address}
        self.environment["DJANGO_SETTINGS_MODULE"] = "tiwizi.web.settings"

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """What `tiwizi` does with these arguments."""
        command = [str(TIWIZI), *map(str, arguments)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def writer(self, number: int, acts: int) -> subprocess.Popen[str]:
        """A program that writes so many acts."""
        command = [sys.executable, "-m", "tests.journal.writers", str(number), str(acts)]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)


@contextmanager
def new_office(home: Path) -> Iterator[Office]:
    """An office on the engine under test, in this folder, its tables made and empty."""
    home.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        shutil.copy(MADE["sqlite"], home / "office.sqlite3")
        yield Office(home, f"sqlite:///{home / 'office.sqlite3'}")
        return
    with _database(MADE["postgresql"]) as address:
        yield Office(home, address)


MADE: Final[dict[str, str]] = {}
"""The tables of this process, empty: a file on SQLite, the name of a database on PostgreSQL; kept by `keep`."""


def keep() -> None:
    """Keeps a copy of the tables that the process of tests has just made, before any test writes into them."""
    if connection.vendor == "sqlite":
        file = Path(tempfile.mkdtemp(prefix="tiwizi-made-", dir=os.environ["TIWIZI_HOME"])) / "office.sqlite3"
        with closing(sqlite3.connect(file)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")
        MADE["sqlite"] = str(file)
        return
    own, made = connection.settings_dict["NAME"], f"made_{uuid4().hex}"
    # A database is copied while nobody is connected to it.
    connection.close()
    with psycopg.connect(os.environ["TIWIZI_DATABASE"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(made), sql.Identifier(own)))
    MADE["postgresql"] = made


def _named(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["TIWIZI_DATABASE"])._replace(path=f"/{name}"))


@contextmanager
def _database(template: str) -> Iterator[str]:
    """A copy of a database on the server under test, dropped afterwards; gives its address."""
    name = sql.Identifier(f"office_{uuid4().hex}")
    with psycopg.connect(os.environ["TIWIZI_DATABASE"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        try:
            yield _named(name.as_string().strip('"'))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
