"""How far an order of places owes itself to one cutoff: ranks, agreement with the baseline, dominance."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy import stats

from tiwizi.core.errors import BadData, Refused
from tiwizi.core.poverty import robustness
from tiwizi.core.poverty.robustness import dominance, rank_robustness

Variants = dict[str, list[float]]


def figures(variants: Variants, se: list[float] | None = None) -> pl.DataFrame:
    """A figure a place (a, b, c ...) and variant; the same errors in all variants."""
    frames = []
    for variant, values in variants.items():
        frame = pl.DataFrame({"place": list("abcdefghij"[: len(values)]), "variant": variant, "value": values})
        frames.append(frame if se is None else frame.with_columns(se=pl.Series(se)))
    return pl.concat(frames)


# Examples

# Pairs at k=1/3: a>b>c>d, six. At 1/5 b and c change places, at 1/2 c and d are equal.
FOUR: Variants = {"1/3": [0.4, 0.3, 0.2, 0.1], "1/5": [0.8, 0.5, 0.6, 0.2], "1/2": [0.2, 0.1, 0.0, 0.0]}


def test_ranks_go_from_the_highest_with_ties_as_asked() -> None:
    for ties, last in (("min", [3, 3]), ("max", [4, 4]), ("dense", [3, 3]), ("average", [3.5, 3.5])):
        ranks = rank_robustness(figures(FOUR), ties=ties).ranks  # type: ignore[arg-type]
        assert ranks.filter(variant="1/2")["rank"].to_list() == [1, 2, *last]
    assert ranks.filter(variant="1/5").select("place", "rank").rows() == [("a", 1), ("b", 3), ("c", 2), ("d", 4)]


def test_kendall_and_spearman_by_hand() -> None:
    robustness = rank_robustness(figures(FOUR), ties="min")
    assert robustness.baseline == "1/3"
    # 1/5: 5 pairs agree, 1 does not: 4/6; squared differences of ranks 2: 1 - 6 x 2 / (4 x 15) = 0.8.
    # 1/2: 5 agree, 1 tied: 5 / sqrt(6 x 5); ranks 1, 2, 3.5, 3.5 against 1, 2, 3, 4: 4.5 / sqrt(5 x 4.5).
    assert robustness.agreement["variant"].to_list() == ["1/5", "1/2"]
    assert robustness.agreement["kendall_tau_b"].to_list() == pytest.approx([4 / 6, 5 / 30**0.5])
    assert robustness.agreement["spearman_rho"].to_list() == pytest.approx([0.8, 4.5 / 22.5**0.5])


def test_comparisons_survive_where_every_variant_keeps_their_strict_order() -> None:
    # b > c falls at 1/5, c > d at 1/2: four of six are left.
    robustness = rank_robustness(figures(FOUR), ties="min")
    assert (robustness.pairs, robustness.surviving_share) == (6, 4 / 6)
    assert (robustness.significant_pairs, robustness.significant_surviving_share) == (None, None)


def test_significant_comparisons_are_counted_apart() -> None:
    # With errors of 0.04, a difference needs 1.96 x 0.0566 = 0.111: ac, ad and bd, which all survive.
    robustness = rank_robustness(figures(FOUR, [0.04] * 4), ties="min")
    assert (robustness.significant_pairs, robustness.significant_surviving_share) == (3, 1.0)
    # At 80 % it needs 1.28 x 0.0566 = 0.073: all six.
    robustness = rank_robustness(figures(FOUR, [0.04] * 4), ties="min", level=0.8)
    assert (robustness.significant_pairs, robustness.significant_surviving_share) == (6, 4 / 6)
    assert rank_robustness(figures(FOUR, [9.0] * 4), ties="min").significant_surviving_share is None


def test_only_the_errors_of_the_baseline_are_asked_for() -> None:
    table = figures(FOUR, [0.04] * 4).with_columns(se=pl.when(variant="1/3").then("se"))
    assert rank_robustness(table, ties="min").significant_pairs == 3
    assert rank_robustness(table.with_columns(se=pl.lit(None)), ties="min").significant_pairs is None


def test_a_variant_that_tells_nobody_apart_agrees_with_nothing() -> None:
    robustness = rank_robustness(figures({"k": [0.4, 0.3, 0.2], "flat": [0.1, 0.1, 0.1]}), ties="average")
    assert robustness.agreement.rows() == [("flat", None, None)]
    assert robustness.surviving_share == 0.0
    flat = rank_robustness(figures({"flat": [0.1, 0.1, 0.1], "k": [0.4, 0.3, 0.2]}), ties="average")
    assert (flat.pairs, flat.surviving_share) == (0, None)


def test_dominance_by_hand() -> None:
    # b and c cross, c and d meet at 1/2; so a over all, b over d, c over d.
    dominated = dominance(figures(FOUR))
    assert dominated.pairs.rows() == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "d"), ("c", "d")]
    assert (dominated.compared, dominated.ordered_share) == (6, 5 / 6)


def test_equal_throughout_is_not_ordered() -> None:
    dominated = dominance(figures({"1/3": [0.2, 0.2], "1/2": [0.1, 0.1]}))
    assert dominated.pairs.is_empty()
    assert dominated.ordered_share == 0.0


# Laws

TABLES = st.tuples(st.integers(2, 8), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 4).map(lambda n: n / 4), min_size=size[0], max_size=size[0]), min_size=size[1], max_size=size[1]
    )
)


@given(TABLES)
def test_coefficients_are_those_of_scipy_and_pairs_those_of_a_loop(rows: list[list[float]]) -> None:
    robustness = rank_robustness(figures({f"k{n}": row for n, row in enumerate(rows)}), ties="min")
    for row, (_, tau, rho) in zip(rows[1:], robustness.agreement.rows(), strict=True):
        if len(set(row)) == 1 or len(set(rows[0])) == 1:
            assert (tau, rho) == (None, None)
        else:
            assert tau == pytest.approx(stats.kendalltau(rows[0], row).statistic)
            assert rho == pytest.approx(stats.spearmanr(rows[0], row).statistic)
    pairs = [(i, j) for i in range(len(rows[0])) for j in range(len(rows[0])) if rows[0][i] > rows[0][j]]
    assert robustness.pairs == len(pairs)
    surviving = sum(all(row[i] > row[j] for row in rows) for i, j in pairs)
    assert robustness.surviving_share == (surviving / len(pairs) if pairs else None)


@given(TABLES)
def test_dominance_is_that_of_a_loop_and_what_survives_is_ordered(rows: list[list[float]]) -> None:
    table = figures({f"k{n}": row for n, row in enumerate(rows)})
    dominated = dominance(table)
    values = np.array(rows).T
    loop = [
        ("abcdefghij"[i], "abcdefghij"[j])
        for i, value in enumerate(values)
        for j, other in enumerate(values)
        if (value >= other).all() and (value > other).any()
    ]
    assert dominated.pairs.rows() == loop
    robust = rank_robustness(table, ties="min")
    assert (robust.surviving_share or 0) * robust.pairs <= dominated.pairs.height + 1e-9


@given(TABLES, st.integers(0, 9), st.integers(1, 4))
def test_neither_the_order_of_rows_nor_the_size_of_blocks_matters(rows: list[list[float]], seed: int, block: int) -> None:
    table = figures({f"k{n}": row for n, row in enumerate(rows)}, [0.1 * n for n in range(len(rows[0]))])
    first = table.head(1)
    mixed = pl.concat([first, table.slice(1).sample(fraction=1, shuffle=True, seed=seed)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(robustness, "_BLOCK", block)
        ranked, ordered = rank_robustness(mixed, ties="min"), dominance(mixed)
    other = rank_robustness(table, ties="min")
    assert_frame_equal(ranked.agreement, other.agreement, check_row_order=False)
    assert_frame_equal(ranked.ranks, other.ranks, check_row_order=False)
    assert (ranked.surviving_share, ranked.significant_pairs) == (other.surviving_share, other.significant_pairs)
    assert ranked.significant_surviving_share == other.significant_surviving_share
    assert_frame_equal(ordered.pairs, dominance(table).pairs)


@given(TABLES)
def test_a_variant_that_only_stretches_the_baseline_changes_nothing(rows: list[list[float]]) -> None:
    robustness = rank_robustness(figures({"k": rows[0], "stretched": [3 * value + 1 for value in rows[0]]}), ties="min")
    assert robustness.surviving_share in (1.0, None)
    assert robustness.agreement["kendall_tau_b"].to_list() == [1.0 if robustness.pairs else None]


# Refusals


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (figures(FOUR).slice(1).filter(~((pl.col("place") == "c") & (pl.col("variant") == "1/2"))), "of a for the variant 1/3"),
        (figures({"1/3": [0.4, float("nan")], "1/2": [0.1, 0.2]}), "value is missing"),
        (figures(FOUR, [0.1, -0.1, 0.1, 0.1]), "below 0"),
        (figures(FOUR).with_columns(se=pl.when(place="a").then(0.1)), "b has no standard error"),
        (pl.concat([figures(FOUR), figures(FOUR)]), "more than once"),
        (figures(FOUR).drop("value"), "missing"),
    ],
)
def test_bad_figures_are_refused(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(BadData, match=says):
        rank_robustness(table, ties="min")


@pytest.mark.parametrize("table", [figures({"1/3": [0.4, 0.3]}), figures({"1/3": [0.4], "1/2": [0.2]})])
def test_nothing_to_compare_is_refused(table: pl.DataFrame) -> None:
    with pytest.raises(Refused, match="two variants at least"):
        dominance(table)


@pytest.mark.parametrize("how", [{"ties": "ordinal"}, {"ties": "min", "level": 1.0}, {"ties": "min", "level": 0.0}])
def test_unknown_ways_are_refused(how: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="cannot be used"):
        rank_robustness(figures(FOUR), **how)
