"""A session from its convocation to its resolutions: what changes, what the journal says, and what a refusal leaves."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.committees import chamber
from tests.committees.chamber import (
    AT,
    DAY,
    Chamber,
    amended,
    attend,
    convened,
    decide,
    delegation,
    fresh,
    item,
    mandates,
    opened,
    project,
    take_up,
    vote,
)
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies, matters, presences, sessions, votes
from tiwizi.committees.models import Act, Amendment, Approval, CeilingUse, Matter, Poll, Presence, Resolution, Session
from tiwizi.committees.queries import record
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands as registers


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> object:
    with scope.everything():
        yield


def test_a_project_is_approved_by_the_province_and_the_record_says_how(here: Chamber) -> None:
    matter = project(here)
    session = decide(here, here.province, matter)
    matter.refresh_from_db()
    assert matter.state == "adopted"
    made = Resolution.objects.get()
    assert made.number == "CPDH-05.301-2026-1"
    assert made.act is not None
    assert made.act.giver_id is None
    assert "For: 5; against: 0; abstentions: 0." in made.words["en"]
    assert made.words["ar"] != made.words["en"]
    approved = Approval.objects.get()
    assert (approved.amount_centimes, CeilingUse.objects.get().used_centimes) == (matter.amount_centimes, matter.amount_centimes)
    entry = Entry.objects.get(number=made.entry)
    assert entry.changes["state"] == ["voting", "adopted"]
    assert Session.objects.get(pk=session.pk).state == "closed"


def test_the_province_delegates_then_the_local_committee_decides_within_its_ceiling(here: Chamber) -> None:
    decide(here, here.province, delegation(here))
    act = Act.objects.get(body=here.local)
    assert act.number == "CPDH-05.301-2026-1"
    assert act.signed_by == "provincial 0"
    later = DAY + timedelta(days=30)
    matter = project(here, amount_centimes=300_000_00)
    Matter.objects.filter(pk=matter.pk).update(opened=DAY)
    matter.refresh_from_db()
    found = record.competence_of(matter, later)
    assert found.body == here.local.code
    decide(here, here.local, matter, day=later)
    assert Resolution.objects.get(body=here.local).number == "CLDH-05.301.07-2027-1"


def test_a_matter_above_the_ceiling_goes_up_to_the_province(here: Chamber) -> None:
    decide(here, here.province, delegation(here))
    matter = project(here, amount_centimes=300_000_01)
    Matter.objects.filter(pk=matter.pk).update(opened=DAY)
    matter.refresh_from_db()
    session = sessions.prepare(
        here.local,
        day=DAY + timedelta(days=30),
        hour=chamber.HOUR,
        hall_ar="",
        hall_fr="",
        account=here.secretary,
        by=MACHINE,
        at=AT,
    )
    with pytest.raises(Refused, match="This committee is not competent for it") as refused:
        sessions.put_on_agenda(session, matter, version=1, by=MACHINE, at=AT)
    assert "300000.01 is above the ceiling of 300000.00 a project." in str(refused.value)


def test_nothing_passes_without_an_act(db: None) -> None:
    here = chamber.chamber(founded=False)
    with pytest.raises(Refused, match="nobody decides it"):
        convened(here.province, project(here), account=here.secretary)


def test_a_session_without_quorum_lapses_and_is_convened_again(here: Chamber) -> None:
    matter = project(here)
    session = convened(here.province, matter, account=here.secretary)
    attend(session, mandates(here.province)[:2])
    with pytest.raises(Refused, match="There is no quorum: 2 of 5"):
        sessions.open_session(session, version=fresh(session), by=MACHINE, at=AT)
    sessions.lapse(session, version=fresh(session), by=MACHINE, at=AT)
    again = sessions.prepare(
        here.province, day=DAY + timedelta(days=7), hour=chamber.HOUR, hall_ar="", hall_fr="", account=here.secretary, by=MACHINE,
        at=AT, repeats=Session.objects.get(pk=session.pk),
    )  # fmt: skip
    sessions.convene(again, version=again.version, by=MACHINE, at=AT)
    at = AT + timedelta(days=7)
    attend(again, mandates(here.province)[:3], at=at)
    sessions.open_session(again, version=fresh(again), by=MACHINE, at=at)
    assert Session.objects.get(pk=again.pk).state == "open"


def test_who_is_tied_to_the_carrier_is_recused_by_the_register_and_cannot_vote(here: Chamber) -> None:
    carrier = registers.register_carrier(
        code="A-1", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far, by=MACHINE, at=chamber.SENT
    )
    seats = mandates(here.province)
    registers.tie(
        seats[2].person, carrier, kind="board", source="register", since=chamber.SENT.date(), by=MACHINE, at=chamber.SENT
    )
    session = opened(here.province, project(here, carrier=carrier), account=here.secretary)
    one = take_up(session)
    assert Presence.objects.get(how="recused").source == "register"
    poll = votes.put_to_vote(one, amendment=None, secret=False, version=fresh(session), by=MACHINE, at=AT)
    with pytest.raises(Refused, match="provincial 2 is recused from this matter"):
        votes.cast(poll, {seats[2].pk: "yes"}, by=MACHINE, at=AT)
    room = votes.room_of(poll)
    assert (room.base, room.counted, room.needed) == (4, 4, 3)


def test_who_declares_a_conflict_after_an_amendment_was_there_for_its_vote(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    first, seats = take_up(session), mandates(here.province)
    before = vote(session, first, "no", on=amended(session, first, "Autre"))
    votes.declare(before, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    presences.recuse(first, seats[4], person=None, reason="kin", version=fresh(session), by=MACHINE, at=AT)
    after = vote(session, first, "yes")
    assert [len(votes.room_of(poll).there) for poll in (before, after)] == [5, 4]
    assert Presence.objects.get(how="recused").vote == 2


def test_who_could_sit_on_a_day_on_which_the_committee_met_stays_as_it_was(here: Chamber) -> None:
    before, chair = mandates(here.province)[4], mandates(here.province)[0]
    opened(here.province, project(here), account=here.secretary)
    who, deputy = (chamber.person(here.province, name) for name in ("new", "deputy"))
    how: dict[str, Any] = {"college": "elected", "chair": False, "rank": record.NO_RANK, "by": MACHINE, "at": AT}
    said = "The committee met on 2026-12-14: who could sit then stays as it was"
    for day in (DAY - timedelta(days=1), DAY):
        with pytest.raises(Refused, match=said):
            bodies.appoint(here.province, who, since=day, **how)
        with pytest.raises(Refused, match=said):
            bodies.name_deputy(chair, deputy, since=day, rank=1, by=MACHINE, at=AT)
    with pytest.raises(Refused, match=said):
        bodies.end_mandate(before, until=DAY, by=MACHINE, at=AT)
    assert len(record.seats(here.province, DAY)) == 5
    tomorrow = DAY + timedelta(days=1)
    bodies.end_mandate(before, until=tomorrow, by=MACHINE, at=AT)
    bodies.appoint(here.province, who, since=tomorrow, **how)
    named = bodies.name_deputy(chair, deputy, since=tomorrow, rank=1, by=MACHINE, at=AT)
    met = decide(here, here.province, project(here), day=DAY + timedelta(days=30)).day
    with pytest.raises(Refused, match="The committee met on 2027-01-13"):
        bodies.end_deputy(named, until=met, by=MACHINE, at=AT)
    bodies.end_deputy(named, until=met + timedelta(days=1), by=MACHINE, at=AT)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_seats_do_not_change_while_a_session_opens(here: Chamber) -> None:
    session = convened(here.province, project(here), account=here.secretary)
    attend(session, mandates(here.province))
    who = chamber.person(here.province, "new")
    acts: list[Callable[[], object]] = [
        lambda: bodies.appoint(here.province, who, college="elected", since=DAY + timedelta(days=1), by=MACHINE, at=AT),
        lambda: sessions.open_session(session, version=fresh(session), by=MACHINE, at=AT),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as asked:
            act()
        locked = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
        assert any("committees_body" in one for one in locked), locked


def test_an_absence_for_one_matter_changes_no_other(here: Chamber) -> None:
    session = opened(here.province, project(here), project(here), account=here.secretary)
    first = take_up(session)
    seats = mandates(here.province)
    presences.note(session, seats[4], how="absent", version=None, by=MACHINE, at=AT)
    poll = vote(session, first, "yes")
    assert len(votes.room_of(poll).there) == 4
    votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    second = vote(session, take_up(session, 2), "no")
    assert len(votes.room_of(second).there) == 5
    votes.declare(second, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    assert [one.result for one in Resolution.objects.order_by("pk")] == ["adopted", "rejected"]
    assert len(votes.room_of(poll).there) == 4


def test_an_absence_for_one_vote_changes_no_other_vote_of_the_matter(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    first = take_up(session)
    amendment = amended(session, first, "Autre")
    presences.note(session, mandates(here.province)[4], how="away", version=None, by=MACHINE, at=AT)
    poll = votes.put_to_vote(first, amendment=amendment, secret=False, version=fresh(session), by=MACHINE, at=AT)
    assert len(votes.room_of(poll).there) == 4
    with pytest.raises(Refused, match="provincial 4"):
        votes.cast(poll, {mandates(here.province)[4].pk: "yes"}, by=MACHINE, at=AT)
    votes.cast(poll, {seat.pk: "no" for seat in mandates(here.province)[:4]}, by=MACHINE, at=AT)
    votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    second = vote(session, first, "yes")
    assert len(votes.room_of(second).there) == 5
    assert Presence.objects.get(how="away").vote == 1


def test_who_comes_back_before_the_vote_votes_and_the_vote_before_stays_as_it_was(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    first, seat = take_up(session), mandates(here.province)[4]
    presences.note(session, seat, how="absent", version=None, by=MACHINE, at=AT)
    presences.note(session, mandates(here.province)[3], how="left", version=None, by=MACHINE, at=AT)
    presences.note(session, mandates(here.province)[2], how="left", version=None, by=MACHINE, at=AT)
    poll = votes.put_to_vote(first, amendment=None, secret=False, version=fresh(session), by=MACHINE, at=AT)
    assert votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT).result == "no_quorum"
    presences.note(session, seat, how="present", version=None, by=MACHINE, at=AT)
    assert len(votes.room_of(vote(session, first, "yes")).there) == 3
    assert len(votes.room_of(poll).there) == 2


def test_who_is_absent_from_an_amendment_on_was_there_for_the_votes_before_it(here: Chamber) -> None:
    session = opened(here.province, project(here), project(here), account=here.secretary)
    first, seats = take_up(session), mandates(here.province)
    before = vote(session, first, "no", on=amended(session, first, "Autre"))
    votes.declare(before, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    presences.note(session, seats[4], how="absent", version=None, by=MACHINE, at=AT)
    after = vote(session, first, "yes")
    votes.declare(after, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    second = vote(session, take_up(session, 2), "yes")
    assert [len(votes.room_of(poll).there) for poll in (before, after, second)] == [5, 4, 5]
    assert Presence.objects.get(how="absent").vote == 2


def test_an_amendment_taken_back_is_not_voted_and_the_text_is_debated_again(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    first = take_up(session)
    one, two = (amended(session, first, text) for text in ("Autre", "Encore autre"))
    votes.take_back(two, version=fresh(session), by=MACHINE, at=AT)
    assert Matter.objects.get().state == "amending"
    with pytest.raises(Refused, match="Amendment 2 is not waiting for a vote"):
        votes.take_back(two, version=fresh(session), by=MACHINE, at=AT)
    poll = votes.put_to_vote(first, amendment=one, secret=False, version=fresh(session), by=MACHINE, at=AT)
    with pytest.raises(Refused, match="A vote is open: declare its result first"):
        votes.take_back(one, version=fresh(session), by=MACHINE, at=AT)
    for seat in mandates(here.province)[2:]:
        votes.cast(poll, {seat.pk: "no"}, by=MACHINE, at=AT)
    votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    assert Matter.objects.get().state == "debated"
    assert [row.state for row in Amendment.objects.order_by("number")] == ["rejected", "withdrawn"]
    assert Entry.objects.filter(command="take back amendment").count() == 1


def test_an_amendment_in_one_language_is_not_voted_once_another_brought_the_second(here: Chamber) -> None:
    session = opened(here.province, project(here, text_fr="Texte"), account=here.secretary)
    first = take_up(session)
    one = amended(session, first, "Autre", "آخر", distance=5)
    two = amended(session, first, "Encore autre")
    votes.declare(vote(session, first, "yes", on=one), version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    with pytest.raises(Refused, match="The text is in Arabic too"):
        votes.put_to_vote(first, amendment=two, secret=False, version=fresh(session), by=MACHINE, at=AT)
    votes.take_back(two, version=fresh(session), by=MACHINE, at=AT)
    assert Matter.objects.get().state == "debated"


def test_the_last_amendment_taken_back_leaves_the_text_as_it_was(here: Chamber) -> None:
    session = opened(here.province, project(here, text_fr="Texte", text_ar="نص"), account=here.secretary)
    votes.take_back(amended(session, take_up(session), "Autre", "آخر"), version=fresh(session), by=MACHINE, at=AT)
    matter = Matter.objects.get()
    assert (matter.state, matter.text_fr, matter.text_ar) == ("debated", "Texte", "نص")


def test_nobody_is_absent_for_a_vote_where_nothing_is_under_debate(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    with pytest.raises(Refused, match="No item is under debate"):
        presences.note(session, mandates(here.province)[4], how="away", version=None, by=MACHINE, at=AT)
    assert not Presence.objects.filter(how="away").exists()


def test_a_quorum_lost_before_the_vote_decides_nothing(here: Chamber) -> None:
    session = opened(here.province, project(here), account=here.secretary)
    one = take_up(session)
    for seat in mandates(here.province)[2:]:
        presences.note(session, seat, how="left", version=None, by=MACHINE, at=AT)
    poll = votes.put_to_vote(one, amendment=None, secret=False, version=fresh(session), by=MACHINE, at=AT)
    made = votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    assert made.result == "no_quorum"
    assert Matter.objects.get().state == "unvoted"
    assert not Resolution.objects.exists()


def test_what_a_ceiling_reached_meanwhile_refuses_changes_nothing(here: Chamber) -> None:
    decide(here, here.province, delegation(here, ceiling_year_centimes=300_000_00))
    matter = project(here, amount_centimes=200_000_00)
    Matter.objects.filter(pk=matter.pk).update(opened=DAY)
    matter.refresh_from_db()
    later = DAY + timedelta(days=10)
    at = AT + timedelta(days=10)
    session = opened(here.local, matter, account=here.secretary, day=later)
    poll = vote(session, take_up(session, at=at), "yes", at=at)
    act = Act.objects.get(body=here.local)
    CeilingUse.objects.create(
        act=act, year=2026, used_centimes=200_000_00, ceiling_centimes=300_000_00, position=here.local.position
    )
    entries = Entry.objects.count()
    with pytest.raises(Refused, match=r"is above the ceiling of 300000\.00 a year"):
        votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=at)
    assert Matter.objects.get(pk=matter.pk).state == "voting"
    assert Poll.objects.get(pk=poll.pk).result == ""
    assert Entry.objects.count() == entries
    votes.adjourn(item(session), version=fresh(session), why="ceiling", by=MACHINE, at=at)
    assert Poll.objects.get(pk=poll.pk).result == "void"


def test_in_the_last_hour_of_greenwich_s_day_the_office_s_day_is_the_next(here: Chamber) -> None:
    """At 23:30 of one day in Greenwich it is half past midnight of the next in Casablanca."""
    at = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
    matter = matters.propose(
        kind="project", place=here.tree.far_communes[0], opened=date(2026, 11, 10), title_fr="Nuit", programme="basic_services",
        axis="douars", project_kind="water", amount_centimes=100, account=here.secretary, by=MACHINE, at=at,
    )  # fmt: skip
    assert matter.opened == date(2026, 11, 10)
