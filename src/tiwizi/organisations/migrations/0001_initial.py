"""The tables of people, carriers and ties, which committees made: they change their app, and nothing of the database."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MANAGED = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}


def number() -> Any:
    """The number of a row."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def position() -> Any:
    """The position of its place."""
    return models.BigIntegerField(db_index=True, editable=False)


def named(name: str) -> models.CheckConstraint:
    """Has a name, in Arabic or in French."""
    condition = models.Q(models.Q(("name_ar", ""), _negated=True), models.Q(("name_fr", ""), _negated=True), _connector="OR")
    return models.CheckConstraint(condition=condition, name=name)


class Migration(migrations.Migration):
    """The state alone."""

    initial = True

    dependencies = [
        ("committees", "0008_walls"),
        ("territories", "0002_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Carrier",
                    fields=[
                        ("id", number()),
                        ("position", position()),
                        ("code", models.CharField(max_length=48)),
                        ("kind", models.CharField(max_length=24)),
                        ("name_ar", models.CharField(blank=True, max_length=200)),
                        ("name_fr", models.CharField(blank=True, max_length=200)),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "committees_carrier",
                        "ordering": ("code",),
                        "constraints": [
                            named("carrier_named"),
                            models.UniqueConstraint(fields=("place", "code"), name="carrier_once"),
                        ],
                        **MANAGED,
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        ("id", number()),
                        ("position", position()),
                        ("name_ar", models.CharField(blank=True, max_length=120)),
                        ("name_fr", models.CharField(blank=True, max_length=120)),
                        ("sex", models.CharField(blank=True, max_length=8)),
                        ("birth_year", models.PositiveSmallIntegerField(null=True)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("demonstration", models.BooleanField(default=False)),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "committees_person", "constraints": [named("person_named")], **MANAGED},
                ),
                migrations.CreateModel(
                    name="Tie",
                    fields=[
                        ("id", number()),
                        ("position", position()),
                        ("kind", models.CharField(max_length=16)),
                        ("since", models.DateField()),
                        ("until", models.DateField(null=True)),
                        ("source", models.CharField(max_length=16)),
                        (
                            "carrier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="organisations.carrier"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="organisations.person"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "committees_tie",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"),
                                name="tie_lifetime",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)), fields=("person", "carrier", "kind"), name="tie_once"
                            ),
                        ],
                        **MANAGED,
                    },
                ),
            ]
        )
    ]
