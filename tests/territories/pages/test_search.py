"""The search for a place, at one cost for one and for three."""

from django.test import Client
from django.urls import reverse
from tests.territories.pages.test_imports import asked
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.territories.models import Place


def test_search_asks_as_often_for_three_places_as_for_one(client: Client, tree: Tree) -> None:
    first, *others = (*tree.near_communes, *tree.far_communes)
    with scope.everything():
        Place.objects.filter(pk=first.pk).update(folded="zarhwn")
        Place.objects.filter(pk__in=[place.pk for place in others]).update(folded="wlms")
    address = reverse("place_search")
    asked(client, address, q="Zarhoun")
    assert asked(client, address, q="Zarhoun") == asked(client, address, q="Oulmes")
