"""One's own account: who one is here, in which roles, and how it is protected."""

from django.test import Client
from tests import trees
from tests.budgets.pages.people import client, cost, text

ADDRESS = "/account/"


def test_it_shows_its_owner_alone_with_their_roles(db: None) -> None:
    tree = trees.tree()
    trees.account("other@example.org", ("reader", tree.far))
    page = text(client(("officer", tree.near), email="own@example.org").get(ADDRESS))
    assert "own@example.org" in page
    assert tree.near.code in page
    assert "other@example.org" not in page
    assert "tw-empty" in text(client().get(ADDRESS)), "without a role, whom to ask"
    assert Client().get(ADDRESS).status_code == 302


def test_it_costs_the_same_with_one_role_and_with_three(db: None) -> None:
    tree = trees.tree()
    one, three = client(("reader", tree.near)), client(("reader", tree.near), ("reader", tree.far), ("officer", tree.province))
    assert cost(one, ADDRESS) == cost(three, ADDRESS)
