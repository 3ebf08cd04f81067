"""Who is there: arrivals, deputies, proxies, departures, absences for one matter, recusals. Lines are added, never changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tiwizi.committees.commands.common import CHANGED, held
from tiwizi.committees.models import Item, Mandate, Matter, Poll, Presence, Session
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import steps
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.organisations import queries as organisations
from tiwizi.organisations.models import Person

HOW = ("present", "deputy", "proxy", "left", "absent", "away")


def note(
    session: Session,
    mandate: Mandate,
    *,
    how: str,
    version: int | None,
    by: Actor,
    at: datetime,
    stand_in: Person | None = None,
    proxy: Mandate | None = None,
) -> None:
    """Writes down, from now on, that a seat is held in person, by a deputy or by a proxy, or that it was left (`left`).

    Or that its member is absent for the item under debate alone (`absent`), or for its next vote alone (`away`), until they are
    written down as there again. Raises Refused with every reason."""
    with held(session, "note", version) as live:
        seated = record.seats(live.body, live.day)
        seat = next((one for one in seated if one.mandate.pk == mandate.pk), None)
        reasons = _why_not(live, seat, mandate, at)
        if how not in HOW:
            reasons.append(say("There is no presence of the kind {code}.", code=how))
        item, vote = record.now(live)
        if how in {"absent", "away"} and not _debated(live, item):
            reasons.append(say("No item is under debate: somebody absent for all of them has left."))
        if (how == "deputy" and stand_in is None) or (how == "proxy" and proxy is None):
            reasons.append(say("Say who sits for them, or who holds their proxy."))
        refuse(reasons)
        row = Presence(
            session=live,
            mandate=mandate,
            position=live.position,
            how=how,
            item=item,
            vote=max(vote, 1) if how == "away" else vote,
            stand_in=stand_in if how == "deputy" else None,
            proxy=proxy if how == "proxy" else None,
            at=at,
        )
        row.save(force_insert=True)
        if how in {"deputy", "proxy"}:
            refuse(_why_set_aside(live, seated, mandate))
        after = {"mandate": mandate.pk, "how": row.how, "item": item, "vote": row.vote}
        after |= {"by": row.stand_in_id or row.proxy_id}
        write("note presence", row, by=by, at=at, place=live.body.place_code, after=after)


Line = tuple[Mandate, str, Person | None, Mandate | None]
"""A seat, how it is held, and by whom where not in person."""


def roll_call(session: Session, lines: Sequence[Line], *, version: int | None, by: Actor, at: datetime) -> None:
    """Writes down several seats at once, each with its own entry, all or none. Raises Refused with every reason.

    Those there in person come first, so that a proxy finds its holder there.
    """
    with transaction.atomic():
        refuse(steps.why_not_now("session", "note", Session.objects.values_list("state", flat=True).get(pk=session.pk)))
        if version is not None and Session.objects.values_list("version", flat=True).get(pk=session.pk) != version:
            refuse([CHANGED])
        for mandate, how, stand_in, proxy in sorted(lines, key=lambda line: line[1] != "present"):
            note(session, mandate, how=how, stand_in=stand_in, proxy=proxy, version=None, by=by, at=at)


def _why_not(live: Session, seat: Seat | None, mandate: Mandate, at: datetime) -> list[Sentence]:
    return steps.why_not_note(
        session=live.state,
        on_day=timezone.localdate(at) >= live.day,
        voting=Poll.objects.filter(item__session=live.pk, result="").exists(),
        seated=seat is not None,
        name=Person.objects.get(pk=mandate.person_id).key,
    )


def _why_set_aside(live: Session, seated: list[Seat], mandate: Mandate) -> list[Sentence]:
    """Why the deputy or proxy just written down does not stand; what is refused leaves no line."""
    room = record.room_at(live, record.now(live), seated)
    key = next(seat.key for seat in seated if seat.mandate.pk == mandate.pk)
    return [] if key in room.there or key in room.recused else list(room.set_aside)


def _debated(session: Session, number: int) -> bool:
    item = Item.objects.filter(session=session.pk, number=number, taken_up=True).first()
    return item is not None and not record.settled(Matter.objects.get(pk=item.matter_id).state)


def recuse(
    item: Item, mandate: Mandate, *, person: Person | None = None, reason: str, version: int | None, by: Actor, at: datetime
) -> None:
    """Writes down that a member, or the deputy `person`, takes no part in one matter for a conflict of interest they declare.

    Raises Refused with every reason: before any vote on the matter, for a vote once given stays.
    """
    with held(item.session, "recuse", version) as live:
        seated = record.seats(live.body, live.day)
        seat = next((one for one in seated if one.mandate.pk == mandate.pk), None)
        reasons = _why_not(live, seat, mandate, at)
        if Poll.objects.filter(item=item.pk, amendment=None).exclude(result="no_quorum").exists():
            reasons.append(say("The matter was voted on: a recusal comes before the vote."))
        if not reason.strip():
            reasons.append(say("Say what the conflict of interest is."))
        if _known(live, item.number, mandate, person):
            reasons.append(
                say("{person} is recused from this matter already.", person=(person or seat.person).key if seat else "")
            )
        refuse(reasons)
        _recuse(live, item.number, mandate, person, "declared", reason.strip(), by, at)


def recuse_by_register(live: Session, item: Item, matter: Matter, *, by: Actor, at: datetime) -> list[Presence]:
    """Recuses every member and deputy whom a register ties to who asks, on the day of the session; inside the caller's act."""
    if matter.carrier_id is None:
        return []
    tied = organisations.tied_to(matter.carrier_id, live.day)
    written = []
    for seat in record.seats(live.body, live.day):
        for person in (seat.person, *seat.deputies):
            stand_in = None if person.pk == seat.person.pk else person
            if person.pk in tied and not _known(live, item.number, seat.mandate, stand_in):
                written.append(_recuse(live, item.number, seat.mandate, stand_in, "register", tied[person.pk], by, at))
    return written


def _known(live: Session, number: int, mandate: Mandate, person: Person | None) -> bool:
    rows = Presence.objects.filter(session=live.pk, item=number, how="recused", mandate=mandate.pk)
    return bool(rows.filter(stand_in=person.pk if person else None).exists())


def _recuse(
    live: Session, number: int, mandate: Mandate, person: Person | None, source: str, reason: str, by: Actor, at: datetime
) -> Presence:
    item, vote = record.now(live)
    row = Presence(
        session=live,
        mandate=mandate,
        position=live.position,
        how="recused",
        item=number,
        vote=vote if item == number else 0,
        stand_in=person,
        source=source,
        reason=reason,
        at=at,
    )
    row.save(force_insert=True)
    after = {"mandate": mandate.pk, "item": number, "vote": row.vote, "source": source, "person": person.pk if person else None}
    write("recuse", row, by=by, at=at, place=live.body.place_code, after=after)
    return row
