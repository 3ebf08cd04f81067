"""Schema changes on SQLite: a table that is remade keeps its triggers, which SQLite would drop with the old one."""

from typing import Any

from django.db.backends.sqlite3 import schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Django's schema editor, which restores the triggers after a table was remade."""

    def _remake_table(self, model: Any, *arguments: Any, **more: Any) -> None:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        with self.connection.cursor() as cursor:
            cursor.execute(query, [model._meta.db_table])
            before = cursor.fetchall()
        super()._remake_table(model, *arguments, **more)  # type: ignore[misc] # Django's own method, without a type
        with self.connection.cursor() as cursor:
            cursor.execute(query, [model._meta.db_table])
            there = {name for name, _sql in cursor.fetchall()}
        for name, sql in before:
            if name not in there:
                self.execute(sql, params=None)
