"""Proposing a matter: its place found first, what cannot be said at its field."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_matters import ASKED, place, proposed

from tiwizi.committees.models import Matter
from tiwizi.database import scope
from tiwizi.journal.models import Entry


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


@pytest.fixture
def neighbour(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.near))


def test_the_place_is_found_by_name_then_the_form_is_sent(here: Chamber, officer: Client) -> None:
    listed = text(officer.get("/committees/matters/new/?q=05.301.07"))
    assert f"?place={place(here)}" in listed
    form = text(officer.get(f"/committees/matters/new/?place={place(here)}"))
    assert 'name="client_id"' in form
    assert "<optgroup" in form
    assert "budget_shares" not in form or 'value="delegation"' not in form
    answer = officer.post("/committees/matters/new/", {**ASKED, "place": place(here)})
    with scope.everything():
        made = Matter.objects.get()
        entry = Entry.objects.get(kind="matter", object=str(made.pk))
    assert (answer.status_code, answer["Location"]) == (303, f"/committees/matters/{made.pk}/")
    assert (made.amount_centimes, made.programme, made.axis, made.fulfils) == (
        120_000_05,
        "basic_services",
        "douars",
        ["complete_file"],
    )
    assert (entry.command, entry.place) == ("propose matter", place(here))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "1,23,4"},
        {"amount": "0"},
        {"amount": "-1"},
        {"axis": ""},
        {"project_kind": "x"},
        {"title_ar": "", "title_fr": ""},
    ],
)
def test_what_cannot_be_is_said_at_its_field(here: Chamber, officer: Client, wrong: dict[str, str]) -> None:
    answer = officer.post("/committees/matters/new/", {**ASKED, **wrong, "place": place(here)})
    assert answer.status_code == 200
    assert "tw-errors" in text(answer)
    with scope.everything():
        assert not Matter.objects.exists()


def test_kinds_with_pages_of_their_own_are_not_proposed_by_hand(here: Chamber, officer: Client) -> None:
    for kind in ("delegation", "revocation", "call_back"):
        answer = officer.post("/committees/matters/new/", {**ASKED, "kind": kind, "place": place(here)})
        assert answer.status_code == 200
    with scope.everything():
        assert not Matter.objects.exists()


def test_a_neighbour_proposes_nothing_here_and_sees_nothing(here: Chamber, neighbour: Client) -> None:
    made = proposed(here)
    assert neighbour.post("/committees/matters/new/", {**ASKED, "place": place(here)}).status_code == 200
    with scope.everything():
        assert Matter.objects.count() == 1
    assert made.code not in text(neighbour.get("/committees/matters/"))
    for address in ("", "change/", "documents/new/"):
        assert neighbour.get(f"/committees/matters/{made.pk}/{address}").status_code == 404
    assert neighbour.get(f"/committees/delegation/path/{made.pk}/").status_code == 404
    assert neighbour.get("/committees/delegation/call-back/", {"matter": made.code}).status_code == 404
