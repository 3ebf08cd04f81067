"""Amounts say in their names that they count centimes. Digests on record go by the names of before."""

from typing import Any, Final

from django.db import migrations, models
from django.db.models import F, Q

from tiwizi.database.walls import RenameColumns

FITS: Final = Q(ceiling_centimes=None) | Q(used_centimes__lte=F("ceiling_centimes"))


def renamed(model: str, checks: dict[str, Q], **names: str) -> Any:
    """The columns of a model and the checks on them, by their names."""
    dropped = [migrations.RemoveConstraint(model_name=model, name=name) for name in checks]
    fields = [migrations.RenameField(model_name=model, old_name=old, new_name=new) for old, new in names.items()]
    added = [
        migrations.AddConstraint(model_name=model, constraint=models.CheckConstraint(condition=condition, name=name))
        for name, condition in checks.items()
    ]
    return migrations.SeparateDatabaseAndState(
        database_operations=[RenameColumns(f"committees_{model}", **names)], state_operations=[*dropped, *fields, *added]
    )


class Migration(migrations.Migration):
    """Columns renamed in place: triggers, checks and rows stay."""

    dependencies = [("committees", "0009_organisations")]

    operations = [
        renamed("matter", {"matter_amount": Q(amount_centimes__gte=0)}, amount="amount_centimes"),
        renamed("resolution", {}, amount="amount_centimes"),
        renamed("approval", {"approval_amount": Q(amount_centimes__gte=0)}, amount="amount_centimes"),
        renamed("act", {}, ceiling_project="ceiling_project_centimes", ceiling_year="ceiling_year_centimes"),
        renamed(
            "ceilinguse",
            {"ceiling_used": Q(used_centimes__gte=0), "ceiling_held": FITS},
            used="used_centimes",
            ceiling="ceiling_centimes",
        ),
    ]
