"""The tables of committees: what is theirs in sessions, votes and minutes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables."""

    dependencies = [
        ("committees", "0001_initial"),
        ("territories", "0002_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("secret", models.BooleanField()),
                ("majority", models.JSONField()),
                ("result", models.CharField(blank=True, max_length=10)),
                ("tally", models.JSONField(null=True)),
                ("words", models.JSONField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "amendment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="polls", to="committees.amendment"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="polls", to="committees.item"),
                ),
                (
                    "presiding",
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
            name="Papers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("yes", models.PositiveIntegerField()),
                ("no", models.PositiveIntegerField()),
                ("abstain", models.PositiveIntegerField()),
                ("void", models.PositiveIntegerField()),
                ("casting", models.CharField(blank=True, max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="committees.poll"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("result", models.CharField(max_length=10)),
                ("decided_on", models.DateField()),
                ("kind", models.CharField(max_length=24)),
                ("title_ar", models.CharField(blank=True, max_length=300)),
                ("title_fr", models.CharField(blank=True, max_length=300)),
                ("text_ar", models.TextField(blank=True)),
                ("text_fr", models.TextField(blank=True)),
                ("amount", models.BigIntegerField()),
                ("place_code", models.CharField(max_length=32)),
                ("legal_basis", models.JSONField()),
                ("words", models.JSONField()),
                ("effect", models.JSONField()),
                ("folded", models.TextField(editable=False)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.act"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="committees.body"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolution", to="committees.item"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="committees.matter"
                    ),
                ),
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolution", to="committees.poll"
                    ),
                ),
            ],
            options={
                "ordering": ("-decided_on", "-pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("on", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("body", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.body")),
                (
                    "by_body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.body"),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_backs", to="committees.matter"
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.resolution"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="committees.act"),
                ),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="committees.matter"
                    ),
                ),
                (
                    "resolution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="committees.resolution"
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
            model_name="act",
            name="resolution",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.resolution"
            ),
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("reach", models.BigIntegerField(editable=False, null=True)),
                ("since", models.DateField()),
                ("signed_on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "act",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revocation", to="committees.act"
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.resolution"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.CharField(max_length=24)),
                ("day", models.DateField()),
                ("hour", models.TimeField()),
                ("hall_ar", models.CharField(blank=True, max_length=160)),
                ("hall_fr", models.CharField(blank=True, max_length=160)),
                ("state", models.CharField(max_length=12)),
                ("sitting", models.JSONField(null=True)),
                ("rulebook_version", models.CharField(blank=True, max_length=16)),
                ("sent_on", models.DateField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("lacking", models.JSONField(null=True)),
                ("opening_ar", models.TextField(blank=True)),
                ("opening_fr", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="committees.body"),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "presiding",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"
                    ),
                ),
                (
                    "repeats",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeated_by",
                        to="committees.session",
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "-pk"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("how", models.CharField(max_length=8)),
                ("item", models.PositiveSmallIntegerField(default=0)),
                ("vote", models.PositiveSmallIntegerField(null=True)),
                ("source", models.CharField(blank=True, max_length=16)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "mandate",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"),
                ),
                (
                    "proxy",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.person"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="presences", to="committees.session"
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
            name="Minutes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("language", models.CharField(max_length=2)),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=16)),
                ("media", models.CharField(max_length=8)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("data", models.JSONField()),
                ("correction", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minutes", to="committees.session"
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
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("way", models.CharField(max_length=8)),
                ("sent_on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "mandate",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="committees.session"
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
        migrations.AddField(
            model_name="item",
            name="session",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="items", to="committees.session"),
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("capacity", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=160)),
                ("on_paper", models.BooleanField(default=False)),
                ("entry", models.BigIntegerField(null=True)),
                ("hashes", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="committees.session"
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
            name="Tie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("kind", models.CharField(max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("source", models.CharField(max_length=16)),
                (
                    "carrier",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="committees.carrier"),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="committees.person"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("choice", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "mandate",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.mandate"),
                ),
                (
                    "poll",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="committees.poll"),
                ),
            ],
            options={
                "ordering": ("pk",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
    ]
