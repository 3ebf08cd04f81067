"""What the verbs of every app share: one entry in the journal per act, and in words what the database refuses."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from tiwizi.core.errors import Problem, Refused, Sentence, say
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor


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
) -> int:
    """Writes the entry of an act on a row into the journal; gives its number. Personal fields are kept as keyed hashes.

    `object_id` names a row that has no number yet, because it keeps that of its entry.
    """
    entry = journal.write(
        command,
        by=by,
        at=at,
        kind=type(row).__name__.lower(),
        object_id=object_id or str(row.pk),
        place=place,
        position=row.position,
        before=_plain(before or {}),
        after=_plain(after or {}),
        personal=personal,
        secret=settings.SECRET_KEY.encode() if personal else b"",
    )
    return entry.number


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


@contextmanager
def unless(reason: Sentence) -> Iterator[None]:
    """A transaction; of two who do the same at once the database lets one pass, and the other is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(Problem(what=reason, remedy=say("Load the page again to see what changed."))) from error
