"""Who signed an act, in Arabic too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, null for acts of before; the table is not made anew, so that its triggers stay."""

    dependencies = [("committees", "0004_standing")]
    operations = [migrations.AddField("act", "signed_by_ar", models.CharField(max_length=160, null=True))]
