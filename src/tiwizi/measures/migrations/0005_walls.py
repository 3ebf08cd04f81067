"""What a run reads is fixed when it is asked for; what it gave, when it is done."""

from django.db import migrations

from tiwizi.database.walls import ALWAYS, Refuse, changed

ASKED = "id position reach place_id place_code kind on rulebook rulebook_version code_version seed inputs fingerprint by_id at"
GIVEN = "status result_sha256 figures notes problem finished_at"
DONE = "EXISTS (SELECT 1 FROM measures_run WHERE id = NEW.run_id AND status = 'done')"


class Migration(migrations.Migration):
    """Triggers of both engines."""

    dependencies = [("measures", "0004_flag")]

    operations = [
        Refuse(
            "measures_run",
            "what a run read and gave is frozen, and none is removed",
            update=f"{changed(ASKED)} OR (OLD.status IN ('done', 'failed', 'stopped') AND {changed(GIVEN)})",
            delete=ALWAYS,
        ),
        Refuse("measures_figure", "the figures of a run that is done are frozen", insert=DONE),
    ]
