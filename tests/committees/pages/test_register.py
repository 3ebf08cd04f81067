"""The register: who reads what of a decision, what anybody reads, and a printed code that is checked."""

import pytest
from django.db import connection
from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.committees.chamber import Chamber, decide, project

from tiwizi.committees.models import Resolution
from tiwizi.database import scope


@pytest.fixture
def secretary(here: Chamber) -> Client:
    """Who keeps the local committee of the far cercle."""
    return client(("local_secretary", here.tree.far))


def anybody() -> Client:
    """Somebody without an account, reading French."""
    made = Client()
    made.cookies["django_language"] = "fr"
    return made


def decided(here: Chamber, title: str, choice: str = "yes", *, reserved: bool = False) -> Resolution:
    """One decision of the province on a project."""
    with scope.everything():
        decide(here, here.province, project(here, title_fr=title, title_ar="تزويد الدوار بالماء", reserved=reserved), choice)
        made: Resolution = Resolution.objects.order_by("-pk")[0]
    return made


def test_a_reserved_decision_is_absent_below_and_for_the_public(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Affaire du personnel", reserved=True)
    assert secretary.get(f"/committees/decisions/{made.number}/").status_code == 404
    assert "Affaire du personnel" not in text(secretary.get("/committees/decisions/"))
    reading = anybody()
    assert reading.get(f"/committees/decisions/public/{made.number}/").status_code == 404
    assert "Affaire du personnel" not in text(reading.get("/committees/decisions/public/"))
    assert "Affaire du personnel" in text(client(("officer", here.tree.province)).get("/committees/decisions/"))


@pytest.mark.parametrize("words", ["tizi", "Tizi piste", "الماء", "دوار", "CPDH-05.301-2026-1"])
def test_a_decision_is_found_by_its_words_in_both_scripts(here: Chamber, secretary: Client, words: str) -> None:
    decided(here, "Piste de Tizi")
    assert "Piste de Tizi" in text(secretary.get("/committees/decisions/", {"q": words}))
    assert "Piste de Tizi" in text(anybody().get("/committees/decisions/public/", {"q": words}))
    assert "Piste de Tizi" not in text(secretary.get("/committees/decisions/", {"q": "barrage"}))


def test_filters_and_exports_hold_the_same_rows(here: Chamber, secretary: Client) -> None:
    decided(here, "Piste de Tizi")
    decided(here, "Barrage", "no")
    rows = secretary.get("/committees/decisions/", {"format": "json", "result": "rejected", "titles": "names"}).json()
    assert [(row["title"], row["result_code"], row["amount_dh"]) for row in rows] == [("Barrage", "rejected", "100000.00")]
    assert secretary.get("/committees/decisions/", {"format": "xlsx"}).status_code == 200
    assert len(secretary.get("/committees/decisions/", {"format": "json", "year": "2026"}).json()) == 2
    assert secretary.get("/committees/decisions/", {"format": "json", "year": "2031"}).json() == []
    assert secretary.get("/committees/decisions/", {"format": "json", "body": here.local.code}).json() == []


def test_the_register_costs_the_same_with_one_row_and_with_three(here: Chamber, secretary: Client) -> None:
    decided(here, "One")
    one, public = cost(secretary, "/committees/decisions/"), cost(anybody(), "/committees/decisions/public/")
    decided(here, "Two")
    decided(here, "Three")
    assert cost(secretary, "/committees/decisions/") == one
    assert cost(anybody(), "/committees/decisions/public/") == public


def test_an_empty_register_says_when_something_comes(here: Chamber, secretary: Client) -> None:
    assert "tw-empty" in text(secretary.get("/committees/decisions/"))
    assert "tw-empty" in text(anybody().get("/committees/decisions/public/"))


def drop_guard(cursor: object, table: str) -> None:
    """What an administrator of the database could do: take the guard away."""
    if connection.vendor == "sqlite":
        cursor.execute(f"DROP TRIGGER {table}_no_UPDATE")  # type: ignore[attr-defined]
    else:
        cursor.execute(f"DROP TRIGGER {table}_append_only ON {table}")  # type: ignore[attr-defined]
