"""What adopting a matter does to who may decide: delegations, revocations, call-backs; ceilings to the centime and to the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.committees import chamber
from tests.committees.chamber import AT, DAY, SENT, Chamber, convened, decide, delegation, fresh, opened, project, take_up, vote
from tests.trees import MACHINE

from tiwizi.committees.commands import matters, sessions, votes
from tiwizi.committees.models import Act, Approval, Body, CallBack, CeilingUse, Matter, Poll, Resolution, Revocation
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.queries import record
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands as registers

ONE = timedelta(days=1)
LATER = DAY + 7 * ONE


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


def asked(here: Chamber, kind: str, payload: dict[str, Any], *, on: date = DAY) -> Matter:
    """A matter about another thing, at the province."""
    made = matters.propose(
        kind=kind, place=here.tree.province, opened=SENT.date(), account=here.secretary, by=MACHINE, at=SENT,
        title_fr=kind, payload=payload,
    )  # fmt: skip
    Matter.objects.filter(pk=made.pk).update(opened=min(on, made.opened))
    fresh: Matter = Matter.objects.get(pk=made.pk)
    return fresh


def begun(here: Chamber, on: date, **fields: Any) -> Matter:
    """A project that begins on a day."""
    made = project(here, **fields)
    Matter.objects.filter(pk=made.pk).update(opened=on)
    fresh: Matter = Matter.objects.get(pk=made.pk)
    return fresh


def delegated(here: Chamber, **fields: Any) -> Act:
    """The act that the province's decision of the day signs for the local committee."""
    decide(here, here.province, delegation(here, **fields))
    act: Act = Act.objects.get(body=here.local)
    return act


def holder(matter: Matter, on: date = LATER) -> str | None:
    found = record.competence_of(matter, on).body
    return None if found is None else str.__str__(found)


def entry_of(kind: str) -> Entry:
    entry: Entry = Entry.objects.filter(kind=kind).latest("number")
    return entry


def test_an_adopted_delegation_is_an_act_and_the_journal_says_all_of_it(here: Chamber) -> None:
    act = delegated(here, conditions=[{"code": "complete_file", "text": "complet"}])
    made = Resolution.objects.get(kind="delegation")
    assert (act.number, act.resolution_id, act.giver_id) == (made.number, made.pk, here.province.pk)
    entry = Entry.objects.get(number=act.entry)
    assert (entry.command, entry.object) == ("sign act", act.number)
    assert entry.changes["ceiling_year_centimes"] == [None, 1_000_000_00]
    assert entry.changes["body"] == [None, here.local.code]
    assert holder(begun(here, DAY)) == here.province.code, "a condition is not met"
    assert holder(begun(here, DAY, fulfils=["complete_file"])) == here.local.code
    assert holder(begun(here, DAY - ONE, fulfils=["complete_file"])) == here.province.code, "it began under the act before"


def test_a_delegation_voted_down_signs_nothing(here: Chamber) -> None:
    decide(here, here.province, delegation(here), "no")
    assert not Act.objects.filter(body=here.local).exists()
    assert Resolution.objects.get().result == "rejected"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"body": "none"}, "not known"),
        ({"place": "none"}, "not known"),
        ({"programmes": []}, "names none of: programmes"),
        ({"kinds": ["*", "water"]}, "both all and some"),
        ({"since": "2026-12-13"}, "before it is signed"),
        ({"until": "2026-12-14"}, "not after its first day"),
        ({"ceiling_project_centimes": 2_000_000_00}, "above the ceiling a year"),
        ({"ceiling_year_centimes": -1}, "below 0"),
    ],
)
def test_an_act_that_cannot_stand_is_not_signed_whatever_the_vote(here: Chamber, wrong: dict[str, Any], why: str) -> None:
    matter = delegation(here, **wrong)
    session = opened(here.province, matter, account=here.secretary)
    poll = vote(session, take_up(session), "yes")
    entries = Entry.objects.count()
    with pytest.raises(Refused, match=why):
        votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    assert Matter.objects.get(pk=matter.pk).state == "voting"
    assert (Entry.objects.count(), Act.objects.count(), Resolution.objects.count()) == (entries, 1, 0)


def third(here: Chamber) -> Body:
    """A committee below the local one, at its first commune."""
    seat = here.tree.far_communes[0]
    made: Body = Body.objects.create(
        code="sub", kind="local", place=seat, place_code=seat.code, position=seat.position, reach=seat.last, last=seat.last,
        name_ar="فرعية", name_fr="Sous-comité", above=here.local.code, since=date(2026, 1, 1),
    )  # fmt: skip
    return made


