"""A revocation previewed, proposed and adopted."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import DAY, Chamber, decide
from tests.committees.pages.test_delegation import ROOM, act
from tests.committees.test_effects import LATER

from tiwizi.committees.models import Matter, Revocation
from tiwizi.database import scope


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


def test_a_revocation_is_proposed_and_adopted(here: Chamber, secretary: Client) -> None:
    given = act(here)
    form = {"act": given.number, "since": "2027-06-01"}
    assert given.number in text(secretary.post(f"{ROOM}revoke/", {**form, "preview": "1"}))
    assert secretary.post(f"{ROOM}revoke/", {**form, "since": "2020-01-01", "propose": "1"}).status_code == 200
    assert secretary.post(f"{ROOM}revoke/", {**form, "own_text": "on", "propose": "1"}).status_code == 200, "no text of its own"
    own = {"own_text": "on", "text_ar": "نص آخر", "text_fr": "Autre texte"}
    assert "Autre texte" in text(secretary.post(f"{ROOM}revoke/", {**form, **own, "preview": "1"}))
    answer = secretary.post(f"{ROOM}revoke/", {**form, **own, "propose": "1"})
    assert answer.status_code == 303
    with scope.everything():
        made = Matter.objects.get(kind="revocation")
        assert (made.text_ar, made.text_fr) == ("نص آخر", "Autre texte")
        Matter.objects.filter(pk=made.pk).update(opened=DAY)
        decide(here, here.province, Matter.objects.get(pk=made.pk), day=LATER)
        assert Revocation.objects.get().since.isoformat() == "2027-06-01"
    assert secretary.get(f"{ROOM}revoke/", {"act": "F-05.301-2026"}).status_code == 404, "nobody gave it"
