"""Committees, mandates, deputies, trainings: each one transaction and one entry."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tiwizi.committees.commands.common import held_body
from tiwizi.committees.models import Activity, Attendance, Body, Deputy
from tiwizi.committees.models import Mandate as MandateRow
from tiwizi.committees.queries import record
from tiwizi.committees.rules import procedure, steps
from tiwizi.committees.rules.composition import COLLEGES, Mandate, why_not_appoint
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.office.commands import unless
from tiwizi.organisations.models import Person
from tiwizi.territories.models import Place


def found(
    *, place: Place, kind: str, name_ar: str, name_fr: str, since: date, above: Body | None, by: Actor, at: datetime
) -> Body:
    """A committee at a place, from a day on. Raises Refused with every reason."""
    _all, committees, _version = procedure.rules_on(since)
    known = {one.code: one for one in committees.bodies}
    code = f"{kind}-{place.code}"
    refuse(
        steps.why_not_found(
            kind_known=kind in known,
            level_fits=kind in known and place.level in known[kind].levels,
            named=bool(name_ar.strip() and name_fr.strip()),
            above_fits=kind not in known or (above.kind if above else "") == known[kind].above,
            taken=Body.objects.filter(code=code).exists(),
        )
    )
    with unless(say("This committee was founded meanwhile.")):
        body = Body(
            code=code,
            kind=kind,
            place=place,
            place_code=place.code,
            position=place.position,
            last=place.last,
            reach=place.last,
            name_ar=name_ar.strip(),
            name_fr=name_fr.strip(),
            above=above.code if above else "",
            since=since,
        )
        body.save(force_insert=True)
        after = {"code": code, "kind": kind, "since": since, "above": body.above}
        write("found body", body, by=by, at=at, place=place.code, after=after)
    return body


def appoint(
    body: Body,
    person: Person,
    *,
    college: str,
    since: date,
    by: Actor,
    at: datetime,
    until: date | None = None,
    title_ar: str = "",
    title_fr: str = "",
    chair: bool = False,
    rank: int = record.NO_RANK,
    reference: str = "",
) -> MandateRow:
    """A seat for a person on a body. Raises Refused with every reason: only the largest size forbids, quotas advise."""
    with unless(say("This seat was given meanwhile.")):
        held_body(body.pk)
        _all, committees, _version = procedure.rules_on(since)
        bounds = procedure.composition_rules(committees.body(body.kind))
        new = Mandate(
            person=person.key,
            college=college,  # type: ignore[arg-type] # checked below
            sex=person.sex or None,  # type: ignore[arg-type] # one of SEXES
            birth_year=person.birth_year,
            since=since,
            until=until,
        )
        reasons = [] if college in COLLEGES else [say("There is no college {code}.", code=college)]
        if since < body.since or (body.until is not None and since >= body.until):
            reasons.append(say("The committee does not exist on {day}.", day=since))
        if chair and any(seat.mandate.chair for seat in record.seats(body, since)):
            reasons.append(say("The committee has a chair on {day}: end that mandate first.", day=since))
        reasons += steps.why_not_seated_since(day=since, sat=record.last_met(body))
        refuse(reasons + why_not_appoint(new, record.mandates(body), bounds))
        row = MandateRow(
            body=body,
            person=person,
            position=body.position,
            college=college,
            title_ar=title_ar.strip(),
            title_fr=title_fr.strip(),
            chair=chair,
            rank=rank,
            since=since,
            until=until,
            reference=reference.strip(),
        )
        row.save(force_insert=True)
        after = {"body": body.code, "person": person.pk, "college": college, "chair": chair, "rank": rank, "since": since}
        write("appoint", row, by=by, at=at, place=body.place_code, after=after | {"until": until, "reference": reference})
    return row


def end_mandate(mandate: MandateRow, *, until: date, by: Actor, at: datetime) -> None:
    """The first day on which a mandate no longer holds. What was before stays as it was. Raises Refused with every reason."""
    with transaction.atomic():
        live = MandateRow.objects.select_for_update().get(pk=mandate.pk)
        body = held_body(live.body_id)
        refuse(_why_not_end(live, body, until, at))
        MandateRow.objects.filter(pk=live.pk).update(until=until)
        before, after = {"until": live.until}, {"until": until}
        write("end mandate", live, by=by, at=at, place=body.place_code, before=before, after=after)


def _why_not_end(live: MandateRow | Deputy, body: Body, ends: date, at: datetime) -> list[Sentence]:
    reasons = steps.why_not_end_mandate(since=live.since, until=live.until, ends=ends, today=timezone.localdate(at))
    return reasons + steps.why_not_seated_since(day=ends, sat=record.last_met(body))


def name_deputy(mandate: MandateRow, person: Person, *, since: date, rank: int, by: Actor, at: datetime) -> Deputy:
    """Names somebody who may sit in a member's place. Raises Refused with every reason."""
    with unless(say("This deputy was named meanwhile.")):
        body = held_body(mandate.body_id)
        seated = record.seats(body, since)
        known = {deputy.pk for seat in seated for deputy in seat.deputies}
        refuse(
            steps.why_not_name_deputy(
                holds=mandate.since <= since and (mandate.until is None or since < mandate.until),
                member=any(seat.person.pk == person.pk for seat in seated),
                deputy=person.pk in known,
                name=person.key,
            )
            + steps.why_not_seated_since(day=since, sat=record.last_met(body))
        )
        row = Deputy(mandate=mandate, person=person, position=mandate.position, rank=rank, since=since)
        row.save(force_insert=True)
        after = {"mandate": mandate.pk, "person": person.pk, "since": since, "rank": rank}
        write("name deputy", row, by=by, at=at, place=body.place_code, after=after)
    return row


