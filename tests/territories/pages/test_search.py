"""The search for a place, at one cost for one and for three."""

import pytest
from django.test import Client
from django.urls import reverse
from tests import trees
from tests.territories.pages.test_imports import asked
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.territories.models import Place


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def client(tree: Tree) -> Client:
    made = Client()
    account = trees.account("officer@example.org", ("officer", tree.province))
    made.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    made.cookies["django_language"] = "en"
    return made


def test_search_asks_as_often_for_three_places_as_for_one(client: Client, tree: Tree) -> None:
    first, *others = (*tree.near_communes, *tree.far_communes)
    with scope.everything():
        Place.objects.filter(pk=first.pk).update(folded="zarhwn")
        Place.objects.filter(pk__in=[place.pk for place in others]).update(folded="wlms")
    address = reverse("place_search")
    asked(client, address, q="Zarhoun")
    assert asked(client, address, q="Zarhoun") == asked(client, address, q="Oulmes")
