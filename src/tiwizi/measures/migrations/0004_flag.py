"""How far an estimate may be relied upon."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, null where nothing warns; the table is not made anew, so that its triggers stay."""

    dependencies = [("measures", "0003_figure_by_measure")]
    operations = [migrations.AddField("figure", "flag", models.CharField(max_length=12, null=True))]
