"""Poverty measures: worked examples of the literature, the line, laws, engines, bad data."""

import operator
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines import examples, held

from tiwizi.core.errors import BadData
from tiwizi.core.poverty.deprivation import Indicator
from tiwizi.core.poverty.estimates import estimates
from tiwizi.core.poverty.lanes import Lanes, for_sums
from tiwizi.core.poverty.totals import Scheme, Totals, totals

QUARTER = Fraction(1, 4)
FOUR = [Indicator(code, code, QUARTER) for code in ("income", "schooling", "nutrition", "sanitation")]
HALF = Fraction(1, 2)


def scheme(indicators: list[Indicator], *cutoffs: Fraction, counted: tuple[Fraction, ...] = ()) -> Scheme:
    return Scheme("", {indicator.code: indicator.weight for indicator in indicators}, cutoffs, counted)


def frame(rows: Sequence[tuple[int | None, ...]], indicators: list[Indicator], **columns: Any) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema={indicator.code: pl.Int8 for indicator in indicators}, orient="row")
    given = {"place": ["p"] * table.height, "people": [1] * table.height, **columns}
    return table.with_columns(**{name: pl.Series(values) for name, values in given.items()})


def census(rows: pl.DataFrame, indicators: list[Indicator], *schemes: Scheme, by: tuple[str, ...] = ()) -> Totals:
    return totals(held(rows), indicators=indicators, schemes=schemes, by=by, drawn="all")


def measured(counted: Totals, **where: Any) -> dict[str, float]:
    over = [tuple(where)] if where else [()]
    figures = estimates(counted, over=over)
    for name, value in where.items():
        figures = figures.filter(pl.col(name) == value)
    return {row["measure"]: row["value"] for row in figures.iter_rows(named=True)}


# Examples


def test_the_worked_example_of_the_ophi_textbook() -> None:
    """Alkire et al. (2015), chapter 5: four people, four indicators of equal weight, poor from two deprivations."""
    rows = [(0, 0, 0, 0), (1, 0, 0, 1), (1, 1, 1, 1), (0, 1, 0, 0)]
    figures = measured(census(frame(rows, FOUR), FOUR, scheme(FOUR, HALF)))
    assert (figures["headcount_ratio"], figures["intensity"], figures["adjusted_headcount"]) == (0.5, 0.75, 0.375)
    assert [figures[f"headcount_{indicator.code}"] for indicator in FOUR] == [0.5, 0.5, 0.25, 0.5]
    assert [figures[f"censored_headcount_{indicator.code}"] for indicator in FOUR] == [0.5, 0.25, 0.25, 0.5]
    assert [figures[f"contribution_{indicator.code}"] for indicator in FOUR] == pytest.approx([1 / 3, 1 / 6, 1 / 6, 1 / 3])


def test_the_worked_example_of_alkire_and_foster_2011() -> None:
    """Section 5.2: achievements against the cutoffs 13, 12, 3 and 1, poor from two; M0 3/8, M1 and M2 from the same gaps."""
    lines = [130, 120, 30, 10]
    have = [(131, 140, 40, 10), (152, 70, 50, 0), (125, 100, 10, 0), (200, 110, 30, 10)]
    cardinal = [Indicator(f"d{at}", "one", QUARTER, steps=line) for at, line in enumerate(lines)]
    gaps = [[max(line - has, 0) for line, has in zip(lines, person, strict=True)] for person in have]
    rows = frame([tuple(int(gap > 0) for gap in person) for person in gaps], cardinal)
    rows = rows.with_columns(pl.Series(f"gap_d{at}", [person[at] for person in gaps]) for at in range(4))
    figures = measured(census(rows, cardinal, scheme(cardinal, HALF)))
    poor = [gaps[1], gaps[2]]
    assert figures["headcount_ratio"] == 0.5
    assert figures["adjusted_headcount"] == 0.375
    assert figures["adjusted_gap"] == pytest.approx(
        sum(g / z for person in poor for g, z in zip(person, lines, strict=True)) / 16
    )
    assert figures["adjusted_gap"] == pytest.approx(0.206, abs=5e-4)
    assert figures["adjusted_squared_gap"] == pytest.approx(
        sum((g / z) ** 2 for person in poor for g, z in zip(person, lines, strict=True)) / 16
    )
    assert figures["censored_gap_d1"] == pytest.approx((50 / 120 + 20 / 120) / 4)