def given_on(here: Chamber, **fields: Any) -> Matter:
    """The matter by which the local committee gives to the third."""
    payload = {
        "body": "sub", "place": here.tree.far_communes[0].code, "programmes": ["basic_services"], "axes": ["*"],
        "matters": ["project"], "kinds": ["water"], "ceiling_project_centimes": 50_000_00,
        "ceiling_year_centimes": None, "conditions": [],
    }  # fmt: skip
    made = matters.propose(
        kind="delegation", place=here.tree.far, opened=SENT.date(), account=here.secretary, by=MACHINE, at=SENT,
        title_fr="Sous-délégation", payload={**payload, **fields},
    )  # fmt: skip
    Matter.objects.filter(pk=made.pk).update(opened=DAY)
    fresh: Matter = Matter.objects.get(pk=made.pk)
    return fresh


def test_a_committee_gives_on_what_it_holds_to_a_third_below_it(here: Chamber) -> None:
    delegated(here, matters=["project", "delegation"], programmes=["*"], kinds=["*"])
    below = third(here)
    decide(here, here.local, given_on(here), day=LATER)
    act = Act.objects.get(body=below)
    assert (act.giver_id, act.place_code) == (here.local.pk, here.tree.far_communes[0].code)
    small, large = begun(here, LATER, amount_centimes=50_000_00), begun(here, LATER, amount_centimes=50_000_01)
    assert (holder(small), holder(large)) == ("sub", here.local.code)
    found = record.competence_of(begun(here, LATER, amount_centimes=300_000_01), LATER)
    assert found.body == here.province.code
    assert len(found.way_up) == 2


def test_a_committee_gives_nothing_that_it_does_not_hold(here: Chamber) -> None:
    delegated(here, matters=["project", "delegation"], programmes=["*"], kinds=["*"])
    third(here)
    with pytest.raises(Refused, match="does not hold on"):
        decide(here, here.local, given_on(here, matters=["*"]), day=LATER)
    assert not Act.objects.filter(body__code="sub").exists()


@pytest.mark.parametrize(("more", "local"), [(0, True), (1, False)])
def test_the_ceiling_a_project_holds_to_the_centime_on_the_agenda_and_at_the_vote(here: Chamber, more: int, local: bool) -> None:
    act = delegated(here, ceiling_project_centimes=250_000_00)
    matter = begun(here, DAY, amount_centimes=250_000_00 + more)
    assert holder(matter) == (here.local.code if local else here.province.code)
    if not local:
        with pytest.raises(Refused, match=r"above the ceiling of 250000\.00 a project"):
            opened(here.local, matter, account=here.secretary, day=LATER)
    decide(here, here.local if local else here.province, matter, day=LATER)
    assert (Approval.objects.get(matter=matter).act_id == act.pk) is local


@pytest.mark.parametrize(("more", "passes"), [(0, True), (1, False)])
def test_the_ceiling_a_year_holds_to_the_centime(here: Chamber, more: int, passes: bool) -> None:
    act = delegated(here, ceiling_year_centimes=300_000_00)
    decide(here, here.local, begun(here, DAY, amount_centimes=200_000_00), day=LATER)
    second = begun(here, DAY, amount_centimes=100_000_00 + more)
    if passes:
        decide(here, here.local, second, day=LATER + ONE)
        assert CeilingUse.objects.get(act=act).used_centimes == 300_000_00
        return
    with pytest.raises(Refused, match=r"above the ceiling of 300000\.00 a year"):
        opened(here.local, second, account=here.secretary, day=LATER + ONE)
    assert CeilingUse.objects.get(act=act).used_centimes == 200_000_00


def test_the_database_itself_refuses_a_centime_above_the_ceiling(here: Chamber) -> None:
    act = delegated(here, ceiling_year_centimes=300_000_00)
    decide(here, here.local, begun(here, DAY, amount_centimes=200_000_00), day=LATER)
    use = CeilingUse.objects.get(act=act)
    with pytest.raises(DatabaseError), transaction.atomic():
        CeilingUse.objects.filter(pk=use.pk).update(used_centimes=300_000_01)


