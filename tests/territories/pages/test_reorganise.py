"""A split recorded through its page."""

from django.test import Client
from django.urls import reverse
from tests import trees
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.territories.models import Place


def test_a_split_is_recorded_through_the_page(client: Client, tree: Tree) -> None:
    form = {
        "on": "2015-09-01",
        "source": "decree 2.15.402",
        "new-TOTAL_FORMS": "2",
        "new-INITIAL_FORMS": "0",
        "new-0-code": "05.301.03.05",
        "new-0-name_ar": "شمال",
        "new-0-parent": "05.301.03",
        "new-0-people": "1800",
        "new-1-code": "05.301.03.07",
        "new-1-name_ar": "جنوب",
        "new-1-parent": "05.301.03",
        "new-1-people": "1200",
    }
    with scope.everything():
        for slot in (1, 2):
            trees.place(f"301030{slot}", "douar", f"Douar{slot}", tree.near_communes[1], slot, 5)
    address = reverse("reorganise", args=["05.301.03.03"])
    assert "below-3010301" in client.get(address).content.decode()
    missing = client.post(address, form | {"below-3010301": "1", "below-3010302": "3"})
    assert missing.status_code == 409
    assert "3010302 cannot pass to" in missing.content.decode()
    answer = client.post(address, form | {"below-3010301": "1", "below-3010302": "2"})
    assert answer.status_code == 303
    with scope.everything():
        seats = {place.code: place.parent.code for place in Place.objects.filter(level="douar", until=None)}
    assert seats == {"3010301": "05.301.03.05", "3010302": "05.301.03.07"}
    page = client.get(reverse("place_history", args=["05.301.03.03"])).content.decode()
    assert "1,800" in page
    assert "شمال" in page
