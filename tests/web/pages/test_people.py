"""The list of people and their roles: what it shows to whom, its files, its cost."""

import pytest
from django.test import Client
from tests import trees
from tests.answers import rows_in
from tests.budgets.pages.people import client, cost, text
from tests.trees import Tree

ADDRESS = "/people/"


@pytest.fixture
def administrator(tree: Tree) -> Client:
    return client(("administrator", tree.province), email="a@example.org")


def test_each_role_is_shown_at_its_place_in_words(tree: Tree, administrator: Client) -> None:
    trees.account("x@example.org", ("local_secretary", tree.near), name="Itto")
    page = text(administrator.get(ADDRESS))
    assert "Itto" in page
    assert tree.near.name("fr") in page
    assert "local_secretary" not in page
    assert "/end/" in page


def test_who_may_not_invite_ends_no_role(tree: Tree) -> None:
    trees.account("x@example.org", ("local_secretary", tree.near), name="Itto")
    page = text(client(("officer", tree.province)).get(ADDRESS))
    assert "Itto" in page
    assert "/end/" not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
def test_a_file_holds_the_same_roles_without_the_buttons(tree: Tree, administrator: Client, kind: str) -> None:
    trees.account("x@example.org", ("local_secretary", tree.near), name="Itto")
    rows = rows_in(administrator.get(ADDRESS, {"format": kind}), kind)
    values = [set(map(str, row.values())) for row in rows]
    assert any({"Itto", "local_secretary", tree.near.code, tree.near.name("fr")} <= row for row in values)


def test_the_list_costs_the_same_with_three_more_roles(tree: Tree, administrator: Client) -> None:
    trees.account("one@example.org", ("reader", tree.near))
    one = cost(administrator, ADDRESS)
    for number in range(3):
        trees.account(f"more-{number}@example.org", ("reader", tree.far_communes[number % len(tree.far_communes)]))
    assert cost(administrator, ADDRESS) == one
