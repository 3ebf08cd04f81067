"""Changing a matter while it waits, not from an old page nor once it was sent out."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_matters import ASKED, proposed

from tiwizi.committees.models import Matter
from tiwizi.database import scope


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


def test_a_matter_is_changed_while_it_waits_and_not_from_an_old_page(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    address = f"/committees/matters/{made.pk}/change/"
    assert "100000,00" in text(officer.get(address))
    sent = {**ASKED, "title_fr": "Autre", "amount": "90000.5", "version": "1"}
    assert officer.post(address, sent).status_code == 303
    with scope.everything():
        changed = Matter.objects.get(pk=made.pk)
    assert (changed.title_fr, changed.amount_centimes, changed.version) == ("Autre", 90_000_50, 2)
    assert officer.post(address, {**sent, "title_fr": "Encore"}).status_code == 409
    assert officer.post(address, {key: value for key, value in sent.items() if key != "version"}).status_code == 409


def test_a_matter_sent_out_is_not_changed(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    with scope.everything():
        chamber.convened(here.province, made, account=here.secretary)
    page = text(officer.get(f"/committees/matters/{made.pk}/change/"))
    assert "tw-reasons" in page
    assert "<textarea" not in page
    assert officer.post(f"/committees/matters/{made.pk}/change/", {**ASKED, "version": "1"}).status_code == 409
