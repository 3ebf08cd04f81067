"""Numbers tried beside a scenario: a part of its page, kept nowhere."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.budgets.pages.test_scenario import amounts, at, digits, journal, kept
from tests.office import Office

Form = dict[str, str]


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


def test_trying_gives_a_fragment_and_keeps_nothing(here: Office, officer: Client) -> None:
    before = journal()
    answer = officer.post(at(here.draft, "recompute/"), {"weight_remoteness": "60"})
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    tried = amounts(here.draft, weights={**here.draft.weights, "remoteness": 60})
    assert tried != amounts(here.draft)
    for amount in tried.values():
        assert str(amount) in digits(text(answer))
    assert (kept(here.draft).version, journal()) == (1, before)
    assert officer.get(at(here.draft, "recompute/")).status_code == 405


@pytest.mark.parametrize(
    ("form", "said", "status"),
    [
        ({"cap_share": "1"}, "plafond", 409),
        ({"cap_share": "0"}, "0", 409),
        ({"floor_share": "250"}, "floor_share", 409),
        ({"floor_share": "1e999999999"}, "1e999999999", 400),
        ({"weight_poverty": "-5"}, "poverty", 400),
        ({"weight_poverty": "9" * 5000}, "poverty", 400),
        ({"weight_poverty": "x", "cap_share": "y"}, "cap_share", 400),
        ({"weight_poverty": "101"}, "101", 400),
    ],
)
def test_numbers_that_cannot_be_met_are_answered_with_reasons(
    here: Office, officer: Client, form: Form, said: str, status: int
) -> None:
    answer = officer.post(at(here.draft, "recompute/"), form)
    assert answer.status_code == 200
    assert "tw-reasons" in text(answer)
    assert said.lower() in text(answer).lower()
    assert officer.post(at(here.draft), {"version": "1", **form}).status_code == status
    assert kept(here.draft).version == 1


def test_all_weights_at_0_are_refused(here: Office, officer: Client) -> None:
    form = {f"weight_{code}": "0" for code in here.draft.weights}
    assert "tw-reasons" in text(officer.post(at(here.draft, "recompute/"), form))
