"""Indexes that only the database knows: trigrams of the search keys, and boxes of outlines."""

from django.db import migrations

BOXES = ("territories_boundary", "territories_outline")

SQLITE = [
    """CREATE VIRTUAL TABLE territories_place_trigrams USING fts5
        (folded, content='territories_place', content_rowid='id', tokenize='trigram')""",
    """CREATE TRIGGER territories_place_found AFTER INSERT ON territories_place BEGIN
        INSERT INTO territories_place_trigrams(rowid, folded) VALUES (NEW.id, NEW.folded); END""",
    """CREATE TRIGGER territories_place_lost AFTER DELETE ON territories_place BEGIN
        INSERT INTO territories_place_trigrams(territories_place_trigrams, rowid, folded)
        VALUES ('delete', OLD.id, OLD.folded); END""",
    """CREATE TRIGGER territories_place_renamed AFTER UPDATE OF folded ON territories_place BEGIN
        INSERT INTO territories_place_trigrams(territories_place_trigrams, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);
        INSERT INTO territories_place_trigrams(rowid, folded) VALUES (NEW.id, NEW.folded); END""",
    *(f"CREATE VIRTUAL TABLE {table}_boxes USING rtree(id, west, east, south, north)" for table in BOXES),
    *(
        f"CREATE TRIGGER {table}_boxed AFTER INSERT ON {table} BEGIN "
        f"INSERT INTO {table}_boxes VALUES (NEW.id, NEW.west, NEW.east, NEW.south, NEW.north); END"
        for table in BOXES
    ),
    *(
        f"CREATE TRIGGER {table}_unboxed AFTER DELETE ON {table} BEGIN DELETE FROM {table}_boxes WHERE id = OLD.id; END"
        for table in BOXES
    ),
]
POSTGRESQL = [
    # A trusted extension: who owns the database may add it.
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX territories_place_trigrams ON territories_place USING gin (folded gin_trgm_ops)",
    *(f"CREATE INDEX {table}_boxes ON {table} USING gist (box(point(west, south), point(east, north)))" for table in BOXES),
]


def build(apps, schema_editor):  # type: ignore[no-untyped-def] # Django's own signature
    """The indexes of this engine."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Search and maps stay quick with all of Morocco loaded."""

    dependencies = [("territories", "0001_initial")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
