"""The list of decisions: sorted by its headings, exported in the reader's language with names beside codes."""

import pytest
from django.test import Client
from tests.answers import rows_in
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_register import decided

ADDRESS = "/committees/decisions/"


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.far))


def test_a_heading_sorts_and_says_by_what_the_rows_are_sorted(here: Chamber, secretary: Client) -> None:
    first, second = decided(here, "Piste"), decided(here, "Barrage")
    page = text(secretary.get(ADDRESS))
    assert page.index(second.number) < page.index(first.number), "the latest first"
    assert page.count('aria-sort="descending"') == 1
    page = text(secretary.get(ADDRESS, {"sort": "number"}))
    assert page.index(first.number) < page.index(second.number)
    assert page.count('aria-sort="ascending"') == 1
    assert 'aria-sort="descending"' not in page


@pytest.mark.parametrize(("language", "result"), [("ar", "مصادق عليها"), ("fr", "adoptée"), ("en", "adopted")])
def test_a_file_says_the_result_in_words_beside_its_code(here: Chamber, secretary: Client, language: str, result: str) -> None:
    made = decided(here, "Piste")
    secretary.cookies["django_language"] = language
    for kind in ("csv", "xlsx", "json", "parquet"):
        row = rows_in(secretary.get(ADDRESS, {"format": kind}), kind)[0]
        assert {made.number, "adopted", here.province.code, here.province.name(language)} <= set(map(str, row.values())), kind
        assert not {"number", "result", "body", "amount_dh"} & set(row), kind
    names = secretary.get(ADDRESS, {"format": "json", "titles": "names"}).json()[0]
    assert (names["result"], names["result_code"], names["amount_dh"]) == (result, "adopted", "100000.00")
