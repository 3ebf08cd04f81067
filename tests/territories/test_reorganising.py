"""Places through time: a split, a merger, a move; what lies below, the ground, the totals, and every refusal."""

from datetime import date
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.journal.models import Entry
from tiwizi.territories import outlines, queries, tiles
from tiwizi.territories.models import Boundary, Outline, Place, Succession
from tiwizi.territories.reorganising import New, reorganise

DAY = date(2015, 9, 1)


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def entries() -> list[Entry]:
    with scope.everything():
        return list(Entry.objects.order_by("number"))


def arguments(**changed: Any) -> dict[str, Any]:
    return {"on": DAY, "by": MACHINE, "at": AT, "source": "decree", **changed}


def drawn(place: Place, west: float) -> None:
    """A square of a tenth of a degree."""
    shape = shapely.box(west, 32.0, west + 0.1, 32.1)
    box = {"west": west, "south": 32.0, "east": west + 0.1, "north": 32.1}
    Boundary.objects.create(place=place, position=place.position, wkb=shapely.to_wkb(shape), area_km2=100, source="x", **box)


def test_a_commune_split_in_2015_keeps_both_histories(tree: Tree) -> None:
    old = tree.near_communes[1]
    with within(of(tree.province)):
        made = reorganise(
            [old],
            [New("05.301.03.05", "commune", tree.near, "شمال"), New("05.301.03.07", "commune", tree.near, "جنوب")],
            people={(old.code, "05.301.03.05"): 1800, (old.code, "05.301.03.07"): 1200},
            **arguments(),
        )
        before = {place.code for place in queries.tree(on=date(2014, 1, 1))}
        after = {place.code for place in queries.tree(on=DAY)}
        assert before - after == {old.code}
        assert after - before == {"05.301.03.05", "05.301.03.07"}
        assert [place.population for place in made] == [1800, 1200]
        counted = {"05.301.03.01": 1000, old.code: 3000}
        later = queries.under(counted, counted_on=date(2014, 9, 1), boundaries_on=ON)
        assert later == {"05.301.03.01": 1000, "05.301.03.05": 1800, "05.301.03.07": 1200}
        assert queries.under(later, counted_on=ON, boundaries_on=date(2014, 9, 1)) == counted
        ((came, went),) = queries.histories(made[:1])
        assert [(place.code, people) for place, people, _day in came] == [(old.code, 1800)]
        assert went == []
    (entry,) = entries()
    assert (entry.command, entry.object, entry.place) == ("end place", old.code, old.code)
    assert entry.changes["after"] == [None, ["05.301.03.05", "05.301.03.07"]]


def test_the_people_of_a_level_hold_under_the_boundaries_of_another_day(tree: Tree) -> None:
    old = tree.near_communes[1]
    with within(of(tree.province)):
        reorganise(
            [old],
            [New("05.301.03.05", "commune", tree.near, "شمال"), New("05.301.03.07", "commune", tree.near, "جنوب")],
            people={(old.code, "05.301.03.05"): 2, (old.code, "05.301.03.07"): 1},
            **arguments(),
        )
        past = date(2014, 9, 1)
        own = queries.population_under(counted_on=past, boundaries_on=past)
        today = queries.population_under(counted_on=past, boundaries_on=ON)
        assert own[old.code] == 3000
        assert (today["05.301.03.05"], today["05.301.03.07"]) == (2000, 1000)
        assert sum(own.values()) == sum(today.values())
        assert today[tree.near.code] == own[tree.near.code]
    with within(of(tree.far)):
        assert set(queries.population_under(counted_on=past, boundaries_on=ON)) == {
            place.code for place in (tree.far, *tree.far_communes)
        }


def test_a_commune_that_moves_takes_its_douars_with_it_and_keeps_its_code_and_ground(tree: Tree) -> None:
    old = tree.near_communes[0]
    with within(of(tree.province)):
        douar = trees.place("3010101", "douar", "Douar", old, 1, 5)
        drawn(old, -5.5)
        outlines.draw(["commune"])
        (made,) = reorganise(
            [old], [New(old.code, "commune", tree.far, "ع", "Moved")], people={(old.code, old.code): 1000}, **arguments()
        )
        now = Place.objects.get(code=douar.code, until=None)
        assert (now.parent_id, now.name_fr, now.population, now.since) == (made.pk, "Douar", 1000, DAY)
        assert made.position < now.position <= made.last <= tree.far.last
        assert Place.objects.get(pk=douar.pk).until == DAY
        assert Succession.objects.get(before=douar).after_id == now.pk
        assert Boundary.objects.get(place=made).wkb == Boundary.objects.get(place=old).wkb
        assert made.lon == pytest.approx(-5.45)
    with within(of(tree.far)):
        assert {place.code for place in queries.tree(on=ON)} >= {old.code, douar.code}
    with within(of(tree.near)):
        assert not {place.code for place in queries.tree(on=ON)} & {old.code, douar.code}


