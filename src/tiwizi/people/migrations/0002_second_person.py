"""A second person confirms invitations; attempts are counted; the office is founded once; administrators decide nothing."""

from typing import Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tiwizi.database.scope import AppendOnly
from tiwizi.database.walls import Forbid

INVITES: Final = "('administrator')"
DECIDES: Final = "('officer', 'provincial_secretary', 'local_secretary', 'chair')"
ROLES_CLASH: Final = f"""EXISTS (
    SELECT 1 FROM people_role other WHERE other.account_id = NEW.account_id AND other.id <> NEW.id
    AND (other.until IS NULL OR other.until > NEW.since) AND (NEW.until IS NULL OR NEW.until > other.since)
    AND ((NEW.kind IN {INVITES} AND other.kind IN {DECIDES}) OR (NEW.kind IN {DECIDES} AND other.kind IN {INVITES}))
)"""
SAME_PERSON: Final = "NEW.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id = NEW.by_id"


class Migration(migrations.Migration):
    """Tables, fields, triggers."""

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField(db_index=True)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(model_name="invitation", name="confirmed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="invitation",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="Founding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=32)),
                ("reference", models.CharField(max_length=200)),
                ("demonstration", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="people_founded_once")]},
        ),
        AppendOnly("people_founding"),
        Forbid("people_role", "people_role_clash", ROLES_CLASH, "an administrator holds no role that decides"),
        Forbid("people_invitation", "people_invitation_second", SAME_PERSON, "a second person confirms an invitation"),
    ]
