"""Who is there: the roll call of a session, who comes and goes later, and the register as it was written."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiwizi.committees.commands import presences as commands
from tiwizi.committees.models import Poll, Session
from tiwizi.committees.pages.sessions.finding import members
from tiwizi.committees.pages.sessions.session_acts import SessionRoom
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import presence
from tiwizi.committees.rules.presence import Stay
from tiwizi.core.errors import Named
from tiwizi.office.acts import Act
from tiwizi.office.answers import language
from tiwizi.office.fields import PickField

ONE_ITEM: Final = (
    ("absent", gettext_lazy("absent for this item alone")),
    ("away", gettext_lazy("absent for the next vote alone")),
)


class PresenceRoom(SessionRoom):
    """A session as the acts on its presence see it."""

    @cached_property
    def voting(self) -> bool:
        """Whether a vote is open."""
        return bool(Poll.objects.filter(item__session=self.object.pk, result="").exists())

    @cached_property
    def writes(self) -> bool:
        """Whether presence is written down now."""
        session = self.object
        return session.state in {"convened", "open"} and timezone.localdate() >= session.day and not self.voting

    @cached_property
    def seated(self) -> list[dict[str, Any]]:
        """Each seat as the table shows it, with who holds it now."""
        chairs = queries.chairs(self.object, self.seats, self.room)
        return [{"chair": chair, "by": chair.by.in_(language()) if isinstance(chair.by, Named) else ""} for chair in chairs]

    def context(self) -> dict[str, Any]:
        return {
            "session": self.object,
            "body": self.body,
            "moment": queries.moment_words(record.now(self.object)),
            "register": queries.register(self.object),
        }


class PresenceAct(Act[Session]):
    """A line or more of the register."""

    page: PresenceRoom
    applies = staticmethod(lambda act: act.page.writes)
    do = staticmethod(commands.roll_call)

    def lines(self, asked: Mapping[int, str]) -> dict[str, Any]:
        """The lines of what changed, from what is asked for each mandate."""
        known, moment = record.register(self.target), record.now(self.target)
        held = presence.held(known, moment)
        away = presence.absent(known, moment) | presence.absent(known, presence.next_vote(moment))
        rows = (
            line_of(seat, asked.get(seat.mandate.pk, ""), held.get(seat.key), away=seat.key in away) for seat in self.page.seats
        )
        return {"lines": [line for line in rows if line]}


class RollCall(PresenceAct):
    """Writes down where each member is from now on."""

    label, fields_template = gettext_lazy("Write it down"), "committees/parts/seats.html"

    def new_form(self, *arguments: Any, **more: Any) -> forms.Form:
        """One question per seat."""
        form = super().new_form(*arguments, **more)
        debated = ONE_ITEM if record.now(self.target)[0] > 0 else ()
        for row in self.page.seated:
            seat = row["chair"].seat
            deputies = [(f"deputy:{person.pk}", f"{_('deputy:')} {person.name(language())}") for person in seat.deputies]
            choices = [("", _("as it is")), ("present", _("there")), *deputies, ("left", _("not there")), *debated]
            name = f"seat-{seat.mandate.pk}"
            form.fields[name] = forms.ChoiceField(label=seat.person.name(language()), choices=choices, required=False)
            row["field"] = form[name]
        return form

    def arguments(self) -> dict[str, Any]:
        """The lines of what changed."""
        return self.lines({int(name.removeprefix("seat-")): asked for name, asked in self.form.cleaned_data.items()})


class AllThere(PresenceAct):
    """Writes down that everybody came."""

    label, look = gettext_lazy("All members are there"), "btn-outline-primary"

    def arguments(self) -> dict[str, Any]:
        """A line for each who is not there yet."""
        return self.lines({seat.mandate.pk: "present" for seat in self.page.seats})


def absent(act: Any) -> PickField:
    """A member who is not there."""
    chairs = (row["chair"] for row in act.page.seated)
    return PickField(gettext_lazy("The member who is not there"), members(one.seat for one in chairs if not one.there))


def present(act: Any) -> PickField:
    """A member who is there in person."""
    chairs = (row["chair"] for row in act.page.seated)
    return PickField(gettext_lazy("The member who holds the proxy"), members(one.seat for one in chairs if one.how == "present"))


class WriteProxy(PresenceAct):
    """Writes down that a member is represented by another."""

    label, summary, look = gettext_lazy("Write it down"), gettext_lazy("Write down a proxy"), "btn-outline-primary"
    asks: ClassVar = {"proxy_of": absent, "proxy_to": present}

    def arguments(self) -> dict[str, Any]:
        """One line."""
        return {"lines": [(self.form.cleaned_data["proxy_of"], "proxy", None, self.form.cleaned_data["proxy_to"])]}


def line_of(seat: Seat, asked: str, stay: Stay | None, *, away: bool) -> commands.Line | None:
    """What the form says of a seat, where it differs from what is written; None where nothing changes.

    `away`: its member is absent for the item or its next vote alone, and comes back when the stay is written once more.
    """
    if not asked:
        return None
    how, _colon, by = asked.partition(":")
    before = stay.how if stay else "left"
    if how == "deputy":
        person = next(person for person in seat.deputies if person.pk == int(by))
        same = stay is not None and before == "deputy" and stay.by == person.key
        return None if same and not away else (seat.mandate, how, person, None)
    return None if how == before and not (away and how != "left") else (seat.mandate, how, None, None)


class Presence(PresenceRoom):
    """GET shows seats and register; POST writes down what changed since, all or nothing."""

    template = "committees/pages/sessions/session_presence.html"
    acts = (RollCall, AllThere, WriteProxy)


session_presence = Presence.view()
