"""The database as it must be: each thing that could be wrong is made wrong once, and found."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from psycopg import sql
from tests.patience import PATIENCE_S

from tiwizi.core.errors import Refused
from tiwizi.database.scope import AppendOnly
from tiwizi.web import database

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")


@contextmanager
def opened(settings: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A live connection of its own."""
    live = ConnectionHandler({"default": settings})["default"]
    try:
        yield live
    finally:
        live.close()
        if live.connection is not None:
            # Django keeps a database in memory open, since its rows would be gone.
            live.connection.close()


def said(live: BaseDatabaseWrapper, *, serving: bool = False) -> list[str]:
    return [str(problem.what) for problem in database.problems(live, serving=serving)]


def test_addresses_become_settings() -> None:
    sqlite = database.from_url("sqlite:////srv/office.sqlite3")
    assert (sqlite["NAME"], sqlite["OPTIONS"]["transaction_mode"]) == ("/srv/office.sqlite3", "IMMEDIATE")
    served = database.from_url("postgresql://das:p%40ss@db.local:5433/office?sslmode=require")
    assert [served[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["office", "das", "p@ss", "db.local", 5433]
    assert served["OPTIONS"] == {"sslmode": "require", "options": "-c lock_timeout=20s"}
    waits = database.from_url("postgresql://db/office?options=-c%20geqo%3Doff", wait_s=5)["OPTIONS"]["options"]
    assert waits == "-c geqo=off -c lock_timeout=5s"
    assert database.from_url("sqlite:///office.sqlite3", wait_s=5)["OPTIONS"]["timeout"] == 5


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "office.sqlite3", "", "my_user:secret@host/office"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Refused, match=r"databases are not served\. Write sqlite:///path or postgresql://") as refused:
        database.from_url(url)
    assert "secret" not in refused.value.text()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://srv/office.sqlite3",
        "sqlite:///",
        "sqlite:////srv/a#1/office.sqlite3",
        "sqlite:///office.sqlite3?mode=ro",
        "postgresql://das:secret@host:port/office",
        "postgresql://das:secret@host",
        "postgresql://das:secret@host/office#1",
    ],
)
def test_an_address_that_would_open_something_else_is_refused(url: str) -> None:
    with pytest.raises(Refused, match=r"TIWIZI_DATABASE: this address of a database cannot be used\. Write ") as refused:
        database.from_url(url)
    assert "secret" not in refused.value.text()


def test_signs_in_a_path_are_written_percent_encoded() -> None:
    assert database.from_url("sqlite:///" + quote("/srv/a#1?%41/é.sqlite3"))["NAME"] == "/srv/a#1?%41/é.sqlite3"


@on_sqlite
def test_sqlite_as_we_open_it_has_no_problem(tmp_path: Path) -> None:
    with opened(database.from_url(f"sqlite:///{tmp_path / 'right.sqlite3'}")) as live:
        assert said(live) == []
        found = database.facts(live)
    assert found["version"] == sqlite3.sqlite_version
    assert (found["synchronous"], found["journal_mode"], found["transaction_mode"]) == (
        "extra",
        database.JOURNAL_MODE,
        "IMMEDIATE",
    )


@on_sqlite
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"init_command": "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"}, "synchronous is normal, and must be extra."),
        ({"init_command": "PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON"}, "synchronous is off, and must be extra."),
        # The folder would not be synced after the journal is deleted, and a power cut would bring it back.
        ({"init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"}, "synchronous is full, and must be extra."),
        ({"transaction_mode": "DEFERRED"}, "transaction_mode is DEFERRED, and must be IMMEDIATE."),
        ({"transaction_mode": None}, "transaction_mode is DEFERRED, and must be IMMEDIATE."),
        ({"init_command": "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=EXTRA"}, "journal_mode is truncate"),
        ({"init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=EXTRA"}, "journal_mode is memory"),
        ({"init_command": "PRAGMA foreign_keys=OFF; PRAGMA synchronous=EXTRA"}, "foreign_keys is 0, and must be 1."),
        ({"init_command": "PRAGMA recursive_triggers=OFF; PRAGMA synchronous=EXTRA"}, "recursive_triggers is 0, and must be 1."),
    ],
)
def test_sqlite_opened_otherwise_is_found(tmp_path: Path, change: dict[str, str | None], found: str) -> None:
    settings = database.from_url(f"sqlite:///{tmp_path / 'wrong.sqlite3'}")
    settings["OPTIONS"] = {**settings["OPTIONS"], **change}
    with opened(settings) as live:
        assert [one for one in said(live) if one.startswith(found)]


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_no_row_of_an_append_only_table_is_replaced_by_another(tmp_path: Path, verb: str) -> None:
    with opened(database.from_url(f"sqlite:///{tmp_path / 'kept.sqlite3'}")) as live:
        with live.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, code TEXT UNIQUE)")
        with live.schema_editor() as editor:
            AppendOnly("kept").database_forwards("kept", editor, None, None)
        with live.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (1, 'a')")
            for row in ("(1, 'b')", "(2, 'a')"):
                with pytest.raises(DatabaseError, match="append-only"):
                    cursor.execute(f"{verb} INTO kept VALUES {row}")
            cursor.execute("SELECT * FROM kept")
            assert cursor.fetchall() == [(1, "a")]


