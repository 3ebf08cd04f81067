"""Run as a program of its own, with an office named by the environment: what was on record before amounts said their unit.

The office is filled and sealed, its tables go back to the columns of before, and what the journal holds is compared with the rows
as they are then, under the names of then. Then the columns are renamed, and `verify` looks again. Prints what differs before and
after. With `forgotten`, the planted bug: nobody says which name the columns had.
"""

import hashlib
import json
import sys
from typing import Any, Final

import django

BEFORE: Final = [("committees", "0009_organisations")]
RENAMED: Final = ("matter", "resolution", "approval", "act", "ceilinguse")


def migrated(targets: list[tuple[str, str]]) -> Any:
    """The models of then, the tables being theirs."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def latest() -> list[tuple[str, str]]:
    """The last migration of committees."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return [node for node in MigrationLoader(connection).graph.leaf_nodes() if node[0] == "committees"]


def held() -> dict[str, dict[str, str | None]]:
    """By table and key, the digest that the journal holds last."""
    from tiwizi.journal.models import Entry

    known: dict[str, dict[str, str | None]] = {}
    for rows in Entry.objects.exclude(rows=None).order_by("number").values_list("rows", flat=True):
        for table, written in rows.items():
            known.setdefault(table, {}).update(written)
    return known


def differing(then: Any) -> list[str]:
    """Rows that the journal does not hold as they are under the names of then, and decisions that it does not hold so."""
    from tiwizi.database import digests
    from tiwizi.database.keeping import Rows
    from tiwizi.journal import verifier
    from tiwizi.journal.models import Entry

    known, found = held(), []
    for name in RENAMED:
        model = then.get_model("committees", name)
        rows = dict(digests.stream(model, Rows()))
        found += [f"{name}: no row"] if not rows else []
        found += [f"{name} {key}" for key, digest in rows.items() if known[model._meta.db_table].get(key) != digest]
    for row in then.get_model("committees", "Resolution").objects.all():
        names = "number result kind title_ar title_fr text_ar text_fr amount place_code legal_basis words effect"
        decided = {name: getattr(row, name) for name in names.split()} | {"decided_on": row.decided_on.isoformat()}
        decided |= {"body": row.body_id, "matter": row.matter_id, "poll": row.poll_id, "act": row.act_id}
        digest = hashlib.sha256(verifier.canonical(decided | {"reserved": row.reach is None})).hexdigest()
        if Entry.objects.get(pk=row.entry).changes["sha256"][1] != digest:
            found.append(f"decision {row.number}")
    return found


def main(forgotten: bool) -> None:
    """Goes back, compares, goes forth, verifies."""
    from django.db import transaction
    from tests.committees import chamber, sealed

    from tiwizi.committees import verifying as decisions
    from tiwizi.committees.models import Matter
    from tiwizi.database import scope
    from tiwizi.database.keeping import Rows
    from tiwizi.journal import verifying

    here = sealed.fill()
    with scope.everything():
        with transaction.atomic():
            later = chamber.DAY + chamber.WEEK
            chamber.decide(here, here.province, chamber.delegation(here), day=later)
            matter = chamber.project(here)
            Matter.objects.filter(pk=matter.pk).update(opened=later)
            chamber.decide(here, here.local, Matter.objects.get(pk=matter.pk), day=later + 5 * chamber.WEEK)
        before = differing(migrated(BEFORE))
        migrated(latest())
        if forgotten:
            Matter.kept = Rows()
        after = [str(one) for one in (*verifying.wrong(), *decisions.resolutions_wrong(), *decisions.minutes_wrong())]
    sys.stdout.write(json.dumps({"before": before, "after": after}))


if __name__ == "__main__":
    django.setup()
    main("forgotten" in sys.argv)
