"""Run as a program of its own: fills the office named by the environment with a session whose minutes are signed and sealed."""

import itertools
from typing import Any

import django


def fill() -> Any:
    """A decision of the province, and its minutes, sealed."""
    from django.db import transaction
    from tests import trees
    from tests.committees import chamber

    from tiwizi.committees.commands import minutes
    from tiwizi.database import scope

    turn = itertools.count()
    with scope.everything(), transaction.atomic():
        here = chamber.chamber(members=3)
        session = chamber.decide(here, here.province, chamber.project(here, text_fr="Le comité approuve."))
        known: dict[str, Any] = {"by": trees.MACHINE, "at": chamber.AT}
        made = minutes.typeset(
            session, version=None, address=lambda code: code, choose=lambda letters: letters[next(turn) % len(letters)]
        )
        minutes.write(made, account=here.secretary, **known)
        shown = minutes.hashes(session, 1)
        minutes.sign(session, capacity="secretary", name="N.", shown=shown, account=here.secretary, **known)
        scan, second = chamber.scanned(here, session), chamber.chair_of(here.tree)
        minutes.sign(session, capacity="chair", name=scan.name, shown=shown, account=second, scan=scan, **known)
    return here


if __name__ == "__main__":
    django.setup()
    fill()
