"""Adopting a scenario: what it changes first, then recorded once, by who looked last."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import office as offices
from tests.budgets.pages.people import client, text
from tests.budgets.pages.test_envelopes import Form
from tests.office import Office

from tiwizi.budgets.models import Adoption
from tiwizi.database import scope


@pytest.fixture
def secretary(here: Office) -> Client:
    """Who records what the province's committee adopts."""
    return client(("provincial_secretary", here.tree.province))


def adoption_form(expected: int = 0, version: int = 1) -> Form:
    return {
        "version": str(version),
        "expected": str(expected),
        "decided_on": timezone.localdate().isoformat(),
        "reference": "PV 12/2026",
    }


def test_the_page_of_adoption_says_what_it_changes_and_then_records_it(here: Office, secretary: Client) -> None:
    address = f"/budgets/scenarios/{here.draft.pk}/adopt/"
    page = text(secretary.get(address))
    assert 'name="expected" value="0"' in page
    assert 'name="version" value="1"' in page
    assert here.tree.far_communes[0].code in page
    form = {**adoption_form(), "client_id": str(uuid4())}
    first, again = secretary.post(address, form), secretary.post(address, form)
    assert first["Location"] == again["Location"] == f"/budgets/{here.envelope.pk}/"
    with scope.everything():
        adoption = Adoption.objects.get()
    assert (adoption.number, adoption.reference) == (1, "PV 12/2026")
    page = text(secretary.get(f"/budgets/{here.envelope.pk}/"))
    assert adoption.shares_sha256 in page
    assert "PV 12/2026" in page
    assert "tw-reasons" in text(secretary.get(address)), "adopted already"
    replacing = text(secretary.get(f"/budgets/scenarios/{here.other.pk}/adopt/"))
    assert 'name="expected" value="1"' in replacing


def test_whoever_looked_before_another_adoption_is_refused(here: Office, secretary: Client) -> None:
    offices.adopted(here)
    address = f"/budgets/scenarios/{here.other.pk}/adopt/"
    assert secretary.post(address, adoption_form(version=2)).status_code == 409
    with scope.everything():
        assert Adoption.objects.count() == 1
    assert secretary.post(address, adoption_form(expected=1, version=2)).status_code == 303


@pytest.mark.parametrize("wrong", [{"decided_on": "x"}, {"reference": ""}, {"version": ""}, {"expected": "²"}])
def test_an_adoption_without_day_or_minutes_is_asked_for_again(here: Office, secretary: Client, wrong: Form) -> None:
    answer = secretary.post(f"/budgets/scenarios/{here.draft.pk}/adopt/", {**adoption_form(), **wrong})
    assert answer.status_code == 200
    with scope.everything():
        assert not Adoption.objects.exists()
