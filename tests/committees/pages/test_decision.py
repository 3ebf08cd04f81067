"""The page of a decision: who reads its votes, and that reading changes nothing."""

import pytest
from django.db import connection
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_register import decided, drop_guard

from tiwizi.committees import verifying
from tiwizi.committees.models import Matter
from tiwizi.database import scope


@pytest.fixture
def secretary(here: Chamber) -> Client:
    """Who keeps the local committee of the far cercle."""
    return client(("local_secretary", here.tree.far))


def test_a_decision_of_the_province_is_read_below_without_names(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Piste de Tizi")
    page = text(secretary.get(f"/committees/decisions/{made.number}/"))
    assert "Piste de Tizi" in page
    assert "Pour" in page
    assert "provincial 3" not in page, "who voted what stays with the committee's own place"
    above = text(client(("provincial_secretary", here.tree.province)).get(f"/committees/decisions/{made.number}/"))
    assert "provincial 3" in above


@pytest.mark.parametrize(
    "change",
    [
        "title_fr = 'Autre'",
        "amount_centimes = amount_centimes + 1",
        "result = 'rejected'",
        "entry = 1",
        "entry = 99999",
        "number = 'X-1'",
    ],
)
def test_a_decision_changed_by_hand_is_found(here: Chamber, change: str) -> None:
    decided(here, "Piste de Tizi")
    with scope.everything():
        assert list(verifying.resolutions_wrong()) == []
        with connection.cursor() as cursor:
            drop_guard(cursor, "committees_resolution")
            cursor.execute(f"UPDATE committees_resolution SET {change}")
        assert len(list(verifying.resolutions_wrong())) == 1


def test_the_matter_is_left_as_it_was_by_reading(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Piste de Tizi")
    with scope.everything():
        before = Matter.objects.values().get()
    for _again in range(2):
        secretary.get(f"/committees/decisions/{made.number}/")
    with scope.everything():
        assert Matter.objects.values().get() == before
    assert secretary.post(f"/committees/decisions/{made.number}/").status_code == 405