def test_destitution_counts_those_of_the_poor_who_pass_the_stricter_cutoffs() -> None:
    strict = [Indicator(indicator.code, indicator.code, indicator.weight, severe=True) for indicator in FOUR[:2]] + FOUR[2:]
    rows = frame([(1, 1, 0, 0), (1, 1, 0, 0), (1, 0, 0, 1), (0, 1, 0, 0)], strict).with_columns(
        severe_income=pl.Series([1, 0, 0, 0]), severe_schooling=pl.Series([1, 1, 0, 1])
    )
    figures = measured(census(rows, strict, scheme(strict, HALF)))
    assert figures["headcount_ratio"] == 0.75
    # The third is poor, and an indicator without a stricter cutoff keeps its own: one strict deprivation is not enough.
    assert figures["destitution_headcount_ratio"] == 0.25
    assert figures["destitution_adjusted_headcount"] == 0.125


def test_bands_of_vulnerable_and_severely_poor_people() -> None:
    rows = frame([(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0)], FOUR, people=[4, 3, 2, 1])
    figures = measured(census(rows, FOUR, scheme(FOUR, HALF, counted=(QUARTER, Fraction(3, 4)))))
    assert figures["vulnerable_share"] == 0.3
    assert figures["headcount_ratio"] == 0.3
    assert figures["severe_headcount_ratio"] == 0.1
    assert figures["poor_people"] == 3


def test_a_household_with_an_unknown_judgement_is_left_out_of_every_measure() -> None:
    rows = frame([(1, 1, 0, 0), (1, 1, None, 0), (0, 0, 0, 0)], FOUR, people=[2, 5, 2])
    counted = census(rows, FOUR, scheme(FOUR, HALF))
    assert measured(counted)["headcount_ratio"] == 0.5
    assert measured(counted)["headcount_income"] == 0.5
    assert (counted.column("people").sum(), counted.column("everyone").sum(), counted.column("rows").sum()) == (4, 9, 2)


def test_several_weights_and_cutoffs_are_counted_in_one_scan() -> None:
    rows = frame([(1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 1, 1), (1, 1, 1, 1)], FOUR, people=[5, 4, 3, 2])
    leaning = Scheme(
        "leaning",
        dict(zip([indicator.code for indicator in FOUR], [HALF, *[Fraction(1, 6)] * 3], strict=True)),
        (HALF, Fraction(1)),
    )
    even = scheme(FOUR, QUARTER, HALF)
    both = estimates(census(rows, FOUR, even, leaning))
    for weights in (even, leaning):
        alone = estimates(census(rows, FOUR, weights)).filter(pl.col("cutoff").is_not_null())
        here = both.filter((pl.col("scheme") == weights.name) & pl.col("cutoff").is_not_null())
        assert here.select("cutoff", "measure", "value").equals(alone.select("cutoff", "measure", "value"))
    figures = {
        (row["scheme"], row["cutoff"]): row["value"] for row in both.filter(measure="headcount_ratio").iter_rows(named=True)
    }
    assert figures == pytest.approx(
        {("", "1/4"): 1.0, ("", "1/2"): 9 / 14, ("leaning", "1/2"): 11 / 14, ("leaning", "1"): 2 / 14}
    )


# The line


def test_no_household_on_the_line_is_lost_to_rounding() -> None:
    """Weights of 1/9 and 1/12 and a cutoff of 1/2: all 2,048 profiles, of which doubles summed from the left lose some."""
    eleven = [Indicator(f"d{at}", "one", Fraction(1, 9) if at < 3 else Fraction(1, 12)) for at in range(11)]
    profiles = list(product((0, 1), repeat=11))
    exact = [sum(indicator.weight * bit for indicator, bit in zip(eleven, bits, strict=True)) for bits in profiles]
    line = [score == HALF for score in exact]
    # Added one by one, as engines do: Python's own sum makes up for what doubles lose.
    summed = [
        reduce(operator.add, [float(indicator.weight) * bit for indicator, bit in zip(eleven, bits, strict=True)]) >= 0.5
        for bits in profiles
    ]
    assert sum(line) > 50
    assert sum(on and not summed_on for on, summed_on in zip(line, summed, strict=True)) > 0
    rows = frame(profiles, eleven, place=[f"{at:04}" for at in range(len(profiles))])
    counted = census(rows, eleven, scheme(eleven, HALF))
    poor = dict(zip(counted.keys["place"], counted.column("poor", "", "1/2"), strict=True))
    assert [bool(poor[f"{at:04}"]) for at in range(len(profiles))] == [score >= HALF for score in exact]


