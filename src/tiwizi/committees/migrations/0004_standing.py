"""What stands: a declared vote is frozen, a seat or a tie only ends, and SQLite's REPLACE is no way around either."""

from typing import Any, Final

from django.db import migrations, models

from tiwizi.database.scope import AppendOnly

ENDING: Final = {
    "committees_mandate": "id position body_id person_id college title_ar title_fr chair rank since reference",
    "committees_deputy": "id position mandate_id person_id rank since",
    "committees_tie": "id position person_id carrier_id kind since source",
}
"""Tables whose rows never change but for the day of their end, with all their other columns."""
OPEN: Final = "{row}.until IS NULL"
KEYS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "committees_document": (("matter_id sha256", ""),),
    "committees_presence": (),
    "committees_vote": (("poll_id mandate_id", ""),),
    "committees_papers": (("poll_id", ""),),
    "committees_resolution": (("number", ""), ("item_id", ""), ("poll_id", ""), ("matter_id", "")),
    "committees_act": (("number", ""),),
    "committees_revocation": (("act_id", ""),),
    "committees_callback": (("matter_id body_id", ""),),
    "committees_approval": (("matter_id", ""), ("resolution_id", "")),
    "committees_minutes": (("session_id language number media", ""), ("code language media", "")),
    "committees_signature": (("session_id number capacity", ""),),
    "committees_letter": (("session_id mandate_id way", ""),),
    "committees_attendance": (("activity_id body_id", ""), ("activity_id", "{row}.body_id IS NULL")),
    "committees_poll": (("item_id number", ""), ("item_id", "{row}.result = ''")),
    "committees_mandate": (("body_id person_id", OPEN), ("body_id", f"{OPEN} AND {{row}}.chair")),
    "committees_deputy": (("mandate_id person_id", OPEN),),
    "committees_tie": (("person_id carrier_id kind", OPEN),),
}
"""What no two rows of a guarded table share, besides their id: columns, and the condition under which it holds."""


def keeping(table: str) -> str:
    """The trigger by which SQLite refuses a row that would take the place of another: REPLACE runs no other trigger."""
    same = [f"{table}.id = NEW.id"]
    for columns, where in KEYS[table]:
        parts = [f"{table}.{column} = NEW.{column}" for column in columns.split()]
        parts += [where.format(row=row) for row in (table, "NEW") if where]
        same.append(f"({' AND '.join(parts)})")
    held = f"EXISTS (SELECT 1 FROM {table} WHERE {' OR '.join(same)})"
    return (
        f"CREATE TRIGGER {table}_no_REPLACE BEFORE INSERT ON {table} WHEN {held} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def on_sqlite() -> list[str]:
    """The triggers of SQLite."""
    stays = "BEGIN SELECT RAISE(ABORT, 'a declared vote is frozen'); END"
    made = [
        f"CREATE TRIGGER committees_poll_frozen_{act} BEFORE {act} ON committees_poll WHEN OLD.result <> '' {stays}"
        for act in ("UPDATE", "DELETE")
    ]
    for table, columns in ENDING.items():
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns.split())
        stays = f"BEGIN SELECT RAISE(ABORT, '{table} only ends'); END"
        made += [
            f"CREATE TRIGGER {table}_ends_UPDATE BEFORE UPDATE ON {table} WHEN {changed} {stays}",
            f"CREATE TRIGGER {table}_ends_DELETE BEFORE DELETE ON {table} {stays}",
        ]
    return made + [keeping(table) for table in KEYS]


def on_postgresql() -> list[str]:
    """The triggers of PostgreSQL, where what replaces a row is an update of it."""
    made = _refusing("committees_poll_frozen", "a declared vote is frozen")
    made.append(
        "CREATE TRIGGER committees_poll_frozen BEFORE UPDATE OR DELETE ON committees_poll FOR EACH ROW "
        "WHEN (OLD.result <> '') EXECUTE FUNCTION committees_poll_frozen()"
    )
    for table, columns in ENDING.items():
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns.split())
        run = f"EXECUTE FUNCTION {table}_ends()"
        made += _refusing(f"{table}_ends", f"{table} only ends")
        made += [
            f"CREATE TRIGGER {table}_ends_UPDATE BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {run}",
            f"CREATE TRIGGER {table}_ends_DELETE BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        ]
    return made


def _refusing(name: str, said: str) -> list[str]:
    raised = f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'"
    return [f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raised}; END $$"]


def stand(apps: Any, schema_editor: Any) -> None:
    """The triggers of this engine."""
    for statement in {"sqlite": on_sqlite, "postgresql": on_postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Attendance only added to, people of no committee counted once; votes, seats and ties held by triggers."""

    dependencies = [("committees", "0003_guards")]

    operations = [
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("body", None)), fields=("activity",), name="attendance_of_others_once"
            ),
        ),
        AppendOnly("committees_attendance"),
        migrations.RunPython(stand, migrations.RunPython.noop),
    ]
