"""What the verbs of committees share: one entry in the journal an act, and a session held while it changes."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from tiwizi.committees.models import Body, Matter, Session
from tiwizi.committees.rules.steps import why_not_now
from tiwizi.core.errors import Problem, Refused, Sentence, refuse, say
from tiwizi.database import states
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor

CHANGED: Final = say("Somebody changed this session after your page was loaded: load it again to see what.")


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


def held_body(pk: int) -> Body:
    """A body, held until the act is done: its seats change and its sessions open one after another, never at once."""
    found: Body = Body.objects.select_for_update(no_key=True).get(pk=pk)
    return found


def refuse_stale(session: Session, version: int | None) -> None:
    """Raises Refused where the session is not the one that the page showed."""
    if version is not None and version != session.version:
        refuse([CHANGED])


@contextmanager
def held(session: Session, act: str, version: int | None) -> Iterator[Session]:
    """The session as it stands now, held until the act is done; `version` is the one that the page showed.

    The one way to act on a session: its state is asked first, whatever else is wrong. Raises Refused where it does not allow
    the act, or where somebody changed the session meanwhile. The version rises, so that a page that shows an older state acts no
    more.
    """
    with states.held(session, lambda live: why_not_now("session", act, live.state)) as live:
        live.body = Body.objects.get(pk=live.body_id)
        refuse_stale(live, version)
        yield live
        live.version += 1
        Session.objects.filter(pk=live.pk).update(version=live.version)
    session.refresh_from_db()


@contextmanager
def held_matter(matter: Matter, act: str) -> Iterator[Matter]:
    """The same for a matter outside a session. Raises Refused where its state does not allow the act."""
    with states.held(matter, lambda live: why_not_now("matter", act, live.state)) as live:
        yield live
