"""Home: what waits for the reader, and the way to their places."""

from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.trees import Tree

ADDRESS = "/"


def test_signed_out_it_leads_to_the_door(db: None) -> None:
    assert Client().get(ADDRESS).status_code == 302


def test_each_role_has_its_place_and_what_it_may_open_there(tree: Tree) -> None:
    page = text(client(("officer", tree.near)).get(ADDRESS))
    assert tree.near.name("fr") in page
    assert f"?place={tree.near.code}" in page
    assert tree.far.name("fr") not in page
    assert f"?place={tree.near.code}" not in text(client(("administrator", tree.near)).get(ADDRESS))


def test_who_has_no_role_is_told_whom_to_ask(tree: Tree) -> None:
    assert "tw-roles" not in text(client().get(ADDRESS))
    assert text(client().get(ADDRESS)).count("tw-empty") == 2


def test_it_costs_the_same_with_one_role_and_with_three(tree: Tree) -> None:
    one = client(("reader", tree.near))
    three = client(("reader", tree.near), ("reader", tree.far), ("reader", tree.far_communes[0]))
    assert cost(one, ADDRESS) == cost(three, ADDRESS)
