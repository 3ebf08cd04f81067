"""A write that others hold up is known as such on both engines; no other fault of the database is."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import RequestFactory

from tiwizi.web import database, refusals


def opened(path: Path) -> DatabaseWrapper:
    own = {**connection.settings_dict, **database.from_url(f"sqlite:///{path}", wait_s=0)}
    return DatabaseWrapper({"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "TIME_ZONE": None, **own}, "own")


def test_a_locked_write_is_known_on_sqlite(db: None, tmp_path: Path) -> None:
    here, there = opened(tmp_path / "office.sqlite3"), opened(tmp_path / "office.sqlite3")
    with here.cursor() as cursor:
        cursor.execute("CREATE TABLE a (b INTEGER)")
        cursor.execute("BEGIN IMMEDIATE")
    with there.cursor() as cursor:
        with pytest.raises(OperationalError) as locked:
            cursor.execute("INSERT INTO a VALUES (1)")
        with pytest.raises(OperationalError) as wrong:
            cursor.execute("SELECT * FROM nothing")
    here.close()
    there.close()
    assert (database.busy(locked.value), database.busy(wrong.value)) == (True, False)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
def test_a_locked_write_is_known_on_postgresql(db: None) -> None:
    own = connection.settings_dict
    said = {"dbname": own["NAME"], "user": own["USER"], "password": own["PASSWORD"], "host": own["HOST"], "port": own["PORT"]}
    with psycopg.connect(**said) as other, connection.cursor() as cursor:
        other.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError) as locked, transaction.atomic():
            cursor.execute("DELETE FROM django_session")
        with pytest.raises(DatabaseError) as wrong, transaction.atomic():
            cursor.execute("SELECT * FROM nothing")
    assert (database.busy(locked.value), database.busy(wrong.value)) == (True, False)


@pytest.mark.parametrize("error", [None, ValueError("database is locked"), OperationalError("database is locked")])
def test_what_is_not_of_the_database_is_no_lock(error: Exception | None) -> None:
    assert not database.busy(error)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"name": 'a "quoted" <name>', "many": ["1", "2"]}, ["a &quot;quoted&quot; &lt;name&gt;", 'value="1"', 'value="2"']),
        ({"login": "somebody", "password": "secret words"}, []),
    ],
)
def test_the_page_holds_what_was_typed_but_no_passphrase(rf: RequestFactory, sent: dict[str, Any], kept: list[str]) -> None:
    response = refusals.busy(rf.post("/budgets/?a=1&b=2", sent), sure=True)
    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert all(one in page for one in kept)
    assert ('action="/budgets/?a=1&amp;b=2"' in page) is bool(kept)
    assert "secret words" not in page
