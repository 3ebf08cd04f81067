"""A training: held with who came, or given up with a reason, by who keeps the committee."""

from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_bodies import ROOM, post

from tiwizi.committees.models import Activity, Attendance
from tiwizi.database import scope


def test_trainings_are_planned_held_and_given_up(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/trainings/"
    assert "tw-empty" in text(keeper.get(address))
    for title in ("Diagnostic", "Suivi"):
        assert post(keeper, address, kind="training", title=title, planned_people="20").status_code == 303
    with scope.everything():
        first, second = Activity.objects.order_by("pk")
    held = {"act": "hold", "version": "1", "held_on": timezone.localdate().isoformat(), f"women-{here.province.pk}": "7"}
    assert post(keeper, f"{ROOM}trainings/{first.pk}/", **held, **{"men-0": "5"}).status_code == 303
    assert post(keeper, f"{ROOM}trainings/{second.pk}/", act="give_up", version="1", why="Neige").status_code == 303
    assert post(keeper, f"{ROOM}trainings/{second.pk}/", **held).status_code == 409
    with scope.everything():
        assert Attendance.objects.count() == 2
    page = text(keeper.get(address))
    assert "Diagnostic" in page
    assert "Neige" in text(keeper.get(f"{ROOM}trainings/{second.pk}/"))
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}trainings/{first.pk}/").status_code == 404