def end_deputy(deputy: Deputy, *, until: date, by: Actor, at: datetime) -> None:
    """The first day on which a deputy no longer stands in. Raises Refused with every reason."""
    with transaction.atomic():
        live = Deputy.objects.select_for_update().get(pk=deputy.pk)
        body = held_body(MandateRow.objects.get(pk=live.mandate_id).body_id)
        refuse(_why_not_end(live, body, until, at))
        Deputy.objects.filter(pk=live.pk).update(until=until)
        write("end deputy", live, by=by, at=at, place=body.place_code, before={"until": live.until}, after={"until": until})


def plan_activity(body: Body, *, fields: Mapping[str, Any], by: Actor, at: datetime) -> Activity:
    """A training or a seminar planned for a year; `fields` are those of Activity. Raises Refused with every reason."""
    refuse(steps.why_not_plan(title=str(fields.get("title", "")), kind=str(fields.get("kind", "")), year=int(fields["year"])))
    with transaction.atomic():
        row = Activity(body=body, position=body.position, **fields)
        row.save(force_insert=True)
        after = {"body": body.code, **{name: fields[name] for name in ("kind", "title", "year", "planned_on") if name in fields}}
        write("plan activity", row, by=by, at=at, place=body.place_code, after=after)
    return row


def hold_activity(
    activity: Activity,
    *,
    version: int,
    held_on: date,
    attendance: Sequence[tuple[Body | None, int, int]],
    fields: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> None:
    """Writes down that an activity was held, and how many women and men of each body came. Raises Refused with every reason."""
    with transaction.atomic():
        live = Activity.objects.select_for_update().get(pk=activity.pk)
        came = sum(women + men for _body, women, men in attendance)
        refuse(_settled(live, version) + steps.why_not_hold(held_on=held_on, today=timezone.localdate(at), came=came))
        Activity.objects.filter(pk=live.pk).update(held_on=held_on, version=version + 1, **fields)
        for body, women, men in attendance:
            Attendance(activity=live, body=body, women=women, men=men, position=live.position).save(force_insert=True)
        place = Body.objects.get(pk=live.body_id).place_code
        after = {"held_on": held_on, "women": sum(row[1] for row in attendance), "men": sum(row[2] for row in attendance)}
        write("hold activity", live, by=by, at=at, place=place, before={"held_on": None}, after=after)


def give_up_activity(activity: Activity, *, version: int, why: str, by: Actor, at: datetime) -> None:
    """Writes down that a planned activity will not be held, and why. Raises Refused with every reason."""
    with transaction.atomic():
        live = Activity.objects.select_for_update().get(pk=activity.pk)
        refuse(_settled(live, version) + ([] if why.strip() else [say("Say why it is given up.")]))
        Activity.objects.filter(pk=live.pk).update(
            given_up_on=timezone.localdate(at), why_given_up=why.strip(), version=version + 1
        )
        place = Body.objects.get(pk=live.body_id).place_code
        write(
            "give up activity", live, by=by, at=at, place=place, after={"given_up_on": timezone.localdate(at), "why": why.strip()}
        )


def _settled(activity: Activity, version: int) -> list[Sentence]:
    reasons = []
    if activity.held_on or activity.given_up_on:
        reasons.append(say("This activity was held or given up already."))
    if activity.version != version:
        reasons.append(say("Somebody changed this activity after your page was loaded: load it again to see what."))
    return reasons
