"""Whom the money reaches, what it misses beside the optimum, and how far weights move shares and ranks."""

from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tiwizi.core.budget.targeting import (
    concentration_curve,
    concentration_index,
    leakage,
    optimal_amounts,
    share_intervals,
    share_of_poorest,
    targeting_ratio,
)
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.tables import PURSES

Rows = list[tuple[int, float, int]]


def tables(rows: Rows, third: str = "value") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Amounts, and a ranking or shortfalls, from rows of people, value and amount."""
    places = [f"p{n}" for n in range(len(rows))]
    amounts = pl.DataFrame({"place": places, "amount_dh": [row[2] for row in rows]})
    return amounts, pl.DataFrame({"place": places, "people": [row[0] for row in rows], third: [row[1] for row in rows]})


def curve(rows: Rows, **how: Any) -> pl.DataFrame:
    return concentration_curve(*tables(rows), **how)


# Examples

# From the poorest: 20 people get 400, 30 get 300, 50 get 300.
THREE: Rows = [(50, 0.1, 300), (20, 0.7, 400), (30, 0.3, 300)]


def test_the_curve_goes_from_the_poorest() -> None:
    assert curve(THREE).rows() == [
        (None, 0, 0, 0.0, 0.0),
        (0.7, 20, 400, 0.2, 0.4),
        (0.3, 50, 700, 0.5, 0.7),
        (0.1, 100, 1000, 1.0, 1.0),
    ]
    assert curve(THREE, poorer_when="low")["amount_share"].to_list() == [0.0, 0.3, 0.6, 1.0]


def test_places_as_poor_as_each_other_make_one_step() -> None:
    assert curve([(1, 0.5, 9), (3, 0.5, 1), (4, 0.2, 10)]).rows() == [
        (None, 0, 0, 0.0, 0.0),
        (0.5, 4, 10, 0.5, 0.5),
        (0.2, 8, 20, 1.0, 1.0),
    ]


def test_the_concentration_index_by_hand() -> None:
    # Twice the area: 0.2 x 0.4 + 0.3 x 1.1 + 0.5 x 1.7 = 1.26.
    assert concentration_index(curve(THREE)) == -0.26


def test_a_place_that_straddles_the_limit_counts_in_part() -> None:
    assert share_of_poorest(curve(THREE)) == 0.4
    assert share_of_poorest(curve(THREE), poorest=Fraction(1, 10)) == 0.2
    assert share_of_poorest(curve(THREE), poorest=Fraction(2, 5)) == 0.6  # and two thirds of the next place's 300
    assert share_of_poorest(curve(THREE), poorest=Fraction(1)) == 1


def test_the_targeting_ratio_of_sixty_per_cent_for_two_fifths_is_one_and_a_half() -> None:
    # The example of Coady, Grosh and Hoddinott: 60 % of the benefits for the poorest 40 % makes 1.5.
    assert targeting_ratio(curve(THREE)) == 1.5
    assert targeting_ratio(curve(THREE), poorest=Fraction(1, 5)) == 2


def test_the_optimum_fills_the_deepest_first() -> None:
    # Ten people lack 100 each, ten 60, ten 20. 800 brings the first to 60 (400), then both to 40 (200 each).
    _, shortfalls = tables([(10, 20.0, 0), (10, 100.0, 0), (10, 60.0, 0)], "shortfall_dh")
    assert optimal_amounts(shortfalls, envelope_dh=800).rows() == [("p0", 0, 20.0), ("p1", 600, 40.0), ("p2", 200, 40.0)]


def test_leakage_by_hand() -> None:
    missed = leakage(*tables([(10, 20.0, 100), (10, 100.0, 300), (10, 60.0, 400)], "shortfall_dh"))
    # The optimum is 0, 600, 200: 300 of 800 would move. No place has more than its whole shortfall, so all of it counts.
    assert missed.leakage_share == 300 / 800
    assert missed.shortfall_fall_share == 1
    # Squared: 10 x (20^2 - 10^2) + 10 x (100^2 - 70^2) + 10 x (60^2 - 20^2) = 86,000 of 10 x (8,400 + 2,000) = 104,000.
    assert missed.squared_fall_share == pytest.approx(86 / 104)
    assert missed.optimum["amount_dh"].to_list() == [0, 600, 200]


def test_money_beyond_the_whole_shortfall_leaks() -> None:
    missed = leakage(*tables([(10, 5.0, 150), (0, 9.0, 50), (10, 0.0, 100)], "shortfall_dh"))
    assert missed.optimum.rows() == [("p0", 50, 0.0), ("p1", 0, 0.0), ("p2", 0, 0.0)]
    assert missed.leakage_share == 250 / 300
    assert missed.shortfall_fall_share == 1
    assert missed.squared_fall_share == 1


def purses(people: dict[str, list[int]]) -> pl.DataFrame:
    rows = [(f"p{n}", criterion, count) for criterion, row in people.items() for n, count in enumerate(row)]
    return pl.DataFrame(rows, schema=PURSES.schema, orient="row")


def intervals(people: dict[str, list[int]], weights: dict[str, Fraction] | None = None, **how: Any) -> pl.DataFrame:
    """Intervals of few draws with equal weights, unless told."""
    terms: dict[str, Any] = {"draws": 200, "rng": np.random.default_rng(5), "concentration": 20.0} | how
    return share_intervals(purses(people), weights=weights or dict.fromkeys(people, Fraction(1)), **terms)


def test_one_criterion_leaves_nothing_to_weigh() -> None:
    assert intervals({"poor": [1, 5, 2, 2]}).rows() == [
        ("p0", 0.1, 0.1, 0.1, 4, 4, 4),
        ("p1", 0.5, 0.5, 0.5, 1, 1, 1),
        ("p2", 0.2, 0.2, 0.2, 2, 2, 2),
        ("p3", 0.2, 0.2, 0.2, 2, 2, 2),
    ]


def test_two_criteria_that_disagree_move_shares_as_their_weights_do() -> None:
    # All the poor in p0 and all the jobless in p1: the shares are the weights, Beta(3, 1) and its complement.
    weights = {"poor": Fraction(3, 4), "jobless": Fraction(1, 4)}
    ends = intervals({"poor": [4, 0], "jobless": [0, 9]}, weights, draws=40_000, concentration=4.0)
    low, high = 0.05 ** (1 / 3), 0.95 ** (1 / 3)
    assert ends["share"].to_list() == [0.75, 0.25]
    assert ends["share_low"].to_list() == pytest.approx([low, 1 - high], abs=0.01)
    assert ends["share_high"].to_list() == pytest.approx([high, 1 - low], abs=0.01)
    assert ends.select("rank", "rank_low", "rank_high").rows() == [(1, 1, 2), (2, 1, 2)]  # poor weighs less in 1 draw of 8


def test_an_empty_purse_and_one_without_weight_are_left_out() -> None:
    people = {"poor": [1, 3], "remote": [0, 0], "jobless": [7, 0]}
    weights = {"poor": Fraction(1, 2), "remote": Fraction(1, 2), "jobless": Fraction(0)}
    assert intervals(people, weights)["share_high"].to_list() == [0.25, 0.75]


# Laws

rows_of_places = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 40).map(lambda value: value / 8), st.integers(0, 10**6)),
    min_size=1,
    max_size=9,
).filter(lambda rows: any(row[2] for row in rows))
parts = st.fractions(Fraction(1, 100), 1)


@given(rows_of_places)
def test_the_curve_rises_from_nothing_to_all(rows: Rows) -> None:
    points = curve(rows)
    for name in ("people_share", "amount_share"):
        assert points[name][0] == 0
        assert points[name][-1] == 1
        assert points[name].is_sorted()
    assert -1 <= concentration_index(points) <= 1


@given(rows_of_places, parts)
def test_money_by_head_is_neutral(rows: Rows, poorest: Fraction) -> None:
    points = curve([(people, value, 7 * people) for people, value, _ in rows])
    assert concentration_index(points) == 0
    assert targeting_ratio(points, poorest=poorest) == pytest.approx(1)


@given(rows_of_places, parts)
def test_more_a_head_where_people_are_poorer_puts_the_curve_above_the_diagonal(rows: Rows, poorest: Fraction) -> None:
    points = curve([(people, value, people * (1 + int(8 * value))) for people, value, _ in rows])
    slopes = (points["amount_dh"].diff() / points["people"].diff()).drop_nulls()
    assert slopes.is_sorted(descending=True)
    assert concentration_index(points) <= 0
    assert targeting_ratio(points, poorest=poorest) >= 1 - 1e-12


@given(rows_of_places)
def test_reading_the_ranking_the_other_way_turns_the_index_over(rows: Rows) -> None:
    assert concentration_index(curve(rows)) == pytest.approx(-concentration_index(curve(rows, poorer_when="low")), abs=1e-12)


@given(rows_of_places)
def test_a_place_cut_into_equal_halves_changes_nothing(rows: Rows) -> None:
    halves = [(people, value, amount) for people, value, amount in rows for _ in range(2)]
    doubled = [(2 * people, value, 2 * amount) for people, value, amount in rows]
    assert_frame_equal(curve(halves), curve(doubled))


@given(rows_of_places, st.fractions(0, 1))
def test_the_optimum_leaks_nothing(rows: Rows, part: Fraction) -> None:
    rows = [(people, 800 * depth, amount) for people, depth, amount in rows]
    envelope_dh = int(part * int(sum(people * depth for people, depth, _ in rows)))
    assume(envelope_dh)
    _, shortfalls = tables(rows, "shortfall_dh")
    best = optimal_amounts(shortfalls, envelope_dh=envelope_dh).select("place", "amount_dh")
    missed = leakage(best, shortfalls)
    assert best["amount_dh"].sum() == envelope_dh
    assert missed.leakage_share == 0
    assert missed.squared_fall_share == pytest.approx(1, abs=0.01)  # but for what whole dirhams change


@given(rows_of_places, st.integers(0, 10**7))
def test_the_optimum_never_spends_more_than_people_lack(rows: Rows, envelope_dh: int) -> None:
    _, shortfalls = tables(rows, "shortfall_dh")
    best = optimal_amounts(shortfalls, envelope_dh=envelope_dh)
    needs = [people * depth for people, depth, _ in rows]
    assert best["amount_dh"].sum() <= envelope_dh
    assert all(amount < need + 1 for amount, need in zip(best["amount_dh"], needs, strict=True))
    left = sum(people * depth for (people, _, _), depth in zip(rows, best["remaining_dh"], strict=True))
    assert left == pytest.approx(max(sum(needs) - envelope_dh, 0), abs=1e-6)


@given(rows_of_places)
def test_nothing_beats_the_optimum(rows: Rows) -> None:
    assume(any(depth for _, depth, _ in rows))
    amounts, shortfalls = tables(rows, "shortfall_dh")
    missed = leakage(amounts, shortfalls)
    assert 0 <= missed.leakage_share <= 1
    assert 0 <= missed.squared_fall_share <= 1
    assert 0 <= missed.shortfall_fall_share <= 1
    deepest = missed.optimum["remaining_dh"].max()
    paid = missed.optimum.filter(pl.col("amount_dh") > 0)["remaining_dh"]
    assert all(left == pytest.approx(deepest) for left in paid)


matrices = st.integers(1, 3).flatmap(
    lambda criteria: st.lists(st.lists(st.integers(0, 30), min_size=criteria, max_size=criteria), min_size=1, max_size=6).map(
        lambda places: {f"c{n}": [place[n] + 1 for place in places] for n in range(criteria)}
    )
)


@given(matrices, st.integers(1, 60), st.sampled_from([1, 3, 500]))
def test_intervals_hold_together_whatever_the_chunk(people: dict[str, list[int]], draws: int, chunk: int) -> None:
    ends = intervals(people, draws=draws, chunk=chunk)
    size = ends.height
    assert_frame_equal(ends, intervals(people, draws=draws), check_exact=True)
    assert ends["share"].sum() == pytest.approx(1)
    assert (ends["share_low"] <= ends["share_high"]).all()
    assert (ends["rank_low"] <= ends["rank_high"]).all()
    assert ends["rank"].to_list() == ends["share"].rank("min", descending=True).to_list()
    assert ends["rank_low"].is_between(1, size).all()


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6), st.integers(2, 4))
def test_criteria_that_agree_leave_no_width(row: list[int], criteria: int) -> None:
    ends = intervals({f"c{n}": [(n + 1) * count for count in row] for n in range(criteria)})
    assert ends["share_low"].to_list() == pytest.approx(ends["share"].to_list())
    assert ends["share_high"].to_list() == pytest.approx(ends["share"].to_list())


def test_a_higher_concentration_narrows_the_intervals() -> None:
    people = {"poor": [9, 1, 4], "jobless": [1, 7, 4]}
    wide, narrow = (intervals(people, draws=2000, concentration=level) for level in (2.0, 200.0))
    widths = [ends["share_high"] - ends["share_low"] for ends in (wide, narrow)]
    assert (widths[0] > 2 * widths[1]).to_list() == [True, True, True]


# Refusals


def test_a_place_in_one_table_only_is_refused() -> None:
    amounts, ranking = tables(THREE)
    with pytest.raises(BadData) as refused:
        concentration_curve(amounts[:2], ranking[1:])
    assert str(refused.value).splitlines() == [
        f"table {table}: {place} is not in this table. Its people or its money would be left out without a word."
        " Give it a row, or remove it from the other table."
        for table, place in (("ranking", "p0"), ("amounts", "p2"))
    ]


def test_a_place_without_a_rank_is_refused() -> None:
    amounts, ranking = tables(THREE)
    with pytest.raises(BadData, match="table ranking, column value, row 1: the value is missing"):
        concentration_curve(amounts, ranking.with_columns(value=pl.when(pl.col("place") != "p0").then("value")))


@pytest.mark.parametrize(("rows", "column"), [([(0, 0.5, 7)], "people"), ([(5, 0.5, 0)], "amount_dh")])
def test_shares_of_nothing_are_refused(rows: Rows, column: str) -> None:
    with pytest.raises(Refused, match=f"column {column}: every value is 0. A share of nothing is not defined."):
        curve(rows)


def test_an_optimum_where_nobody_lacks_anything_is_refused() -> None:
    with pytest.raises(Refused, match="column shortfall_dh: every value is 0"):
        leakage(*tables([(0, 4.0, 7), (3, 0.0, 7)], "shortfall_dh"))
    with pytest.raises(Refused, match="the envelope of -1 is below 0"):
        optimal_amounts(tables([(1, 4.0, 7)], "shortfall_dh")[1], envelope_dh=-1)


@pytest.mark.parametrize("poorest", [Fraction(0), Fraction(3, 2)])
def test_a_part_of_the_people_is_a_share(poorest: Fraction) -> None:
    with pytest.raises(Refused, match=f"poorest part of the people: the part is {poorest}, and must be above 0"):
        share_of_poorest(curve(THREE), poorest=poorest)


def test_all_that_is_wrong_with_draws_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        intervals({"poor": [1]}, draws=0, concentration=0.0, level=1.0)
    assert [str(problem.where[0]) for problem in refused.value.problems] == [
        "parameter draws",
        "parameter concentration",
        "parameter level",
    ]
