"""The steps of a session: stale, doubled and odd forms."""

from uuid import uuid4

import pytest
from django.test import Client
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, today_session

from tiwizi.committees.models import Session
from tiwizi.database import scope


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
