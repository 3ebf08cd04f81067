"""Changing tables of SQLite: a table that is made anew keeps its triggers, which SQLite would drop with the old one."""

from typing import Any

from django.db.backends.sqlite3 import schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Django's way of changing tables, and the triggers put back after a table was made anew."""

    def _remake_table(self, model: Any, *arguments: Any, **more: Any) -> None:
        kept = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        with self.connection.cursor() as cursor:
            cursor.execute(kept, [model._meta.db_table])
            before = cursor.fetchall()
        super()._remake_table(model, *arguments, **more)  # type: ignore[misc] # Django's own method, without a type
        with self.connection.cursor() as cursor:
            cursor.execute(kept, [model._meta.db_table])
            there = {name for name, _sql in cursor.fetchall()}
        for name, sql in before:
            if name not in there:
                self.execute(sql, params=None)
