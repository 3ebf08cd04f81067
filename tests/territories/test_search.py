"""Search finds what was meant first, and stays inside the reader's place."""

import pytest
from tests import trees
from tests.trees import ON, Tree, of

from tiwizi.core.folding import folded
from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.territories import queries
from tiwizi.territories.models import Place


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def rename(place: Place, name: str) -> None:
    Place.objects.filter(pk=place.pk).update(name_fr=name, sort_fr=name.lower(), folded=folded(name))


def matching(text: str, limit: int = 50) -> list[str]:
    return [place.code for place in queries.search(text, on=ON, language="fr", limit=limit)]


def test_a_province_is_not_lost_behind_a_thousand_douars(tree: Tree) -> None:
    with scope.everything():
        rename(tree.province, "Haut Zarhoun")
        seat = tree.near_communes[0]
        douars = [
            Place(
                code=f"3010{number}",
                level="douar",
                parent=seat,
                slot=1,
                position=seat.position + number,
                last=seat.position + number,
                name_fr="Zarhoun",
                folded="zarhwn",
                sort_fr="zarhoun",
                since=tree.near.since,
            )
            for number in range(1001, 2101)
        ]
        assert folded("Zarhoun") == douars[0].folded
        Place.objects.bulk_create(douars)
        assert matching("Zarhoun", limit=3) == ["05.301", "30101001", "30101002"]


def test_a_whole_word_comes_before_a_part_of_one(tree: Tree) -> None:
    with scope.everything():
        rename(tree.province, "Zarhounia")
        rename(tree.near, "Zarhoun")
        assert matching("zarhoun") == ["05.301.03", "05.301"]


def test_names_and_codes_beyond_ones_place_are_not_found(tree: Tree) -> None:
    with scope.everything():
        rename(tree.far, "Zarhoun")
    with within(of(tree.near)):
        assert matching("Zarhoun") == []
        assert matching("05.301.07") == []
    with within(of(tree.far)):
        assert matching("Zarhoun") == ["05.301.07"]
        assert matching("05.301.07")[0] == "05.301.07"


def test_what_was_renamed_is_found_by_its_new_name_only_and_what_is_gone_no_more(tree: Tree) -> None:
    with scope.everything():
        rename(tree.far_communes[0], "Zarhoun")
        rename(tree.far_communes[0], "Oulmes")
        assert matching("Zarhoun") == []
        assert matching("Oulmes") == [tree.far_communes[0].code]
        tree.far_communes[0].delete()
        assert matching("Oulmes") == []
