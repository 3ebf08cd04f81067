"""An office of its own for a test: a folder and a database that nobody else uses, and its programs.

Its tables are made once for each process of tests, and copied: making them anew takes seconds each time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
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
        shutil.copy(_made_on_sqlite(), home / "office.sqlite3")
        yield Office(home, f"sqlite:///{home / 'office.sqlite3'}")
        return
    with _database(_made_on_postgresql()) as address:
        yield Office(home, address)


@lru_cache(maxsize=1)
def _made_on_sqlite() -> Path:
    home = Path(tempfile.mkdtemp(prefix="tiwizi-made-", dir=os.environ["TIWIZI_HOME"]))
    _migrate(Office(home, f"sqlite:///{home / 'office.sqlite3'}"))
    return home / "office.sqlite3"


@lru_cache(maxsize=1)
def _made_on_postgresql() -> str:
    name = f"made_{uuid4().hex}"
    with psycopg.connect(os.environ["TIWIZI_DATABASE"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    home = Path(tempfile.mkdtemp(prefix="tiwizi-made-", dir=os.environ["TIWIZI_HOME"]))
    _migrate(Office(home, _named(name)))
    return name


def _migrate(office: Office) -> None:
    done = office.run("migrate")
    assert done.returncode == 0, done.stderr


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
