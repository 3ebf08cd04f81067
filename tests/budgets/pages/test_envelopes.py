"""Envelopes: listed, opened, their scenarios made and copied, adopted by who may, each page at the same cost."""

import pytest
from django.test import Client
from tests import office as offices
from tests.budgets.pages.people import client, cost, text
from tests.office import Office
from tests.trees import AT, MACHINE

from tiwizi.budgets import commands
from tiwizi.budgets.models import Envelope
from tiwizi.budgets.pages.envelopes import Envelopes
from tiwizi.database import scope

Form = dict[str, str]


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


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
