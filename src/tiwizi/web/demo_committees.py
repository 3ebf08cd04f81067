"""Committees of the demonstration: made-up people in real bodies, an act, a session held, matters that wait."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from tiwizi.committees.commands import bodies, delegations, matters, presences, sessions, votes
from tiwizi.committees.models import Body, Item, Mandate, Matter, Session
from tiwizi.committees.queries.record import NO_RANK
from tiwizi.committees.rules import procedure
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.demonstration import Seats
from tiwizi.journal.commands import Actor
from tiwizi.organisations import commands as registers
from tiwizi.organisations.models import Carrier, Person
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

COLLEGES: Final = ("elected", "administration", "civil_society", "elected", "civil_society", "co_opted")


@dataclass(frozen=True)
class Stage:
    """What is asked for, who acts, and by which randomness."""

    asked: Seats
    draw: random.Random
    account: Account
    by: Actor


def fill(asked: Seats, seat: Place, account: Account, seed: int) -> None:
    """The committee of the place, the local ones below it, an act of delegation decided in a session, matters that wait."""
    stage = Stage(asked, random.Random(seed), account, Actor(account=str(account.pk), role="demonstration"))  # noqa: S311 # names, not secrets
    at = _at(asked.since, 9)
    rules, committees, _version = procedure.rules_on(asked.since)
    above = _body(stage, seat, asked.above, None, rules.programme.level(seat.level).committee, 24)
    delegations.found(
        above,
        reference=asked.founding.reference,
        signed_by=asked.founding.signed_by_fr,
        signed_by_ar=asked.founding.signed_by_ar,
        signed_on=asked.since,
        since=asked.since,
        account=account,
        by=stage.by,
        at=at,
        assumed=True,
    )
    levels = next(kind.levels for kind in committees.bodies if kind.code == asked.below)
    places = Place.objects.filter(parent=seat.pk, level__in=levels, until=None).order_by("position")
    local = [
        _body(stage, place, asked.below, above, rules.programme.level(place.level).committee, 11 + 2 * (number % 3))
        for number, place in enumerate(places)
    ]
    chosen = next((body for body in local if body.place_code == asked.place), local[-1])
    _delegate(stage, seat, above, chosen)
    _wait(stage, chosen)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _body(stage: Stage, place: Place, kind: str, above: Body | None, label: Any, members: int) -> Body:
    at = _at(stage.asked.since, 8)
    body = bodies.found(
        place=place,
        kind=kind,
        name_ar=f"{label.ar}: {place.name('ar')}",
        name_fr=f"{label.fr} : {place.name('fr')}",
        since=stage.asked.since,
        above=above,
        by=stage.by,
        at=at,
    )
    for number in range(members):
        # One committee in three has too few women, so that its page says what would mend it.
        few = kind == stage.asked.below and members % 3 == 0
        person = _person(stage, place, woman=number % (7 if few else 3) == 1)
        mandate = bodies.appoint(
            body,
            person,
            college=COLLEGES[number % len(COLLEGES)],
            since=stage.asked.since,
            chair=number == 0,
            rank=1 if number == 1 else NO_RANK,
            title_ar="الرئاسة" if number == 0 else "",
            title_fr="Présidence" if number == 0 else "",
            by=stage.by,
            at=at,
        )
        if number in (2, 5):
            deputy = _person(stage, place, woman=number == 5)
            bodies.name_deputy(mandate, deputy, since=stage.asked.since, rank=1, by=stage.by, at=at)
    return body


def _person(stage: Stage, place: Place, *, woman: bool) -> Person:
    given = stage.draw.choice([one for one in stage.asked.given if (one.sex == "woman") == woman])
    family = stage.draw.choice(stage.asked.family)
    return registers.register_person(
        place=place,
        name_ar=f"{given.ar} {family.ar}",
        name_fr=f"{given.fr} {family.fr}",
        sex=given.sex,
        birth_year=stage.draw.randint(1958, 2003),
        email="",
        by=stage.by,
        at=_at(stage.asked.since, 8),
        demonstration=True,
    )


def _delegate(stage: Stage, seat: Place, above: Body, local: Body) -> None:
    """The session that delegates to one local committee: convened, held, decided, closed."""
    meeting = stage.asked.meeting
    sent, at = _at(meeting - timedelta(days=12), 9), _at(meeting, 10)
    matter = matters.propose(
        kind="delegation",
        place=seat,
        opened=timezone.localdate(sent),
        account=stage.account,
        by=stage.by,
        at=sent,
        title_ar=f"تفويض الاختصاص إلى {local.name_ar}",
        title_fr=f"Délégation de compétence : {local.name_fr}",
        text_ar="تفوض اللجنة الإقليمية للجنة المحلية المصادقة على المشاريع الصغرى في حدود السقوف المبينة.",
        text_fr="Le comité provincial délègue au comité local l'approbation des petits projets dans la limite des plafonds.",
        payload={
            "body": local.code,
            "place": local.place_code,
            "programmes": list(stage.asked.programmes),
            "axes": ["*"],
            "matters": ["project"],
            "kinds": ["*"],
            "ceiling_project_centimes": 300_000_00,
            "ceiling_year_centimes": 2_000_000_00,
            "conditions": [],
        },
    )
    session = _convened(stage, above, [matter], meeting, sent)
    seats = list(Mandate.objects.filter(body=above.pk))
    presences.roll_call(session, [(seat, "present", None, None) for seat in seats[:20]], version=None, by=stage.by, at=at)
    session.refresh_from_db()
    sessions.open_session(session, version=session.version, by=stage.by, at=at)
    item = Item.objects.select_related("session__body").get(session=session.pk)
    votes.take_up(item, version=session.version, by=stage.by, at=at)
    session.refresh_from_db()
    poll = votes.put_to_vote(item, amendment=None, secret=False, version=session.version, by=stage.by, at=at)
    votes.cast(poll, {seat.pk: "no" if number == 7 else "yes" for number, seat in enumerate(seats[:20])}, by=stage.by, at=at)
    session.refresh_from_db()
    votes.declare(poll, version=session.version, account=stage.account, by=stage.by, at=at)
    session.refresh_from_db()
    sessions.close(session, version=session.version, by=stage.by, at=at)


def _convened(stage: Stage, body: Body, agenda: list[Matter], day: date, at: datetime) -> Session:
    session = sessions.prepare(
        body,
        day=day,
        hour=time(10),
        hall_ar="قاعة الاجتماعات",
        hall_fr="Salle des réunions",
        account=stage.account,
        by=stage.by,
        at=at,
    )
    for matter in agenda:
        sessions.put_on_agenda(session, matter, version=session.version, by=stage.by, at=at)
    sessions.convene(session, version=session.version, by=stage.by, at=at)
    session.refresh_from_db()
    return session


def _wait(stage: Stage, local: Body) -> None:
    """Projects that wait at the places of a local committee; one of them from an association with a member on its board."""
    at = _at(stage.asked.asked, 9)
    places = list(Place.objects.filter(parent=local.place_id, until=None).order_by("position"))
    member = Mandate.objects.filter(body=local.pk)[3]
    carrier: Carrier = registers.register_carrier(
        code="ASSO-2019-014",
        kind="association",
        name_ar="جمعية العين للتنمية",
        name_fr="Association Al Aïn pour le développement",
        place=places[0],
        by=stage.by,
        at=at,
    )
    registers.tie(member.person, carrier, kind="board", source="register", since=stage.asked.since, by=stage.by, at=at)
    for number, one in enumerate(stage.asked.waiting):
        matters.propose(
            kind="project",
            place=places[number % len(places)],
            opened=timezone.localdate(at),
            account=stage.account,
            by=stage.by,
            at=at,
            carrier=carrier if number == 0 else None,
            title_ar=one.ar,
            title_fr=one.fr,
            text_ar=f"تصادق اللجنة على المشروع: {one.ar}.",
            text_fr=f"Le comité approuve le projet : {one.fr}.",
            programme=one.programme,
            axis=one.axis,
            project_kind=one.kind,
            amount_centimes=Centimes.of_dh(one.amount_dh),
            fulfils=list(stage.asked.fulfils),
        )
    fields = {"kind": "training", "title": "التشخيص التشاركي – Diagnostic participatif", "year": 2026, "planned_people": 20}
    bodies.plan_activity(local, fields={**fields, "planned_on": date(2026, 11, 30)}, by=stage.by, at=at)
