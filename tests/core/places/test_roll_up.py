"""Figures of communes gathered upwards, on a region, two provinces and four communes, one of them alone in its own."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some
from polars.testing import assert_frame_equal

from tiwizi.core.places.roll_up import rolled_up
from tiwizi.core.tables import MEASURES, PLACES

DAY = date(2024, 9, 1)
COMMUNES = ("a1", "a2", "a3", "b1")


def places() -> pl.DataFrame:
    rows: list[tuple[str, str, str | None, int | None]] = [
        ("r", "region", None, None),
        ("a", "province", "r", None),
        ("b", "province", "r", None),
    ]
    rows += [(code, "commune", code[0], people) for code, people in zip(COMMUNES, (100, 300, 600, 50), strict=True)]
    return PLACES.frame([{"place": c, "level": lv, "parent": p, "population": n, "since": DAY} for c, lv, p, n in rows])


def rows(measure: str, values: dict[str, float | None], people: dict[str, int] | None = None, **more: Any) -> pl.DataFrame:
    columns = {"as_of": DAY, "series": "S", "standing": "published", "assumed": False, "source": "census", **more}
    return MEASURES.frame(
        [{"place": c, "measure": measure, "value": v, "people": (people or {}).get(c), **columns} for c, v in values.items()]
    )


def of(figures: pl.DataFrame, place: str) -> dict[str, Any]:
    return figures.row(by_predicate=pl.col("place") == place, named=True)


def test_counts_are_added_and_the_base_covered_is_said() -> None:
    figures = rolled_up(rows("poor_people", {"a1": 1, "a2": 2, "a3": None}, {"a1": 100, "a2": 300, "a3": 600}), places())
    assert (of(figures, "a")["value"], of(figures, "a")["people"], of(figures, "a")["standing"]) == (3, 400, "computed")
    assert figures["place"].to_list() == ["a", "r"]


def test_a_sum_is_missing_only_where_nobody_of_the_rest_is_known() -> None:
    figures = rolled_up(rows("poor_people", {"a1": None, "a2": None, "b1": 7}, {"a1": 1, "a2": 1, "b1": 50}), places())
    assert (of(figures, "a")["value"], of(figures, "a")["people"]) == (None, None)
    assert (of(figures, "r")["value"], of(figures, "r")["people"]) == (7, 50)


def test_shares_are_weighted_by_the_people_they_are_about() -> None:
    figures = rolled_up(rows("literate_share", {"a1": 0.5, "a2": 0.1}, {"a1": 100, "a2": 300}), places())
    assert of(figures, "a")["value"] == pytest.approx(0.2)
    assert of(figures, "a")["people"] == 400


def test_a_figure_without_a_base_weighs_by_the_population_and_stands_in() -> None:
    figures = rolled_up(rows("paved_road_km", {"a1": 4.0, "a2": 8.0}), places())
    assert of(figures, "a")["value"] == pytest.approx(7.0)
    assert (of(figures, "a")["people"], of(figures, "a")["standing"]) == (None, "proxy")


def test_a_mean_of_nobody_is_unknown() -> None:
    figures = rolled_up(rows("literate_share", {"a1": 0.5}, {"a1": 0}), places())
    assert of(figures, "a")["value"] is None


def test_the_parts_of_deprivation_weigh_as_much_as_there_is_of_it() -> None:
    people = {"a1": 100, "a2": 300}
    whole = rows("adjusted_headcount_union", {"a1": 0.4, "a2": 0.1}, people)
    part = rows("contribution_water", {"a1": 0.9, "a2": 0.2}, people)
    figures = rolled_up(pl.concat([whole, part]), places()).filter(pl.col("measure") == "contribution_water")
    # 100 x 0.4 = 40 and 300 x 0.1 = 30 of deprivation; of these 36 and 6 are of water.
    assert of(figures, "a")["value"] == pytest.approx(42 / 70)


def test_a_proxy_stays_one_and_one_assumption_lies_behind_the_whole() -> None:
    mixed = pl.concat([rows("poor_people", {"a1": 1}, standing="proxy"), rows("poor_people", {"a2": 1}, assumed=True)])
    figures = of(rolled_up(mixed, places()), "a")
    assert (figures["standing"], figures["assumed"]) == ("proxy", True)
    assert not of(rolled_up(rows("poor_people", {"a1": 1}), places()), "a")["assumed"]


def test_ranks_say_nothing_of_a_larger_place() -> None:
    ranked = pl.concat([rows("development_rank", {"a1": 1.0}), rows("development_rank_by_choices", {"a1": 1.0})])
    assert rolled_up(ranked, places()).is_empty()


def test_ends_add_up_and_a_figure_without_ends_stands_for_both() -> None:
    first = rows("poor_people", {"a1": 10}, low=8.0, high=13.0)
    figures = of(rolled_up(pl.concat([first, rows("poor_people", {"a2": 5})]), places()), "a")
    assert (figures["low"], figures["value"], figures["high"]) == (13, 15, 18)
    none = of(rolled_up(rows("poor_people", {"a1": 10}), places()), "a")
    assert (none["low"], none["high"]) == (None, None)


def test_years_and_series_never_mix() -> None:
    two = pl.concat([rows("poor_people", {"a1": 1}), rows("poor_people", {"a1": 2}, as_of=date(2014, 9, 1))])
    assert rolled_up(two, places()).filter(pl.col("place") == "a")["value"].to_list() == [2, 1]


def test_only_places_of_the_table_get_a_figure() -> None:
    inside = places().filter(pl.col("place") != "r")
    assert rolled_up(rows("poor_people", {"a1": 1}), inside)["place"].to_list() == ["a"]


known = some.lists(some.none() | some.integers(0, 10**6), min_size=4, max_size=4)
shares = some.lists(some.none() | some.floats(0, 1), min_size=4, max_size=4)
bases = some.lists(some.integers(1, 10**6), min_size=4, max_size=4)


def typed(measure: str, values: list[Any], people: list[int]) -> pl.DataFrame:
    return rows(measure, dict(zip(COMMUNES, values, strict=True)), dict(zip(COMMUNES, people, strict=True)))


@given(known, bases)
def test_law_the_provinces_sum_to_the_region_and_to_the_communes(values: list[int | None], people: list[int]) -> None:
    figures = rolled_up(typed("poor_people", values, people), places())
    told = [value for value in values if value is not None]
    provinces = [of(figures, code)["value"] for code in ("a", "b") if of(figures, code)["value"] is not None]
    assert sum(provinces) == sum(told)
    assert of(figures, "r")["value"] == (sum(told) if told else None)


@given(shares, bases)
def test_law_a_place_with_one_child_has_its_figure_and_a_mean_lies_between(values: list[float | None], people: list[int]) -> None:
    figures = rolled_up(typed("poor_share", values, people), places())
    assert of(figures, "b")["value"] == values[3]
    known = [value for value in values if value is not None]
    if known:
        assert min(known) <= of(figures, "r")["value"] <= max(known)
        assert of(figures, "r")["people"] == sum(n for value, n in zip(values, people, strict=True) if value is not None)


@given(shares, bases, some.randoms(use_true_random=False))
def test_law_the_order_of_rows_does_not_matter(values: list[float | None], people: list[int], shuffler: Any) -> None:
    table = typed("poor_share", values, people)
    order = list(range(4))
    shuffler.shuffle(order)
    assert_frame_equal(rolled_up(table, places()), rolled_up(table[order], places()), check_exact=True)
