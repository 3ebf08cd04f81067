"""The page of a session: who may see it, what comes next and why not yet, at one cost for few rows and for many."""

from uuid import uuid4

import pytest
from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, step, today_session
from tests.trees import MACHINE

from tiwizi.committees.commands import sessions
from tiwizi.committees.models import Session
from tiwizi.database import scope


def test_a_session_of_the_neighbour_is_absent_and_one_above_cannot_be_kept(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    other = client(("local_secretary", here.tree.near))
    one = item_of(session)
    for address, act in (
        (f"{ROOM}{session.pk}/", "open"),
        (f"{ROOM}{session.pk}/agenda/", "put"),
        (f"{ROOM}{session.pk}/presence/", "roll_call"),
        (f"{ROOM}items/{one.pk}/", "open_debate"),
    ):
        assert other.get(address).status_code == 404
        assert other.post(address, {"act": act}).status_code == 404
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
    assert keeper.post(f"{ROOM}{below.pk}/", {"act": "cancel", "why": "x", "version": "1"}).status_code == 403
    with scope.everything():
        assert Session.objects.get(pk=below.pk).state == "draft"


def test_a_reader_sees_the_session_and_no_button(here: Chamber) -> None:
    session = today_session(here, asked(here))
    reader = client(("reader", here.tree.province))
    page = text(reader.get(f"{ROOM}{session.pk}/"))
    assert "tw-next" not in page
    assert reader.post(f"{ROOM}{session.pk}/", {"act": "open"}).status_code == 403
    assert reader.post(f"{ROOM}{session.pk}/presence/", {"act": "roll_call"}).status_code == 403


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


def test_a_stale_page_changes_nothing_and_a_doubled_form_acts_once(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    old = fresh(session)
    everybody(keeper, here, session)
    address = f"{ROOM}{session.pk}/"
    assert keeper.post(address, {"act": "open", "version": old, "client_id": str(uuid4())}).status_code == 409
    same = {"act": "open", "version": fresh(session), "client_id": str(uuid4())}
    assert [keeper.post(address, same).status_code for _again in range(2)] == [303, 303]
    with scope.everything():
        assert Session.objects.get().state == "open"


@pytest.mark.parametrize(
    ("address", "fields", "status"),
    [
        ("{pk}/", {"act": "explode"}, 404),
        ("{pk}/agenda/", {"act": "explode"}, 404),
        ("{pk}/agenda/", {"act": "put", "on": "99999999999999999999"}, 404),
        ("{pk}/presence/", {"proxy_of": "x", "proxy_to": "y", "version": "2"}, 404),
        ("items/{item}/", {"act": "explode"}, 404),
        ("items/{item}/", {"act": "recuse", "mandate": "0"}, 400),
        ("items/{item}/", {"act": "take_back", "on": "99999999999999999999"}, 404),
    ],
)
def test_odd_forms_are_no_faults_of_the_server(
    here: Chamber, keeper: Client, address: str, fields: dict[str, str], status: int
) -> None:
    session = today_session(here, asked(here))
    where = ROOM + address.format(pk=session.pk, item=item_of(session).pk)
    assert keeper.post(where, fields).status_code == status
