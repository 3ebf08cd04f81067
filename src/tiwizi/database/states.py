"""The state of a row is asked before anything else: in one place for all acts, of the row as the database has it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import models, transaction

from tiwizi.core.errors import Sentence, refuse
from tiwizi.database.scope import ScopedQuerySet

_Row = TypeVar("_Row", bound=models.Model)


@contextmanager
def held(row: _Row, why_not: Callable[[_Row], Sequence[Sentence]]) -> Iterator[_Row]:
    """The row as it stands now, held in a transaction until the act is done; the one in hand may be older.

    `why_not` asks its state. Raises Refused where it does not allow the act, whatever else is wrong. Of two acts at once on a
    row the second waits here, and is asked of what the first one left.
    """
    with transaction.atomic():
        rows = type(row)._default_manager.select_for_update()
        live = (rows.held() if isinstance(rows, ScopedQuerySet) else rows).get(pk=row.pk)
        refuse(why_not(live))
        yield live


def asked(row: _Row, why_not: Callable[[_Row], Sequence[Sentence]]) -> _Row:
    """The same for an act that changes nothing of the row, and needs a state that it never leaves: the row is not held."""
    live = type(row)._default_manager.get(pk=row.pk)
    refuse(why_not(live))
    return live