def test_the_ceiling_is_of_the_year_of_the_decision(here: Chamber) -> None:
    act = delegated(here, ceiling_year_centimes=300_000_00)
    last = date(2026, 12, 31)
    decide(here, here.local, begun(here, DAY, amount_centimes=300_000_00), day=last)
    decide(here, here.local, begun(here, DAY, amount_centimes=300_000_00), day=last + ONE)
    assert dict(CeilingUse.objects.filter(act=act).values_list("year", "used_centimes")) == {2026: 300_000_00, 2027: 300_000_00}


@pytest.mark.parametrize(("day", "local"), [(-1, False), (0, True), (1, True)])
def test_an_act_holds_from_its_first_day_on(here: Chamber, day: int, local: bool) -> None:
    first = LATER
    delegated(here, since=first.isoformat())
    matter = begun(here, first + day * ONE)
    assert (holder(matter, first + 7 * ONE) == here.local.code) is local
    body = here.local if local else here.province
    decide(here, body, matter, day=first + 14 * ONE)
    assert Resolution.objects.get(matter=matter).body_id == body.pk


@pytest.mark.parametrize(("day", "local"), [(-1, True), (0, False), (1, False)])
def test_an_act_holds_up_to_the_day_before_its_end(here: Chamber, day: int, local: bool) -> None:
    end = LATER
    delegated(here, until=end.isoformat())
    matter = begun(here, end + day * ONE)
    assert (holder(matter, end + 7 * ONE) == here.local.code) is local
    decide(here, here.local if local else here.province, matter, day=end + 14 * ONE)


def test_a_matter_under_way_keeps_the_act_under_which_it_began(here: Chamber) -> None:
    act = delegated(here)
    before, after = begun(here, LATER - ONE), begun(here, LATER)
    decide(here, here.province, asked(here, "revocation", {"act": act.number, "since": LATER.isoformat()}), day=LATER)
    ended = Revocation.objects.get(act=act)
    assert (ended.since, entry_of("revocation").command) == (LATER, "revoke act")
    assert entry_of("revocation").changes["act"] == [None, act.number]
    later = LATER + 7 * ONE
    assert (holder(before, later), holder(after, later)) == (here.local.code, here.province.code)
    decide(here, here.local, before, day=later)
    assert Approval.objects.get(matter=before).act_id == act.pk
    with pytest.raises(Refused, match="not competent"):
        convened(here.local, after, account=here.secretary, day=later + ONE, at=SENT + (later + ONE - DAY))


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"act": "none"}, "There is no act none"),
        ({"since": "2026-12-20"}, "before it is signed"),
        ({"founding": True}, "given by another body"),
    ],
)
def test_a_revocation_that_cannot_be_ends_nothing(here: Chamber, payload: dict[str, Any], why: str) -> None:
    act = delegated(here)
    founding = payload.pop("founding", None)
    number = Act.objects.get(giver=None).number if founding else act.number
    matter = asked(here, "revocation", {"act": number, **payload})
    with pytest.raises(Refused, match=why):
        decide(here, here.province, matter, day=LATER)
    assert not Revocation.objects.exists()


def test_an_act_is_revoked_once(here: Chamber) -> None:
    act = delegated(here)
    decide(here, here.province, asked(here, "revocation", {"act": act.number}), day=LATER)
    with pytest.raises(Refused, match="revoked already"):
        decide(here, here.province, asked(here, "revocation", {"act": act.number}), day=LATER + ONE)


@pytest.mark.parametrize("row", [Act, Revocation, CallBack, Approval])
def test_what_was_signed_never_changes(here: Chamber, row: Any) -> None:
    act = delegated(here)
    matter, taken = begun(here, DAY), begun(here, DAY)
    decide(here, here.local, matter, day=LATER)
    decide(here, here.province, asked(here, "call_back", {"matter": taken.code, "reason": "x"}), day=LATER)
    decide(here, here.province, asked(here, "revocation", {"act": act.number}), day=LATER)
    field = {Act: "ceiling_year_centimes", Revocation: "since", CallBack: "reason", Approval: "amount_centimes"}[row]
    value = {"since": LATER + ONE, "reason": "y"}.get(field, 1)
    for change in (lambda: row.objects.update(**{field: value}), lambda: row.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()  # type: ignore[no-untyped-call]


def test_a_matter_called_back_from_a_local_agenda_is_decided_by_the_province(here: Chamber) -> None:
    delegated(here)
    matter = begun(here, DAY)
    session = convened(here.local, matter, account=here.secretary, day=LATER + 7 * ONE, at=SENT + (LATER + 7 * ONE - DAY))
    decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "importance"}), day=LATER)
    entry = entry_of("callback")
    assert (entry.command, entry.changes["from"]) == ("call back", [None, here.local.code])
    at = AT + (LATER + 7 * ONE - DAY)
    chamber.attend(session, chamber.mandates(here.local), at=at)
    sessions.open_session(session, version=fresh(session), by=MACHINE, at=at)
    one = take_up(session, at=at)
    with pytest.raises(Refused, match="called the matter back on"):
        votes.put_to_vote(one, amendment=None, secret=False, version=fresh(session), by=MACHINE, at=at)
    assert not Poll.objects.filter(item=one).exists()
    votes.adjourn(one, version=fresh(session), why="called back", by=MACHINE, at=at)
    sessions.close(session, version=fresh(session), by=MACHINE, at=at)
    decide(here, here.province, Matter.objects.get(pk=matter.pk), day=LATER + 14 * ONE)
    assert Resolution.objects.get(matter=matter).body_id == here.province.pk


