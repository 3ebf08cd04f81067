"""An answer that may be a part of a page says so: else what keeps answers would give the part to who asks for the page."""

import pytest
from django.test import Client
from tests.measures import trees

from tiwizi.web.fragments import ASKED_BY


def varies(client: Client, address: str, **headers: str) -> set[str]:
    answer = client.get(address, headers=headers)
    return {one.strip() for one in answer.get("Vary", "").split(",")}


@pytest.mark.parametrize("address", ["/measures/", "/measures/places/P1/", "/budgets/", "/territories/", "/"])
def test_every_page_differs_by_the_headers_that_ask_for_a_part(db: None, address: str) -> None:
    client = Client()
    client.force_login(trees.person(trees.plant()["P1"]))
    assert set(ASKED_BY) <= varies(client, address)
    assert set(ASKED_BY) <= varies(client, address, **{"HX-Request": "true"})


def test_so_do_refusals_and_pages_for_anybody(db: None) -> None:
    assert set(ASKED_BY) <= varies(Client(), "/nowhere/")
    assert set(ASKED_BY) <= varies(Client(), "/account/login/") | varies(Client(), "/health/")


def test_what_is_no_page_is_left_as_it_is(db: None) -> None:
    client = Client()
    client.force_login(trees.person(trees.plant()["P1"]))
    assert not set(ASKED_BY) & varies(client, "/measures/values.json")
