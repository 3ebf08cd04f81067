"""The history of a place, at one cost for one that followed and for three."""

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.territories.pages.test_imports import asked
from tests.trees import AT, MACHINE, Tree

from tiwizi.database import scope
from tiwizi.territories.reorganising import New, reorganise

TOLD: dict[str, Any] = {"on": date(2015, 9, 1), "by": MACHINE, "at": AT, "source": "decree"}


def test_the_history_asks_as_often_for_three_that_followed_as_for_one(client: Client, tree: Tree) -> None:
    first, second = tree.near_communes
    with scope.everything():
        for old, codes in ((first, "A"), (second, "NSW")):
            after = [New(code, "commune", tree.near, "x") for code in codes]
            reorganise([old], after, people={(old.code, code): 1 for code in codes}, **TOLD)
    one, three = (reverse("place_history", args=[place.code]) for place in (first, second))
    asked(client, one)
    assert asked(client, one) == asked(client, three)