# Laws

ROWS = st.lists(
    st.tuples(*[st.integers(0, 1)] * 4, st.integers(1, 9), st.sampled_from(["a", "b", "c"]), st.sampled_from(["r", "u"])),
    min_size=1,
    max_size=30,
)


def told_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    table = frame([row[:4] for row in rows], FOUR)
    return table.with_columns(people=pl.Series([row[4] for row in rows]), place=pl.Series([row[5] for row in rows])).with_columns(
        area=pl.Series([row[6] for row in rows])
    )


@given(ROWS, st.sampled_from([QUARTER, HALF, Fraction(3, 4), Fraction(1)]))
@examples(60)
def test_the_measures_decompose(rows: list[tuple[Any, ...]], cutoff: Fraction) -> None:
    counted = census(told_of(rows), FOUR, scheme(FOUR, cutoff), by=("area",))
    whole = measured(counted)
    if whole["intensity"] is not None:
        assert whole["headcount_ratio"] * whole["intensity"] == pytest.approx(whole["adjusted_headcount"], abs=1e-12)
        assert sum(whole[f"contribution_{indicator.code}"] for indicator in FOUR) == pytest.approx(1, abs=1e-12)
    assert sum(whole[f"absolute_contribution_{indicator.code}"] for indicator in FOUR) == pytest.approx(
        whole["adjusted_headcount"], abs=1e-12
    )
    for over in (("place",), ("area",), ("place", "area")):
        parts = estimates(counted, over=[over]).filter(pl.col("measure") == "adjusted_headcount")
        people = float(parts["people"].sum())
        assert np.dot(parts["value"].to_numpy(), parts["people"].to_numpy()) / people == pytest.approx(
            whole["adjusted_headcount"], abs=1e-12
        )


@given(ROWS, st.randoms(use_true_random=False))
@examples(40)
def test_neither_order_nor_replication_changes_a_figure(rows: list[tuple[Any, ...]], random: Any) -> None:
    cutoffs = scheme(FOUR, HALF)
    first = measured(census(told_of(rows), FOUR, cutoffs))
    shuffled = random.sample(rows, len(rows))
    assert measured(census(told_of(shuffled), FOUR, cutoffs)) == first
    doubled = measured(census(told_of(rows * 3), FOUR, cutoffs))
    assert {name: value for name, value in doubled.items() if name != "poor_people"} == pytest.approx(
        {name: value for name, value in first.items() if name != "poor_people"}, abs=1e-12
    )


@given(ROWS, st.integers(0, 29), st.integers(0, 3))
@examples(60)
def test_one_more_deprivation_never_lowers_poverty(rows: list[tuple[Any, ...]], at: int, indicator: int) -> None:
    worse = [list(row) for row in rows]
    worse[at % len(rows)][indicator] = 1
    for cutoff in (QUARTER, HALF, Fraction(1)):
        before, after = (
            measured(census(told_of(people), FOUR, scheme(FOUR, cutoff))) for people in (rows, [tuple(row) for row in worse])
        )
        assert after["adjusted_headcount"] >= before["adjusted_headcount"] - 1e-12
        assert after["headcount_ratio"] >= before["headcount_ratio"] - 1e-12


@given(ROWS)
@examples(60)
def test_from_union_to_intersection_fewer_people_are_poor_and_more_intensely(rows: list[tuple[Any, ...]]) -> None:
    cutoffs = (Fraction(1, 100), QUARTER, HALF, Fraction(3, 4), Fraction(1))
    figures = estimates(census(told_of(rows), FOUR, scheme(FOUR, *cutoffs)))
    rates = [
        figures.filter((pl.col("cutoff") == str(cutoff)) & (pl.col("measure") == "headcount_ratio"))["value"][0]
        for cutoff in cutoffs
    ]
    assert rates == sorted(rates, reverse=True)
    counts = [(sum(row[:4]), row[4]) for row in rows]
    everyone = sum(people for _, people in counts)
    assert rates[0] == pytest.approx(sum(people for count, people in counts if count) / everyone)
    assert rates[-1] == pytest.approx(sum(people for count, people in counts if count == 4) / everyone)
    union = figures.filter((pl.col("cutoff") == str(cutoffs[0])) & (pl.col("measure") == "adjusted_headcount"))["value"][0]
    raw = figures.filter(pl.col("measure").str.starts_with("headcount_") & (pl.col("scheme") == "") & pl.col("cutoff").is_null())
    assert union == pytest.approx(raw["value"].sum() / 4, abs=1e-12)


