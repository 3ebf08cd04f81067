"""The state of a row is checked before anything else: in one place for all acts, on the row as it is in the database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models, transaction

from tiwizi.core.errors import Sentence, refuse
from tiwizi.database.scope import ScopedQuerySet

_Row = TypeVar("_Row", bound=models.Model)


@contextmanager
def held(row: _Row, why_not: Callable[[_Row], Sequence[Sentence]]) -> Iterator[_Row]:
    """The current row, locked in a transaction until the act is done; the caller's object may be older. `why_not` checks its
    state. Raises Refused when the state does not allow the act, whatever else is wrong. Of two concurrent acts on a row the
    second waits here, and is checked against the result of the first.
    """
    with transaction.atomic():
        rows = type(row)._default_manager.select_for_update()
        live = (rows.held() if isinstance(rows, ScopedQuerySet) else rows).get(pk=row.pk)
        refuse(why_not(live))
        yield live


def asked(row: _Row, why_not: Callable[[_Row], Sequence[Sentence]]) -> _Row:
    """The same check for an act that does not change the row, and needs a final state: the row is not locked."""
    live = type(row)._default_manager.get(pk=row.pk)
    refuse(why_not(live))
    return live


@contextmanager
def alone(subject: str) -> Iterator[None]:
    """A transaction of its own for an act on something that has no row to hold yet, an address that is invited, say.

    Of two acts at once on the same subject the second waits here, and asks the state that the first one left.
    """
    with transaction.atomic():
        # SQLite lets one writer in at a time by itself: its transactions begin IMMEDIATE.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])
        yield
