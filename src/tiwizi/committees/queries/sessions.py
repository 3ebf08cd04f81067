"""Reading sessions for their pages: lists, what comes next, who is there, what was voted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from tiwizi.committees.models import Body, Item, Matter, Poll, Presence, Session, Vote
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import presence, steps
from tiwizi.committees.rules.presence import OPENING, Moment, Room
from tiwizi.committees.rules.voting import CHOICES
from tiwizi.core.errors import Named, Sentence, mark, say
from tiwizi.organisations.models import Person
from tiwizi.organisations.rules import TIES

HOW: Final = {
    "present": mark("present"),
    "deputy": mark("represented by a deputy"),
    "proxy": mark("represented by proxy"),
    "left": mark("left"),
    "absent": mark("absent for the item"),
    "recused": mark("recused"),
}
_HELD: Final = {"present": mark("there"), "deputy": mark("deputy:"), "proxy": mark("proxy to")}
_VOICES: Final = {"deputy": mark("by deputy"), "proxy": mark("by proxy")}


def earliest(body: Body, today: date, *, repeats: Session | None = None) -> date:
    """The first day for which a session convened today is convened in time."""
    rules_now = record.sitting(Session(body=body, day=today))
    days = rules_now.second_notice_days if repeats else rules_now.notice_days
    day = today + timedelta(days=days + (1 if rules_now.clear_days else 0))
    return day if repeats is None else max(day, repeats.day + timedelta(days=rules_now.second_after_days))


def why_not_convene(session: Session, on: date) -> list[Sentence]:
    """Every reason why the invitations of a session cannot go out on a day."""
    reasons = steps.why_not_step("session", session.state, "convene")
    call = replace(record.call_of(session), sent_on=on)
    if not call.agenda:
        reasons.append(say("The agenda is empty."))
    rules = record.sitting(session)
    return reasons + presence.why_not_notice(call, rules) + presence.why_not_repeat(call, rules)


@dataclass(frozen=True)
class Next:
    """The one step that comes next for who keeps a session: its verb, its words, and why it cannot be done yet."""

    verb: str
    words: str
    reasons: tuple[Sentence, ...] = ()


def next_step(session: Session, items: Sequence["Row"], today: date) -> Next | None:
    """What comes next in a session; None where nothing does. Its reasons are those with which the command would refuse."""
    if session.state == "draft":
        return Next("convene", mark("Send the invitations"), tuple(why_not_convene(session, today)))
    if session.state == "convened":
        return _next_convened(session, today)
    if session.state == "suspended":
        return Next("resume", mark("Resume the session"))
    if session.state == "open":
        under_way = [row for row in items if row.item.taken_up and not record.settled(row.matter.state)]
        waiting = [row for row in items if not row.item.taken_up]
        if under_way:
            return Next("item", mark("Go on with the item under debate"))
        if waiting:
            return Next("item", mark("Take up the next item"))
        return Next("close", mark("Close the session"))
    if session.state in {"closed", "lapsed"}:
        return Next("minutes", mark("Write, sign and seal the minutes"))
    return None


def _next_convened(session: Session, today: date) -> Next:
    seated = record.seats(session.body, session.day)
    room = record.room_at(session, OPENING, seated)
    order = record.presiding_order(seated)
    on = max(today, session.day) if today < session.day else session.day
    call = record.call_of(session)
    reasons = presence.why_not_open(call, room, record.sitting(session), on=on, presides=order, state=session.state)
    if today < session.day:
        reasons = [say("The session is on {day}: presence is written down then.", day=session.day)]
    return Next("open", mark("Open the session"), tuple(reasons))


@dataclass(frozen=True)
class Row:
    """One item of the agenda with its matter."""

    item: Item
    matter: Matter

    @property
    def state(self) -> Sentence:
        """The state of the matter, in words."""
        return steps.STATES[self.matter.state]


def agenda(session: Session) -> list[Row]:
    """The items of a session in their order."""
    items = list(Item.objects.filter(session=session.pk).order_by("number"))
    matters = Matter.objects.in_bulk([item.matter_id for item in items])
    return [Row(item, matters[item.matter_id]) for item in items if item.matter_id in matters]


@dataclass(frozen=True)
class Chair:
    """One seat as the table of presence shows it: who holds it now, how, and whether it counts."""

    seat: Seat
    how: str
    by: Named | str
    recused: bool
    there: bool
    absent: bool
    away: bool

    @property
    def words(self) -> str:
        """Where it is now."""
        if self.recused:
            return mark("recused from this matter")
        if self.how in _HELD:
            return _HELD[self.how]
        return mark("absent for this item or vote") if self.absent else mark("not there")


def chairs(session: Session, seated: Sequence[Seat], room: Room) -> list[Chair]:
    """Each seat with who holds it at the moment of the room, and whether its member is absent for the item or its next vote."""
    known = record.register(session)
    held = presence.held(known, room.moment)
    absent, away = (presence.absent(known, at) for at in (room.moment, presence.next_vote(room.moment)))
    found = []
    for seat in seated:
        stay = room.there.get(seat.key)
        how, by = (stay.how, stay.by) if stay else ("", "")
        out = seat.key in room.recused
        gone = seat.key in held and not out
        found.append(
            Chair(
                seat=seat,
                how=how,
                by=by,
                recused=out,
                there=stay is not None,
                absent=gone and seat.key in absent,
                away=gone and seat.key in away - absent,
            )
        )
    return found


def register(session: Session) -> list[dict[str, Any]]:
    """The lines of the register of presence, the first written first, in words."""
    rows = Presence.objects.filter(session=session.pk).select_related("mandate__person", "stand_in", "proxy__person")
    return [
        {
            "line": row,
            "person": row.mandate.person,
            "how": _how(row),
            "by": row.stand_in or (row.proxy.person if row.proxy else None),
        }
        for row in rows.order_by("pk")
    ]


def _how(row: Presence) -> Sentence | str:
    if row.how == "away":
        return say("absent for vote {vote} of the item", vote=row.vote)
    if row.vote and row.how == "absent":
        return say("absent for the item from vote {vote} on", vote=row.vote)
    if row.vote and row.how == "recused":
        return say("recused from vote {vote} of the item on", vote=row.vote)
    return HOW[row.how]


def recusals(session: Session, number: int) -> list[dict[str, Any]]:
    """Who takes no part in an item, and why."""
    rows = Presence.objects.filter(session=session.pk, item=number, how="recused").select_related("mandate__person", "stand_in")
    return [
        {
            "person": row.stand_in or row.mandate.person,
            "source": mark("known from the register") if row.source == "register" else mark("declared"),
            "reason": TIES.get(row.reason, row.reason),
        }
        for row in rows.order_by("pk")
    ]


def moment_words(moment: Moment) -> Sentence:
    """A moment of a session in words."""
    item, vote = moment
    if not item:
        return say("at the opening")
    if not vote:
        return say("from item {item} on", item=item)
    return say("from item {item}, vote {vote} on", item=item, vote=vote)


def polls(item: Item) -> list[Poll]:
    """The votes on an item, the first one first."""
    return list(Poll.objects.filter(item=item.pk).select_related("amendment", "papers").order_by("number"))


def voices(poll: Poll, seated: Sequence[Seat], room: Room) -> list[dict[str, Any]]:
    """Who may vote at the moment of a vote, how they are there, and what they said."""
    given = dict(Vote.objects.filter(poll=poll.pk).values_list("mandate_id", "choice"))
    return [
        {
            "mandate": seat.mandate,
            "person": seat.person,
            "by": _VOICES.get(room.there[seat.key].how, ""),
            "choice": given.get(seat.mandate.pk, ""),
            "words": CHOICES.get(given.get(seat.mandate.pk, ""), ""),
        }
        for seat in seated
        if seat.key in room.there
    ]


def presiding(session: Session) -> Person | None:
    """Who opened the session as its chair."""
    return Person.objects.filter(mandates=session.presiding_id).first() if session.presiding_id else None
