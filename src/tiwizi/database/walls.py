"""What the database refuses whatever the program: a step of a migration that adds a trigger for each act it refuses.

A condition is SQL over OLD and NEW that both engines understand; `IS DISTINCT FROM` is written as SQLite wants it.
"""

from collections.abc import Iterator
from typing import Any

from django.db.migrations.operations.base import Operation


def changed(columns: str) -> str:
    """The condition that one of these columns becomes another than it was."""
    return "(" + " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns.split()) + ")"


class Refuse(Operation):
    """A step of a migration: the database refuses these acts on a table where their condition holds.

    Raises IntegrityError with `words` for whoever tries. Conditions may look into other tables; on PostgreSQL they see what the
    one who writes sees.
    """

    reversible = True

    def __init__(self, table: str, words: str, *, insert: str = "", update: str = "", delete: str = "") -> None:
        self.table, self.words = table, words
        self.conditions = {"insert": insert, "update": update, "delete": delete}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are as they were."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Adds the triggers."""
        for act, condition in self.conditions.items():
            if condition:
                for statement in self.statements(schema_editor.connection.vendor, act, condition):
                    schema_editor.execute(statement, params=None)

    def statements(self, vendor: str, act: str, condition: str) -> Iterator[str]:
        """What makes the trigger of one act on an engine."""
        name = f"{self.table}_refuse_{act}"
        if vendor == "sqlite":
            when = condition.replace("IS DISTINCT FROM", "IS NOT")
            yield (
                f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {self.table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{self.words}'); END"
            )
            return
        raised = f"RAISE EXCEPTION '{self.words}' USING ERRCODE = 'integrity_constraint_violation'"
        row = "OLD" if act == "delete" else "NEW"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF (SELECT {condition}) THEN {raised}; END IF; RETURN {row}; END $$"
        )
        yield f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {self.table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        if act == "delete" and condition == ALWAYS:
            yield (f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Takes them away with the table."""

    def describe(self) -> str:
        """What it does, for who reads a plan of migrations."""
        return f"{self.table}: {self.words}"


ALWAYS = "1 = 1"
"""The condition of what is never allowed."""
