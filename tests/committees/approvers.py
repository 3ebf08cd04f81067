"""Run as a program of its own, with an office named by the environment: approves projects under one yearly ceiling.

`prepare COUNT` makes as many projects, each put to the vote in a session of its own, and prints the votes as JSON;
`declare START VOTES` waits until the file of the start is there, declares its votes one after another, and prints what came of
each; `naive` does the same without compare and set, as somebody would write it who never saw two people at once; `facts`
prints what the database holds once all is over.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import django
from tests.patience import PATIENCE_S

AMOUNT: Final = 70_000_01
"""Centimes of each project."""
FIT: Final = 37
"""How many of them fit under the ceiling of the year, which leaves one centime less than the next needs."""
CEILING: Final = FIT * AMOUNT + AMOUNT - 1


def prepare(count: int) -> None:
    """A local committee with a ceiling of the year, and as many votes waiting for their declaration."""
    from django.db import transaction
    from tests.committees import chamber

    from tiwizi.committees.models import Matter
    from tiwizi.database import scope

    # One transaction for all of it: what is tested comes after, and a disk need not wait a thousand times before.
    with scope.everything(), transaction.atomic():
        here = chamber.chamber(members=3)
        chamber.decide(here, here.province, chamber.delegation(here, ceiling_year_centimes=CEILING))
        day, polls = chamber.DAY + chamber.WEEK, []
        at = chamber.AT + chamber.WEEK
        for _number in range(count):
            matter = chamber.project(here, amount_centimes=AMOUNT)
            Matter.objects.filter(pk=matter.pk).update(opened=chamber.DAY)
            matter.refresh_from_db()
            session = chamber.opened(here.local, matter, account=here.secretary, day=day)
            polls.append(chamber.vote(session, chamber.take_up(session, at=at), "yes", at=at).pk)
    sys.stdout.write(json.dumps(polls))


def declare(start: Path, polls: list[int], *, naive: bool) -> None:
    """Declares each vote once the start is given."""
    from tests.committees import chamber
    from tests.trees import MACHINE

    from tiwizi.committees.commands import deciding, votes
    from tiwizi.committees.models import Poll
    from tiwizi.core.errors import Refused
    from tiwizi.database import scope
    from tiwizi.people.models import Account

    if naive:
        deciding._use = unguarded
    account = Account.objects.get(email="secretary@example.org")
    told: dict[int, list[str]] = {}
    with scope.everything():
        asked = [(poll, poll.item.session) for poll in Poll.objects.select_related("item__session").filter(pk__in=polls)]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        until = time.monotonic() + PATIENCE_S
        while not start.exists() and time.monotonic() < until:
            time.sleep(0.005)
        for poll, session in asked:
            at = chamber.AT + chamber.WEEK
            try:
                votes.declare(poll, version=session.version, account=account, by=MACHINE, at=at)
                told[poll.pk] = []
            except Refused as error:
                told[poll.pk] = [str(one.what) for one in error.problems]
    sys.stdout.write(json.dumps(told))


def facts() -> None:
    """The ceiling's use, the approvals that it adds up, the states of matters, and the entries that moved them."""
    from django.db.models import Sum
    from tests.committees import chamber

    from tiwizi.committees.models import Approval, CeilingUse, Matter, Resolution
    from tiwizi.database import scope
    from tiwizi.journal import queries
    from tiwizi.journal.models import Entry

    with scope.everything():
        projects = Matter.objects.filter(kind="project")
        adopted = [str(pk) for pk in projects.filter(state="adopted").values_list("pk", flat=True)]
        moved = list(Entry.objects.filter(command="adopt matter", object__in=adopted).values_list("object", flat=True))
        local = Resolution.objects.filter(body__code__contains="07", decided_on=chamber.DAY + chamber.WEEK)
        use = CeilingUse.objects.filter(ceiling_centimes=CEILING).first()
        found = {
            "used": use.used_centimes if use else 0,
            "approved": Approval.objects.filter(act__ceiling_year_centimes=CEILING).aggregate(all=Sum("amount_centimes"))["all"]
            or 0,
            "adopted": len(adopted),
            "voting": projects.filter(state="voting").count(),
            "entries": len(moved),
            "doubled": sorted(one for one in set(moved) if moved.count(one) > 1),
            "numbers": local.values("number").distinct().count(),
            "breaks": len(queries.breaks()),
        }
    sys.stdout.write(json.dumps(found))


def unguarded(live: Any, act: Any, matter: Any, resolution: Any) -> None:
    """The planted bug: the ceiling was looked at before the act, and nothing looks again at the moment of writing."""
    from django.db.models import F

    from tiwizi.committees.models import Approval, CeilingUse

    year, position = live.day.year, live.body.position
    known = {"position": position, "ceiling_centimes": act.ceiling_year_centimes}
    use, _new = CeilingUse.objects.get_or_create(act=act, year=year, defaults=known)
    CeilingUse.objects.filter(pk=use.pk).update(used_centimes=F("used_centimes") + matter.amount_centimes)
    said = {"year": year, "amount_centimes": matter.amount_centimes, "position": position}
    Approval(act=act, matter=matter, resolution=resolution, **said).save(force_insert=True)


if __name__ == "__main__":
    django.setup()
    verb, *rest = sys.argv[1:]
    if verb == "prepare":
        prepare(int(rest[0]))
    elif verb == "facts":
        facts()
    else:
        declare(Path(rest[0]), [int(one) for one in rest[1:]], naive=verb == "naive")
