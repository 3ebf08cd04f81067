"""The journal's tables."""

from django.db import migrations, models

from tiwizi.database.scope import AppendOnly, Wall

APPEND_ONLY = "the journal is append-only"
OUT_OF_ORDER = "an entry follows the last one"
TABLES = ("journal_entry", "journal_checkpoint")

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        for table in TABLES
        for act in ("UPDATE", "DELETE")
    ),
    f"""CREATE TRIGGER journal_entry_in_order BEFORE INSERT ON journal_entry
        WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM journal_entry)
          OR NEW.previous <> coalesce((SELECT hash FROM journal_entry ORDER BY number DESC LIMIT 1), '{"0" * 64}')
        BEGIN SELECT RAISE(ABORT, '{OUT_OF_ORDER}'); END""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE FUNCTION journal_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE last journal_entry%ROWTYPE;
        BEGIN
          SELECT * INTO last FROM journal_entry ORDER BY number DESC LIMIT 1;
          IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.previous <> coalesce(last.hash, repeat('0', 64)) THEN
            RAISE EXCEPTION '{OUT_OF_ORDER}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$""",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()"
        for table in TABLES
    ),
    "CREATE TRIGGER journal_entry_in_order BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_in_order()",
]


def guard(apps, schema_editor):  # type: ignore[no-untyped-def] # Django's own signature
    """Rows can be added and never changed, by whatever program: the database itself refuses."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Entries and checkpoints, append-only."""

    initial = True
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=64)),
                ("command", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("object", models.CharField(max_length=64)),
                ("place", models.CharField(blank=True, max_length=32)),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("changes", models.JSONField()),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "abstract": False,
                "ordering": ("number",),
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["position", "number"], name="journal_by_position"),
                    models.Index(fields=["kind", "object", "number"], name="journal_by_object"),
                ],
                "constraints": [models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="journal_numbers_from_one")],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128, unique=True)),
            ],
            options={"ordering": ("number", "id")},
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("client_id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.CharField(max_length=64)),
                ("command", models.CharField(max_length=64)),
                ("body", models.CharField(max_length=64)),
                ("answer", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
        AppendOnly("journal_receipt"),
        Wall("journal_entry"),
    ]