@on_sqlite
def test_sqlite_in_memory_has_no_problem() -> None:
    with opened(database.from_url("sqlite:///:memory:")) as live:
        assert said(live) == []


@on_sqlite
def test_the_write_ahead_log_is_used_only_where_it_is_mended() -> None:
    assert ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete") == database.JOURNAL_MODE


WRITER = """
import sys
from tiwizi.web import database
from django.conf import settings
settings.configure(DATABASES={"default": database.from_url(sys.argv[1])}, USE_TZ=True)
import django; django.setup()
from django.db import connection, transaction
for _ in range(50):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT total FROM counter")
        (total,) = cursor.fetchone()
        cursor.execute("UPDATE counter SET total = %s", [total + 1])
"""


@on_sqlite
def test_writers_at_once_lose_nothing_and_none_is_shut_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'counter.sqlite3'}"
    with opened(database.from_url(url)) as live, live.cursor() as cursor:
        cursor.execute("CREATE TABLE counter (total integer)")
        cursor.execute("INSERT INTO counter VALUES (0)")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(writer.communicate(timeout=PATIENCE_S)[1], writer.returncode) for writer in writers] == [("", 0)] * 4
    with opened(database.from_url(url)) as live, live.cursor() as cursor:
        cursor.execute("SELECT total FROM counter")
        assert cursor.fetchone() == (200,)


@on_postgresql
@pytest.mark.parametrize(
    ("rights", "more", "found"),
    [
        ("NOSUPERUSER NOBYPASSRLS", "", []),
        ("SUPERUSER", "", ["the role that serves is a superuser."]),
        ("NOSUPERUSER BYPASSRLS", "", ["the role that serves bypasses row security."]),
        (
            "NOSUPERUSER NOBYPASSRLS",
            "CREATE TABLE {table} (a int); ALTER TABLE {table} OWNER TO {role}",
            ["the role that serves owns tables."],
        ),
        (
            "NOSUPERUSER NOBYPASSRLS",
            "CREATE ROLE {other}; GRANT {other} TO {role}; CREATE TABLE {table} (a int); ALTER TABLE {table} OWNER TO {other}",
            ["the role that serves owns tables."],
        ),
        (
            "NOSUPERUSER NOBYPASSRLS",
            "CREATE ROLE {other} SUPERUSER; GRANT {other} TO {role}",
            ["the role that serves is a superuser."],
        ),
        (
            "NOSUPERUSER NOBYPASSRLS",
            "CREATE ROLE {other} BYPASSRLS; GRANT {other} TO {role}",
            ["the role that serves bypasses row security."],
        ),
        (
            "SUPERUSER",
            "CREATE ROLE {other}; ALTER ROLE {role} SET role TO {other}",
            ["the role that serves is a superuser."],
        ),
    ],
)
def test_a_role_that_row_security_would_not_hold_is_found(rights: str, more: str, found: list[str]) -> None:
    address = os.environ["TIWIZI_DATABASE"]
    role = f"role_{uuid4().hex}"
    names = {name: sql.Identifier(f"{name}_{uuid4().hex}") for name in ("table", "other")} | {"role": sql.Identifier(role)}
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {role} LOGIN " + rights).format(**names))
        for statement in filter(None, more.split("; ")):
            server.execute(sql.SQL(statement).format(**names))
        try:
            host = urlsplit(address).netloc.split("@")[-1]
            with opened(database.from_url(urlunsplit(urlsplit(address)._replace(netloc=f"{role}@{host}")))) as live:
                # This database lacks the tables, which is said too, of each.
                assert [what for what in said(live, serving=True) if "migration" not in what] == found
                assert said(live, serving=False) == []
        finally:
            for gone in ("role", "other") if "{other}" in more else ("role",):
                server.execute(sql.SQL("DROP OWNED BY {}").format(names[gone]))
                server.execute(sql.SQL("DROP ROLE {}").format(names[gone]))


@pytest.mark.parametrize(
    ("version", "found"),
    [
        *(("14.99", 1), ("15.19", 1), ("15.20", 0), ("16.15", 1), ("16.16", 0), ("17.11", 1), ("17.12", 0)),
        *(("18.6", 1), ("18.7", 0), ("18.8", 0), ("19.0", 0)),
    ],
)
def test_a_version_without_the_mend_is_found(version: str, found: int) -> None:
    assert len(database._version_problems(version)) == found


def test_the_live_database_passes_its_own_check() -> None:
    assert [error.msg for error in database.check_database(databases=["default"])] == []
