"""The page of an act: its uses, its end, its call-backs, at one cost for few and for many."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import DAY, Chamber, decide
from tests.committees.pages.test_delegation import ROOM, act
from tests.committees.test_effects import LATER, asked, begun

from tiwizi.database import scope
from tiwizi.journal.models import Entry


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


def test_an_act_shows_its_uses_its_end_and_its_call_backs(here: Chamber, secretary: Client) -> None:
    given = act(here)
    with scope.everything():
        taken = begun(here, DAY)
        decide(here, here.province, asked(here, "call_back", {"matter": taken.code, "reason": "importance"}), day=LATER)
        decide(here, here.province, asked(here, "revocation", {"act": given.number}), day=LATER)
        digest = Entry.objects.get(number=given.entry).hash
    page = text(secretary.get(f"{ROOM}act/{given.number}/"))
    for words in (taken.code, "importance", "tw-message warning", "1\u202f000\u202f000", digest):
        assert words in page, words
    assert secretary.get(f"{ROOM}act/none/").status_code == 404


def test_pages_cost_the_same_with_one_act_and_with_three(here: Chamber, secretary: Client) -> None:
    first = act(here)
    with scope.everything():
        decide(here, here.local, begun(here, DAY), day=LATER)
    table, page = cost(secretary, f"{ROOM}?on={LATER}"), cost(secretary, f"{ROOM}act/{first.number}/")
    for number in range(2):
        with scope.everything():
            decide(here, here.province, chamber.delegation(here, kinds=["road"]), day=DAY.replace(day=15 + number))
            decide(here, here.local, begun(here, DAY), day=LATER)
    assert cost(secretary, f"{ROOM}?on={LATER}") == table
    assert cost(secretary, f"{ROOM}act/{first.number}/") == page
