"""The tables of committees: bodies, people, acts of delegation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables."""

    initial = True

    dependencies = [("territories", "0002_indexes"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("kind", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("programme", models.TextField(blank=True)),
                ("speakers", models.TextField(blank=True)),
                ("partners", models.TextField(blank=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("planned_on", models.DateField(null=True)),
                ("planned_people", models.PositiveIntegerField(null=True)),
                ("held_on", models.DateField(null=True)),
                ("given_up_on", models.DateField(null=True)),
                ("why_given_up", models.CharField(blank=True, max_length=300)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("-year", "planned_on", "pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("taken_up", models.BooleanField(default=False)),
                ("debate_ar", models.TextField(blank=True)),
                ("debate_fr", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("number",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("code", models.CharField(max_length=48, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("place_code", models.CharField(max_length=32)),
                ("last", models.BigIntegerField()),
                ("name_ar", models.CharField(max_length=160)),
                ("name_fr", models.CharField(max_length=160)),
                ("above", models.CharField(blank=True, max_length=48)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("position", "code"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("women", models.PositiveIntegerField()),
                ("men", models.PositiveIntegerField()),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="committees.activity"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.body"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="body",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="committees.body"),
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("programmes", models.JSONField()),
                ("axes", models.JSONField()),
                ("matters", models.JSONField()),
                ("kinds", models.JSONField()),
                ("ceiling_project", models.BigIntegerField(null=True)),
                ("ceiling_year", models.BigIntegerField(null=True)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("place_code", models.CharField(max_length=32)),
                ("conditions", models.JSONField(default=list)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("signed_by", models.CharField(max_length=160)),
                ("signed_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=300)),
                ("assumed", models.BooleanField(default=False)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="committees.body"),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.body"
                    ),
                ),
            ],
            options={
                "ordering": ("since", "number"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("code", models.CharField(max_length=48, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("name_ar", models.CharField(blank=True, max_length=200)),
                ("name_fr", models.CharField(blank=True, max_length=200)),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("code",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CeilingUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("used", models.BigIntegerField(default=0)),
                ("ceiling", models.BigIntegerField(null=True)),
                ("act", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="committees.act")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("college", models.CharField(max_length=16)),
                ("title_ar", models.CharField(blank=True, max_length=160)),
                ("title_fr", models.CharField(blank=True, max_length=160)),
                ("chair", models.BooleanField(default=False)),
                ("rank", models.PositiveSmallIntegerField(default=100)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("reference", models.CharField(blank=True, max_length=160)),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="committees.body"),
                ),
            ],
            options={
                "ordering": ("-chair", "rank", "pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("deletes", models.BooleanField(default=False)),
                ("distance", models.PositiveSmallIntegerField(default=0)),
                ("text_ar", models.TextField(blank=True)),
                ("text_fr", models.TextField(blank=True)),
                ("state", models.CharField(default="waiting", max_length=10)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amendments", to="committees.item"
                    ),
                ),
                (
                    "by_mandate",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("code", models.CharField(max_length=48, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("title_ar", models.CharField(blank=True, max_length=300)),
                ("title_fr", models.CharField(blank=True, max_length=300)),
                ("text_ar", models.TextField(blank=True)),
                ("text_fr", models.TextField(blank=True)),
                ("programme", models.CharField(blank=True, max_length=32)),
                ("axis", models.CharField(blank=True, max_length=32)),
                ("project_kind", models.CharField(blank=True, max_length=32)),
                ("amount", models.BigIntegerField(default=0)),
                ("place_code", models.CharField(max_length=32)),
                ("fulfils", models.JSONField(default=list)),
                ("opened", models.DateField()),
                ("state", models.CharField(max_length=12)),
                ("majority", models.JSONField()),
                ("secret", models.BooleanField(default=False)),
                ("reserved", models.BooleanField(default=False)),
                ("rulebook_version", models.CharField(max_length=16)),
                ("subject", models.CharField(blank=True, max_length=48)),
                ("payload", models.JSONField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "carrier",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="committees.carrier"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.place"),
                ),
            ],
            options={
                "ordering": ("opened", "pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="item",
            name="matter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="items", to="committees.matter"),
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("name", models.CharField(max_length=160)),
                ("media", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="committees.matter"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("name_ar", models.CharField(blank=True, max_length=120)),
                ("name_fr", models.CharField(blank=True, max_length=120)),
                ("sex", models.CharField(blank=True, max_length=8)),
                ("birth_year", models.PositiveSmallIntegerField(null=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("demonstration", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="mandate",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="committees.person"),
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("rank", models.PositiveSmallIntegerField(default=1)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deputies", to="committees.mandate"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.person"),
                ),
            ],
            options={
                "ordering": ("rank", "pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
    ]
