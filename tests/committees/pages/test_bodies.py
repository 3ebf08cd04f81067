"""The pages of committees: who sits on a day, which rules are met, appointing, deputies, trainings."""

from typing import Any
from uuid import uuid4

from django.test import Client
from tests import trees
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import Chamber

from tiwizi.committees.models import Body
from tiwizi.database import scope

ROOM = "/committees/"


def post(asking: Client, address: str, **fields: str) -> Any:
    return asking.post(address, {"client_id": str(uuid4()), **fields})


def test_a_secretary_founds_the_committee_of_their_place_once(db: None) -> None:
    tree = trees.tree()
    asking = client(("provincial_secretary", tree.province))
    assert "tw-empty" in text(asking.get(ROOM))
    asked = {"name_ar": "اللجنة", "name_fr": "Comité", "since": "2026-01-01"}
    assert post(asking, ROOM, **asked).status_code == 303
    with scope.everything():
        assert Body.objects.get().code == "provincial-05.301"
    assert post(asking, ROOM, **asked).status_code == 403
    below = client(("local_secretary", tree.far))
    assert post(below, ROOM, **asked).status_code == 303
    assert post(client(("reader", tree.near)), ROOM, **asked).status_code == 403


def test_pages_cost_the_same_with_more_members(here: Chamber, keeper: Client) -> None:
    before = [cost(keeper, address) for address in (ROOM, f"{ROOM}{here.province.pk}/")]
    with scope.everything():
        for number in range(5, 20):
            chamber.member(here.province, number)
    assert [cost(keeper, address) for address in (ROOM, f"{ROOM}{here.province.pk}/")] == before
