"""People, carriers and ties are of organisations: the same tables under another app, and nothing of the database changes."""

import django.db.models.deletion
from django.db import migrations, models

REFERRING = (
    ("mandate", "person", {"related_name": "mandates"}, "organisations.person"),
    ("deputy", "person", {"related_name": "+"}, "organisations.person"),
    ("presence", "stand_in", {"related_name": "+", "null": True}, "organisations.person"),
    ("matter", "carrier", {"related_name": "matters", "null": True}, "organisations.carrier"),
)
"""What refers to them: model, field, how, and to what."""


class Migration(migrations.Migration):
    """The state alone."""

    dependencies = [("committees", "0008_walls"), ("organisations", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(
                    migrations.AlterField(
                        model_name=model,
                        name=name,
                        field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **how),
                    )
                    for model, name, how, to in REFERRING
                ),
                *(migrations.DeleteModel(name=name) for name in ("Tie", "Carrier", "Person")),
            ]
        )
    ]
