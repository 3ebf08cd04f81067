"""What every command does: one entry in the journal, an object held while it changes, and constraints said in words."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, models, transaction

from tiwizi.core.errors import Problem, Refused, Sentence, refuse, say
from tiwizi.database import states
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor

_Row = TypeVar("_Row", bound=models.Model)


def record(
    command: str,
    row: Any,
    *,
    by: Actor,
    at: datetime,
    place: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: Collection[str] = (),
    object_id: str = "",
    position: int | None = None,
) -> int:
    """Writes the entry of an act on a row into the journal; gives its number. Personal fields are kept as keyed hashes.

    `object_id` names a row that has no number yet, because it keeps that of its entry; `position` is that of the place, where the
    row has none.
    """
    entry = journal.write(
        command,
        by=by,
        at=at,
        kind=type(row).__name__.lower(),
        object_id=object_id or str(row.pk),
        place=place,
        position=row.position if position is None else position,
        before=_plain(before or {}),
        after=_plain(after or {}),
        personal=personal,
        secret=settings.SECRET_KEY.encode() if personal else b"",
    )
    return entry.number


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _written(value) for key, value in values.items()}


def _written(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def unless(reason: Sentence, *, remedy: Sentence | None = None) -> Iterator[None]:
    """A transaction; of two who do the same at once the database lets one pass, and the other is refused for this reason."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(Problem(what=reason, remedy=remedy or say("Load the page again to see what changed."))) from error


@contextmanager
def held(row: _Row, why_not: Callable[[_Row], Sequence[Sentence]], *, version: int | None, changed: Sentence) -> Iterator[_Row]:
    """The row as it stands now, held until the act is done; `version` is the one that the page showed, None where it showed none.

    Its state is asked first, whatever else is wrong. Raises Refused where that does not allow the act, and with `changed` where
    somebody changed the row meanwhile. The version rises, so that a page that shows an older state acts no more.
    """
    with states.held(row, why_not) as live:
        shown: Any = live
        if version is not None and version != shown.version:
            refuse([changed])
        yield live
        shown.version += 1
        type(row)._default_manager.filter(pk=row.pk).update(version=shown.version)
    row.refresh_from_db()
