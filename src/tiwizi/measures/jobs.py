"""Runs performed beside the server's pages, on the database's own queue, in the scope of who asked."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

try:
    from django.tasks import task
except ImportError:  # Django 5.2
    from django_tasks import task  # type: ignore[no-redef]

from tiwizi.journal.commands import Actor
from tiwizi.measures import commands
from tiwizi.measures.models import Dataset, Run
from tiwizi.measures.rules import WAITING
from tiwizi.people import queries
from tiwizi.people.models import Account
from tiwizi.scope import within
from tiwizi.territories.models import Place


def request_run(
    place: Place, *, kind: str, on: date, datasets: Sequence[Dataset], account: Account, by: Actor, at: datetime
) -> Run:
    """A run asked for and put on the queue, in one transaction; or the one that already is the same."""
    with transaction.atomic():
        run = commands.request_run(place, kind=kind, on=on, datasets=datasets, account=account, by=by, at=at)
        start(run, account=account, by=by)
    return run


def start(run: Run, *, account: Account, by: Actor) -> None:
    """Puts a waiting run on the queue once the transaction around it holds; one that does not wait is left alone."""
    if run.status == WAITING:
        transaction.on_commit(lambda: perform.enqueue(run.pk, account.pk, by.role))


@task()
def perform(run_id: int, account_id: int, role: str) -> None:
    """Performs a run as the account that asked for it, inside the places that its roles give it on the day it is performed."""
    account = Account.objects.get(pk=account_id)
    roles = queries.roles_of(account, on=timezone.localdate())
    with within(queries.scope_of(roles, "measures.run")):
        run = Run.objects.held().filter(pk=run_id).first()
        if run is not None:
            commands.perform(run, by=Actor(account=str(account.pk), role=role))
