"""Tiles that tell when they are out of date, and points that do not lie on each other from afar."""

import mapbox_vector_tile
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.journal import commands as journal
from tiwizi.territories import tiles
from tiwizi.territories.models import Place


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def client(tree: Tree) -> Client:
    made = Client()
    account = trees.account("reader@example.org", ("reader", tree.near))
    made.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def douars(tree: Tree, count: int, *, step: float) -> None:
    with scope.everything():
        for slot in range(1, count + 1):
            douar = trees.place(f"30101{slot:02}", "douar", f"Douar{slot}", tree.near_communes[0], slot, 5)
            Place.objects.filter(pk=douar.pk).update(lon=-5.51 + step * slot, lat=32.8)


def recorded(tree: Tree) -> None:
    with transaction.atomic():
        journal.write("apply import", by=MACHINE, at=AT, kind="import", object_id="1", place="MA", position=tree.country.position)


def test_a_change_of_names_is_seen_though_no_place_is_new(tree: Tree) -> None:
    with within(of(tree.near)):
        before = tiles.version()
        assert tiles.version() == before
        # The act is recorded above the reader's place: it counts all the same.
        recorded(tree)
        assert tiles.version() != before


def test_readers_of_two_scopes_never_share_a_kept_tile(tree: Tree) -> None:
    with within(of(tree.near)):
        mine = tiles.version()
    with within(of(tree.far)):
        assert tiles.version() != mine


def test_from_afar_points_that_cannot_be_told_apart_are_one_and_near_each_has_its_name(tree: Tree) -> None:
    douars(tree, 4, step=0.003)

    def shown(z: int, x: int, y: int) -> list[dict[str, object]]:
        layer = mapbox_vector_tile.decode(tiles.made(z, x, y, levels=("commune",), on=ON))["hamlets"]
        return [feature["properties"] for feature in layer["features"]]

    with within(of(tree.province)):
        assert shown(5, 15, 12) == [{}]
        assert len(shown(8, 124, 103)) == 4
        assert {point["code"] for point in shown(10, 496, 413)} == {f"30101{slot:02}" for slot in range(1, 5)}


def test_points_beyond_ones_place_are_in_no_tile(tree: Tree) -> None:
    douars(tree, 2, step=0.1)
    with within(of(tree.far)):
        assert tiles.made(5, 15, 12, levels=("commune",), on=ON) == b""


def test_a_compressed_tile_is_not_sent_twice_until_something_changes(client: Client, tree: Tree) -> None:
    douars(tree, 40, step=0.01)
    address = reverse("tiles", args=[10, 496, 413])
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=headers)
    assert first.status_code == 200
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in first.headers["Cache-Control"]
    tag = first.headers["ETag"]
    assert tag.startswith("W/"), "compression marks the tag"
    held = {**headers, "If-None-Match": tag}
    assert client.get(address, headers=held).status_code == 304
    with scope.everything():
        Place.objects.filter(code="3010101").update(name_ar="جديد")
    recorded(tree)
    assert client.get(address, headers=held).status_code == 200


def test_tiles_of_other_levels_and_days_have_tags_of_their_own(client: Client) -> None:
    address = reverse("tiles", args=[5, 15, 12])
    queries = ("levels=commune", "levels=cercle", "levels=commune&on=2014-01-01")
    assert len({client.get(f"{address}?{query}").headers["ETag"] for query in queries}) == len(queries)
