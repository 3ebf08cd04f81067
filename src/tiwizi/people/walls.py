"""What the database itself refuses, beyond constraints of one row: for migrations."""

from typing import Any

from django.db.migrations.operations.base import Operation

from tiwizi.scope import EVERYTHING


class Forbid(Operation):
    """A step of a migration: no row of a table is added or changed so that a condition on it holds, whatever the program."""

    reversible = True

    def __init__(self, table: str, name: str, condition: str, said: str) -> None:
        self.table, self.name, self.condition, self.said = table, name, condition, said

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are as they were."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Adds the triggers. On PostgreSQL the condition is asked over all places."""
        if schema_editor.connection.vendor == "sqlite":
            for act in ("INSERT", "UPDATE"):
                # Before its insertion a row has no number on SQLite: the trigger looks at it afterwards.
                schema_editor.execute(
                    f"CREATE TRIGGER {self.name}_{act} AFTER {act} ON {self.table} WHEN {self.condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.said}'); END",
                    params=None,
                )
            return
        body = (
            f"BEGIN IF {self.condition} THEN RAISE EXCEPTION '{self.said}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END"
        )
        schema_editor.execute(
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET \"tiwizi.scope\" = '{EVERYTHING.multirange()}' AS $$ {body} $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {self.name} AFTER INSERT OR UPDATE ON {self.table} FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Takes them away with the table."""

    def describe(self) -> str:
        """What it does, for who reads a plan of migrations."""
        return f"{self.table}: {self.said}"
