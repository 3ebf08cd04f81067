"""A carrier's number is unique at its place: a refusal tells nothing of other places."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One constraint for another. No trigger stands on this table yet, so that making it anew on SQLite loses none."""

    dependencies = [("committees", "0005_signed_in_arabic")]

    operations = [
        migrations.AlterField(model_name="carrier", name="code", field=models.CharField(max_length=48)),
        migrations.AddConstraint(
            model_name="carrier", constraint=models.UniqueConstraint(fields=("place", "code"), name="carrier_once")
        ),
    ]
