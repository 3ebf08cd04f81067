"""The reasons of a place, on a page and as a document in each language."""

import pytest
from django.test import Client
from tests import office as offices
from tests.budgets.pages.people import client, text
from tests.office import Office

from tiwizi.budgets import queries
from tiwizi.database import scope


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


def test_the_reasons_of_a_commune_sum_to_its_amount(here: Office, officer: Client) -> None:
    code = here.tree.near_communes[0].code
    with scope.everything():
        part = queries.parts_seen(here.draft)[code]
        name = queries.ground(here.run.pk, here.tree.province.pk).rules.allocation.criteria[0].label.in_("fr")
    assert sum(component.amount_dh for component in part.components) == part.amount_dh
    page = text(officer.get(f"/budgets/scenarios/{here.draft.pk}/places/{code}/"))
    assert name in page.replace("&#x27;", "'")
    assert f"{part.rank} sur 4" in page or f"{part.rank} of 4" in page
    assert part.interval is not None
    assert f"{part.interval.rank_low} à {part.interval.rank_high}" in page or "nine times in ten" in page
    assert page.count("<tr>") == len(part.components) + 2
    assert f"/measures/runs/{here.run.pk}/" in page
    assert "sheet.pdf" in page
    assert "data-print" in page


def test_the_sheet_is_a_document_in_each_language(here: Office, officer: Client) -> None:
    code = here.tree.near_communes[0].code
    for language in ("ar", "fr"):
        officer.cookies["django_language"] = language
        answer = officer.get(f"/budgets/scenarios/{here.draft.pk}/places/{code}/sheet.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content[:5] == b"%PDF-"
        assert f'filename="tiwizi-{code}.pdf"' in answer["Content-Disposition"]


@pytest.mark.parametrize("code", ["05.301", "05.301.03", "MA", "nowhere", "%C3%A9"])
def test_a_place_that_shares_nothing_has_no_reasons(here: Office, officer: Client, code: str) -> None:
    assert officer.get(f"/budgets/scenarios/{here.draft.pk}/places/{code}/").status_code == 404
    assert officer.get(f"/budgets/scenarios/{here.draft.pk}/places/{code}/sheet.pdf").status_code == 404


def test_reasons_are_printed_on_the_page_of_an_adoption(here: Office) -> None:
    adoption = offices.adopted(here)
    code = here.tree.near_communes[0].code
    page = text(client(("local_secretary", here.tree.near)).get(f"/budgets/scenarios/{here.draft.pk}/places/{code}/"))
    assert adoption.reference in page
