"""The database's refusals taken down for a moment, for tests that need a state which no act makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def down(*models: Any) -> Iterator[None]:
    """What these tables refuse is let through inside; changes are still noted for the record."""
    with transaction.atomic():
        guards = [(model._meta.db_table, *guard) for model in models for guard in _guards(model._meta.db_table)]
        for table, name, _sql in guards:
            _run(f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for table, name, sql in guards:
            _run(sql or f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def _guards(table: str) -> list[tuple[str, str]]:
    """Name and, on SQLite, text of the triggers that refuse something."""
    question = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%%_touched' AND tbl_name = %s"
    if connection.vendor == "postgresql":
        _run("SET CONSTRAINTS ALL IMMEDIATE")
        question = (
            "SELECT tgname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgname NOT LIKE '%%_touched' AND tgenabled = 'O' AND relname = %s"
        )
    with connection.cursor() as cursor:
        cursor.execute(question, [table])
        return [(name, sql) for name, sql in cursor.fetchall()]


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
