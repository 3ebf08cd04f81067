"""The page of a matter: who reads it, who withdraws it, what it flags."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_matters import proposed
from tests.trees import MACHINE

from tiwizi.committees.models import Item, Matter
from tiwizi.database import scope
from tiwizi.organisations import commands as registers


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


@pytest.fixture
def local(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.far))


def test_who_only_reads_changes_nothing(here: Chamber) -> None:
    made, reader = proposed(here), client(("reader", here.tree.far))
    page = text(reader.get(f"/committees/matters/{made.pk}/"))
    assert made.code in page
    assert '<form class="tw-form"' not in page
    assert reader.get("/committees/matters/new/").status_code == 403
    assert reader.post(f"/committees/matters/{made.pk}/", {"why": "x", "version": "1"}).status_code == 403


def test_a_matter_is_withdrawn_with_a_reason_that_its_history_shows(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    address = f"/committees/matters/{made.pk}/"
    assert officer.post(address, {"why": " ", "version": "1"}).status_code == 400
    assert officer.post(address, {"why": "doublon", "version": "1"}).status_code == 303
    page = text(officer.get(address))
    assert "doublon" in page
    with scope.everything():
        assert Matter.objects.get(pk=made.pk).state == "withdrawn"


def test_a_local_secretary_sees_the_matter_and_not_the_session_of_the_province(
    here: Chamber, local: Client, officer: Client
) -> None:
    made = proposed(here)
    with scope.everything():
        session = chamber.decide(here, here.province, made)
        assert Item.objects.filter(matter=made.pk).exists()
    assert session.number in text(officer.get(f"/committees/matters/{made.pk}/"))
    page = text(local.get(f"/committees/matters/{made.pk}/"))
    assert f"CPDH-05.301-{chamber.DAY.year}-1" in page
    assert session.number not in page
    assert local.get(f"/committees/delegation/path/{made.pk}/").status_code == 200


def test_a_project_in_parts_is_flagged(here: Chamber, officer: Client) -> None:
    with scope.everything():
        chamber.decide(here, here.province, chamber.delegation(here))
        carrier = registers.register_carrier(
            code="A-1", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far,
            by=MACHINE, at=chamber.SENT,
        )  # fmt: skip
    later = chamber.DAY + timedelta(days=1)
    made = [proposed(here, amount_centimes=200_000_00, carrier=carrier) for _number in range(2)]
    alone = proposed(here, amount_centimes=200_000_00)
    with scope.everything():
        Matter.objects.filter(pk__in=[one.pk for one in (*made, alone)]).update(opened=later)
    assert "tw-message warning" in text(officer.get(f"/committees/matters/{made[0].pk}/"))
    assert "tw-message warning" not in text(officer.get(f"/committees/matters/{alone.pk}/"))
