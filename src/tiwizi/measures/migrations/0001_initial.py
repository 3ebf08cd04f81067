"""The tables of measures, and the walls around them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tiwizi.database.scope import AppendOnly, Wall


class Migration(migrations.Migration):
    """Tables, constraints, row-level security."""

    initial = True

    dependencies = [
        ("territories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("place_code", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=16)),
                ("on", models.DateField()),
                ("rulebook", models.CharField(max_length=64)),
                ("rulebook_version", models.CharField(max_length=64)),
                ("code_version", models.CharField(max_length=64)),
                ("seed", models.BigIntegerField()),
                ("inputs", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=8)),
                ("result_sha256", models.CharField(blank=True, max_length=64)),
                ("figures", models.PositiveIntegerField(default=0)),
                ("notes", models.JSONField(default=list)),
                ("problem", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Dataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("table", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=300)),
                ("licence", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("-at",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("place", "table", "sha256"), name="dataset_once")],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("level", models.CharField(max_length=32)),
                ("measure", models.CharField(max_length=64)),
                ("value", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("people", models.BigIntegerField(null=True)),
                ("as_of", models.DateField()),
                ("series", models.CharField(max_length=32)),
                ("standing", models.CharField(max_length=16)),
                ("assumed", models.BooleanField()),
                ("source", models.CharField(max_length=200)),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.run")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["run", "measure", "as_of", "level", "position"], name="figure_by_measure"),
                    models.Index(fields=["place", "measure", "as_of"], name="figure_by_place"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "place", "measure", "as_of", "series"), name="figure_once")
                ],
            },
        ),
        AppendOnly("measures_dataset"),
        AppendOnly("measures_figure"),
        Wall("measures_dataset"),
        Wall("measures_figure"),
        Wall("measures_run", published=True),
    ]
