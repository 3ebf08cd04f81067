"""A role is never rewritten: it ends, and another begins."""

from django.db import migrations

from tiwizi.database.walls import ALWAYS, Refuse, changed


class Migration(migrations.Migration):
    """Triggers of both engines."""

    dependencies = [("people", "0003_encrypted_factors")]

    operations = [
        Refuse(
            "people_role",
            "a role only ends, and none is removed",
            update=f"{changed('id position account_id kind place last since')} OR OLD.until IS NOT NULL",
            delete=ALWAYS,
        ),
        Refuse("people_account", "an account is never removed", delete=ALWAYS),
    ]
