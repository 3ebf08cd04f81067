"""Whether the server is well: a word for anybody and for a machine, the facts for who may know them."""

from django.test import Client
from tests.budgets.pages.people import client, text
from tests.trees import Tree

from tiwizi import __version__

ADDRESS = "/health/"


def test_a_machine_is_told_in_one_word(db: None) -> None:
    answer = Client().get(ADDRESS, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["version"]) == (200, __version__)
    assert answer.json()["well"] is True


def test_the_facts_are_for_who_may_know_them(tree: Tree) -> None:
    fact = "letters_given_up"
    assert fact in text(client(("administrator", tree.province)).get(ADDRESS))
    for asking in (Client(), client(("officer", tree.province))):
        page = asking.get(ADDRESS)
        assert page.status_code == 200
        assert fact not in text(page)
