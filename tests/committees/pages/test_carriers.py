"""The list of who asks for projects: its files, its cost, and the form below it for who may register somebody."""

import pytest
from django.test import Client
from tests.answers import rows_in
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import SENT, Chamber
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies
from tiwizi.database import scope

ADDRESS = "/committees/carriers/"


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


def registered(here: Chamber, code: str) -> None:
    """An association of the far cercle."""
    with scope.everything():
        bodies.register_carrier(
            code=code, kind="association", name_ar="جمعية", name_fr=f"Association {code}", place=here.tree.far,
            by=MACHINE, at=SENT,
        )  # fmt: skip


def test_the_list_and_its_files_name_the_kind_and_the_place(here: Chamber, officer: Client) -> None:
    registered(here, "A-1")
    assert "Association A-1" in text(officer.get(ADDRESS))
    for kind in ("csv", "xlsx", "json", "parquet"):
        row = rows_in(officer.get(ADDRESS, {"format": kind}), kind)[0]
        assert {"A-1", "Association A-1", "association", here.tree.far.code, here.tree.far.name("fr")} <= set(row.values()), kind


def test_only_who_proposes_matters_is_offered_the_form(here: Chamber, officer: Client) -> None:
    assert 'name="client_id"' in text(officer.get(ADDRESS))
    reader = client(("reader", here.tree.far))
    assert 'name="client_id"' not in text(reader.get(ADDRESS))
    assert reader.post(ADDRESS, {"code": "A-1"}).status_code == 403


def test_the_list_costs_the_same_with_one_and_with_three(here: Chamber, officer: Client) -> None:
    registered(here, "A-1")
    one = cost(officer, ADDRESS)
    registered(here, "A-2")
    registered(here, "A-3")
    assert cost(officer, ADDRESS) == one