# Engines


def sample(seed: int, *, whole: bool) -> pl.DataFrame:
    rng = np.random.Generator(np.random.PCG64(seed))
    count = 2_000
    weights = rng.integers(1, 400, count) if whole else np.round(rng.uniform(0.5, 400, count), 5)
    judged = {indicator.code: pl.Series(rng.random(count) < 0.3).cast(pl.Int8) for indicator in FOUR}
    return pl.DataFrame(
        {
            "household": np.arange(count),
            "place": [f"p{at}" for at in rng.integers(0, 12, count)],
            "people": rng.integers(1, 10, count),
            "weight": weights,
            "psu": (psu := rng.integers(0, 80, count)),
            "stratum": psu % 8,
            **judged,
        }
    ).with_columns(pl.when(pl.col("household") % 97 == 0).then(None).otherwise(pl.col("income")).alias("income"))


ENGINES: dict[str, Any] = {
    "polars": lambda rows: rows.lazy(),
    "polars eager": lambda rows: rows,
    "pandas": lambda rows: pd.DataFrame(rows.to_dict(as_series=False)).convert_dtypes(),
    "arrow": lambda rows: rows.to_arrow(),
    "duckdb": lambda rows: duckdb.connect().from_arrow(rows.sample(fraction=1, shuffle=True, seed=3).to_arrow()),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("whole", [True, False])
def test_every_engine_gives_the_same_bits(engine: str, whole: bool) -> None:
    rows = sample(5, whole=whole)
    here, there = (
        totals(table, indicators=FOUR, schemes=[scheme(FOUR, HALF, counted=(QUARTER,))])
        for table in (ENGINES[engine](rows), rows)
    )
    assert here.scale == there.scale
    assert (here.scale > 1) is not whole
    assert here.keys.cast(pl.String).equals(there.keys.cast(pl.String))
    assert np.array_equal(here.counts, there.counts)


# Refusals


def refused(rows: pl.DataFrame, message: str) -> None:
    with pytest.raises(BadData, match=message):
        totals(held(rows), indicators=FOUR, schemes=[scheme(FOUR, HALF)])


@pytest.mark.parametrize("bad", [None, -1.0, float("nan"), float("inf")])
def test_weights_that_stand_for_nobody_are_refused(bad: float | None) -> None:
    rows = sample(1, whole=False).with_columns(
        pl.when(pl.col("household") == 7).then(bad).otherwise(pl.col("weight")).alias("weight")
    )
    refused(rows, r"1 row has a weight or a number of people that is missing, negative or not finite\.")


def test_a_unit_in_two_strata_is_refused() -> None:
    refused(
        sample(1, whole=True).with_columns(stratum=pl.col("household") % 3), r"80 primary sampling units stand in two strata\."
    )


def test_a_row_without_a_place_or_a_unit_is_refused() -> None:
    refused(sample(1, whole=True).with_columns(place=pl.lit(None, dtype=pl.String)), r"rows without place\.")
    refused(sample(1, whole=True).with_columns(pl.when(pl.col("household") > 3).then("psu").alias("psu")), r"rows without psu\.")


@pytest.mark.parametrize("sign", ["\x07", "\u200f", "\u202e"])
@pytest.mark.parametrize("column", ["place", "area"])
def test_names_with_signs_that_cannot_be_seen_are_refused_once_rows_are_added_up(column: str, sign: str) -> None:
    names = {"place": ["p", "q"], "area": ["rural", "urban"]}
    for odd, told in ((f"ur{sign}ban", f"U+{ord(sign):04X}"), (f"urban{sign}", ""), ("urban\u200c", "holds signs that cannot")):
        rows = frame([(0, 0, 0, 0), (1, 1, 1, 1)], FOUR, **names | {column: ["rural", odd]})
        with pytest.raises(BadData) as refused:
            census(rows, FOUR, scheme(FOUR, HALF), by=("area",))
        (problem,) = refused.value.problems
        assert str(problem.text()).startswith(f"column {column}: ")
        assert told in str(problem.what)
        assert sign not in str(problem.text())


def test_a_joiner_inside_a_name_is_part_of_it() -> None:
    rows = frame([(0, 0, 0, 0), (1, 1, 1, 1)], FOUR, area=["a\u200cb", "ab"])
    assert census(rows, FOUR, scheme(FOUR, HALF), by=("area",)).keys["area"].to_list() == ["ab", "a\u200cb"]


def test_the_name_of_a_subgroup_holds_no_sign_that_cannot_be_seen() -> None:
    rows = frame([(0, 0, 0, 0), (1, 1, 1, 1)], FOUR, **{"ar\u200fea": ["rural", "urban"]})
    with pytest.raises(BadData, match=r"U\+200F"):
        census(rows, FOUR, scheme(FOUR, HALF), by=("ar\u200fea",))


def test_strata_of_two_sizes_are_refused() -> None:
    refused(sample(1, whole=True).with_columns(population_psus=pl.col("household")), r"8 strata do not hold one number of units")


def test_missing_columns_are_named() -> None:
    refused(
        sample(1, whole=True).drop("income", "people"), r"the column people is missing\.[\s\S]*the column income is missing\."
    )
    refused(sample(1, whole=True).drop("psu", "household"), r"the column household is missing\.")


def test_sums_too_large_to_be_exact_are_refused() -> None:
    refused(sample(1, whole=True).with_columns(weight=pl.lit(10**13)), r"the weights add up to more than can be counted exactly")


def test_weights_of_indicators_sum_to_one_and_cutoffs_lie_between_none_and_all() -> None:
    with pytest.raises(BadData, match=r"the weights sum to 3/4, not to 1\."):
        scheme(FOUR[:3], HALF)
    with pytest.raises(BadData, match=r"the cutoff 0 is not above 0"):
        scheme(FOUR, Fraction(0))


# Sums side by side in one double


@pytest.mark.parametrize("heavy", [1, 8_191, 8_192, 10**6, 10**9])
@pytest.mark.parametrize("drawn", ["sample", "all"])
def test_units_of_any_weight_are_counted_as_by_hand(heavy: int, drawn: Any) -> None:
    """Weights just below and above what four sums in one double leave room for, and far above what two leave."""
    rows = sample(2, whole=True).with_columns(
        weight=pl.when(pl.col("household") == 7).then(heavy).otherwise(pl.col("weight") % 2)
    )
    counted = totals(held(rows), indicators=FOUR, schemes=[scheme(FOUR, HALF, QUARTER)], drawn=drawn)
    known = rows.drop_nulls("income").with_columns(w=pl.col("weight") * pl.col("people"))
    score = sum((pl.col(indicator.code).cast(pl.Int64) for indicator in FOUR), pl.lit(0))
    for code in (indicator.code for indicator in FOUR):
        of_all = pl.col("w") * pl.col(code)
        assert counted.column("deprived", code).sum() == known.select(of_all.sum()).item()
        for least, cutoff in ((2, "1/2"), (1, "1/4")):
            poor = known.filter(score >= least)
            assert counted.column("censored", "", cutoff, code).sum() == poor.select(of_all.sum()).item()
    assert counted.column("largest").max() == known["w"].max()


@pytest.mark.parametrize(("count", "heaviest"), [(1, 1), (4, 8_191), (5, 8_191), (10, 1_000), (10, 2**26), (11, 2**40)])
def test_sums_side_by_side_are_read_apart(count: int, heaviest: int) -> None:
    rng = np.random.Generator(np.random.PCG64(count))
    weights, marks = rng.multinomial(heaviest, [1 / 50] * 50), rng.integers(0, 2, (50, count))
    lanes = for_sums(heaviest)
    assert lanes.holds(heaviest)
    sums = []
    frame = nw.from_native(pl.DataFrame({f"d{at}": marks[:, at] for at in range(count)}))
    for word in lanes.words(count):
        packed = frame.select(word=lanes.word([nw.col(f"d{at}") for at in word]))["word"].to_numpy().astype(np.float64)
        sums += lanes.apart(np.array([int((weights * packed).sum())]), len(word))
    assert [int(total[0]) for total in sums] == [int(weighted) for weighted in weights @ marks]
    assert not Lanes(13).holds(8_192)
