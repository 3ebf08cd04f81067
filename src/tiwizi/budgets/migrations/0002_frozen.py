"""An adopted scenario never changes, whatever the program: the database itself refuses."""

from django.db import migrations

FROZEN = "an adopted scenario is frozen"
SQLITE = [
    f"""CREATE TRIGGER budgets_scenario_frozen_{act} BEFORE {act} ON budgets_scenario WHEN OLD.adopted_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"""
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION budgets_scenario_frozen() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER budgets_scenario_frozen BEFORE UPDATE OR DELETE ON budgets_scenario FOR EACH ROW
        WHEN (OLD.adopted_at IS NOT NULL) EXECUTE FUNCTION budgets_scenario_frozen()""",
]


def freeze(apps, schema_editor):  # type: ignore[no-untyped-def] # Django's own signature
    """The triggers of this engine."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Frozen from its adoption on."""

    dependencies = [("budgets", "0001_initial")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
