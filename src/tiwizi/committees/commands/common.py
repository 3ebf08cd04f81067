"""What the verbs of committees share: a session, a matter or a body held while it changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tiwizi.committees.models import Body, Matter, Session
from tiwizi.committees.rules.steps import why_not_now
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.database import states
from tiwizi.office import commands

CHANGED: Final = say("Somebody changed this session after your page was loaded: load it again to see what.")


def held_body(pk: int) -> Body:
    """A body, held until the act is done: its seats change and its sessions open one after another, never at once."""
    body: Body = Body.objects.select_for_update(no_key=True).get(pk=pk)
    return body


def refuse_stale(session: Session, version: int | None) -> None:
    """Raises Refused where the session is not the one that the page showed."""
    if version is not None and version != session.version:
        refuse([CHANGED])


@contextmanager
def held(session: Session, act: str, version: int | None) -> Iterator[Session]:
    """The session as it stands now with its body, held until the act is done: the one way to act on a session."""

    def why_not(live: Session) -> list[Sentence]:
        return why_not_now("session", act, live.state)

    with commands.held(session, why_not, version=version, changed=CHANGED) as live:
        live.body = Body.objects.get(pk=live.body_id)
        yield live


@contextmanager
def held_matter(matter: Matter, act: str) -> Iterator[Matter]:
    """The same for a matter outside a session. Raises Refused where its state does not allow the act."""
    with states.held(matter, lambda live: why_not_now("matter", act, live.state)) as live:
        yield live
