"""The pages of a session: who may act, what comes next and why not yet, votes by hand, stale and doubled forms."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import Chamber, mandates, project
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies, sessions
from tiwizi.committees.models import Item, Mandate, Matter, Poll, Presence, Resolution, Session, Vote
from tiwizi.database import scope

ROOM = "/committees/sessions/"


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def keeper(here: Chamber) -> Client:
    """Who keeps the provincial committee."""
    return client(("provincial_secretary", here.tree.province))


@pytest.fixture
def neighbour(here: Chamber) -> Client:
    """Who keeps the local committee of the far cercle."""
    return client(("local_secretary", here.tree.far))


def today_session(here: Chamber, *agenda: Matter, body: Any = None) -> Session:
    """A session convened in time for today."""
    body = body or here.province
    now = timezone.now()
    before = now - timedelta(days=12)
    with scope.everything():
        return chamber.convened(body, *agenda, account=here.secretary, day=timezone.localdate(now), at=before)


def seats(here: Chamber) -> list[Mandate]:
    with scope.everything():
        return mandates(here.province)


def fresh(session: Session) -> str:
    with scope.everything():
        return str(chamber.fresh(session))


def item_of(session: Session, number: int = 1) -> Item:
    with scope.everything():
        return chamber.item(session, number)


def asked(here: Chamber, **fields: Any) -> Matter:
    with scope.everything():
        made = project(here, **fields)
        Matter.objects.filter(pk=made.pk).update(opened=date(2026, 6, 1))
        made.refresh_from_db()
    return made


def post(asking: Client, address: str, **fields: str) -> Any:
    return asking.post(address, {"client_id": str(uuid4()), **fields})


def everybody(asking: Client, here: Chamber, session: Session) -> None:
    fields = {f"seat-{seat.pk}": "present" for seat in seats(here)}
    answer = post(asking, f"{ROOM}{session.pk}/presence/", version=fresh(session), **fields)
    assert answer.status_code == 303


def step(asking: Client, session: Session, verb: str, **fields: str) -> Any:
    return post(asking, f"{ROOM}{session.pk}/step/", verb=verb, version=fresh(session), **fields)


def test_a_whole_session_from_its_preparation_to_its_decision(here: Chamber, keeper: Client) -> None:
    matter = asked(here)
    day = timezone.localdate() + timedelta(days=20)
    made = post(keeper, f"{ROOM}new/", day=day.isoformat(), hour="10:00", hall_ar="قاعة", hall_fr="Salle")
    assert made.status_code == 303
    with scope.everything():
        session = Session.objects.get()
    page = text(keeper.get(made["Location"]))
    assert "tw-empty" in page, "an empty agenda says what to do"
    agenda = f"{ROOM}{session.pk}/agenda/"
    assert "Adduction" in text(keeper.get(agenda))
    assert post(keeper, agenda, act="put", matter=str(matter.pk), version=fresh(session)).status_code == 303
    assert step(keeper, session, "convene").status_code == 303
    with scope.everything():
        assert Session.objects.get().state == "convened"
        # The day comes: what the clock does is done by hand.
        Session.objects.update(day=timezone.localdate(), sent_on=timezone.localdate() - timedelta(days=12))
    everybody(keeper, here, session)
    assert step(keeper, session, "open").status_code == 303
    one = item_of(session)
    address = f"{ROOM}items/{one.pk}/"
    assert post(keeper, address, act="take_up", version=fresh(session)).status_code == 303
    assert post(keeper, address, act="put_to_vote", secret="0", version=fresh(session)).status_code == 303
    with scope.everything():
        poll = Poll.objects.get()
    first = seats(here)[0]
    answer = post(keeper, f"{ROOM}votes/{poll.pk}/", act="cast", rest="yes", **{f"vote-{first.pk}": "no"})
    assert answer.status_code == 303
    with scope.everything():
        assert sorted(Vote.objects.values_list("choice", flat=True)) == ["no", "yes", "yes", "yes", "yes"]
    assert post(keeper, f"{ROOM}votes/{poll.pk}/", act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        number = Resolution.objects.get().number
    assert number in text(keeper.get(address))
    assert step(keeper, session, "close").status_code == 303


def test_a_session_of_the_neighbour_is_absent_and_one_above_cannot_be_kept(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    other = client(("local_secretary", here.tree.near))
    one = item_of(session)
    for address, posted in (
        (f"{ROOM}{session.pk}/", 405),
        (f"{ROOM}{session.pk}/agenda/", 404),
        (f"{ROOM}{session.pk}/presence/", 404),
        (f"{ROOM}items/{one.pk}/", 404),
    ):
        assert other.get(address).status_code == 404
        assert other.post(address, {"act": "take_up"}).status_code == posted
    assert other.post(f"{ROOM}{session.pk}/step/", {"verb": "open"}).status_code == 404
    with scope.everything():
        below = sessions.prepare(
            here.local,
            day=chamber.DAY,
            hour=chamber.HOUR,
            hall_ar="",
            hall_fr="",
            account=here.secretary,
            by=MACHINE,
            at=chamber.SENT,
        )
    assert keeper.get(f"{ROOM}{below.pk}/").status_code == 200
    assert "tw-next" not in text(keeper.get(f"{ROOM}{below.pk}/"))
    assert keeper.post(f"{ROOM}{below.pk}/step/", {"verb": "cancel", "why": "x", "version": "1"}).status_code == 403
    with scope.everything():
        assert Session.objects.get(pk=below.pk).state == "draft"


def test_a_reader_sees_the_session_and_no_button(here: Chamber) -> None:
    session = today_session(here, asked(here))
    reader = client(("reader", here.tree.province))
    page = text(reader.get(f"{ROOM}{session.pk}/"))
    assert "tw-next" not in page
    assert reader.post(f"{ROOM}{session.pk}/step/", {"verb": "open"}).status_code == 403
    assert reader.post(f"{ROOM}{session.pk}/presence/", {}).status_code == 403


def test_what_cannot_be_done_yet_says_why(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    page = text(keeper.get(f"{ROOM}{session.pk}/"))
    assert "Le quorum n" in page
    refused = step(keeper, session, "open")
    assert refused.status_code == 409
    with scope.everything():
        assert Session.objects.get().state == "convened"
    assert step(keeper, session, "lapse").status_code == 303
    page = text(keeper.get(f"{ROOM}{session.pk}/"))
    assert f"repeats={session.pk}" in page
    again = text(keeper.get(f"{ROOM}new/", {"repeats": session.pk}))
    assert session.number in again


def test_a_stale_page_changes_nothing_and_a_doubled_form_acts_once(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    old = fresh(session)
    everybody(keeper, here, session)
    address = f"{ROOM}{session.pk}/step/"
    assert keeper.post(address, {"verb": "open", "version": old, "client_id": str(uuid4())}).status_code == 409
    same = {"verb": "open", "version": fresh(session), "client_id": str(uuid4())}
    assert [keeper.post(address, same).status_code for _again in range(2)] == [303, 303]
    with scope.everything():
        assert Session.objects.get().state == "open"


def test_the_roll_is_called_at_once_or_not_at_all(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    known = seats(here)
    with scope.everything():
        deputy = chamber.person(here.province, "Suppléant")
        bodies.name_deputy(known[1], deputy, since=date(2026, 1, 2), rank=1, by=MACHINE, at=chamber.SENT)
    address = f"{ROOM}{session.pk}/presence/"
    fields = {
        f"seat-{known[0].pk}": "present",
        f"seat-{known[1].pk}": f"deputy:{deputy.pk}",
        f"seat-{known[2].pk}": "deputy:99999",
    }
    assert post(keeper, address, version=fresh(session), **fields).status_code == 409
    with scope.everything():
        assert not Presence.objects.exists()
    fields.pop(f"seat-{known[2].pk}")
    assert post(keeper, address, version=fresh(session), **fields).status_code == 303
    page = text(keeper.get(address))
    assert "Suppléant" in page
    fields = {"proxy_of": str(known[3].pk), "proxy_to": str(known[0].pk)}
    assert post(keeper, address, version=fresh(session), **fields).status_code == 303
    with scope.everything():
        assert sorted(Presence.objects.values_list("how", flat=True)) == ["deputy", "present", "proxy"]


def test_a_member_is_absent_for_the_next_vote_alone_and_comes_back(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    seat, address = f"seat-{seats(here)[4].pk}", f"{ROOM}{session.pk}/presence/"
    assert "absent pour le prochain vote seulement" not in text(keeper.get(address))
    post(keeper, f"{ROOM}items/{item_of(session).pk}/", act="take_up", version=fresh(session))
    assert post(keeper, address, version=fresh(session), **{seat: "away"}).status_code == 303
    page = text(keeper.get(address))
    assert "(absent pour le prochain vote)" in page
    assert "absent pour le vote 1 sur ce point" in page
    assert post(keeper, address, version=fresh(session), **{seat: "present"}).status_code == 303
    assert "(absent pour le prochain vote)" not in text(keeper.get(address))
    assert post(keeper, address, version=fresh(session), **{seat: "absent"}).status_code == 303
    assert "absent pour ce point ou ce vote" in text(keeper.get(address))
    assert post(keeper, address, version=fresh(session), **{seat: "left"}).status_code == 303
    assert "absent pour ce point ou ce vote" not in text(keeper.get(address))
    with scope.everything():
        lines = Presence.objects.filter(mandate=seats(here)[4].pk).values_list("how", "vote")
        assert list(lines) == [("present", 0), ("away", 1), ("present", 0), ("absent", 0), ("left", 0)]


def test_a_secret_vote_counts_papers_and_names_nobody(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="take_up", version=fresh(session))
    post(keeper, address, act="put_to_vote", secret="1", version=fresh(session))
    with scope.everything():
        poll = Poll.objects.get()
    votes = f"{ROOM}votes/{poll.pk}/"
    assert post(keeper, votes, act="cast", rest="yes").status_code == 409
    assert post(keeper, votes, act="papers", yes="9", no="0", abstain="0", void="0").status_code == 409
    assert post(keeper, votes, act="papers", yes="3", no="1", abstain="1", void="0").status_code == 303
    assert post(keeper, votes, act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        assert not Vote.objects.exists()
        assert Matter.objects.get().state == "adopted"


def test_a_member_who_declares_a_conflict_does_not_vote(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="take_up", version=fresh(session))
    member = seats(here)[2]
    assert (
        post(keeper, address, act="recuse", mandate=str(member.pk), reason="Famille", version=fresh(session)).status_code == 303
    )
    page = text(keeper.get(address))
    assert "Famille" in page
    post(keeper, address, act="put_to_vote", secret="0", version=fresh(session))
    with scope.everything():
        poll = Poll.objects.get()
    assert f"vote-{member.pk}" not in text(keeper.get(address))
    assert post(keeper, f"{ROOM}votes/{poll.pk}/", act="cast", **{f"vote-{member.pk}": "yes"}).status_code == 409
    with scope.everything():
        assert not Vote.objects.filter(mandate=member.pk).exists()


def test_amendments_are_voted_before_the_text_in_their_order(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="take_up", version=fresh(session))
    for words, distance in (("Nearer", "1"), ("Farther", "5")):
        answer = post(keeper, address, act="deposit", text_fr=words, text_ar="", distance=distance, version=fresh(session))
        assert answer.status_code == 303
    post(keeper, address, act="deposit", text_fr="Taken back", text_ar="", distance="9", version=fresh(session))
    with scope.everything():
        third = Item.objects.get().amendments.get(text_fr="Taken back")
    assert post(keeper, address, act="take_back", amendment=str(third.pk), version=fresh(session)).status_code == 303
    assert post(keeper, address, act="take_back", amendment=str(third.pk), version=fresh(session)).status_code == 409
    page = text(keeper.get(address))
    assert page.index("Farther") < page.index("Nearer")
    assert post(keeper, address, act="put_to_vote", secret="0", version=fresh(session)).status_code == 409
    for choice in ("no", "yes"):
        with scope.everything():
            turn = next(one for one in Item.objects.get().amendments.order_by("-distance") if one.state == "waiting")
        assert (
            post(keeper, address, act="put_to_vote", amendment=str(turn.pk), secret="0", version=fresh(session)).status_code
            == 303
        )
        with scope.everything():
            poll = Poll.objects.get(result="")
        post(keeper, f"{ROOM}votes/{poll.pk}/", act="cast", rest=choice)
        assert post(keeper, f"{ROOM}votes/{poll.pk}/", act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        matter = Matter.objects.get()
    assert (matter.text_fr, matter.state) == ("Nearer", "debated")


def test_the_agenda_says_what_another_committee_decides_and_why(here: Chamber, neighbour: Client) -> None:
    asked(here)
    with scope.everything():
        session = sessions.prepare(
            here.local, day=timezone.localdate() + timedelta(days=20), hour=chamber.HOUR, hall_ar="", hall_fr="",
            account=here.secretary, by=MACHINE, at=timezone.now(),
        )  # fmt: skip
    page = text(neighbour.get(f"{ROOM}{session.pk}/agenda/"))
    assert "Adduction" in page
    assert "Comité provincial" in page
    with scope.everything():
        matter = Matter.objects.get()
    assert post(neighbour, f"{ROOM}{session.pk}/agenda/", act="put", matter=str(matter.pk), version="1").status_code == 409


def test_the_list_filters_and_goes_away_as_a_table(here: Chamber, keeper: Client) -> None:
    assert "tw-empty" in text(keeper.get(ROOM))
    today_session(here, asked(here))
    assert len(keeper.get(ROOM, {"format": "json"}).json()) == 1
    assert keeper.get(ROOM, {"format": "json", "state": "closed"}).json() == []
    assert keeper.get(ROOM, {"format": "xlsx"}).status_code == 200
    assert "tw-empty" in text(keeper.get(ROOM, {"state": "closed"}))


def test_pages_cost_the_same_with_more_rows(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    costs = [cost(keeper, address) for address in (ROOM, f"{ROOM}{session.pk}/", f"{ROOM}{session.pk}/presence/")]
    with scope.everything():
        for number in range(5, 20):
            chamber.member(here.province, number)
        Session.objects.filter(pk=session.pk).update(state="draft")
        session.refresh_from_db()
        for _more in range(2):
            sessions.put_on_agenda(session, asked(here), version=session.version, by=MACHINE, at=chamber.SENT)
        Session.objects.filter(pk=session.pk).update(state="convened")
        for _more in range(2):
            sessions.prepare(
                here.province, day=chamber.DAY, hour=chamber.HOUR, hall_ar="", hall_fr="", account=here.secretary, by=MACHINE,
                at=chamber.SENT,
            )  # fmt: skip
    assert [cost(keeper, address) for address in (ROOM, f"{ROOM}{session.pk}/", f"{ROOM}{session.pk}/presence/")] == costs


@pytest.mark.parametrize(
    ("address", "fields", "status"),
    [
        ("{pk}/step/", {"verb": "explode"}, 404),
        ("{pk}/agenda/", {"act": "explode"}, 404),
        ("{pk}/agenda/", {"act": "put", "matter": "99999999999999999999"}, 404),
        ("{pk}/presence/", {"proxy_of": "x", "proxy_to": "y", "version": "2"}, 404),
        ("items/{item}/", {"act": "explode"}, 404),
        ("items/{item}/", {"act": "recuse", "mandate": "0"}, 404),
    ],
)
def test_odd_forms_are_no_faults_of_the_server(
    here: Chamber, keeper: Client, address: str, fields: dict[str, str], status: int
) -> None:
    session = today_session(here, asked(here))
    where = ROOM + address.format(pk=session.pk, item=item_of(session).pk)
    assert keeper.post(where, fields).status_code == status
