"""Entries hold the digest of each row that their act wrote; on PostgreSQL a table holds what a transaction touched so far."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The column may be empty: SQLite adds it without making the table anew."""

    dependencies = [("journal", "0001_journal")]

    operations = [
        migrations.AddField("entry", "rows", models.JSONField(null=True)),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=64)),
            ],
        ),
    ]
