"""An adoption points to the resolution that decided it; without one it is the trial of a demonstration."""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models

from tiwizi.database.walls import Forbid

TRIAL: Final = "NEW.resolution_id IS NULL AND NOT EXISTS (SELECT 1 FROM people_founding WHERE demonstration)"
OTHER: Final = """NEW.resolution_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM committees_resolution r WHERE r.id = NEW.resolution_id AND r.result = 'adopted' AND r.kind = 'budget_shares'
    AND r.decided_on = NEW.decided_on AND r.number = NEW.reference AND r.position = NEW.position
)"""


class Migration(migrations.Migration):
    """A field, triggers."""

    dependencies = [("budgets", "0002_frozen"), ("committees", "0005_signed_in_arabic"), ("people", "0002_second_person")]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="resolution",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.resolution"
            ),
        ),
        Forbid("budgets_adoption", "budgets_adoption_trial", TRIAL, "an adoption needs the resolution of a committee"),
        Forbid("budgets_adoption", "budgets_adoption_other", OTHER, "an adoption is what its resolution says"),
    ]
