"""The steps of a session, from its table: convene, open, lapse, suspend, resume, close, cancel."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.models import Session
from tiwizi.committees.pages.roles import BodyPage
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import steps
from tiwizi.committees.rules.presence import Room, why_no_quorum
from tiwizi.core.errors import Sentence
from tiwizi.office.acts import Act
from tiwizi.office.fields import TextField


class SessionRoom(BodyPage[Session]):
    """A session as its acts see it: each thing about it read once."""

    def find(self, **captured: Any) -> Session:
        session = session_of(captured["pk"])
        self.body = session.body
        return session

    @cached_property
    def rows(self) -> list[queries.Row]:
        """Its agenda."""
        return queries.agenda(self.object)

    @cached_property
    def next(self) -> queries.Next | None:
        """The one step that comes next."""
        return queries.next_step(self.object, self.rows, timezone.localdate())

    @cached_property
    def seats(self) -> list[record.Seat]:
        """The members on its day."""
        return record.seats(self.body, self.object.day)

    @cached_property
    def room(self) -> Room:
        """Who is there now."""
        return record.room_at(self.object, record.now(self.object), self.seats)


class SessionAct(Act[Session]):
    """A step that the table of sessions allows in this state."""

    page: SessionRoom
    applies = staticmethod(lambda act: act.name() in steps.verbs("session", act.target.state))


class NextStep(SessionAct):
    """The step that comes next, or why it cannot be done yet."""

    applies = staticmethod(lambda act: act.page.next is not None and act.page.next.verb == act.name())

    @cached_property
    def reasons(self) -> Sequence[Sentence]:
        """Those that the page found for what comes next."""
        return self.page.next.reasons if self.page.next and self.page.next.verb == self.name() else ()


class Convene(NextStep):
    """Sends the invitations."""

    label = _("Send the invitations")
    do = staticmethod(commands.convene)


class Open(NextStep):
    """Opens it with its quorum, on its day or as it was held on paper."""

    label = _("Open the session")
    do = staticmethod(commands.open_session)

    @staticmethod
    def note(act: Any) -> Any:
        """Written down afterwards, it says so."""
        return _("The day is past: it will be recorded as held on paper on its day.") if act.past else ""

    @property
    def past(self) -> bool:
        """Whether its day is over."""
        return timezone.localdate() > self.target.day

    def arguments(self) -> dict[str, Any]:
        """On paper, once its day is over."""
        return {"on_paper": self.past}


class Resume(NextStep):
    """Takes it up again."""

    label = _("Resume the session")
    do = staticmethod(commands.resume)


class Close(NextStep):
    """Ends it."""

    label = _("Close the session")
    do = staticmethod(commands.close)


class Lapse(SessionAct):
    """Writes down that too few came, once it was shown how many."""

    label, look = _("Record that the quorum is lacking"), "btn-outline-primary"
    confirm = _("Record that the quorum is lacking? The session ends with it.")
    figures = staticmethod(lambda act: why_no_quorum(act.page.room))
    applies = staticmethod(lambda act: SessionAct.applies(act) and not act.page.room.quorate)
    do = staticmethod(commands.lapse)


class Suspend(SessionAct):
    """Interrupts it."""

    label, look = _("Suspend the session"), "btn-sm btn-outline-secondary"
    do = staticmethod(commands.suspend)


class Cancel(SessionAct):
    """Gives it up before it opens."""

    label, look = _("Cancel the session"), "btn-sm btn-outline-secondary"
    asks: ClassVar = {"why": TextField(_("Why"))}
    do = staticmethod(commands.cancel)
