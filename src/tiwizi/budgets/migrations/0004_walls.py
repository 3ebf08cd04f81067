"""An envelope is never rewritten, and nothing is added to an adopted share."""

from django.db import migrations

from tiwizi.database.walls import ALWAYS, Refuse, changed

ADOPTED = (
    "EXISTS (SELECT 1 FROM budgets_adoption JOIN budgets_scenario ON budgets_scenario.id = budgets_adoption.scenario_id "
    "WHERE budgets_adoption.id = NEW.adoption_id AND adopted_at IS NOT NULL)"
)


class Migration(migrations.Migration):
    """Triggers of both engines."""

    dependencies = [("budgets", "0003_by_resolution")]

    operations = [
        Refuse(
            "budgets_envelope",
            "an envelope is frozen, and none is removed",
            update=f"{changed('id position place_id place_code year title amount_dh by_id at')} OR "
            f"(OLD.reach IS NOT NULL AND {changed('reach')})",
            delete=ALWAYS,
        ),
        Refuse("budgets_share", "an adopted share is frozen", insert=ADOPTED),
    ]
