"""After a migration: creates again the triggers that note changes, and puts rows older than the triggers on record once."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.database import digests, keeping, transactions, triggers
from tiwizi.database.scope import everything
from tiwizi.journal import commands
from tiwizi.journal.commands import Actor


def take(connection: BaseDatabaseWrapper) -> None:
    """Creates the triggers; where there were none, one entry holds the digests of all existing rows."""
    first = not triggers.there(connection)
    triggers.install(connection)
    if not first:
        return
    with transaction.atomic(using=connection.alias), everything():
        rows = {(model._meta.db_table, key) for model, how in keeping.recorded() for key, _digest in digests.stream(model, how)}
        if rows:
            commands.write("take stock", by=Actor("", "program"), at=datetime.now(tz=UTC), kind="table", object_id="")
            transactions.live().waiting[-1].touched |= rows
