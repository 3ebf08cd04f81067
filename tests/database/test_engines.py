"""What the office's own engines add: a table made anew keeps its triggers, and nobody else's program writes what is on record."""

import sqlite3
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests import trees
from tests.committees.every_table import run

from tiwizi.database import catalogue, triggers
from tiwizi.people.models import Account, Role

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite's own ways")


def test_the_database_is_as_the_migrations_made_it(db: None) -> None:
    """After a change of the tables: python -m tests.catalogue."""
    assert [str(difference) for difference in catalogue.differences(connection)] == []


@pytest.mark.parametrize(
    ("sqlite", "postgresql", "message"),
    [
        ("DROP TRIGGER journal_entry_no_UPDATE", "ALTER TABLE journal_entry DISABLE TRIGGER ALL", "journal_entry"),
        ("DROP TRIGGER people_role_refuse_update", "DROP TRIGGER people_role_refuse_update ON people_role", "lacks"),
        ("DROP TRIGGER people_role_DELETE_touched", "DROP TRIGGER delete_touched ON people_role", "lacks"),
        (
            "CREATE TRIGGER mine AFTER UPDATE ON people_role BEGIN SELECT 1; END",
            "CREATE POLICY mine ON people_role USING (true)",
            "no migration made",
        ),
        ("DROP INDEX people_role_once", "ALTER TABLE people_role NO FORCE ROW LEVEL SECURITY", "people_role"),
        ("DROP INDEX people_role_once", "ALTER TABLE people_role DROP CONSTRAINT people_role_interval", "people_role"),
    ],
)
def test_a_guard_that_somebody_changed_is_named(db: None, sqlite: str, postgresql: str, message: str) -> None:
    with transaction.atomic():
        run(sqlite if connection.vendor == "sqlite" else postgresql)
        differences = [str(difference) for difference in catalogue.differences(connection)]
        transaction.set_rollback(True)
    assert differences
    assert all(message in difference for difference in differences), differences


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_table_made_anew_keeps_its_triggers() -> None:
    def role_triggers() -> set[str]:
        return {name for name in catalogue.objects(connection) if name.startswith("trigger") and name.endswith(" people_role")}

    before, field = role_triggers(), Role._meta.get_field("kind")
    editor: Any
    with connection.schema_editor() as editor:
        editor._remake_table(Role, alter_fields=[(field, field)])
    assert len(before) >= 5
    assert role_triggers() == before


@sqlite_only
def test_another_program_does_not_write_what_is_on_record(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The triggers call a function that only the office's connections have."""
    path = tmp_path_factory.mktemp("office") / "copy.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE people_account (id INTEGER PRIMARY KEY, email TEXT)")
        heads = [
            statement
            for statement in triggers.statements("sqlite")
            if "ON people_account " in statement and "INSERT_touched" in statement
        ]
        assert len(heads) == 1
        database.execute(heads[0])
        with pytest.raises(sqlite3.OperationalError, match="no such function: tiwizi_touch"):
            database.execute("INSERT INTO people_account (email) VALUES ('a@example.org')")


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_what_is_on_record_changes_inside_a_transaction_only() -> None:
    with pytest.raises(DatabaseError):
        run(
            "INSERT INTO people_account (email, name, language, is_active, demonstration, created_at, password) "
            "VALUES ('a@example.org', 'A', 'ar', 1, 0, %s, '!')",
            trees.AT,
        )
    assert not Account.objects.exists()
