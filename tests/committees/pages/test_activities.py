"""The capacity-building plan of a year: planned by who keeps the committee, seen by its own place alone."""

from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_bodies import ROOM, post


def test_an_activity_is_planned_for_the_year_and_an_empty_plan_says_so(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/trainings/"
    assert "tw-empty" in text(keeper.get(address))
    assert post(keeper, address, kind="training", title="Diagnostic", planned_people="20").status_code == 303
    assert "Diagnostic" in text(keeper.get(address))
    assert "Diagnostic" not in text(keeper.get(address, {"year": "2020"}))
    assert post(client(("reader", here.tree.province)), address, kind="training", title="Autre").status_code == 403
