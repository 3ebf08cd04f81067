"""Envelopes: listed, opened, their scenarios made and copied, adopted by who may, each page at the same cost."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import office as offices
from tests.budgets.pages.people import client, cost, text
from tests.office import Office
from tests.trees import AT, MACHINE
from tests.walls import down

from tiwizi.budgets import commands
from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.budgets.pages.envelopes import Envelopes
from tiwizi.database import scope

Form = dict[str, str]


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


@pytest.fixture
def secretary(here: Office) -> Client:
    """Who records what the province's committee adopts."""
    return client(("provincial_secretary", here.tree.province))


NEW = {"place": "05.301", "year": "2028", "title": "INDH 2028", "amount_dh": "500000"}


def test_an_envelope_is_opened_and_listed(here: Office, officer: Client) -> None:
    answer = officer.post("/budgets/", NEW)
    with scope.everything():
        made = Envelope.objects.get(title="INDH 2028")
    assert (answer.status_code, answer["Location"]) == (303, f"/budgets/{made.pk}/")
    page = text(officer.get("/budgets/"))
    assert page.index("INDH 2028") < page.index("Envelope 2027"), "the latest year first"
    assert "tw-empty" in text(officer.get(f"/budgets/{made.pk}/")), "what to do next"
    assert officer.post("/budgets/", NEW).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"place": "05.301.03"}, {"place": "MA"}, {"amount_dh": "0"}, {"amount_dh": "x"}, {"title": ""}, {"year": ""}]
)
def test_a_form_that_cannot_be_is_shown_again_with_what_is_wrong(here: Office, officer: Client, wrong: Form) -> None:
    answer = officer.post("/budgets/", {**NEW, **wrong})
    assert answer.status_code == 200
    assert "tw-errors" in text(answer)
    with scope.everything():
        assert Envelope.objects.count() == 1


def test_the_list_costs_the_same_with_one_envelope_and_with_three(here: Office, officer: Client) -> None:
    one = cost(officer, "/budgets/")
    offices.adopted(here)
    with scope.everything():
        for year in (2028, 2029):
            made = commands.open_envelope(
                place=here.tree.province, year=year, title="More", amount_dh=500_000, account=here.officer, by=MACHINE, at=AT
            )
            commands.draft(made, run=here.run, name="One", account=here.officer, by=MACHINE, at=AT)
    assert text(officer.get("/budgets/")).count('<th scope="row">') == 3
    assert cost(officer, "/budgets/") == one


def test_many_envelopes_come_by_pages(here: Office, officer: Client) -> None:
    with scope.everything():
        for number in range(Envelopes.per_page):
            commands.open_envelope(
                place=here.tree.province,
                year=2030,
                title=f"No. {number}",
                amount_dh=5_000,
                account=here.officer,
                by=MACHINE,
                at=AT,
            )
    pages = [text(officer.get(f"/budgets/?page={number}")) for number in (1, 2)]
    assert [page.count('<th scope="row">') for page in pages] == [Envelopes.per_page, 1]
    assert "Envelope 2027" in pages[1], "the earliest year last"


def test_an_envelope_costs_the_same_with_two_scenarios_and_with_five(here: Office, officer: Client) -> None:
    address = f"/budgets/{here.envelope.pk}/"
    two = cost(officer, address)
    with scope.everything():
        for name in ("Three", "Four", "Five"):
            commands.draft(here.envelope, run=here.run, name=name, account=here.officer, by=MACHINE, at=AT)
    assert cost(officer, address) == two


def test_a_scenario_is_made_from_the_rulebook_or_as_a_copy(here: Office, officer: Client) -> None:
    address = f"/budgets/{here.envelope.pk}/"
    form = {"name": "Copy", "copy_of": str(here.other.pk), "client_id": str(uuid4())}
    first, again = officer.post(address, form), officer.post(address, form)
    with scope.everything():
        made = Scenario.objects.get(name="Copy")
        assert made.weights == here.other.weights
    assert first["Location"] == again["Location"] == f"/budgets/scenarios/{made.pk}/"
    assert officer.post(address, {"name": "Plain", "copy_of": ""}).status_code == 303
    assert officer.post(address, {"name": "Odd", "copy_of": "²"}).status_code == 303
    assert officer.post(address, {"name": "Copy"}).status_code == 409
    with scope.everything():
        assert Scenario.objects.get(name="Plain").weights == here.draft.weights


def test_without_figures_the_next_step_is_named(here: Office) -> None:
    with scope.everything(), down(type(here.run)):
        type(here.run).objects.filter(pk=here.run.pk).update(status="failed")
    answer = client(("officer", here.tree.province)).post(f"/budgets/{here.envelope.pk}/", {"name": "New"})
    assert answer.status_code == 409


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
