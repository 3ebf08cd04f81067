"""The seal is the chair's own act, or rests on a scan of the signed print that a second person confirmed."""

from typing import Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tiwizi.database.scope import AppendOnly, Wall
from tiwizi.database.walls import Forbid

UNSEEN: Final = "NEW.capacity = 'chair' AND NEW.on_paper AND NEW.scan_id IS NULL"
ALONE: Final = """NEW.capacity = 'chair' AND EXISTS (
    SELECT 1 FROM committees_signature other WHERE other.session_id = NEW.session_id AND other.number = NEW.number
    AND other.capacity = 'secretary' AND other.by_id = NEW.by_id
)"""
SAME: Final = "EXISTS (SELECT 1 FROM committees_scan scan WHERE scan.id = NEW.scan_id AND scan.by_id = NEW.by_id)"


class Migration(migrations.Migration):
    """A table, a field, triggers."""

    dependencies = [("committees", "0006_carriers_by_place"), ("people", "0002_second_person")]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(db_index=True, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
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
                    "session",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="committees.session"),
                ),
            ],
            options={
                "ordering": ("pk",),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("session", "number", "sha256"), name="scan_once")],
            },
        ),
        migrations.AddField(
            model_name="signature",
            name="scan",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committees.scan"
            ),
        ),
        AppendOnly("committees_scan"),
        Wall("committees_scan"),
        Forbid("committees_signature", "committees_signature_unseen", UNSEEN, "a signature on paper needs its scan"),
        Forbid("committees_signature", "committees_signature_alone", ALONE, "nobody signs minutes twice"),
        Forbid("committees_signature", "committees_signature_same", SAME, "a second person confirms the scan"),
    ]
