"""Sessions: prepared, convened, opened or lapsed, suspended, closed; and their agenda. Each one transaction."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from tiwizi.committees.commands import matters
from tiwizi.committees.commands.common import held, held_body
from tiwizi.committees.models import Body, Item, Letter, Matter, Session
from tiwizi.committees.models import Mandate as MandateRow
from tiwizi.committees.queries import record, sessions
from tiwizi.committees.rules import presence, procedure, steps
from tiwizi.committees.rules.presence import OPENING
from tiwizi.core.errors import refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.office.commands import unless
from tiwizi.people.models import Account

TO_COME = ("draft", "convened", "open", "suspended")


def prepare(
    body: Body,
    *,
    day: date,
    hour: time,
    hall_ar: str,
    hall_fr: str,
    account: Account,
    by: Actor,
    at: datetime,
    repeats: Session | None = None,
) -> Session:
    """A session in preparation. One that repeats a lapsed session takes over its agenda. Raises Refused with every reason."""
    repeated = repeats is not None and Session.objects.filter(repeats=repeats.pk).exclude(state="cancelled").exists()
    first = repeats.state if repeats is not None else None
    refuse(steps.why_not_prepare(day=day, today=timezone.localdate(at), state_of_first=first, repeated=repeated))
    with unless(say("Another session got this number meanwhile: send it again.")):
        count = Session.objects.filter(body=body.pk, day__year=day.year).count()
        row = Session(
            body=body,
            position=body.position,
            number=f"{count + 1}/{day.year}",
            day=day,
            hour=hour,
            hall_ar=hall_ar.strip(),
            hall_fr=hall_fr.strip(),
            state=steps.START["session"],
            repeats=repeats,
            by=account,
            at=at,
        )
        row.save(force_insert=True)
        after = {"body": body.code, "number": row.number, "day": day, "hour": hour.isoformat("minutes"), "state": row.state}
        write("prepare session", row, by=by, at=at, place=body.place_code, after=after | {"repeats": row.repeats_id})
        if repeats is not None:
            for item in Item.objects.filter(session=repeats.pk).order_by("number"):
                Item(session=row, number=item.number, matter_id=item.matter_id, position=row.position).save(force_insert=True)
    return row


def put_on_agenda(session: Session, matter: Matter, *, version: int, by: Actor, at: datetime) -> Item:
    """A matter as the last item of a session in preparation. Raises Refused with every reason: the body must be competent."""
    with unless(say("This matter was put on the agenda meanwhile.")), held(session, "put_on_agenda", version) as live:
        found = record.competence_of(matter, live.day)
        items = Item.objects.filter(matter=matter.pk, session__state__in=TO_COME).select_related("session")
        refuse(
            steps.why_not_put_on_agenda(
                session=live.state,
                state=matter.state,
                elsewhere=[item.session.number for item in items],
                competent=found.body == live.body.code,
                words=found.words,
            )
        )
        last = Item.objects.filter(session=live.pk).order_by("-number").values_list("number", flat=True).first() or 0
        item = Item(session=live, number=last + 1, matter=matter, position=live.position)
        item.save(force_insert=True)
        after = {"matter": matter.code, "number": item.number}
        write("put on agenda", live, by=by, at=at, place=live.body.place_code, after=after)
    return item


def take_off(item: Item, *, version: int, by: Actor, at: datetime) -> None:
    """Takes an item off the agenda of a session in preparation. Raises Refused with every reason."""
    with held(item.session, "take_off", version) as live:
        matter, number = Matter.objects.get(pk=item.matter_id), item.number
        Item.objects.filter(pk=item.pk).delete()
        for later in Item.objects.filter(session=live.pk, number__gt=number).order_by("number"):
            Item.objects.filter(pk=later.pk).update(number=later.number - 1)
        before = {"matter": matter.code, "number": number}
        write("take off agenda", live, by=by, at=at, place=live.body.place_code, before=before)


def move_item(item: Item, *, to: int, version: int, by: Actor, at: datetime) -> None:
    """Gives an item another number of the agenda; those taken up keep theirs. Raises Refused with every reason."""
    with held(item.session, "move_item", version) as live:
        rows = list(Item.objects.filter(session=live.pk).order_by("number"))
        first = max((row.number for row in rows if row.taken_up), default=0) + 1
        moved = next(row for row in rows if row.pk == item.pk)
        reasons = []
        if moved.taken_up:
            reasons.append(say("Item {number} was taken up already.", number=moved.number))
        if not first <= to <= len(rows):
            reasons.append(say("It can have a number from {first} to {last}.", first=first, last=len(rows)))
        refuse(reasons)
        order = [row for row in rows if row.pk != item.pk]
        order.insert(to - 1, moved)
        changed = [(row, number) for number, row in enumerate(order, start=1) if row.number != number]
        # Numbers are unique: through numbers that nobody has, then to the new ones.
        for row, number in changed:
            Item.objects.filter(pk=row.pk).update(number=10_000 + number)
        for row, number in changed:
            Item.objects.filter(pk=row.pk).update(number=number)
        before, after = {"number": moved.number}, {"number": to}
        write("move item", live, by=by, at=at, place=live.body.place_code, before=before, after=after)


def convene(session: Session, *, version: int, by: Actor, at: datetime) -> None:
    """Sends a session out: from then on its agenda stands, and it keeps the rules of sitting of today.

    Raises Refused with every reason: the notice must be long enough.
    """
    today = timezone.localdate(at)
    with held(session, "convene", version) as live:
        refuse(sessions.why_not_convene(live, today))
        _all, committees, book = procedure.rules_on(today)
        sitting = procedure.sitting_kept(procedure.sitting_rules(committees.body(live.body.kind)))
        _step(live, "convene", by=by, at=at, sent_on=today, sitting=sitting, rulebook_version=book)


def note_letters(session: Session, mandates: Sequence[MandateRow], *, way: str, by: Actor, at: datetime) -> int:
    """Writes down to whom the invitation went, by which way; gives how many are new. Raises Refused before it is convened."""
    with transaction.atomic():
        live: Session = Session.objects.select_for_update().get(pk=session.pk)
        refuse(steps.why_not_now("session", "send_letters", live.state))
        known = set(Letter.objects.filter(session=session.pk, way=way).values_list("mandate_id", flat=True))
        fresh = [one for one in mandates if one.pk not in known]
        for one in fresh:
            Letter(session=session, mandate=one, way=way, position=session.position, sent_on=timezone.localdate(at), at=at).save(
                force_insert=True
            )
        if fresh:
            body = Body.objects.get(pk=session.body_id)
            after = {"way": way, "mandates": [one.pk for one in fresh]}
            write("send invitations", session, by=by, at=at, place=body.place_code, after=after)
    return len(fresh)


def open_session(session: Session, *, version: int, by: Actor, at: datetime, on_paper: bool = False) -> None:
    """Opens a convened session with its quorum. Raises Refused with every reason.

    `on_paper`: it was held on its day, and is written down afterwards from what was noted there.
    """
    with held(session, "open", version) as live:
        held_body(live.body_id)
        seated = record.seats(live.body, live.day)
        room = record.room_at(live, OPENING, seated)
        order = record.presiding_order(seated)
        today = timezone.localdate(at)
        on = live.day if on_paper and today > live.day else today
        reasons = presence.why_not_open(record.call_of(live), room, record.sitting(live), on=on, presides=order, state=live.state)
        refuse(reasons)
        key = presence.presiding(room, order)
        chair = next(seat.mandate for seat in seated if seat.key == key)
        more = {"on_paper": True} if on != today else None
        _step(live, "open", by=by, at=at, more=more, opened_at=at, presiding_id=chair.pk)


def lapse(session: Session, *, version: int, by: Actor, at: datetime) -> None:
    """Writes down that too few came for a session to open. Raises Refused with every reason."""
    with held(session, "lapse", version) as live:
        held_body(live.body_id)
        room = record.room_at(live, OPENING)
        today = timezone.localdate(at)
        refuse(steps.why_not_lapse(state=live.state, day=live.day, on=today, quorate=room.quorate))
        lacking = {"counted": room.counted, "base": room.base, "needed": room.needed}
        _step(live, "lapse", by=by, at=at, lacking=lacking, closed_at=at)


def suspend(session: Session, *, version: int, by: Actor, at: datetime) -> None:
    """Interrupts an open session. Raises Refused with every reason."""
    with held(session, "suspend", version) as live:
        _step(live, "suspend", by=by, at=at)


def resume(session: Session, *, version: int, by: Actor, at: datetime) -> None:
    """Takes an interrupted session up again. Raises Refused with every reason."""
    with held(session, "resume", version) as live:
        _step(live, "resume", by=by, at=at)


def cancel(session: Session, *, version: int, why: str, by: Actor, at: datetime) -> None:
    """Gives a session up before it opens; its matters wait on. Raises Refused with every reason."""
    with held(session, "cancel", version) as live:
        refuse([] if why.strip() else [say("Say why it is cancelled.")])
        _step(live, "cancel", by=by, at=at, more={"why": why.strip()})


def close(session: Session, *, version: int, by: Actor, at: datetime) -> None:
    """Closes a session; what was not taken up is adjourned to a later one. Raises Refused with every reason."""
    with held(session, "close", version) as live:
        items = list(Item.objects.filter(session=live.pk).order_by("number"))
        rows = {matter.pk: matter for matter in Matter.objects.filter(items__session=live.pk)}
        under_way = [item.number for item in items if item.taken_up and not record.settled(rows[item.matter_id].state)]
        refuse(steps.why_not_close(state=live.state, under_way=under_way))
        for item in items:
            if not item.taken_up and rows[item.matter_id].state == "waiting":
                matters.move(rows[item.matter_id], "adjourn", by=by, at=at, more={"session": live.pk})
        _step(live, "close", by=by, at=at, closed_at=at)


def write_minutes_text(session: Session, *, version: int, texts: dict[str, str], by: Actor, at: datetime) -> None:
    """What the minutes say of the opening (`opening_ar`, `opening_fr`), and of each debate (`debate_ar.3` for item 3).

    Raises Refused once the minutes of the session are signed.
    """
    with held(session, "write_texts", version) as live:
        refuse([say("The minutes are signed: what corrects them is a new act.")] if live.signatures.exists() else [])
        opening = {name: text for name, text in texts.items() if name in {"opening_ar", "opening_fr"}}
        Session.objects.filter(pk=live.pk).update(**opening)
        for item in Item.objects.filter(session=live.pk):
            debates = {
                name: texts[f"{name}.{item.number}"] for name in ("debate_ar", "debate_fr") if f"{name}.{item.number}" in texts
            }
            if debates:
                Item.objects.filter(pk=item.pk).update(**debates)
        write("write minutes", live, by=by, at=at, place=live.body.place_code, after={"texts": sorted(texts)})


def _step(session: Session, verb: str, *, by: Actor, at: datetime, more: dict[str, Any] | None = None, **fields: Any) -> None:
    """Takes a session by one step of the table to its next state, with one entry."""
    refuse(steps.why_not_step("session", session.state, verb))
    after = steps.after("session", session.state, verb) or ""
    Session.objects.filter(pk=session.pk).update(state=after, **fields)
    said = {name: value for name, value in fields.items() if name not in {"opened_at", "closed_at"}}
    write(
        f"{verb} session",
        session,
        by=by,
        at=at,
        place=session.body.place_code,
        before={"state": session.state},
        after={"state": after, **said, **(more or {})},
    )
