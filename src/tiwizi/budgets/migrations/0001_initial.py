"""The tables of budgets, and the walls around them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tiwizi.database.scope import AppendOnly, Wall


class Migration(migrations.Migration):
    """Tables, constraints, row-level security."""

    initial = True

    dependencies = [
        ("measures", "0001_initial"),
        ("territories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Envelope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("place_code", models.CharField(max_length=32)),
                ("year", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=160)),
                ("amount_dh", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("-year", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("name", models.CharField(max_length=120)),
                ("weights", models.JSONField()),
                ("floor_share", models.CharField(max_length=32)),
                ("cap_share", models.CharField(max_length=32)),
                ("hold_harmless_share", models.CharField(max_length=32)),
                ("previous", models.JSONField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("adopted_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "envelope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scenarios", to="budgets.envelope"
                    ),
                ),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.run")),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("number", models.PositiveIntegerField()),
                ("decided_on", models.DateField()),
                ("reference", models.CharField(max_length=160)),
                ("shares_sha256", models.CharField(max_length=64)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "envelope",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="budgets.envelope"),
                ),
                (
                    "scenario",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="budgets.scenario"),
                ),
            ],
            options={
                "ordering": ("-number",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("programme", models.CharField(max_length=32)),
                ("criterion", models.CharField(max_length=32)),
                ("amount_dh", models.BigIntegerField()),
                ("people", models.BigIntegerField(null=True)),
                (
                    "adoption",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="budgets.adoption"),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("position", "programme", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.CheckConstraint(condition=models.Q(("amount_dh__gt", 0)), name="envelope_positive"),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.UniqueConstraint(fields=("place", "year", "title"), name="envelope_once"),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.UniqueConstraint(fields=("envelope", "name"), name="scenario_name_once"),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(fields=("envelope", "number"), name="adoption_once"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("adoption", "place", "programme", "criterion"), name="share_once"),
        ),
        AppendOnly("budgets_adoption"),
        AppendOnly("budgets_share"),
        Wall("budgets_share"),
        Wall("budgets_envelope", published=True),
        Wall("budgets_scenario", published=True),
        Wall("budgets_adoption", published=True),
    ]