def test_two_communes_that_merge_are_one_ground_and_the_map_shows_each_day_its_own(tree: Tree) -> None:
    first, second = tree.near_communes
    with within(of(tree.province)):
        drawn(first, -5.5)
        drawn(second, -5.4)
        outlines.draw(["commune"])
        (made,) = reorganise(
            [first, second],
            [New("05.301.03.09", "commune", tree.near, "معا")],
            people={(first.code, "05.301.03.09"): 1000, (second.code, "05.301.03.09"): 3000},
            **arguments(),
        )
        ground = Boundary.objects.get(place=made)
        shape = shapely.from_wkb(bytes(ground.wkb))
        assert shape.symmetric_difference(shapely.box(-5.5, 32.0, -5.3, 32.1)).area == pytest.approx(0, abs=1e-9)
        assert ground.area_km2 == 200
        assert {outline.place_id for outline in Outline.objects.filter(until=None)} == {made.pk}
        assert Outline.objects.filter(place=made).count() == len(outlines.BANDS)
        shown = [shown_on(day) for day in (date(2015, 8, 31), DAY)]
        assert shown == [{first.pk, second.pk}, {made.pk}]
        # Drawn again, as after another load, each day still has its own.
        outlines.draw(["commune"])
        assert [shown_on(day) for day in (date(2015, 8, 31), DAY)] == shown
        assert Outline.objects.count() == 3 * len(outlines.BANDS)


def shown_on(day: date) -> set[int]:
    layer = mapbox_vector_tile.decode(tiles.made(7, 62, 51, levels=("commune",), on=day))["places"]
    return {feature["id"] for feature in layer["features"]}


def test_the_ground_of_a_split_is_not_invented(tree: Tree) -> None:
    old = tree.near_communes[1]
    with within(of(tree.province)):
        drawn(old, -5.5)
        outlines.draw(["commune"])
        made = reorganise(
            [old],
            [New("N", "commune", tree.near, "شمال"), New("S", "commune", tree.near, "جنوب")],
            people={(old.code, "N"): 1, (old.code, "S"): 1},
            **arguments(),
        )
        assert not Boundary.objects.filter(place__in=made).exists()
        assert [place.lon for place in made] == [None, None]


def test_each_douar_of_a_split_commune_comes_under_the_one_that_was_said(tree: Tree) -> None:
    old = tree.near_communes[1]
    with within(of(tree.province)):
        for slot in (1, 2):
            trees.place(f"301010{slot}", "douar", f"Douar{slot}", old, slot, 5)
        after = [New("N", "commune", tree.near, "شمال"), New("S", "commune", tree.near, "جنوب")]
        people = {(old.code, "N"): 1, (old.code, "S"): 1}
        with pytest.raises(Refused, match="Nobody says which new place takes over 3010102"):
            reorganise([old], after, people=people, below={"3010101": "N"}, **arguments())
        assert Place.objects.get(pk=old.pk).until is None
        assert not Place.objects.filter(code__in=("N", "S")).exists()
        reorganise([old], after, people=people, below={"3010101": "N", "3010102": "S"}, **arguments())
        parents = {place.code: Place.objects.get(pk=place.parent_id).code for place in queries.tree(on=ON).filter(level="douar")}
        assert parents == {"3010101": "N", "3010102": "S"}


def test_a_cercle_that_is_renewed_takes_all_below_it_along(tree: Tree) -> None:
    with within(of(tree.province)):
        trees.place("3010101", "douar", "Douar", tree.near_communes[0], 1, 5)
        (made,) = reorganise(
            [tree.near],
            [New("05.301.09", "cercle", tree.province, "x")],
            people={(tree.near.code, "05.301.09"): 1},
            **arguments(),
        )
        below = queries.tree(on=ON).filter(position__gt=made.position, position__lte=made.last)
        assert [place.level for place in below] == ["commune", "douar", "commune"]
    assert entries()[0].changes["carried"] == [None, 3]


@pytest.mark.parametrize(
    ("code", "level", "seat", "reason"),
    [
        ("05.301.07.01", "commune", "near", "that of another place in force"),
        ("N", "commune", "old", "which ends"),
        ("N", "commune", "sister", "only under a higher level"),
        ("a/b", "commune", "near", "Latin letters, digits, dots and dashes"),
    ],
)
def test_what_is_refused_changes_nothing(tree: Tree, code: str, level: str, seat: str, reason: str) -> None:
    old, sister = tree.near_communes
    parent = {"near": tree.near, "old": old, "sister": sister}[seat]
    # The taken code is that of a place beyond the officer's own.
    with within(of(tree.near)):
        with pytest.raises(Refused, match=reason):
            reorganise([old], [New(code, level, parent, "x")], people={(old.code, code): 1}, **arguments())
        assert Place.objects.get(pk=old.pk).until is None
        assert not Succession.objects.exists()
    assert entries() == []


def test_a_place_that_ended_meanwhile_is_told(tree: Tree) -> None:
    old = tree.near_communes[0]
    with within(of(tree.province)):
        reorganise([old], [New("N", "commune", tree.near, "x")], people={(old.code, "N"): 1}, **arguments())
        with pytest.raises(Refused, match="has already ended"):
            reorganise(
                [old], [New("M", "commune", tree.near, "x")], people={(old.code, "M"): 1}, **arguments(on=date(2016, 1, 1))
            )
        assert not Place.objects.filter(code="M").exists()
