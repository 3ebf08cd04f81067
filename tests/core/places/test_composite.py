"""The composite index step by step, after the handbook: normalise, weigh, aggregate, test the sensitivity."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tiwizi.core.errors import BadData
from tiwizi.core.places import composite
from tiwizi.core.places.composite import (
    MEANS,
    NORMALISATIONS,
    WEIGHTINGS,
    Floats,
    Mean,
    Normalisation,
    aggregate,
    composite_index,
    entropy_weights,
    incomplete,
    index_measures,
    normalise,
    rank_intervals,
    ranks,
)
from tiwizi.core.rulebook.subjects import Index, IndexDimension, IndexIndicator, Label, Number
from tiwizi.core.tables import CENSUS, MEASURES

DAY = date(2024, 9, 1)
LABEL = Label("ar", "fr", "en")
Direction = Literal["up", "down"]
Rows = Mapping[str, tuple[float | None, ...]]


def number(value: str) -> Number:
    """A number of the rulebook."""
    return Number(Fraction(value), "index", LABEL, DAY, DAY, assumed=True, source=None, key="key")


def indicator(column: str, direction: Direction, high: str, weight: str) -> IndexIndicator:
    """An indicator with goalposts from 0 to `high`."""
    return IndexIndicator(column, LABEL, column, direction, number("0"), number(high), number(weight))


LEARNING = IndexDimension(
    "learning",
    LABEL,
    number("1/2"),
    (indicator("schooling_share", "up", "1", "3/4"), indicator("illiteracy_10_plus_share", "down", "1/2", "1/4")),
)
LIVING = IndexDimension("living", LABEL, number("1/2"), (indicator("running_water_share", "up", "1", "1"),))
INDEX = Index(
    series="an index",
    label=LABEL,
    normalisation="goalposts",
    weighting="given",
    mean="arithmetic",
    line=number("3/4"),
    draws=number("10"),
    concentration=number("20"),
    dimensions=(LEARNING, LIVING),
)
COLUMNS = ("schooling_share", "illiteracy_10_plus_share", "running_water_share")

# Learning: 3/4 x 0.8 + 1/4 x (1 - 0.2 / 0.5) = 0.75; living: 0.35; B is better in all, C in living alone.
THREE: Rows = {"A": (0.8, 0.2, 0.35), "B": (1.0, 0.0, 0.9), "C": (0.8, 0.2, 1.0)}


def census(rows: Rows) -> pl.DataFrame:
    """The census table of shares of schooling, illiteracy and running water by place; every place has 1,000 people."""
    return CENSUS.frame(
        [
            {"place": place, "year": 2024, "milieu": "total", "population": 1000} | dict(zip(COLUMNS, shares, strict=True))
            for place, shares in rows.items()
        ]
    )


def scored(rows: Rows, index: Index = INDEX) -> pl.DataFrame:
    """Index, rank and dimensions of the places."""
    return composite_index(census(rows), index=index, year=2024)


def intervals(rows: Rows, index: Index = INDEX, **more: Any) -> pl.DataFrame:
    """Intervals of the places, from 500 draws unless said otherwise."""
    arguments: dict[str, Any] = {"draws": 500, "rng": np.random.default_rng(5), "concentration": 20.0} | more
    return rank_intervals(census(rows), index=index, year=2024, **arguments)


def one_scale(values: Sequence[float], method: Normalisation, direction: Direction = "up") -> list[float]:
    """The values on one scale, with goalposts from 0 to 10."""
    return [*map(float, normalise(np.array(values, dtype=float), method=method, direction=direction, low=0.0, high=10.0))]


# Examples: normalisation


def test_goalposts_are_fixed_and_cut() -> None:
    assert one_scale([-1, 0, 5, 12], "goalposts") == [0, 0, 0.5, 1]
    assert one_scale([-1, 0, 5, 12], "goalposts", "down") == [1, 1, 0.5, 0]


def test_min_max_goes_from_the_least_to_the_greatest() -> None:
    assert one_scale([2, 4, 10], "min_max") == [0, 0.25, 1]
    assert one_scale([2, 4, 10], "min_max", "down") == [1, 0.75, 0]


def test_z_scores_stand_around_one_half_with_a_sixth_a_deviation() -> None:
    # Mean 4, standard deviation 2.
    assert one_scale([2, 2, 6, 6], "z_score") == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    far = one_scale([0] * 99 + [1], "z_score")
    assert far[-1] == 1


def test_ranks_share_their_mean_and_percentiles_count_who_is_worse() -> None:
    assert one_scale([7, 1, 7, 9, 3], "rank") == pytest.approx([2.5 / 4, 0, 2.5 / 4, 1, 1 / 4])
    assert one_scale([7, 1, 7, 9, 3], "rank", "down") == pytest.approx([1.5 / 4, 1, 1.5 / 4, 0, 3 / 4])
    assert one_scale([7, 1, 7, 9, 3], "percentile") == pytest.approx([0.4, 0, 0.4, 0.8, 0.2])


@pytest.mark.parametrize("method", ["min_max", "z_score", "rank", "percentile"])
def test_an_indicator_that_is_the_same_everywhere_says_nothing(method: Normalisation) -> None:
    assert one_scale([3, 3, 3], method) == [0.5, 0.5, 0.5]


# Examples: weights and means


def test_entropy_weighs_what_tells_places_apart() -> None:
    # Parts (1/4, 3/4): entropy 0.811278 of one bit; (1/2, 1/2): 1; (1, 0): 0.
    weights = entropy_weights(np.array([[1.0, 1.0, 1.0], [3.0, 1.0, 0.0]]))
    assert weights.tolist() == pytest.approx([0.188722 / 1.188722, 0, 1 / 1.188722], abs=1e-6)


def test_entropy_weights_are_equal_where_nothing_tells_places_apart() -> None:
    assert entropy_weights(np.ones((4, 2))).tolist() == [0.5, 0.5]
    assert entropy_weights(np.zeros((4, 2))).tolist() == [0.5, 0.5]


def test_a_geometric_mean_punishes_what_an_arithmetic_one_makes_up_for() -> None:
    scores, weights = np.array([[0.25, 1.0], [0.0, 1.0]]), np.array([1.0, 1.0])
    assert aggregate(scores, weights, mean="arithmetic").tolist() == [0.625, 0.5]
    # A part of 0 counts as 0.01.
    assert aggregate(scores, weights, mean="geometric").tolist() == pytest.approx([0.5, 0.1])


def test_weights_of_each_draw_need_not_sum_to_one() -> None:
    drawn = aggregate(np.array([[0.2, 0.6]]), np.array([[1.0, 3.0], [5.0, 0.0]]), mean="arithmetic")
    assert drawn.tolist() == [[pytest.approx(0.5)], [pytest.approx(0.2)]]


def test_equal_values_share_the_better_rank() -> None:
    assert ranks(np.array([0.5, 0.9, 0.5, 0.1])).tolist() == [2, 1, 2, 4]
    assert ranks(np.array([[1.0, 2.0], [3.0, 3.0]])).tolist() == [[2, 1], [1, 1]]


# Examples: the index


def test_indicators_make_dimensions_and_dimensions_the_index() -> None:
    scores = scored(THREE)
    assert scores["learning"].to_list() == pytest.approx([0.75, 1.0, 0.75])
    assert scores["living"].to_list() == pytest.approx([0.35, 0.9, 1.0])
    assert scores["index"].to_list() == pytest.approx([0.55, 0.95, 0.875])
    assert scores.select("place", "population", "rank").rows() == [("A", 1000, 3), ("B", 1000, 1), ("C", 1000, 2)]


def test_the_geometric_mean_is_of_dimensions() -> None:
    scores = scored(THREE, replace(INDEX, mean="geometric"))
    assert scores["learning"][0] == pytest.approx(0.75)
    assert scores["index"][0] == pytest.approx((0.75 * 0.35) ** 0.5)


def test_places_with_the_same_figures_share_their_rank() -> None:
    twins = {**THREE, "D": THREE["B"], "E": THREE["A"]}
    assert scored(twins)["rank"].to_list() == [4, 1, 3, 1, 4]
    drawn = intervals(twins)
    assert drawn.filter(pl.col("place") == "B").drop("place").rows() == drawn.filter(pl.col("place") == "D").drop("place").rows()


def test_a_place_that_lacks_an_indicator_has_no_index_and_is_named() -> None:
    lacking = {**THREE, "D": (0.9, None, 0.9)}
    scores = scored(lacking)
    assert scores.row(3) == ("D", 1000, None, None, None, None)
    assert scores[:3].equals(scored(THREE))
    assert incomplete(census(lacking), index=INDEX, year=2024) == ["D"]
    assert intervals(lacking)["place"].to_list() == ["A", "B", "C"]


def test_people_below_the_line_and_their_shortfall() -> None:
    # E stands on the line.
    lacking = {**THREE, "D": (None, None, None), "E": (0.75, 0.125, 0.75)}
    measures = index_measures(
        scored(lacking), intervals(lacking), line=0.75, as_of=DAY, series="an index", source="a census", assumed=True
    )
    rows = {
        (row[0], row[1]): row[2:] for row in measures.select("place", "measure", "value", "people", "standing", "assumed").rows()
    }
    assert MEASURES.check(measures).equals(measures)
    # A: 0.55, so (0.75 - 0.55) / 0.75 x 1,000 = 266.67.
    assert rows["A", "development_shortfall_people"] == (267, 1000, "computed", True)
    assert [rows[place, "people_below_development_line"][0] for place in "ABCDE"] == [1000, 0, 0, None, 0]
    assert [rows[place, "development_shortfall_people"][0] for place in "BCDE"] == [0, 0, None, 0]
    assert rows["D", "development_index"] == (None, 1000, "computed", True)


def test_a_place_on_the_line_is_not_below_it_whatever_the_doubles_say() -> None:
    # The root of 0.5 x 0.32 is 0.4, and 0.39999999999999997 in doubles.
    on_line: Rows = {"A": (0.5, 0.25, 0.32), "B": (0.5, 0.25, 0.31)}
    scores = scored(on_line, replace(INDEX, mean="geometric"))
    columns: dict[str, Any] = {"as_of": DAY, "series": "an index", "source": "a census", "assumed": True}
    rows = index_measures(scores, intervals(on_line), line=0.4, **columns)
    below = rows.filter(pl.col("measure") == "people_below_development_line")
    assert below["value"].to_list() == [0, 1000]


def test_the_index_carries_its_interval_under_random_weights() -> None:
    drawn = intervals(THREE)
    measures = index_measures(scored(THREE), drawn, line=0.75, as_of=DAY, series="an index", source="a census", assumed=False)
    rows = measures.filter(pl.col("measure") == "development_index")
    assert rows["low"].to_list() == drawn["index_low"].to_list()
    assert rows["high"].to_list() == drawn["index_high"].to_list()
    assert measures.filter(pl.col("measure") != "development_index")["low"].null_count() == 6


# Examples: the sensitivity


def test_a_place_that_is_best_in_everything_is_first_under_any_weights() -> None:
    best = {**THREE, "B": (1.0, 0.0, 1.0), "C": (0.8, 0.2, 0.9)}
    drawn = intervals(best)
    ends = drawn.select("rank_low", "rank_high", "rank_least", "rank_most")
    assert ends.rows() == [(3, 3, 3, 3), (1, 1, 1, 1), (2, 2, 2, 2)]


def test_weights_may_turn_the_order_of_places_that_are_good_at_different_things() -> None:
    opposed = {"A": (0.9, 0.0, 0.4), "B": (0.3, 0.0, 0.8)}
    wide = intervals(opposed, concentration=2.0)
    assert wide.select("rank_low", "rank_high").rows() == [(1, 2), (1, 2)]
    narrow = intervals(opposed, concentration=1e6)
    assert narrow.select("rank_low", "rank_high").rows() == [(1, 1), (2, 2)]
    assert narrow["index_low"].to_list() == pytest.approx([0.6625, 0.6375], abs=0.005)


def test_the_interval_holds_the_share_of_draws_asked_for() -> None:
    # With two dimensions and concentration 2 the weight of one is uniform, so the ends of 90 % lie at 5 and 95 %.
    ends = intervals({"A": (1.0, 0.0, 0.0), "B": (0.5, 0.25, 0.5)}, concentration=2.0, draws=20_000, level=0.9)
    assert ends.select("index_low", "index_high").row(0) == pytest.approx((0.05, 0.95), abs=0.01)
    assert ends.select("index_low", "index_high").row(1) == pytest.approx((0.5, 0.5))


def test_the_same_seed_gives_the_same_intervals_whatever_the_chunk() -> None:
    rows = {f"{n:03d}": (((7 * n) % 83) / 83, ((5 * n) % 41) / 83, ((11 * n) % 79) / 79) for n in range(160)}
    usual = intervals(rows)
    assert all(intervals(rows, chunk=chunk).equals(usual) for chunk in (1, 7, 500))
    assert not intervals(rows, rng=np.random.default_rng(6)).equals(usual)


def test_the_order_of_rows_changes_nothing() -> None:
    turned = dict(sorted(THREE.items(), reverse=True))
    assert scored(turned).equals(scored(THREE))
    assert intervals(turned).equals(intervals(THREE))


def test_an_index_of_one_dimension_cannot_move_with_its_weight() -> None:
    alone = replace(INDEX, dimensions=(LEARNING,))
    ends = intervals(THREE, alone)
    assert ends["index_low"].to_list() == ends["index_high"].to_list() == scored(THREE, alone)["index"].to_list()
    assert ends.select("rank_low", "rank_high").rows() == [(2, 2), (1, 1), (2, 2)]


# Laws

finite = st.integers(-1000, 1000).map(float)
columns = st.integers(2, 20).flatmap(lambda size: arrays(np.float64, size, elements=finite))
shares = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
places = st.lists(st.tuples(shares, shares, shares), min_size=2, max_size=9).map(
    lambda rows: {f"P{n}": row for n, row in enumerate(rows)}
)


def scaled(values: Floats, method: Normalisation, direction: Direction = "up") -> Floats:
    """The values on one scale, with goalposts at the ends of what they can be."""
    return normalise(values, method=method, direction=direction, low=-1000.0, high=1000.0)


@given(columns, st.sampled_from(NORMALISATIONS))
def test_every_scale_goes_from_0_to_1_and_keeps_the_order(values: Floats, method: Normalisation) -> None:
    scale = scaled(values, method)
    assert np.min(scale) >= 0
    assert np.max(scale) <= 1
    ordered = scale[np.argsort(values)]
    assert (np.diff(ordered) >= 0).all()


@given(columns, st.integers(1, 9), st.integers(-50, 50))
def test_an_affine_change_of_an_indicator_moves_neither_min_max_nor_z_scores(values: Floats, slope: int, shift: int) -> None:
    for method in ("min_max", "z_score"):
        assert np.allclose(scaled(slope * values + shift, method), scaled(values, method))


@given(columns)
def test_a_monotone_change_of_an_indicator_moves_neither_ranks_nor_percentiles(values: Floats) -> None:
    assert (scaled(values**3, "rank") == scaled(values, "rank")).all()
    assert (scaled(values**3, "percentile") == scaled(values, "percentile")).all()


@given(columns, st.sampled_from(["goalposts", "min_max", "z_score", "rank"]))
def test_a_reversed_direction_mirrors_the_scale(values: Floats, method: Normalisation) -> None:
    assert np.allclose(scaled(values, method, "down"), 1 - scaled(values, method))


@given(columns, st.sampled_from(NORMALISATIONS))
def test_less_is_better_is_more_of_the_opposite_is_better(values: Floats, method: Normalisation) -> None:
    assert np.allclose(scaled(values, method, "down"), scaled(-values, method)) or method == "goalposts"


@given(st.integers(2, 60).flatmap(lambda size: arrays(np.float64, (size, 3), elements=shares)), shares)
def test_entropy_weights_sum_to_1_and_give_a_constant_nothing(scores: Floats, constant: float) -> None:
    scores[:, 0] = constant
    weights = entropy_weights(scores)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    if np.max(np.ptp(scores, axis=0)) > 0 and (scores.sum(axis=0) > 0)[np.ptp(scores, axis=0) > 0].any():
        assert weights[0] == 0


@given(arrays(np.float64, (6, 3), elements=shares), arrays(np.float64, 3, elements=st.integers(1, 9).map(float)))
def test_a_geometric_mean_is_never_above_the_arithmetic_one(scores: Floats, weights: Floats) -> None:
    parts = np.maximum(scores, composite.GEOMETRIC_LEAST)
    assert (aggregate(parts, weights, mean="geometric") <= aggregate(parts, weights, mean="arithmetic") + 1e-12).all()


@given(places, st.sampled_from(NORMALISATIONS), st.sampled_from(MEANS))
def test_equal_weights_are_given_weights_that_are_equal(rows: dict[str, Any], method: Normalisation, mean: Mean) -> None:
    same = tuple(
        replace(
            dimension, weight=number("1/7"), indicators=tuple(replace(each, weight=number("2")) for each in dimension.indicators)
        )
        for dimension in INDEX.dimensions
    )
    given_equal = replace(INDEX, normalisation=method, mean=mean, dimensions=same)
    equal = replace(given_equal, weighting="equal", dimensions=INDEX.dimensions)
    assert np.allclose(scored(rows, given_equal)["index"], scored(rows, equal)["index"])


@given(places, st.sampled_from(MEANS))
def test_a_better_figure_never_lowers_the_index_of_fixed_goalposts(rows: dict[str, Any], mean: Mean) -> None:
    schooling, illiteracy, water = rows["P0"]
    better = rows | {"P0": (min(schooling + 0.1, 1.0), max(illiteracy - 0.1, 0.0), water)}
    index = replace(INDEX, mean=mean)
    before, after = scored(rows, index), scored(better, index)
    assert after["index"][0] >= before["index"][0] - 1e-12
    assert np.allclose(after["index"][1:], before["index"][1:])


@settings(max_examples=10)
@given(places)
def test_the_rank_lies_within_all_choices(rows: dict[str, Any]) -> None:
    drawn = intervals(rows, draws=20)
    for method in NORMALISATIONS:
        for weighting in WEIGHTINGS:
            for mean in MEANS:
                scores = scored(rows, replace(INDEX, normalisation=method, weighting=weighting, mean=mean))
                assert ((scores["rank"] >= drawn["rank_least"]) & (scores["rank"] <= drawn["rank_most"])).all()
    assert (drawn["rank_low"] <= drawn["rank_high"]).all()
    assert (drawn["index_low"] <= drawn["index_high"]).all()


@given(arrays(np.float64, (3, 12), elements=st.integers(0, 6).map(lambda n: n / 8)))
def test_ranks_of_draws_are_ranks(drawn: Any) -> None:
    assert (composite._fast_ranks(drawn) == ranks(drawn)).all()


# Refusals


@pytest.mark.parametrize("ask", [scored, intervals])
def test_a_census_that_lacks_an_indicator_everywhere_is_refused(ask: Any) -> None:
    with pytest.raises(BadData, match="no place has all the indicators of the index"):
        ask({"A": (0.5, None, 0.5), "B": (0.5, None, 0.2)})


def test_a_census_without_the_columns_of_the_index_is_refused() -> None:
    with pytest.raises(BadData, match="column running_water_share: this column is missing"):
        composite_index(census(THREE).drop("running_water_share"), index=INDEX, year=2024)
