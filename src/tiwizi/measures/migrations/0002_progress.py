"""How far a run is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, null where nothing tells."""

    dependencies = [("measures", "0001_initial")]
    operations = [migrations.AddField("run", "progress", models.FloatField(null=True))]
