"""What the journal says of each act of committees: its entries with their fields, as they stand there."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from tests.committees import chamber
from tests.committees.chamber import (
    AT,
    DAY,
    HOUR,
    SENT,
    Chamber,
    amended,
    delegation,
    fresh,
    item,
    mandates,
    opened,
    person,
    project,
)
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies, delegations, matters, presences, sessions, votes
from tiwizi.committees.models import Activity, Amendment, Poll, Session
from tiwizi.committees.rules.voting import Tally
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands as registers

BY: dict[str, Any] = {"by": MACHINE, "at": AT}
NEW_YEAR = date(2026, 1, 1)
LATER = date(2027, 1, 13)
PROVINCE, FAR, COMMUNE = "05.301", "05.301.07", "05.301.07.01"

Line = tuple[str, str, str, dict[str, Any]]
"""An entry: its command, the kind of its object, its place, and its fields: `before → after` where there was something before."""


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


def noted(act: Callable[[], Any]) -> tuple[Any, list[Line]]:
    """What an act gives, and what it writes into the journal. The object of each entry is the row that the act gives."""
    last = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    made = act()
    rows = list(Entry.objects.filter(number__gt=last).order_by("number"))
    for row in rows:
        assert (row.actor, row.role, row.object != "", row.position >= 0) == (MACHINE.account, MACHINE.role, True, True)
    return made, [(row.command, row.kind, row.place, {name: _told(*pair) for name, pair in row.changes.items()}) for row in rows]


def _told(before: Any, after: Any) -> Any:
    return after if before is None else f"{before} → {after}"


def lines(act: Callable[[], Any]) -> list[Line]:
    return noted(act)[1]


def test_founding_a_committee_and_its_act(db: None) -> None:
    here = chamber.chamber(members=0, founded=False)
    founded = Entry.objects.filter(command="found body").order_by("number")
    assert [(one.kind, one.object, one.place, one.changes) for one in founded] == [
        ("body", str(body.pk), place, {name: [None, value] for name, value in fields.items()})
        for body, place, fields in (
            (here.province, PROVINCE, {"code": "provincial-05.301", "kind": "provincial", "since": "2026-01-01", "above": ""}),
            (
                here.local,
                FAR,
                {"code": "local-05.301.07", "kind": "local", "since": "2026-01-01", "above": "provincial-05.301"},
            ),
        )
    ]
    when: dict[str, Any] = {"signed_on": NEW_YEAR, "since": NEW_YEAR, "account": here.secretary}
    act, said = noted(lambda: delegations.found(here.province, reference=" Text ", signed_by="N.", assumed=True, **when, **BY))
    fields = {"body": "provincial-05.301", "reference": "Text", "since": "2026-01-01", "assumed": True}
    assert said == [("sign founding act", "act", PROVINCE, fields)]
    assert (act.entry, act.number) == Entry.objects.values_list("number", "object").get(command="sign founding act")


def test_people_mandates_and_deputies(here: Chamber) -> None:
    who, ((command, kind, place, hidden),) = noted(lambda: person(here.province, "new"))
    assert (command, kind, place) == ("register person", "person", PROVINCE)
    assert sorted(hidden) == ["birth_year", "email", "name_ar", "name_fr", "sex"]
    assert all(value.startswith("hmac:") and len(value) == 69 for value in hidden.values())
    how: dict[str, Any] = {"since": LATER, "until": LATER + chamber.WEEK, "rank": 3, "reference": "Decree 7"}
    fields = {
        "body": "provincial-05.301", "person": who.pk, "college": "elected", "chair": False, "rank": 3,
        "since": "2027-01-13", "until": "2027-01-20", "reference": "Decree 7",
    }  # fmt: skip
    assert lines(lambda: bodies.appoint(here.province, who, college="elected", **how, **BY)) == [
        ("appoint", "mandate", PROVINCE, fields)
    ]
    chair, last = mandates(here.province)[0], mandates(here.province)[4]
    assert lines(lambda: bodies.end_mandate(last, until=LATER, **BY)) == [
        ("end mandate", "mandate", PROVINCE, {"until": "2027-01-13"})
    ]
    stand_in = person(here.province, "deputy")
    deputy, said = noted(lambda: bodies.name_deputy(chair, stand_in, since=DAY, rank=2, **BY))
    fields = {"mandate": chair.pk, "person": stand_in.pk, "since": "2026-12-14", "rank": 2}
    assert said == [("name deputy", "deputy", PROVINCE, fields)]
    assert lines(lambda: bodies.end_deputy(deputy, until=LATER, **BY)) == [
        ("end deputy", "deputy", PROVINCE, {"until": "2027-01-13"})
    ]


def test_carriers_and_what_ties_people_to_them(here: Chamber) -> None:
    names: dict[str, Any] = {"name_ar": "", "name_fr": "Association"}
    carrier, said = noted(
        lambda: registers.register_carrier(code=" A-1 ", kind="association", place=here.tree.far, **names, **BY)
    )
    assert said == [("register carrier", "carrier", FAR, {"code": "A-1", "kind": "association"})]
    seat = mandates(here.province)[2]
    how: dict[str, Any] = {"kind": "board", "source": "register", "since": NEW_YEAR, "until": LATER}
    fields = {"person": seat.person_id, "carrier": "A-1"} | how | {"since": "2026-01-01", "until": "2027-01-13"}
    assert lines(lambda: registers.tie(seat.person, carrier, **how, **BY)) == [("tie", "tie", FAR, fields)]
    session = opened(here.province, project(here, carrier=carrier), account=here.secretary)
    assert Entry.objects.get(command="propose matter").changes["carrier"] == [None, "A-1"]
    fields = {"mandate": seat.pk, "item": 1, "vote": 0, "source": "register"}
    assert lines(lambda: chamber.take_up(session)) == [
        ("take_up matter", "matter", COMMUNE, {"state": "waiting → debated", "session": session.pk, "item": 1}),
        ("recuse", "presence", PROVINCE, fields),
    ]


def test_trainings(here: Chamber) -> None:
    planned: dict[str, Any] = {"kind": "training", "title": "Rights", "year": 2026, "planned_on": DAY}
    activity, said = noted(lambda: bodies.plan_activity(here.local, fields=planned, **BY))
    fields = planned | {"body": "local-05.301.07", "planned_on": "2026-12-14"}
    assert said == [("plan activity", "activity", FAR, fields)]
    came = [(here.local, 3, 2), (None, 1, 4)]
    assert lines(
        lambda: bodies.hold_activity(activity, version=activity.version, held_on=DAY, attendance=came, fields={}, **BY)
    ) == [("hold activity", "activity", FAR, {"held_on": "2026-12-14", "women": 4, "men": 6})]
    other = Activity.objects.get(pk=bodies.plan_activity(here.local, fields=planned, **BY).pk)
    assert lines(lambda: bodies.give_up_activity(other, version=other.version, why=" rain ", **BY)) == [
        ("give up activity", "activity", FAR, {"given_up_on": "2026-12-14", "why": "rain"})
    ]


def test_matters_outside_a_session(here: Chamber) -> None:
    matter, said = noted(lambda: project(here))
    fields: dict[str, Any] = {
        "code": matter.code, "kind": "project", "amount_centimes": 100_000_00,
        "opened": "2026-12-01", "state": "waiting", "subject": "",
    }  # fmt: skip
    assert said == [("propose matter", "matter", COMMUNE, fields)]
    assert lines(lambda: matters.change(matter, version=matter.version, amount_centimes=7, text_fr="T", **BY)) == [
        ("change matter", "matter", COMMUNE, {"amount_centimes": "10000000 → 7", "text_fr": " → T"})
    ]
    matter.refresh_from_db()
    paper, said = noted(
        lambda: matters.lay_document(matter, name="N.", media="text/plain", content=b"x", account=here.secretary, **BY)
    )
    fields = {"matter": matter.code, "sha256": paper.sha256, "media": "text/plain"}
    assert said == [("lay document", "document", COMMUNE, fields)]
    assert lines(lambda: matters.withdraw(matter, version=matter.version, why=" no ", **BY)) == [
        ("withdraw matter", "matter", COMMUNE, {"state": "waiting → withdrawn", "why": "no"})
    ]


def test_a_session_from_its_draft_to_its_close(here: Chamber) -> None:
    when: dict[str, Any] = {"day": DAY, "hour": HOUR, "hall_ar": "", "hall_fr": "", "account": here.secretary}
    early: dict[str, Any] = {"by": MACHINE, "at": SENT}
    session, said = noted(lambda: sessions.prepare(here.province, **when, **early))
    fields: dict[str, Any] = {
        "body": "provincial-05.301", "number": "1/2026", "day": "2026-12-14", "hour": "10:00", "state": "draft",
    }  # fmt: skip
    assert said == [("prepare session", "session", PROVINCE, fields)]
    first, second = project(here), project(here)
    for number, matter in enumerate((first, second, project(here)), start=1):
        put = lines(lambda one=matter: sessions.put_on_agenda(session, one, version=fresh(session), **early))  # type: ignore[misc]
        assert put == [("put on agenda", "session", PROVINCE, {"matter": matter.code, "number": number})]
    assert lines(lambda: sessions.take_off(item(session, 1), version=fresh(session), **early)) == [
        ("take off agenda", "session", PROVINCE, {"matter": f"{first.code} → None", "number": "1 → None"})
    ]
    assert lines(lambda: sessions.move_item(item(session, 1), to=2, version=fresh(session), **early)) == [
        ("move item", "session", PROVINCE, {"number": "1 → 2"})
    ]
    ((command, kind, place, fields),) = lines(lambda: sessions.convene(session, version=fresh(session), **early))
    assert (command, kind, place, sorted(fields)) == (
        "convene session", "session", PROVINCE, ["rulebook_version", "sent_on", "sitting", "state"]
    )  # fmt: skip
    assert (fields["state"], fields["sent_on"]) == ("draft → convened", "2026-12-01")
    seats = mandates(here.province)
    assert lines(lambda: sessions.note_letters(session, seats[:2], way="mail", **early)) == [
        ("send invitations", "session", PROVINCE, {"way": "mail", "mandates": [seats[0].pk, seats[1].pk]})
    ]
    assert lines(lambda: presences.note(session, seats[0], how="present", version=None, **BY)) == [
        ("note presence", "presence", PROVINCE, {"mandate": seats[0].pk, "how": "present", "item": 0, "vote": 0})
    ]
    chamber.attend(session, seats[1:4])
    proxy = lines(lambda: presences.note(session, seats[4], how="proxy", proxy=seats[3], version=None, **BY))
    fields = {"mandate": seats[4].pk, "how": "proxy", "item": 0, "vote": 0, "by": seats[3].pk}
    assert proxy == [("note presence", "presence", PROVINCE, fields)]
    for act, before, after, more in (
        ("open", "convened", "open", {"presiding_id": seats[0].pk}),
        ("suspend", "open", "suspended", {}),
        ("resume", "suspended", "open", {}),
    ):
        verb = sessions.open_session if act == "open" else getattr(sessions, act)
        said = lines(lambda do=verb: do(session, version=fresh(session), **BY))  # type: ignore[misc]
        assert said == [(f"{act} session", "session", PROVINCE, {"state": f"{before} → {after}", **more})]
    assert lines(lambda: sessions.close(session, version=fresh(session), **BY)) == [
        *[("adjourn matter", "matter", COMMUNE, {"state": "waiting → adjourned", "session": session.pk})] * 2,
        ("close session", "session", PROVINCE, {"state": "open → closed"}),
    ]
    assert lines(
        lambda: sessions.write_minutes_text(session, version=fresh(session), texts={"opening_fr": "o", "debate_ar.1": "d"}, **BY)
    ) == [("write minutes", "session", PROVINCE, {"texts": ["debate_ar.1", "opening_fr"]})]


def test_a_session_given_up_and_one_without_quorum(here: Chamber) -> None:
    given_up = chamber.convened(here.province, project(here), account=here.secretary)
    assert lines(lambda: sessions.cancel(given_up, version=fresh(given_up), why=" rain ", **BY)) == [
        ("cancel session", "session", PROVINCE, {"state": "convened → cancelled", "why": "rain"})
    ]
    few = chamber.convened(here.province, project(here), account=here.secretary)
    chamber.attend(few, mandates(here.province)[:2])
    fields = {"state": "convened → lapsed", "lacking": {"counted": 2, "base": 5, "needed": 3}}
    assert lines(lambda: sessions.lapse(few, version=fresh(few), **BY)) == [("lapse session", "session", PROVINCE, fields)]


def debate(here: Chamber, **fields: Any) -> Session:
    session = opened(here.province, project(here, **fields), account=here.secretary)
    chamber.take_up(session)
    return session


def test_amendments(here: Chamber) -> None:
    session, seats = debate(here, text_fr="Texte"), mandates(here.province)
    one = item(session)
    said = lines(lambda: presences.recuse(one, seats[4], person=None, reason="kin", version=fresh(session), **BY))
    fields: dict[str, Any] = {"mandate": seats[4].pk, "item": 1, "vote": 0, "source": "declared"}
    assert said == [("recuse", "presence", PROVINCE, fields)]
    first, said = noted(lambda: amended(session, one, "Autre", distance=3))
    fields = {"item": one.pk, "number": 1, "deletes": False, "distance": 3}
    assert said == [
        ("amend matter", "matter", COMMUNE, {"state": "debated → amending", "item": 1}),
        ("deposit amendment", "amendment", PROVINCE, fields),
    ]
    assert Entry.objects.get(command="deposit amendment").object == str(first.pk)
    second, said = noted(lambda: amended(session, one, "Encore", distance=2))
    assert said == [("deposit amendment", "amendment", PROVINCE, fields | {"number": 2, "distance": 2})]
    third = amended(session, one, "Et encore")
    assert lines(lambda: votes.take_back(third, version=fresh(session), **BY)) == [
        ("take back amendment", "amendment", PROVINCE, {"state": "waiting → withdrawn"})
    ]
    back = ("settle_amendments matter", "matter", COMMUNE, {"state": "amending → debated", "item": 1})
    settle(session, first, "yes", result="adopted", then=[])
    settle(session, second, "no", result="rejected", then=[back])


def settle(session: Session, amendment: Amendment, choice: str, *, result: str, then: list[Line]) -> None:
    """Four members vote on an amendment; each step writes its entry."""
    one, choices = item(session), {seat.pk: choice for seat in mandates(session.body)[:4]}
    poll, said = noted(lambda: votes.put_to_vote(one, amendment=amendment, secret=False, version=fresh(session), **BY))
    assert said == [("put amendment to vote", "amendment", PROVINCE, {"poll": poll.pk, "secret": False})]
    cast = {"votes": {str(seat): choice for seat in choices}}
    assert lines(lambda: votes.cast(poll, choices, **BY)) == [("cast votes", "poll", PROVINCE, cast)]
    settled = ("settle amendment", "amendment", PROVINCE, {"state": f"waiting → {result}", "poll": poll.pk})
    assert lines(lambda: votes.declare(poll, version=fresh(session), account=session.by, **BY)) == [settled, *then]


def test_votes_without_quorum(here: Chamber) -> None:
    session = debate(here)
    one, amendment = item(session), amended(session, item(session), "Autre")
    for seat in mandates(here.province)[2:]:
        presences.note(session, seat, how="left", version=None, **BY)
    poll = votes.put_to_vote(one, amendment=amendment, secret=False, version=fresh(session), **BY)
    declare = lambda: votes.declare(poll, version=fresh(session), account=here.secretary, **BY)  # noqa: E731
    assert lines(declare) == [("find no quorum", "amendment", PROVINCE, {"poll": poll.pk})]
    votes.take_back(amendment, version=fresh(session), **BY)
    poll, said = noted(lambda: votes.put_to_vote(one, amendment=None, secret=True, version=fresh(session), **BY))
    fields: dict[str, Any] = {"state": "debated → voting", "poll": poll.pk, "secret": True}
    assert said == [("put_to_vote matter", "matter", COMMUNE, fields)]
    assert lines(declare) == [("find_no_quorum matter", "matter", COMMUNE, {"state": "voting → unvoted", "poll": poll.pk})]
    assert lines(lambda: votes.adjourn(one, version=fresh(session), why=" late ", **BY)) == [
        (
            "adjourn matter",
            "matter",
            COMMUNE,
            {"state": "unvoted → adjourned", "session": session.pk, "item": 1, "why": "late"},
        )
    ]


@pytest.mark.parametrize(
    ("papers", "verb", "state"), [(Tally(3, 1, 1), "adopt", "adopted"), (Tally(1, 3, 0, 1), "reject", "rejected")]
)
def test_papers_and_what_they_decide(here: Chamber, papers: Tally, verb: str, state: str) -> None:
    session = debate(here)
    poll = votes.put_to_vote(item(session), amendment=None, secret=True, version=fresh(session), **BY)
    assert lines(lambda: votes.count_papers(poll, papers, casting="no", **BY)) == [
        ("count papers", "poll", PROVINCE, {**vars(papers), "casting": "no"})
    ]
    ((command, kind, place, fields),) = lines(lambda: votes.declare(poll, version=fresh(session), account=here.secretary, **BY))
    assert (command, kind, place) == (f"{verb} matter", "matter", COMMUNE)
    assert re.fullmatch("[0-9a-f]{64}", fields.pop("sha256"))
    assert fields == {
        "state": f"voting → {state}", "resolution": "CPDH-05.301-2026-1", "poll": poll.pk, "act": "F-05.301-2026",
        "amount_centimes": 100_000_00,
    }  # fmt: skip


def declared(here: Chamber, matter: Any) -> list[Line]:
    """What the declaration of a vote for a matter writes."""
    session = opened(here.province, matter, account=here.secretary)
    chamber.vote(session, chamber.take_up(session), "yes")
    return lines(lambda: votes.declare(Poll.objects.latest("pk"), version=fresh(session), account=here.secretary, **BY))


def test_acts_of_delegation_their_revocation_and_a_call_back(here: Chamber) -> None:
    adopted, signed = declared(here, delegation(here))
    number = adopted[3]["resolution"]
    assert signed == (
        "sign act", "act", PROVINCE,
        {
            "body": "local-05.301.07", "number": number, "programmes": ["basic_services"], "axes": ["*"], "matters": ["project"],
            "kinds": ["road", "water"], "ceiling_project_centimes": 300_000_00, "ceiling_year_centimes": 1_000_000_00,
            "first": here.tree.far.position,
            "last": here.tree.far.last, "place_code": FAR, "conditions": [], "since": "2026-12-14", "signed_on": "2026-12-14",
        },
    )  # fmt: skip
    held = matters.propose(
        kind="project", place=here.tree.far_communes[0], opened=DAY, account=here.secretary, title_fr="Puits", axis="douars",
        programme="basic_services", project_kind="water", amount_centimes=5, **BY,
    )  # fmt: skip
    asked: dict[str, Any] = {"place": here.tree.province, "opened": DAY, "account": here.secretary, "title_fr": "T", **BY}
    back = matters.propose(kind="call_back", payload={"matter": held.code, "reason": "r"}, **asked)
    fields = {"matter": held.code, "from": "local-05.301.07", "on": "2026-12-14", "resolution": "CPDH-05.301-2026-2"}
    assert declared(here, back)[1:] == [("call back", "callback", PROVINCE, fields)]
    end = matters.propose(kind="revocation", payload={"act": number}, **asked)
    fields = {"act": number, "since": "2026-12-14", "resolution": "CPDH-05.301-2026-3"}
    assert declared(here, end)[1:] == [("revoke act", "revocation", PROVINCE, fields)]
