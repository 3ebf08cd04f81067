"""Committees of the demonstration: made-up people in the real bodies of Khénifra, an act, a session held, matters that wait."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from tiwizi.committees.commands import bodies, delegations, matters, presences, sessions, votes
from tiwizi.committees.models import Body, Item, Mandate, Matter, Session
from tiwizi.committees.queries.record import NO_RANK
from tiwizi.committees.rules import procedure
from tiwizi.journal.commands import Actor
from tiwizi.organisations import commands as registers
from tiwizi.organisations.models import Carrier, Person
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

GIVEN: Final = (
    ("فاطمة", "Fatima", "woman"), ("خديجة", "Khadija", "woman"), ("عائشة", "Aïcha", "woman"), ("زينب", "Zineb", "woman"),
    ("إيطو", "Itto", "woman"), ("محمد", "Mohamed", "man"), ("أحمد", "Ahmed", "man"), ("يوسف", "Youssef", "man"),
    ("إدريس", "Driss", "man"), ("موحى", "Moha", "man"), ("حسن", "Hassan", "man"),
)  # fmt: skip
FAMILY: Final = (
    ("أوعلي", "Ouali"), ("الزياني", "Zayani"), ("أمزيان", "Amziane"), ("بن حدو", "Benhaddou"), ("أوحمو", "Ouhammou"),
    ("الرحماني", "Rahmani"), ("أيت عمر", "Aït Omar"), ("بوعزة", "Bouazza"), ("العلوي", "Alaoui"), ("أزكاغ", "Azeggagh"),
)  # fmt: skip
COLLEGES: Final = ("elected", "administration", "civil_society", "elected", "civil_society", "co_opted")
SINCE: Final = date(2026, 1, 5)
MEETING: Final = date(2026, 3, 16)
AGUELMOUS: Final = "05.301.07"
WAITING: Final = (
    (
        "تزويد دوار آيت عمر بالماء الصالح للشرب",
        "Eau potable du douar d'Aït Omar",
        "basic_services",
        "douars",
        "water",
        280_000_00,
    ),
    ("تهيئة مسلك قروي نحو المدرسة", "Aménagement d'une piste vers l'école", "basic_services", "douars", "road", 295_000_00),
    ("تجهيز وحدة للتعليم الأولي", "Équipement d'une unité de préscolaire", "basic_services", "douars", "school", 120_000_00),
    ("بناء قنطرة على الوادي", "Construction d'un ponceau sur l'oued", "basic_services", "douars", "road", 640_000_00),
)


@dataclass(frozen=True)
class Stage:
    """Who acts, and by which randomness."""

    draw: random.Random
    account: Account
    by: Actor


def fill(province: Place, account: Account, seed: int) -> None:
    """The provincial committee, the local ones below it, an act of delegation decided in a session, matters that wait."""
    stage = Stage(random.Random(seed), account, Actor(account=str(account.pk), role="demonstration"))  # noqa: S311 # names, not secrets
    at = _at(SINCE, 9)
    rules, _committees, _version = procedure.rules_on(SINCE)
    above = _body(stage, province, "provincial", None, rules.programme.level(province.level).committee, 24)
    delegations.found(
        above,
        reference="Circulaire de l'INDH (supposée : aucun texte public ne la donne)",
        signed_by="Le gouverneur",
        signed_by_ar="السيد العامل",
        signed_on=SINCE,
        since=SINCE,
        account=account,
        by=stage.by,
        at=at,
        assumed=True,
    )
    seats = Place.objects.filter(parent=province.pk, level__in=("cercle", "pachalik"), until=None).order_by("position")
    local = [
        _body(stage, seat, "local", above, rules.programme.level(seat.level).committee, 11 + 2 * (at_ % 3))
        for at_, seat in enumerate(seats)
    ]
    chosen = next((body for body in local if body.place_code == AGUELMOUS), local[-1])
    _delegate(stage, province, above, chosen)
    _wait(stage, chosen)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _body(stage: Stage, place: Place, kind: str, above: Body | None, label: Any, members: int) -> Body:
    at = _at(SINCE, 8)
    body = bodies.found(
        place=place,
        kind=kind,
        name_ar=f"{label.ar}: {place.name('ar')}",
        name_fr=f"{label.fr} : {place.name('fr')}",
        since=SINCE,
        above=above,
        by=stage.by,
        at=at,
    )
    for number in range(members):
        # One committee in three has too few women, so that its page says what would mend it.
        few = kind == "local" and members % 3 == 0
        person = _person(stage, place, woman=number % (7 if few else 3) == 1)
        mandate = bodies.appoint(
            body,
            person,
            college=COLLEGES[number % len(COLLEGES)],
            since=SINCE,
            chair=number == 0,
            rank=1 if number == 1 else NO_RANK,
            title_ar="الرئاسة" if number == 0 else "",
            title_fr="Présidence" if number == 0 else "",
            by=stage.by,
            at=at,
        )
        if number in (2, 5):
            deputy = _person(stage, place, woman=number == 5)
            bodies.name_deputy(mandate, deputy, since=SINCE, rank=1, by=stage.by, at=at)
    return body


def _person(stage: Stage, place: Place, *, woman: bool) -> Person:
    given = stage.draw.choice([one for one in GIVEN if (one[2] == "woman") == woman])
    family = stage.draw.choice(FAMILY)
    return registers.register_person(
        place=place,
        name_ar=f"{given[0]} {family[0]}",
        name_fr=f"{given[1]} {family[1]}",
        sex=given[2],
        birth_year=stage.draw.randint(1958, 2003),
        email="",
        by=stage.by,
        at=_at(SINCE, 8),
        demonstration=True,
    )


def _delegate(stage: Stage, province: Place, above: Body, local: Body) -> None:
    """The province's session that delegates to one local committee: convened, held, decided, closed."""
    sent, at = _at(MEETING - timedelta(days=12), 9), _at(MEETING, 10)
    matter = matters.propose(
        kind="delegation",
        place=province,
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
            "programmes": ["basic_services"],
            "axes": ["*"],
            "matters": ["project"],
            "kinds": ["*"],
            "ceiling_project": 300_000_00,
            "ceiling_year": 2_000_000_00,
            "conditions": [],
        },
    )
    session = _convened(stage, above, [matter], MEETING, sent)
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
    """Projects that wait at the communes of a local committee; one of them from an association with a member on its board."""
    at = _at(date(2026, 9, 14), 9)
    communes = list(Place.objects.filter(parent=local.place_id, until=None).order_by("position"))
    member = Mandate.objects.filter(body=local.pk)[3]
    carrier: Carrier = registers.register_carrier(
        code="ASSO-2019-014",
        kind="association",
        name_ar="جمعية العين للتنمية",
        name_fr="Association Al Aïn pour le développement",
        place=communes[0],
        by=stage.by,
        at=at,
    )
    registers.tie(member.person, carrier, kind="board", source="register", since=SINCE, by=stage.by, at=at)
    for number, (arabic, french, programme, axis, kind, amount) in enumerate(WAITING):
        matters.propose(
            kind="project",
            place=communes[number % len(communes)],
            opened=timezone.localdate(at),
            account=stage.account,
            by=stage.by,
            at=at,
            carrier=carrier if number == 0 else None,
            title_ar=arabic,
            title_fr=french,
            text_ar=f"تصادق اللجنة على المشروع: {arabic}.",
            text_fr=f"Le comité approuve le projet : {french}.",
            programme=programme,
            axis=axis,
            project_kind=kind,
            amount=amount,
            fulfils=["complete_file", "land_secured"],
        )
    fields = {"kind": "training", "title": "التشخيص التشاركي – Diagnostic participatif", "year": 2026, "planned_people": 20}
    bodies.plan_activity(local, fields={**fields, "planned_on": date(2026, 11, 30)}, by=stage.by, at=at)
