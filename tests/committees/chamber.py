"""A province with committees for tests: made-up members, a founding act, and steps of a session in one call each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests import trees
from tests.trees import MACHINE, Tree

from tiwizi.committees import models
from tiwizi.committees.commands import bodies, delegations, matters, minutes, presences, sessions, votes
from tiwizi.committees.queries import record
from tiwizi.database import scope
from tiwizi.organisations import commands as registers
from tiwizi.organisations.models import Person
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

DAY = date(2026, 12, 14)
"""The day of the sessions; invitations go out on the first of the month."""
SENT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
AT = datetime(2026, 12, 14, 10, 0, tzinfo=UTC)
HOUR = time(10, 0)


@dataclass(frozen=True)
class Chamber:
    """Two committees of the tree: that of the province and that of its far cercle, with a secretary."""

    tree: Tree
    secretary: Account
    province: models.Body
    local: models.Body


def chamber(*, members: int = 5, founded: bool = True) -> Chamber:
    """The two committees with so many members each, the first the chair, the second standing in; half are women."""
    return seated(trees.tree(), members=members, founded=founded)


def seated(tree: Tree, *, members: int = 5, founded: bool = True) -> Chamber:
    """The same in a territory that is there."""
    secretary = trees.account("secretary@example.org", ("provincial_secretary", tree.province), ("local_secretary", tree.far))
    with scope.everything():
        province = bodies.found(
            place=tree.province, kind="provincial", name_ar="اللجنة الإقليمية", name_fr="Comité provincial",
            since=date(2026, 1, 1), above=None, by=MACHINE, at=SENT,
        )  # fmt: skip
        local = bodies.found(
            place=tree.far, kind="local", name_ar="اللجنة المحلية", name_fr="Comité local",
            since=date(2026, 1, 1), above=province, by=MACHINE, at=SENT,
        )  # fmt: skip
        for body in (province, local):
            for number in range(members):
                member(body, number)
        if founded:
            delegations.found(
                province, reference="Text of the tests", signed_by="The governor", signed_on=date(2026, 1, 1),
                since=date(2026, 1, 1), account=secretary, by=MACHINE, at=SENT,
            )  # fmt: skip
    return Chamber(tree, secretary, province, local)


def chair_of(tree: Tree) -> Account:
    """An account with the role of the chair at the province."""
    known = Account.objects.filter(email="president@example.org").first()
    return known or trees.account("president@example.org", ("chair", tree.province))


def scanned(here: Chamber, session: models.Session) -> models.Scan:
    """A scan of the print that the chair signed, attached by the secretary."""
    return minutes.attach_scan(
        session, name="N.", media="application/pdf", content=b"%PDF-signed", account=here.secretary, by=MACHINE, at=AT
    )


def person(body: models.Body, name: str, *, sex: str = "woman", birth_year: int = 1995) -> Person:
    """Somebody at the place of a body."""
    with scope.everything():
        return registers.register_person(
            place=Place.objects.get(pk=body.place_id), name_ar=f"ع {name}", name_fr=name, sex=sex,
            birth_year=birth_year, email="", by=MACHINE, at=SENT,
        )  # fmt: skip


def member(body: models.Body, number: int) -> models.Mandate:
    """One member of a body."""
    who = person(body, f"{body.kind} {number}", sex="woman" if number % 2 else "man", birth_year=1970 + 5 * (number % 7))
    with scope.everything():
        return bodies.appoint(
            body, who, college="elected", since=date(2026, 1, 1), chair=number == 0,
            rank=1 if number == 1 else record.NO_RANK, by=MACHINE, at=SENT,
        )  # fmt: skip


def mandates(body: models.Body) -> list[models.Mandate]:
    """The seats of a body, the chair first."""
    return list(models.Mandate.objects.filter(body=body.pk))


def project(here: Chamber, *, amount_centimes: int = 100_000_00, **fields: Any) -> models.Matter:
    """A project that asks for an amount in centimes, at the first commune of the far cercle."""
    asked = {
        "title_fr": "Adduction d'eau",
        "title_ar": "ماء",
        "programme": "basic_services",
        "axis": "douars",
        "project_kind": "water",
    }
    return matters.propose(
        kind="project", place=here.tree.far_communes[0], opened=SENT.date(), account=here.secretary, by=MACHINE, at=SENT,
        **{**asked, "amount_centimes": amount_centimes, **fields},
    )  # fmt: skip


def delegation(here: Chamber, **fields: Any) -> models.Matter:
    """The matter by which the province delegates to the far cercle's committee."""
    asked: dict[str, Any] = {
        "body": here.local.code, "place": here.tree.far.code, "programmes": ["basic_services"], "axes": ["*"],
        "matters": ["project"], "kinds": ["water", "road"],
        "ceiling_project_centimes": 300_000_00, "ceiling_year_centimes": 1_000_000_00, "conditions": [],
    }  # fmt: skip
    return matters.propose(
        kind="delegation", place=here.tree.province, opened=SENT.date(), account=here.secretary, by=MACHINE, at=SENT,
        title_fr="Délégation au comité local", payload={**asked, **fields},
    )  # fmt: skip


