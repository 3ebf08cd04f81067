"""Who asks for projects: the list, its files, its cost, the form for who may register somebody; ties on the page of one."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape
from tests.answers import rows_in
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import SENT, Chamber
from tests.trees import MACHINE

from tiwizi.database import scope
from tiwizi.organisations import commands
from tiwizi.organisations.models import Carrier, Person, Tie

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
        commands.register_carrier(
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


def test_carriers_and_ties_are_written_down(here: Chamber) -> None:
    keeper = client(("provincial_secretary", here.tree.province))
    assert "tw-empty" in text(keeper.get(ADDRESS))
    asked = {"code": "A-1", "kind": "association", "name_fr": "Association X", "name_ar": "", "place": "05.301.07.01"}
    assert keeper.post(ADDRESS, {"client_id": str(uuid4()), **asked}).status_code == 303
    with scope.everything():
        carrier = Carrier.objects.get()
        person = Person.objects.filter(name_fr="provincial 2").get()
    address = f"{ADDRESS}{carrier.pk}/"
    tie = {"person": str(person.pk), "kind": "board", "source": "register", "since": "2026-01-01"}
    assert keeper.post(address, {"client_id": str(uuid4()), **tie}).status_code == 303
    assert "provincial 2" in text(keeper.get(address))
    with scope.everything():
        assert Tie.objects.get().person_id == person.pk
    assert client(("reader", here.tree.province)).post(ADDRESS, asked).status_code == 403


def test_the_page_of_a_carrier_lists_what_it_asked_for(here: Chamber, officer: Client) -> None:
    registered(here, "A-1")
    with scope.everything():
        carrier = Carrier.objects.get()
        chamber.project(here, carrier=carrier)
        title = carrier.matters.get().title_fr
    assert title
    assert escape(title) in text(officer.get(f"{ADDRESS}{carrier.pk}/"))
