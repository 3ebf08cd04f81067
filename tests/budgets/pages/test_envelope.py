"""The page of an envelope: its scenarios made and copied, at one cost for few and for many."""

from uuid import uuid4

import pytest
from django.test import Client
from tests.budgets.pages.people import client, cost
from tests.office import Office
from tests.trees import AT, MACHINE
from tests.walls import down

from tiwizi.budgets import commands
from tiwizi.budgets.models import Scenario
from tiwizi.database import scope


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


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
