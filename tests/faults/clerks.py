"""Run as a program of its own, with an office named by the environment: asks for long jobs, looks at them, keeps their worker.

`ask VALUE ROWS` asks for a run over so many figures and prints its number, `look RUN` prints what is known of it, `tell RUN`
stays and prints its state whenever that changes, `serve` keeps the worker as the server does, until its standard input ends.
"""

import json
import sys
import threading
import time
from datetime import date
from typing import Any, Final

import django

EACH: Final = 4
"""Communes of the office, each with every measure of a table."""


def say(line: str) -> None:
    """One line to who started this program, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def ask(value: int, rows: int) -> int:
    """A run of figures made elsewhere, so many that it lasts a while."""
    from tests.trees import AT

    from tiwizi.core.tables import MEASURES
    from tiwizi.database import scope
    from tiwizi.journal.commands import Actor
    from tiwizi.measures import commands, jobs
    from tiwizi.people.models import Account
    from tiwizi.territories.models import Place

    columns = {"as_of": date(2024, 9, 1), "series": "own", "standing": "published", "assumed": False, "source": "made up"}
    account = Account.objects.get(email="officer@example.org")
    who: dict[str, Any] = {"by": Actor(account=str(account.pk), role="officer@05.301"), "account": account, "at": AT}
    with scope.everything():
        communes = Place.objects.filter(level="commune").values_list("code", flat=True)
        frame = MEASURES.frame(
            [
                {"place": code, "measure": f"figure_{number}", "value": float(value), "people": 1, **columns}
                for code in communes
                for number in range(rows // EACH)
            ]
        )
        province = Place.objects.get(code="05.301")
        credit: dict[str, Any] = {"name": "figures", "source": "made up", "licence": ""}
        dataset = commands.store_dataset(frame, table="measures", place=province, **credit, **who)
        run: int = jobs.request_run(province, kind="table", on=AT.date(), datasets=[dataset], **who).pk
    say(str(run))
    return run


def follow(value: int, rows: int) -> None:
    """Asks for a run, then tells its state: the same program, so that no run is over before somebody looks."""
    tell(ask(value, rows))


def look(run: int) -> None:
    """What is known of a run: its state, how many figures are there, why it failed, and what the journal says."""
    from tiwizi.database import scope
    from tiwizi.journal import queries
    from tiwizi.journal.models import Entry
    from tiwizi.measures import rules
    from tiwizi.measures.models import Figure, Run

    with scope.everything():
        stored = Run.objects.get(pk=run)
        entries = Entry.objects.filter(kind="run", object=str(run)).order_by("number")
        facts = {
            "status": stored.status,
            "figures": Figure.objects.filter(run=run).count(),
            "problems": [str(rules.unpacked_problem(problem).what) for problem in stored.problem or []],
            "told": [[entry.command, *entry.changes["status"]] for entry in entries],
            "breaks": len(queries.breaks()),
        }
    say(json.dumps(facts))


def tell(run: int) -> None:
    """The state of a run whenever it changes; until it ends."""
    from tiwizi.database import scope
    from tiwizi.measures.models import Run

    before = ""
    while before not in ("done", "failed", "stopped"):
        with scope.everything():
            status = Run.objects.values_list("status", flat=True).get(pk=run)
        if status != before:
            say(status)
        before = status
        time.sleep(0.005)


def serve() -> None:
    """Keeps the worker as the server does."""
    from tiwizi.web import keeping, serving

    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    say("serving")
    keeping.keep([serving.worker()], until=over.is_set)


if __name__ == "__main__":
    django.setup()
    verb, *words = sys.argv[1:]
    {"ask": ask, "look": look, "tell": tell, "follow": follow, "serve": serve}[verb](*map(int, words))  # type: ignore[operator]
