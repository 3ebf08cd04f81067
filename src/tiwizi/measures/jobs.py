"""Runs performed in the background, on a queue in the database, in the scope of the person who asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

try:
    from django.tasks import TaskResultStatus, task
except ImportError:  # Django 5.2
    from django_tasks import TaskResultStatus, task  # type: ignore[assignment, no-redef]

from tiwizi.core.errors import refuse
from tiwizi.database.scope import current, everything, within
from tiwizi.journal.commands import Actor
from tiwizi.measures import commands, rules
from tiwizi.measures.households import MappedFile
from tiwizi.measures.models import Dataset, Run
from tiwizi.measures.rules import RUNNING, WAITING
from tiwizi.measures.surveys import OnServer
from tiwizi.people import queries
from tiwizi.people.models import Account
from tiwizi.territories.models import Place


def request_run(
    place: Place, *, kind: str, on: date, datasets: Sequence[Dataset], account: Account, by: Actor, at: datetime
) -> Run:
    """A requested run put on the queue, in one transaction; or the identical existing one."""
    with transaction.atomic():
        run = commands.request_run(place, kind=kind, on=on, datasets=datasets, account=account, by=by, at=at)
        start(run, account=account, by=by)
    return run


def measure_households(
    mapped: MappedFile | OnServer,
    *,
    credit: Mapping[str, str],
    tree: Dataset,
    place: Place,
    on: date,
    account: Account,
    by: Actor,
    at: datetime,
) -> Run:
    """Mapped households stored, or the file on the server named, and the run of their poverty put on the queue immediately.

    Raises Refused where a file on the server is to be read for a place that does not lie whole in the scope.
    """
    with transaction.atomic():
        if isinstance(mapped, OnServer):
            whole = any(first <= place.position and place.last <= last for first, last in current().ranges)
            refuse(rules.why_not_read_from_server(whole=whole))
        stored = commands.store_households(mapped, **credit, place=place, by=by, account=account, at=at)
        return request_run(place, kind="households", on=on, datasets=[tree, stored], account=account, by=by, at=at)


def start(run: Run, *, account: Account, by: Actor) -> None:
    """Puts a waiting run on the queue; any other run is left unchanged.

    The queue is a table of the same database: inside the transaction that requests the run, both stand or fall together, and
    a crash leaves no run outside the queue.
    """
    if run.status == WAITING:
        perform.enqueue(run.pk, account.pk, by.role)


@task()
def perform(run_id: int, account_id: int, role: str) -> None:
    """Performs a run as the account that asked for it, inside the places that its roles give it on the day it is performed."""
    account = Account.objects.get(pk=account_id)
    roles = queries.roles_of(account, on=timezone.localdate())
    with within(queries.scope_of(roles, "measures.run")):
        run = Run.objects.held().filter(pk=run_id).first()
        if run is not None:
            commands.perform(run, by=Actor(account=str(account.pk), role=role))


def end_left_behind(workers: Collection[str], *, at: datetime) -> int:
    """The number of jobs that these dead workers left unfinished, after settling them. A run under way becomes failed with
    its reason, on record, and can be requested again: restarted automatically, a run that crashes the machine would do so
    for ever. A run that was taken and not begun goes back to the queue.
    """
    begun = (TaskResultStatus.RUNNING, TaskResultStatus.FAILED)
    taken = DBTaskResult.objects.filter(status__in=begun, task_path=perform.module_path)
    left = [task for task in taken if set(task.worker_ids) & set(workers)]
    for task in left:
        with transaction.atomic(), everything():
            run = Run.objects.held().filter(pk=task.args_kwargs["args"][0]).first()
            if run is not None and run.status == RUNNING:
                commands.leave(run, at=at)
            if task.status == TaskResultStatus.RUNNING:
                if run is not None and run.status == WAITING:
                    perform.enqueue(*task.args_kwargs["args"])
                task.set_failed(RuntimeError("the worker died"))
    return len(left)
