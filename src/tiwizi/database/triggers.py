"""The triggers that note each change of a row on record, created from the declarations of the models, after every
migration."""

from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from tiwizi.database import keeping
from tiwizi.database.keeping import Rows, Whole

SUFFIX: Final = "_touched"
FUNCTION: Final = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO journal_touched (transaction, name, key) {select}; RETURN NULL; END $$"""
NOW: Final = "pg_current_xact_id()::text, TG_TABLE_NAME"


def install(connection: BaseDatabaseWrapper) -> None:
    """Creates the triggers that the models currently declare; drops the earlier ones."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in [*_drops(connection), *statements(connection.vendor)]:
            cursor.execute(statement)


def statements(vendor: str) -> list[str]:
    """The statements that create the triggers on an engine."""
    made: list[str] = []
    for model, how in keeping.recorded():
        made += _on_sqlite(model, how) if vendor == "sqlite" else _on_postgresql(model, how)
    return made


def there(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has any such trigger."""
    return bool(_drops(connection))


def _drops(connection: BaseDatabaseWrapper) -> list[str]:
    question = f"SELECT name, '' FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%{SUFFIX}'"
    if connection.vendor == "postgresql":
        question = (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            f"WHERE NOT tgisinternal AND tgname LIKE '%{SUFFIX}'"
        )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [f"DROP TRIGGER {name}" + (f" ON {table}" if table else "") for name, table in cursor.fetchall()]


def _columns(model: type[Model], how: Rows | Whole) -> str:
    return ", ".join(f'"{field.column}"' for field in keeping.columns(model, how))


def _on_sqlite(model: type[Model], how: Rows | Whole) -> list[str]:
    table, key = model._meta.db_table, f'"{keeping.key(model, how).column}"'
    heads = {"INSERT": ("INSERT", "NEW"), "UPDATE": (f"UPDATE OF {_columns(model, how)}", "NEW OLD"), "DELETE": ("DELETE", "OLD")}
    return [
        f"CREATE TRIGGER {table}_{act}{SUFFIX} AFTER {head} ON {table} BEGIN "
        + " ".join(f"SELECT tiwizi_touch('{table}', {row}.{key});" for row in rows.split())
        + " END"
        for act, (head, rows) in heads.items()
    ]


def _on_postgresql(model: type[Model], how: Rows | Whole) -> list[str]:
    table, key = model._meta.db_table, f'"{keeping.key(model, how).column}"'
    many = f"SELECT DISTINCT {NOW}, {key}::text FROM changed"
    name = f"{table}{SUFFIX}"
    both = f"VALUES ({NOW}, NEW.{key}::text), ({NOW}, OLD.{key}::text)"
    each = {"insert": "NEW", "delete": "OLD"}
    return [
        FUNCTION.format(name=f"{name}_many", select=many),
        FUNCTION.format(name=name, select=both),
        *(
            f"CREATE TRIGGER {act}{SUFFIX} AFTER {act.upper()} ON {table} REFERENCING {row} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_many()"
            for act, row in each.items()
        ),
        f"CREATE TRIGGER update{SUFFIX} AFTER UPDATE OF {_columns(model, how)} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