def test_a_call_back_between_the_vote_and_its_declaration_leaves_the_vote_without_effect(here: Chamber) -> None:
    delegated(here)
    matter = begun(here, DAY)
    day = LATER + 7 * ONE
    session = opened(here.local, matter, account=here.secretary, day=day)
    at = AT + (day - DAY)
    poll = vote(session, take_up(session, at=at), "yes", at=at)
    decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "x"}), day=day)
    with pytest.raises(Refused, match="called the matter back on"):
        votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=at)
    assert Matter.objects.get(pk=matter.pk).state == "voting"
    assert not Approval.objects.filter(matter=matter).exists()


@pytest.mark.parametrize(("state", "why"), [("adopted", "a decision is not called back"), ("none", "There is no matter")])
def test_a_call_back_that_cannot_be_takes_nothing(here: Chamber, state: str, why: str) -> None:
    delegated(here)
    matter = begun(here, DAY)
    if state == "adopted":
        decide(here, here.local, matter, day=LATER)
    code = matter.code if state == "adopted" else "none"
    with pytest.raises(Refused, match=why):
        decide(here, here.province, asked(here, "call_back", {"matter": code, "reason": "x"}), day=LATER)
    assert not CallBack.objects.exists()


def test_a_matter_is_called_back_once(here: Chamber) -> None:
    delegated(here)
    matter = begun(here, DAY)
    decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "x"}), day=LATER)
    with pytest.raises(Refused, match="is not above"):
        decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "x"}), day=LATER + ONE)


def test_where_no_act_gives_it_nothing_passes(db: None) -> None:
    here = chamber.chamber(founded=False)
    matter = project(here)
    assert holder(matter) is None
    for body in (here.province, here.local):
        with pytest.raises(Refused, match="Nobody is competent: nothing passes"):
            convened(body, matter, account=here.secretary)
    assert Matter.objects.get().state == "waiting"


def test_a_project_in_parts_is_flagged_and_not_refused(here: Chamber) -> None:
    delegated(here, ceiling_project_centimes=250_000_00)
    carrier = registers.register_carrier(
        code="A-1", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far, by=MACHINE, at=SENT
    )
    parts = [begun(here, DAY, amount_centimes=125_000_00 + number, carrier=carrier) for number in range(2)]
    assert all(len(queries.split_with(one)) == 1 for one in parts)
    assert "250000.01" in str(queries.split_with(parts[0])[0])
    for other in ({"carrier": None}, {"carrier": carrier, "project_kind": "road"}):
        assert queries.split_with(begun(here, DAY, amount_centimes=200_000_00, **other)) == []
    decide(here, here.local, parts[0], day=LATER)
    assert Approval.objects.filter(matter=parts[0]).exists()


def test_competence_for_many_is_that_for_one(here: Chamber) -> None:
    delegated(here, ceiling_project_centimes=150_000_00)
    rows = [begun(here, DAY + day * ONE, amount_centimes=amount) for day in (-1, 0, 3) for amount in (150_000_00, 150_000_01)]
    decide(here, here.province, asked(here, "call_back", {"matter": rows[2].code, "reason": "x"}), day=LATER)
    found = queries.competences(rows, LATER)
    for row in rows:
        alone = record.competence_of(row, LATER)
        assert (found[row.pk].body, found[row.pk].left_year_centimes) == (alone.body, alone.left_year_centimes)
        assert [str(word) for word in found[row.pk].words] == [str(word) for word in alone.words]