def convened(body: models.Body, *agenda: models.Matter, account: Account, day: date = DAY, at: datetime = SENT) -> models.Session:
    """A session sent out in time with this agenda."""
    session = sessions.prepare(body, day=day, hour=HOUR, hall_ar="", hall_fr="", account=account, by=MACHINE, at=at)
    for matter in agenda:
        sessions.put_on_agenda(session, matter, version=session.version, by=MACHINE, at=at)
    sessions.convene(session, version=session.version, by=MACHINE, at=at)
    return session


def attend(session: models.Session, seats: list[models.Mandate], *, at: datetime = AT) -> None:
    """These members are there from now on."""
    for seat in seats:
        presences.note(session, seat, how="present", version=None, by=MACHINE, at=at)


def opened(body: models.Body, *agenda: models.Matter, account: Account, day: date = DAY) -> models.Session:
    """A session open with all its members."""
    at = AT + (day - DAY)
    session = convened(body, *agenda, account=account, day=day, at=SENT + (day - DAY))
    attend(session, [seat.mandate for seat in record.seats(body, day)], at=at)
    sessions.open_session(session, version=session.version, by=MACHINE, at=at)
    return session


def item(session: models.Session, number: int = 1) -> models.Item:
    """One item of a session."""
    found: models.Item = models.Item.objects.select_related("session__body").get(session=session.pk, number=number)
    return found


def fresh(session: models.Session) -> int:
    """The version of a session as it stands."""
    version: int = models.Session.objects.values_list("version", flat=True).get(pk=session.pk)
    return version


def take_up(session: models.Session, number: int = 1, *, at: datetime = AT) -> models.Item:
    """Opens the debate on an item."""
    one = item(session, number)
    votes.take_up(one, version=fresh(session), by=MACHINE, at=at)
    return one


def amended(
    session: models.Session,
    one: models.Item,
    french: str,
    arabic: str = "",
    *,
    distance: int = 1,
    seat: models.Mandate | None = None,
) -> models.Amendment:
    """An amendment deposited to an item."""
    return votes.deposit(
        one, mandate=seat, text_ar=arabic, text_fr=french, deletes=False, distance=distance, version=fresh(session),
        by=MACHINE, at=AT,
    )  # fmt: skip


def vote(
    session: models.Session,
    one: models.Item,
    choices: dict[int, str] | str,
    *,
    on: models.Amendment | None = None,
    at: datetime = AT,
) -> models.Poll:
    """Opens a vote on the text, or on an amendment, and writes down the choices by mandate, or one choice of all who may vote."""
    poll = votes.put_to_vote(one, amendment=on, secret=False, version=fresh(session), by=MACHINE, at=at)
    if isinstance(choices, str):
        there = votes.room_of(poll).there
        choices = {seat.pk: choices for seat in mandates(session.body) if seat.person.key in there}
    if choices:
        votes.cast(poll, choices, by=MACHINE, at=at)
    return poll


def decide(here: Chamber, body: models.Body, matter: models.Matter, choice: str = "yes", *, day: date = DAY) -> models.Session:
    """A whole session that decides one matter by the same vote of all."""
    at = AT + (day - DAY)
    session = opened(body, matter, account=here.secretary, day=day)
    one = take_up(session, at=at)
    poll = vote(session, one, choice, at=at)
    votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=at)
    sessions.close(session, version=fresh(session), by=MACHINE, at=at)
    return session


WEEK = timedelta(days=7)
