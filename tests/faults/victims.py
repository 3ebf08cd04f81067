"""Run as a program of its own, like a server: acts in an office, says what it has committed, and is killed at some moment.

`fill` makes the office. `serve` answers lines: `round SEED MOMENT HALF` starts a process that acts, `check` one that prints
what is there, `again SEED MOMENT HALF` one that does both. Each acting process prints `did ID ANSWER` once an act is committed,
never before. MOMENT is the number of the database's question at which it kills itself (HALF says whether before or after it),
or 0. `kill SEED SECONDS` is a round that is killed from outside, so long after it begins. `serve` takes the name of a bug to
plant: what the tests must find.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final
from uuid import UUID, uuid5

import django

NAMES: Final = UUID("6f1f6f0e-8a53-4c4e-9d2b-0a7d3f6d3c11")
NEW: Final = 12
"""Douars that each import brings."""


def say(line: str) -> None:
    """One line to who started this program, at once; a signal cannot cut it."""
    os.write(1, line.encode() + b"\n")


def fill() -> None:
    """The small office: a tree, an officer, a run done."""
    from django.db import transaction
    from tests import office as offices

    with transaction.atomic():
        offices.office()


def table_of(number: int) -> bytes:
    """A table of places: some new douars, and a new name for the commune above them."""
    rows = ["place,level,parent,name_fr,population"]
    rows += [f"9{number:05}{offset:02},douar,05.301.03.01,Douar {number} {offset},{100 + offset}" for offset in range(NEW)]
    rows.append(f"05.301.03.01,commune,05.301.03,Renamed {number},{1000 + number}")
    return "\n".join(rows).encode()


class Acts:
    """What one process does, act after act, each with an id that a later process says again."""

    def __init__(self, seed: int) -> None:
        from tests.trees import AT, ON

        from tiwizi.journal.commands import Actor
        from tiwizi.people.models import Account
        from tiwizi.territories.models import Place

        self.seed, self.at, self.on = seed, AT, ON
        self.account = Account.objects.order_by("pk")[0]
        self.by = Actor(account=str(self.account.pk), role="officer@05.301")
        self.province = Place.objects.get(code="05.301", until=None)
        self.doing: dict[str, Any] = {"by": self.by, "at": self.at}
        self.credit: dict[str, Any] = {"name": f"round {seed}", "source": "made up", "licence": ""}

    def all(self) -> list[tuple[str, Callable[[], str]]]:
        """The acts of a round, in order, each with its name; a run is asked for in every other one."""
        acts = {"bring": self.bring, "store": self.store, "run": self.run, "apply": self.apply, "undo": self.undo}
        return [(name, does) for name, does in acts.items() if name != "run" or self.seed % 2 == 0]

    def object(self) -> Any:
        """The import of this round."""
        from tiwizi.territories.models import Import

        return Import.objects.get(name=f"round-{self.seed}.csv")

    def bring(self) -> str:
        from tiwizi.territories import imports

        made = imports.preview(
            table_of(self.seed), f"round-{self.seed}.csv", place=self.province, account=self.account, **self.doing
        )
        assert not made.errors, made.errors
        return str(made.pk)

    def apply(self) -> str:
        from tiwizi.territories import imports

        imports.apply(self.object(), on=self.on, **self.doing)
        return "applied"

    def undo(self) -> str:
        from tiwizi.territories import imports

        imports.undo(self.object(), **self.doing)
        return "undone"

    def store(self) -> str:
        return str(self._stored().pk)

    def run(self) -> str:
        from tiwizi.measures import jobs

        history = [self._stored()]
        asked = jobs.request_run(self.province, kind="table", on=self.on, datasets=history, account=self.account, **self.doing)
        return str(asked.pk)

    def _stored(self) -> Any:
        from tests.measures.trees import figures_table

        from tiwizi.measures import commands

        frame = figures_table({"05.301.03.01": float(self.seed)})
        return commands.store_dataset(
            frame, table="measures", place=self.province, account=self.account, **self.credit, **self.doing
        )


def act(seed: int, moment: int, half: str) -> None:
    """One round: every act once, said when it is committed; ends by itself where nothing kills it."""
    from django.db import connection

    from tiwizi.database import scope
    from tiwizi.journal import commands as journal

    watch = Watch(moment, half)
    with scope.everything(), connection.execute_wrapper(watch):
        doing = Acts(seed)
        for name, does in doing.all():
            client_id = uuid5(NAMES, f"{seed} {name}")
            answer = journal.once(client_id, name, {"seed": seed}, does, **doing.doing)
            watch.commit()
            say(f"did {client_id} {answer}")
    say(f"end {watch.count}")


class Watch:
    """Counts what the database is asked; at the moment told the process dies at once, before or after the question."""

    def __init__(self, moment: int, half: str) -> None:
        self.moment, self.half, self.count = moment, half, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        self.count += 1
        if self.count == self.moment and self.half == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if self.count == self.moment and self.half == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    def commit(self) -> None:
        """After an act is committed and before it is said."""
        self.count += 1
        if self.count == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


def state() -> dict[str, Any]:
    """What is in the office, and what does not agree with itself there."""
    from django.db import connection

    from tiwizi.database import scope
    from tiwizi.journal import queries
    from tiwizi.journal.models import Receipt

    with scope.everything():
        wrong = [f"journal: entry {fault.number}: {fault.what}" for fault in queries.breaks()]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                wrong += [f"file: {row[0]}" for row in cursor.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [*_imports(), *_datasets(), *_runs()]
        receipts = {str(receipt.pk): receipt.answer for receipt in Receipt.objects.all()}
    return {"wrong": wrong, "receipts": receipts}


def _told(kind: str) -> dict[str, list[str]]:
    """What the journal says was done to each object of a kind."""
    from tiwizi.journal.models import Entry

    by_object: dict[str, list[str]] = {}
    for entry in Entry.objects.filter(kind=kind).order_by("number"):
        by_object.setdefault(entry.object, []).append(entry.command)
    return by_object


def _imports() -> list[str]:
    """Where places, the state of their import and the journal do not say the same."""
    from tiwizi.territories.models import Import, Place

    wrong, journalled = [], _told("import")
    expected = {
        "preview": ["preview import"],
        "applied": ["preview import", "apply import"],
        "undone": ["preview import", "apply import", "undo import"],
    }
    for run in Import.objects.all():
        made = Place.objects.filter(source=f"import {run.pk}").count()
        if made != (NEW if run.status == "applied" else 0):
            wrong.append(f"import {run.pk} is {run.status} and made {made} places")
        if journalled.pop(str(run.pk), []) != expected[run.status]:
            wrong.append(f"import {run.pk} is {run.status} and the journal says otherwise")
        if not _receipted(int(run.name[6:-4]), {"preview": "bring", "applied": "apply", "undone": "undo"}[run.status]):
            wrong.append(f"import {run.pk} is {run.status} without a receipt")
    orphans = Place.objects.filter(source__startswith="import ").exclude(
        source__in=[f"import {run.pk}" for run in Import.objects.all()]
    )
    return [
        *wrong,
        *(f"the journal tells of import {number}" for number in journalled),
        *(f"place {place.code}" for place in orphans),
    ]


def _datasets() -> list[str]:
    from tiwizi.measures.models import Dataset

    wrong, journalled = [], _told("dataset")
    for dataset in Dataset.objects.filter(table="measures"):
        if journalled.get(str(dataset.pk)) != ["measures.store_dataset"]:
            wrong.append(f"dataset {dataset.pk} is not told once")
        if not _receipted(int(dataset.name.split()[1]), "store"):
            wrong.append(f"dataset {dataset.pk} is there without a receipt")
    known = {str(pk) for pk in Dataset.objects.values_list("pk", flat=True)}
    return wrong + [f"the journal tells of dataset {number}" for number in journalled if number not in known]


def _runs() -> list[str]:
    """Runs that wait without standing in the queue, or are not told."""
    from django_tasks_db.models import DBTaskResult

    from tiwizi.measures.models import Run

    queued = {task.args_kwargs["args"][0] for task in DBTaskResult.objects.all()}
    journalled, wrong = _told("run"), []
    for run in Run.objects.filter(status="waiting"):
        if run.pk not in queued:
            wrong.append(f"run {run.pk} waits and nobody will perform it")
        if journalled.get(str(run.pk)) != ["measures.request_run"]:
            wrong.append(f"run {run.pk} is not told once")
    return wrong + [f"run {run} is queued and not there" for run in queued - set(Run.objects.values_list("pk", flat=True))]


def _receipted(seed: int, name: str) -> bool:
    from tiwizi.journal.models import Receipt

    return Receipt.objects.filter(pk=uuid5(NAMES, f"{seed} {name}")).exists()


def apart() -> None:
    """Plants a bug: an act and its receipt are kept one after the other, not in one transaction."""
    from django.db import transaction

    from tiwizi.journal import commands as journal
    from tiwizi.journal.models import Receipt

    def once(client_id: UUID, name: str, _body: Any, does: Callable[[], str], *, by: Any, at: Any) -> str:
        known = Receipt.objects.filter(pk=client_id).first()
        if known is not None:
            return str(known.answer)
        with transaction.atomic():
            answer = does()
        with transaction.atomic():
            Receipt.objects.create(client_id=client_id, account=by.account, command=name, body="", answer=answer, at=at)
        return answer

    setattr(journal, "once", once)  # noqa: B010 # planted where the product does not mean to be changed


def early() -> None:
    """Plants a bug: an act is answered before it is committed."""
    from tiwizi.journal import commands as journal

    once: Any = journal.once

    def hasty(client_id: UUID, name: str, body: Any, does: Callable[[], str], **who: Any) -> str:
        def story() -> str:
            answer = does()
            say(f"did {client_id} {answer}")
            return answer

        return str(once(client_id, name, body, story, **who))

    setattr(journal, "once", hasty)  # noqa: B010 # planted where the product does not mean to be changed


def late() -> None:
    """Plants a bug: a run is put on the queue only after the transaction that asked for it."""
    from django.db import transaction

    from tiwizi.measures import jobs

    start = jobs.start
    jobs.start = lambda *words, **who: transaction.on_commit(lambda: start(*words, **who))


BUGS: Final[Mapping[str, Callable[[], None]]] = {"apart": apart, "early": early, "late": late}


def _load() -> None:
    """Loads what the processes need, once. What starts threads is only imported here, not used: they would not be forked."""
    for name in ("tests.trees", "tests.measures.trees", "tiwizi.measures.jobs", "tiwizi.territories.imports"):
        import_module(name)
    from tiwizi import store

    store.rulebook("indh")


def serve() -> None:
    """Starts one process a line by forking, so that the libraries are loaded once; says how it ended."""
    from django.db import connections

    _load()
    for line in sys.stdin:
        verb, *words = line.split()
        begun, begins = os.pipe()
        pid = os.fork()
        if not pid:
            if verb in ("check", "again"):
                say(json.dumps(state()))
            os.write(begins, b"!")
            if verb != "check":
                act(int(words[0]), *((0, "") if verb == "kill" else (int(words[1]), words[2])))
            connections.close_all()
            os._exit(0)
        os.close(begins)
        if verb == "kill":
            os.read(begun, 1)
            time.sleep(float(words[1]))
            os.kill(pid, signal.SIGKILL)
        os.close(begun)
        _pid, status = os.waitpid(pid, 0)
        say(f"over {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    django.setup()
    for bug in sys.argv[2:]:
        BUGS[bug]()
    {"fill": fill, "serve": serve}[sys.argv[1]]()
