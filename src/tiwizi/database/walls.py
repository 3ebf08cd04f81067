"""Changes that the database refuses from any program: migration operations that add a trigger for each.

A condition is SQL over OLD and NEW that both engines understand; `IS DISTINCT FROM` is written in SQLite's form.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.migrations.operations.base import Operation

ALL_PLACES: Final = "{[0,4611686018427387904]}"
"""The scope of everything, in PostgreSQL's notation."""


def changed(columns: str) -> str:
    """The condition that one of these columns changes."""
    return "(" + " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns.split()) + ")"


ALWAYS = "1 = 1"
"""The condition that is always true: never allowed."""


class _Step(Operation):
    """A migration operation that adds triggers and changes no model."""

    reversible = True
    table: str
    words: str

    def statements(self, vendor: str) -> Iterator[str]:
        """The statements that create the triggers on an engine."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Adds the triggers."""
        for statement in self.statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Removes them with the table."""

    def describe(self) -> str:
        """What it does, for readers of a migration plan."""
        return f"{self.table}: {self.words}"


def _function(name: str, condition: str, words: str, row: str) -> str:
    """On PostgreSQL the condition is evaluated over all places, whatever the writer's scope."""
    raised = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET \"tiwizi.scope\" = '{ALL_PLACES}' AS "
        f"$$ BEGIN IF (SELECT {condition}) THEN {raised}; END IF; RETURN {row}; END $$"
    )


class Refuse(_Step):
    """The database refuses these acts on a table where their condition holds, with an IntegrityError whose message is
    `words`. Conditions may read other tables.
    """

    def __init__(self, table: str, words: str, *, insert: str = "", update: str = "", delete: str = "") -> None:
        self.table, self.words = table, words
        self.conditions = {"insert": insert, "update": update, "delete": delete}

    def statements(self, vendor: str) -> Iterator[str]:
        """A trigger for each act that has a condition."""
        for act, condition in self.conditions.items():
            name = f"{self.table}_refuse_{act}"
            if condition and vendor == "sqlite":
                yield (
                    f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {self.table} "
                    f"WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.words}'); END"
                )
            elif condition:
                run = f"EXECUTE FUNCTION {name}()"
                yield _function(name, condition, self.words, "OLD" if act == "delete" else "NEW")
                yield f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {self.table} FOR EACH ROW {run}"
                if (act, condition) == ("delete", ALWAYS):
                    yield f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT {run}"


class Forbid(_Step):
    """No row of a table may be inserted or changed so that a condition on it holds. It is evaluated after the insertion:
    before it a row has no number on SQLite.
    """

    def __init__(self, table: str, name: str, condition: str, words: str) -> None:
        self.table, self.name, self.condition, self.words = table, name, condition, words

    def statements(self, vendor: str) -> Iterator[str]:
        """One trigger for both acts, or one for each on SQLite."""
        if vendor == "sqlite":
            for act in ("INSERT", "UPDATE"):
                yield (
                    f"CREATE TRIGGER {self.name}_{act} AFTER {act} ON {self.table} WHEN {self.condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.words}'); END"
                )
            return
        yield _function(self.name, self.condition, self.words, "NEW")
        yield (f"CREATE TRIGGER {self.name} AFTER INSERT OR UPDATE ON {self.table} FOR EACH ROW EXECUTE FUNCTION {self.name}()")


class RenameColumns(_Step):
    """Columns of a table get other names, and so does what its triggers say of them.

    Both engines rewrite constraints and indexes, SQLite triggers too; PostgreSQL keeps the text of a trigger's function. What the
    models say goes beside it, in SeparateDatabaseAndState: Django's own steps would make the table anew on SQLite, without its
    triggers. Digests on record go by the names of before (keeping.Rows).
    """

    words = "columns renamed"

    def __init__(self, table: str, **names: str) -> None:
        self.table, self.names = table, names

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Renames them."""
        self._rename(schema_editor, self.names)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Gives them back the names of before."""
        self._rename(schema_editor, {new: old for old, new in self.names.items()})

    def _rename(self, schema_editor: Any, names: Mapping[str, str]) -> None:
        for old, new in names.items():
            schema_editor.execute(f'ALTER TABLE {self.table} RENAME COLUMN "{old}" TO "{new}"', params=None)
        if schema_editor.connection.vendor == "postgresql":
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(_FUNCTIONS_OF, [self.table])
                functions = [definition for (definition,) in cursor.fetchall()]
            for function in functions:
                schema_editor.execute(_COLUMN.sub(lambda match: match[1] + names.get(match[2], match[2]), function), params=None)


_FUNCTIONS_OF: Final = """SELECT DISTINCT pg_get_functiondef(tgfoid) FROM pg_trigger
    WHERE tgrelid = %s::regclass AND NOT tgisinternal"""
_COLUMN: Final = re.compile(r'\b((?:OLD|NEW)\."?)(\w+)')
