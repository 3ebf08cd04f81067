"""The page of a mandate: its end and its deputies, for who keeps the committee."""

from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_bodies import ROOM, post

from tiwizi.committees.models import Deputy, Mandate
from tiwizi.database import scope


def test_a_mandate_ends_and_deputies_are_named(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        mandate = chamber.mandates(here.province)[2]
    address = f"{ROOM}members/{mandate.pk}/"
    today = timezone.localdate().isoformat()
    assert post(keeper, address, act="name_deputy", name_fr="Remplaçante", since=today).status_code == 303
    with scope.everything():
        deputy = Deputy.objects.get()
    assert "Remplaçante" in text(keeper.get(address))
    assert post(keeper, address, act="end_mandate", until="2026-01-01").status_code == 409
    assert post(keeper, address, act="end_mandate", until=today).status_code == 303
    with scope.everything():
        assert Mandate.objects.get(pk=mandate.pk).until == timezone.localdate()
        assert Deputy.objects.get(pk=deputy.pk).until is None
    assert post(keeper, address, act="explode").status_code == 404
    assert client(("local_secretary", here.tree.far)).get(address).status_code == 404
