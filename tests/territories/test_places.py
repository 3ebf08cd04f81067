"""The places in a real database: loaded, found, split, imported and undone; each act on record, each refusal without effect."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import mapbox_vector_tile
import polars as pl
import pytest
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.core.errors import BadData, Refused
from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.journal.models import Entry
from tiwizi.people.models import Account
from tiwizi.reports import cells
from tiwizi.sources import morocco
from tiwizi.territories import commands, imports, loading, queries, tiles
from tiwizi.territories.models import Boundary, Import, Outline, Place
from tiwizi.territories.reorganising import New, reorganise

PROVINCE = "05.301"


@pytest.fixture
def khenifra(db: None) -> Iterator[Place]:
    loading.load_sources(PROVINCE, by=MACHINE, at=AT)
    with scope.everything():
        yield Place.objects.get(code=PROVINCE)


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def officer(tree: Tree) -> Account:
    return trees.account("officer@example.org", ("officer", tree.province))


def acts() -> list[str]:
    with scope.everything():
        return list(Entry.objects.order_by("number").values_list("command", flat=True))


# --- loading ---------------------------------------------------------------------------------------------------------


def test_khenifra_is_loaded_with_what_lies_above_and_its_douars(khenifra: Place) -> None:
    levels = {
        level: Place.objects.filter(level=level).count()
        for level in ("country", "region", "province", "cercle", "pachalik", "commune", "douar")
    }
    assert levels == {"country": 1, "region": 1, "province": 1, "cercle": 3, "pachalik": 2, "commune": 22, "douar": 488}
    for place in Place.objects.exclude(parent=None):
        parent = Place.objects.get(pk=place.parent_id)
        assert parent.position < place.position <= place.last <= parent.last
    assert acts() == ["load places"]


def test_loading_again_changes_nothing_and_moves_nothing(khenifra: Place) -> None:
    before = dict(Place.objects.values_list("code", "position"))
    again = loading.load_sources(PROVINCE, by=MACHINE, at=AT)
    assert (again.made, again.changed, again.outlines) == (0, 0, 0)
    assert dict(Place.objects.values_list("code", "position")) == before
    assert acts() == ["load places"]


def test_another_province_finds_its_room_later(khenifra: Place) -> None:
    before = dict(Place.objects.values_list("code", "position"))
    frame = pl.concat([morocco.ancestors("05.081"), morocco.places("05.081")])
    commands.load(frame, by=MACHINE, at=AT, source="HCP")
    after = dict(Place.objects.values_list("code", "position"))
    assert {code: after[code] for code in before} == before
    other = Place.objects.get(code="05.081")
    assert other.position > khenifra.last or other.last < khenifra.position


def test_a_place_without_one_above_is_refused_and_nothing_is_kept(tree: Tree) -> None:
    row = {"place": "07.001.01", "level": "commune", "parent": "07.001", "name_fr": "Orphan", "since": ON}
    with scope.everything():
        count = Place.objects.count()
        with pytest.raises(BadData, match=r"07\.001"):
            commands.load(pl.DataFrame([row], schema=morocco.places(PROVINCE).schema), by=MACHINE, at=AT, source="x")
        assert Place.objects.count() == count
    assert acts() == []


def test_a_name_with_a_sign_that_cannot_be_seen_is_refused_and_one_at_its_end_removed(tree: Tree) -> None:
    schema = morocco.places(PROVINCE).schema
    row = {"place": "05.301.03.01", "level": "commune", "parent": "05.301.03", "since": ON}
    with pytest.raises(BadData, match=r"column name_ar, row 1: .*U\+202E"):
        commands.load(pl.DataFrame([{**row, "name_ar": "ا\u202eب"}], schema=schema), by=MACHINE, at=AT, source="x")
    assert acts() == []
    commands.load(pl.DataFrame([{**row, "name_ar": "اب\u200f"}], schema=schema), by=MACHINE, at=AT, source="x")
    with scope.everything():
        assert Place.objects.get(code="05.301.03.01").name_ar == "اب"


def test_a_place_that_would_move_is_refused_and_nothing_is_kept(tree: Tree) -> None:
    schema = morocco.places(PROVINCE).schema
    for wrong in ({"parent": tree.far.code}, {"level": "douar"}):
        row = {"place": "05.301.03.01", "level": "commune", "parent": "05.301.03", "name_fr": "Moved", "since": ON, **wrong}
        with pytest.raises(BadData, match="lies elsewhere in the office"):
            commands.load(pl.DataFrame([row], schema=schema), by=MACHINE, at=AT, source="x")
    with scope.everything():
        assert Place.objects.get(code="05.301.03.01").name_fr == "Nearcommune1"
    assert acts() == []


def test_what_ended_or_moved_in_the_office_is_not_brought_back_by_an_older_table(tree: Tree) -> None:
    gone, moved = tree.near_communes
    with scope.everything():
        act: dict[str, Any] = {"on": date(2015, 9, 1), "by": MACHINE, "at": AT, "source": "decree"}
        reorganise([gone], [New("05.301.03.09", "commune", tree.near, "x")], people={(gone.code, "05.301.03.09"): 1}, **act)
        reorganise([moved], [New(moved.code, "commune", tree.far, "x")], people={(moved.code, moved.code): 1}, **act)
        rows = [
            {"place": place.code, "level": "commune", "parent": "05.301.03", "name_fr": "Old", "since": place.since}
            for place in (gone, moved)
        ]
        frame = pl.DataFrame(rows, schema=morocco.places(PROVINCE).schema)
        done = commands.load(frame, by=MACHINE, at=AT, source="x")
        assert (done.made, done.changed) == (0, 0)
        assert not Place.objects.filter(code=gone.code, until=None).exists()
        assert Place.objects.get(code=moved.code, until=None).parent_id == tree.far.pk


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Agelmus", "AGUELMOUSS", "أگلموس", "اكلموس", "05.301.07.03"])
def test_aguelmous_is_found_however_it_is_written(khenifra: Place, typed: str) -> None:
    assert "05.301.07.03" in [place.code for place in queries.search(typed, on=ON, language="fr")]


def test_short_words_are_found_where_a_word_begins(khenifra: Place) -> None:
    for place in queries.search("او", on=ON, language="ar"):
        assert any(word.startswith("او") for word in place.folded.split())


def test_search_stays_in_the_scope_and_takes_signs_of_its_own_language(khenifra: Place) -> None:
    with within(of(Place.objects.get(code="05.301.03"))):
        assert queries.search("Agelmus", on=ON, language="fr") == []
        for typed in ("%", "_", '"', "'", "*", "a AND b", "NEAR(x)", "\x00", "أ" * 500):
            assert isinstance(queries.search(typed, on=ON, language="fr"), list)


def test_the_tree_begins_where_the_reader_may_see(tree: Tree) -> None:
    with within(of(tree.near)):
        assert [place.code for place in queries.tops(on=ON)] == ["05.301.03"]
        assert [place.code for place in queries.path(tree.near_communes[0])] == ["05.301.03", "05.301.03.01"]


# --- tiles -----------------------------------------------------------------------------------------------------------


def decoded(z: int, x: int, y: int) -> dict[str, set[str]]:
    content = tiles.made(z, x, y, levels=("commune",), on=ON)
    layers = mapbox_vector_tile.decode(content) if content else {}
    return {
        name: {feature["properties"].get("code", feature["properties"].get("name_fr", "")) for feature in layer["features"]}
        for name, layer in layers.items()
    }


def test_a_tile_holds_the_communes_of_its_ground_and_their_names(khenifra: Place) -> None:
    layers = decoded(7, 61, 51)
    assert "05.301.07.03" in layers["places"]
    assert "Aguelmous" in layers["labels"]
    assert decoded(7, 10, 10) == {}
    assert Outline.objects.filter(level="commune").count() == 22 * 4


def test_a_tile_never_holds_a_foreign_place(khenifra: Place) -> None:
    with within(of(Place.objects.get(code="05.301.03"))):
        layers = decoded(7, 61, 51)
        assert layers["places"]
        assert all(code.startswith("05.301.03.") for code in layers["places"])
        assert "Aguelmous" not in layers["labels"]
        mine = tiles.version()
    assert mine != tiles.version(), "readers of two scopes never share a kept tile"


def test_shapes_in_a_tile_are_where_they_are_on_the_ground(khenifra: Place) -> None:
    place = Place.objects.get(code="05.301.07.03")
    layer = mapbox_vector_tile.decode(tiles.made(10, 495, 411, levels=("commune",), on=ON))
    west, east = (495 / 1024 * 360 - 180, 496 / 1024 * 360 - 180)
    for feature in layer["places"]["features"]:
        ring = feature["geometry"]["coordinates"][0]
        ring = ring[0] if isinstance(ring[0][0], list) else ring
        boundary = Boundary.objects.get(place=feature["id"])
        longitudes = [west + point[0] / 4096 * (east - west) for point in ring]
        assert boundary.west - 0.01 <= min(longitudes)
        assert max(longitudes) <= boundary.east + 0.01
    assert place.lon is not None


# --- imports ---------------------------------------------------------------------------------------------------------


def brought(tree: Tree, officer: Account, rows: list[dict[str, object]], name: str = "places.csv") -> Import:
    return imports.preview(cells.csv_bytes(pl.DataFrame(rows)), name, place=tree.province, account=officer, by=MACHINE, at=AT)


GOOD: list[dict[str, object]] = [
    {"place": "05.301.03.01", "level": "commune", "parent": "05.301.03", "name_fr": "Renamed", "population": 4321},
    {"place": "3010301", "level": "douar", "parent": "05.301.03.01", "name_fr": "", "population": 77},
]


def test_an_import_changes_nothing_until_it_is_applied_and_can_be_undone(tree: Tree, officer: Account) -> None:
    rows = [{**row, "name_ar": "دوار"} for row in GOOD]
    with within(of(tree.province)):
        upload = brought(tree, officer, rows)
        assert upload.errors == {}
        assert Place.objects.get(code="05.301.03.01").name_fr == "Nearcommune1"
        imports.apply(upload, by=MACHINE, on=ON, at=AT)
        assert Place.objects.get(code="05.301.03.01").name_fr == "Renamed"
        douar = Place.objects.get(code="3010301")
        assert (douar.name_ar, douar.population, douar.since) == ("دوار", 77, ON)
        assert [place.code for place in queries.search("renamed", on=ON, language="fr")] == ["05.301.03.01"]
        imports.undo(Import.objects.get(pk=upload.pk), by=MACHINE, at=AT)
        assert Place.objects.get(code="05.301.03.01").name_fr == "Nearcommune1"
        assert not Place.objects.filter(code="3010301").exists()
    assert acts() == ["preview import", "apply import", "undo import"]


def test_one_wrong_row_keeps_all_from_being_applied(tree: Tree, officer: Account) -> None:
    rows = [{**GOOD[0], "name_ar": "ا"}, {**GOOD[1], "name_ar": "ب", "population": "many"}]
    with within(of(tree.province)):
        upload = brought(tree, officer, [{key: str(value) for key, value in row.items()} for row in rows])
        assert list(imports.errors_of(upload)) == [3]
        with pytest.raises(Refused, match="1 row has errors"):
            imports.apply(upload, by=MACHINE, on=ON, at=AT)
        assert Place.objects.get(code="05.301.03.01").name_fr == "Nearcommune1"


def test_a_row_beyond_ones_place_is_an_error_in_its_row(tree: Tree, officer: Account) -> None:
    with within(of(tree.near)):
        upload = imports.preview(
            cells.csv_bytes(pl.DataFrame([{"place": "05.301.07.01", "population": 1}])),
            "x.csv",
            place=tree.near,
            account=officer,
            by=MACHINE,
            at=AT,
        )
        assert list(imports.errors_of(upload)) == [2]


def test_a_second_apply_is_told_and_does_nothing(tree: Tree, officer: Account) -> None:
    rows = [{**row, "name_ar": "دوار"} for row in GOOD]
    with within(of(tree.province)):
        upload = brought(tree, officer, rows)
        stale = Import.objects.get(pk=upload.pk)
        imports.apply(upload, by=MACHINE, on=ON, at=AT)
        with pytest.raises(Refused, match="already applied"):
            imports.apply(stale, by=MACHINE, on=ON, at=AT)
        assert Place.objects.filter(code="3010301").count() == 1


def test_a_preview_that_grew_old_is_not_applied(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = brought(tree, officer, [GOOD[0]])
        Place.objects.filter(code="05.301.03.01").update(name_fr="Meanwhile")
        with pytest.raises(Refused, match="changed since this preview"):
            imports.apply(upload, by=MACHINE, on=ON, at=AT)
        assert Import.objects.get(pk=upload.pk).status == "preview"
        assert Place.objects.get(code="05.301.03.01").name_fr == "Meanwhile"


def test_an_import_on_which_something_stands_is_not_undone(tree: Tree, officer: Account) -> None:
    rows = [{**row, "name_ar": "دوار"} for row in GOOD]
    with within(of(tree.province)):
        upload = brought(tree, officer, rows)
        imports.apply(upload, by=MACHINE, on=ON, at=AT)
        douar = Place.objects.get(code="3010301")
        Boundary.objects.create(place=douar, position=douar.position, wkb=b"", west=0, south=0, east=0, north=0, area_km2=0)
        with pytest.raises(Refused, match="has others below it, figures or roles"):
            imports.undo(Import.objects.get(pk=upload.pk), by=MACHINE, at=AT)
        assert Place.objects.filter(code="3010301").exists()


def test_a_dropped_import_is_settled(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = brought(tree, officer, [GOOD[0]])
        imports.drop(upload, by=MACHINE, at=AT)
        with pytest.raises(Refused, match="already applied, undone or dropped"):
            imports.apply(Import.objects.get(pk=upload.pk), by=MACHINE, on=ON, at=AT)


@pytest.mark.parametrize(
    ("content", "name"), [(b"\x00\x01", "x.xlsx"), (b"a,b\n1,2\n", "x.csv"), (b"", "x.csv"), (b"a", "x.exe")]
)
def test_a_file_that_is_no_table_of_places_is_refused(tree: Tree, officer: Account, content: bytes, name: str) -> None:
    with within(of(tree.province)), pytest.raises(BadData):
        imports.preview(content, name, place=tree.province, account=officer, by=MACHINE, at=AT)
    with scope.everything():
        assert not Import.objects.exists()
