"""Run as a program of its own, like one of several servers: fills an office, or adopts and changes when it is told to.

`fill N` makes N envelopes with two drafts each. `adopt I` adopts draft I of each envelope, `change` changes draft 0 of each,
`bring` brings it before the committee: one envelope for each line that comes in, and one line goes out, `done` or the first
reason of the refusal. `state` prints what is there.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def fill(rounds: int) -> None:
    """The small office and its envelopes."""
    from django.db import transaction
    from tests import office as offices
    from tests.trees import AT, MACHINE

    from tiwizi.budgets import commands
    from tiwizi.database import scope

    with transaction.atomic():
        here = offices.office()
        offices.demonstration()
    doing: dict[str, Any] = {"account": here.officer, "by": MACHINE, "at": AT}
    with scope.everything():
        for number in range(rounds):
            made = commands.open_envelope(
                place=here.tree.province, year=2030, title=f"Race {number}", amount_dh=1_000_000, **doing
            )
            for name in ("One", "Two"):
                commands.draft(made, run=here.run, name=name, **doing)


def race(act: Callable[[Any, dict[str, Any]], object]) -> None:
    """Acts on one envelope after the other, each when a line comes in, on what its page showed before anybody acted."""
    from tests.trees import AT, MACHINE

    from tiwizi.budgets.models import Envelope
    from tiwizi.core.errors import Refused
    from tiwizi.database import scope
    from tiwizi.people.models import Account

    doing: dict[str, Any] = {"account": Account.objects.order_by("pk")[0], "by": MACHINE, "at": AT}
    with scope.everything():
        shown = [list(one.scenarios.order_by("pk")) for one in Envelope.objects.filter(year=2030).order_by("pk")]
        say("ready")
        for scenarios in shown:
            sys.stdin.readline()
            try:
                act(scenarios, doing)
                say("done")
            except Refused as error:
                say(str(error.problems[0].what))


def say(line: str) -> None:
    """One line to who started this program, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def adopt(index: int) -> None:
    """Adopts one draft of each envelope."""
    from tests.trees import ON

    from tiwizi.budgets import commands

    race(
        lambda drafts, doing: commands.adopt(
            drafts[index], version=1, expected=0, decided_on=ON, reference=f"PV {index}", **doing
        )
    )


def change() -> None:
    """Changes the first draft of each envelope."""
    from tiwizi.budgets import commands

    race(lambda drafts, doing: commands.change(drafts[0], version=1, weights={"remoteness": 90}, **doing))


def bring() -> None:
    """Brings the first draft of each envelope before the committee."""
    from tiwizi.budgets import before_committee

    race(lambda drafts, doing: before_committee.bring(drafts[0], **doing))


def state() -> None:
    """Of each envelope: its adoptions, the sum of what was frozen, and whether that is what its scenario gives; how often its
    scenarios stand before the committee, by their rows and by the journal."""
    from tiwizi.budgets import queries
    from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
    from tiwizi.committees.models import Matter
    from tiwizi.database import scope
    from tiwizi.journal.models import Entry

    found = []
    with scope.everything():
        for one in Envelope.objects.filter(year=2030).order_by("pk"):
            adoptions = list(Adoption.objects.filter(envelope=one))
            frozen = Share.objects.filter(adoption__in=adoptions).values_list("amount_dh", flat=True)
            true = [queries.as_frozen(Scenario.objects.get(pk=made.scenario_id), made) for made in adoptions]
            adopted = Scenario.objects.filter(envelope=one).exclude(adopted_at=None).count()
            subjects = [f"scenario:{scenario.pk}" for scenario in Scenario.objects.filter(envelope=one)]
            matters = [str(pk) for pk in Matter.objects.filter(subject__in=subjects).values_list("pk", flat=True)]
            told = Entry.objects.filter(command="propose matter", object__in=matters).count()
            frozen_as = {"adoptions": len(adoptions), "adopted": adopted, "sum": sum(frozen), "true": all(true)}
            found.append(frozen_as | {"brought": len(matters), "told": told})
    say(json.dumps(found))


if __name__ == "__main__":
    django.setup()
    verb, *arguments = sys.argv[1:]
    {"fill": fill, "adopt": adopt, "change": change, "bring": bring, "state": state}[verb](*map(int, arguments))  # type: ignore[operator]
