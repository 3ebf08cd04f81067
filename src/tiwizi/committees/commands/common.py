"""What the verbs of committees share: a body, a session or a matter held while it changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tiwizi.committees.models import Body, Matter, Session
from tiwizi.committees.rules.steps import why_not_now
from tiwizi.core.errors import refuse, say
from tiwizi.database import states

CHANGED: Final = say("Somebody changed this session after your page was loaded: load it again to see what.")


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
