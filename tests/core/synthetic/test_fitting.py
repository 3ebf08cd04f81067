"""Tables from margins, whole numbers with exact sums, and the households drawn from them."""

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiwizi.core.errors import BadData
from tiwizi.core.synthetic.fitting import fit, highest, ranked, whole, whole_parts, whole_split
from tiwizi.core.synthetic.households import households, seed_table
from tiwizi.core.synthetic.rules import LEVELS, MARGINS, Part, Synthesis, generator
from tiwizi.core.synthetic.sample import draws, sampled
from tiwizi.sources.households import assumptions

counts = st.integers(0, 60)


@cache
def rules() -> Synthesis:
    return assumptions()


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# Examples


def test_a_fitted_table_has_the_margins_and_keeps_the_odds_ratio_of_its_seed() -> None:
    seed = np.array([[6.0, 1.0], [2.0, 3.0]])
    table = fit(seed, {0: np.array([40.0, 60.0]), 1: np.array([70.0, 30.0])})
    assert table.sum(axis=1) == pytest.approx([40, 60])
    assert table.sum(axis=0) == pytest.approx([70, 30])
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(9.0)


def test_margins_of_independent_traits_give_their_products() -> None:
    table = fit(np.ones((2, 3)), {0: np.array([25.0, 75.0]), 1: np.array([50.0, 30.0, 20.0])})
    assert table == pytest.approx(np.outer([0.25, 0.75], [50, 30, 20]))


def test_nobody_is_an_empty_table() -> None:
    assert fit(np.ones((2, 2)), {0: np.zeros(2), 1: np.zeros(2)}).sum() == 0


def test_whole_cells_lie_beside_their_expectation() -> None:
    expected = np.array([[10.5, 4.5], [20.25, 14.75], [0.25, 49.75]])
    for seed in range(50):
        table = whole_split(expected, np.array([15, 35, 50]), np.array([31, 69]), chance(seed))
        assert (np.abs(table - expected) < 1).all()


def test_whole_cells_are_right_on_average() -> None:
    rows, columns = np.array([7, 9]), np.array([5, 11])
    expected = np.outer(rows, columns) / 16
    mean = np.mean([whole_split(np.ones((2, 2)), rows, columns, chance(seed)) for seed in range(2000)], axis=0)
    assert mean == pytest.approx(expected, abs=0.05)


def test_the_highest_scores_are_chosen_and_ranks_cut_where_told() -> None:
    score = np.array([0.3, 0.9, 0.1, 0.5])
    assert highest(score, 2).tolist() == [False, True, False, True]
    assert highest(score, 0).tolist() == [False] * 4
    assert highest(score, 9).tolist() == [True] * 4
    assert ranked(score, np.array([1, 2, 1])).tolist() == [1, 2, 0, 1]


# Laws


@given(
    margins=st.lists(st.lists(counts, min_size=2, max_size=4), min_size=2, max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_margin_of_a_whole_table_is_met_to_the_unit(margins: list[list[int]], seed: int) -> None:
    total = max(sum(margin) for margin in margins)
    wanted = [np.array([*margin[:-1], total - sum(margin[:-1])]) for margin in margins]
    shape = tuple(len(margin) for margin in wanted)
    rng = chance(seed)
    table = fit(rng.random(shape) + 0.01, {axis: margin.astype(float) for axis, margin in enumerate(wanted)}, tolerance=1e-7)
    cells, sizes = whole(table, wanted, rng)
    assert (sizes > 0).all()
    for axis, margin in enumerate(wanted):
        assert np.bincount(cells[:, axis], weights=sizes, minlength=len(margin)).astype(int).tolist() == margin.tolist()


@given(rows=st.lists(counts, min_size=1, max_size=6), cuts=st.lists(st.floats(0, 1), max_size=4), seed=st.integers(0, 2**32 - 1))
def test_both_sums_of_a_split_are_exact_whatever_the_chances(rows: list[int], cuts: list[float], seed: int) -> None:
    total, rng = sum(rows), chance(seed)
    edges = sorted(round(cut * total) for cut in cuts)
    columns = np.diff([0, *edges, total])
    # Chances that say nothing, or the contrary of what is wanted, cost nearness, never a sum.
    chances = rng.integers(0, 2, (len(rows), len(columns))).astype(float)
    table = whole_split(chances, np.array(rows), columns, rng)
    assert (table >= 0).all()
    assert table.sum(axis=1).tolist() == rows
    assert table.sum(axis=0).tolist() == columns.tolist()


@given(total=st.integers(0, 10**6), weights=st.lists(st.floats(0.001, 1000), min_size=1, max_size=20))
def test_whole_parts_sum_to_the_total_each_beside_its_own(total: int, weights: list[float]) -> None:
    exact = np.array(weights) * total / sum(weights)
    parts = whole_parts(total, np.array(weights), chance())
    assert int(parts.sum()) == total
    assert (np.abs(parts - exact) < 1 + 1e-6).all()


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """Any part that a census could count: its households have a head each, its categories sum to them."""
    size = draw(st.integers(1, 400))
    people = size + draw(st.integers(0, 4 * size))
    adults = draw(st.integers(size, people))

    def split(total: int, count: int) -> tuple[int, ...]:
        edges = sorted(draw(st.lists(st.integers(0, total), min_size=count - 1, max_size=count - 1)))
        return tuple(int(part) for part in np.diff([0, *edges, total]))

    ages = (*split(people - adults, 4), *split(adults, 2))
    return Part(
        place="05.301.01.01",
        stratum="05.301-rural",
        area=draw(st.sampled_from(["urban", "rural"])),
        key=(1, draw(st.integers(0, 99))),
        first=1000,
        households=size,
        people=people,
        margins={margin: split(size, len(rules().of(margin))) for margin in MARGINS},
        ages=ages,
        levels=split(people, len(LEVELS)),
        women=draw(st.integers(0, people)),
        illiterate=draw(st.integers(0, sum(ages[2:]))),
        disabled=draw(st.integers(0, people)),
        out_of_school=draw(st.integers(0, ages[1] + ages[2])),
        rooms=size + draw(st.integers(0, 3 * size)),
    )


@settings(max_examples=60)
@given(part=parts())
def test_households_meet_every_margin_to_the_household_and_to_the_person(part: Part) -> None:
    frame = households(part, rules=rules(), seed=7)
    assert frame.height == part.households
    assert frame["household"].to_list() == list(range(1000, 1000 + part.households))
    sums = frame.select(
        pl.col("people", "women", "illiterate", "disabled", "out_of_school_6_to_11", "rooms").cast(pl.Int64).sum()
    )
    wanted = (part.people, part.women, part.illiterate, part.disabled, part.out_of_school, part.rooms)
    assert sums.row(0) == wanted
    assert [int(frame[f"level_{level}"].sum()) for level in LEVELS] == list(part.levels)
    assert (int(frame["children_under_15"].sum()), int(frame["people_60_plus"].sum())) == (sum(part.ages[:4]), part.ages[5])
    assert int(frame["people_10_plus"].sum()) == sum(part.ages[2:])
    for margin in ("sewer", "cooking_fuel", "dwelling"):
        answers = [category.answer for category in rules().of(margin)]
        assert [int((frame[margin] == answer).sum()) for answer in answers] == list(part.margins[margin])
    assert int((frame["water_source"] == "network").sum()) == part.margins["water_source"][0]
    assert int(frame["electricity"].sum()) == part.margins["electricity"][0]


@settings(max_examples=40)
@given(part=parts())
def test_households_agree_with_themselves(part: Part) -> None:
    frame = households(part, rules=rules(), seed=7)
    assert frame.filter(pl.col("people") < 1).is_empty()
    assert frame.filter(pl.col("children_under_15") >= pl.col("people")).is_empty()  # the head is an adult
    assert frame.filter(pl.sum_horizontal(f"level_{level}" for level in LEVELS) != pl.col("people")).is_empty()
    assert frame.filter(pl.col("child_out_of_school").is_null() != (pl.col("children_school_age") == 0)).is_empty()
    assert frame.filter(pl.col("child_out_of_school") > pl.col("children_school_age")).is_empty()
    assert frame.filter((pl.col("disabled") > 0).cast(pl.Int8) != pl.col("disability")).is_empty()
    assert frame.filter((pl.col("water_source") == "network") != (pl.col("water_minutes") == 0)).is_empty()
    assert frame["synthetic"].all()
    assert frame["psu"].n_unique() == part.blocks(rules())


def test_hardship_gathers_in_the_same_households_and_the_same_blocks() -> None:
    frame = households(example(), rules=rules(), seed=3)
    dark, fetching = frame["electricity"] == 0, frame["water_source"] != "network"
    together = float((dark & fetching).mean() or 0)  # type: ignore[arg-type]
    apart = float(dark.mean() or 0) * float(fetching.mean() or 0)  # type: ignore[arg-type]
    assert together > 1.2 * apart
    means = frame.group_by("psu").agg(pl.col("assets").mean(), pl.len())
    scattered = float(frame["assets"].var() or 0) / float(means["len"].mean() or 1)  # type: ignore[arg-type]
    assert float(means["assets"].var() or 0) > 1.5 * scattered  # type: ignore[arg-type]


def test_a_part_has_the_same_rows_each_time_and_others_for_another_seed_or_key() -> None:
    first = households(example(), rules=rules(), seed=3)
    assert first.equals(households(example(), rules=rules(), seed=3))
    assert not first.equals(households(example(), rules=rules(), seed=4))
    assert not first.equals(households(replace(example(), key=(9, 9)), rules=rules(), seed=3))


def example(size: int = 4000) -> Part:
    people = 4 * size
    return Part(
        place="05.301.01.01",
        stratum="05.301-rural",
        area="rural",
        key=(5, 1),
        first=0,
        households=size,
        people=people,
        margins={
            "water_source": (size // 2, size - size // 2),
            "electricity": (size - size // 10, size // 10),
            "sewer": (size // 4, size // 4, size - size // 4 * 2),
            "cooking_fuel": (size - size // 4, 0, 0, size // 4, 0),
            "dwelling": (0, 0, size // 2, 0, size - size // 2, 0),
        },
        ages=(size // 2, size // 4, size // 8, size // 8, people - size // 2 - size // 4 - size // 8 * 2 - size // 3, size // 3),
        levels=(
            people // 2,
            0,
            people // 4,
            people // 8,
            people // 16,
            people - people // 2 - people // 4 - people // 8 - people // 16,
        ),
        women=people // 2,
        illiterate=people // 4,
        disabled=people // 20,
        out_of_school=size // 20,
        rooms=2 * size,
    )


# A sample


def test_a_sample_has_whole_weights_that_stand_for_all_and_two_blocks_a_stratum_at_least() -> None:
    part = example()
    frame = households(part, rules=rules(), seed=3)
    drawn = draws([part], rules=rules(), seed=3, share=0.1)[part.key]
    assert (drawn.units, drawn.drawn, len(drawn.blocks)) == (40, 20, 20)
    sample = sampled(frame, part, drawn, rules=rules(), seed=3)
    assert sample.height == 400
    assert int(sample["weight"].sum()) == part.households
    assert sample["population_psus"].unique().to_list() == [40]
    assert sample.drop("weight", "population_psus").equals(
        frame.drop("weight").filter(pl.col("household").is_in(sample["household"].to_list()))
    )
    assert draws([part], rules=rules(), seed=3, share=0.0001)[part.key].drawn == 2


def test_samples_estimate_without_bias() -> None:
    part = example(1000)
    frame = households(part, rules=rules(), seed=3)
    estimates, blocks = [], []
    for seed in range(300):
        drawn = draws([part], rules=rules(), seed=seed, share=0.06)[part.key]
        sample = sampled(frame, part, drawn, rules=rules(), seed=seed)
        blocks += sample.group_by("psu").agg(pl.col("weight").sum())["weight"].to_list()
        estimates.append(float((sample["weight"] * sample["people"]).sum()))
    spread = float(np.std(estimates)) / np.sqrt(len(estimates))
    assert float(np.mean(estimates)) == pytest.approx(part.people, abs=4 * spread)
    # Three blocks of a hundred stand for ten: 333 or 334 each, by chance, a thousand thirds on average.
    assert set(blocks) == {333, 334}
    assert float(np.mean(blocks)) == pytest.approx(1000 / 3, abs=0.08)


# The seed and refusals


def test_the_seed_holds_the_odds_that_the_assumptions_declare() -> None:
    table = seed_table(rules())
    assert table.sum() == pytest.approx(float(sum(household_class.share.value for household_class in rules().classes)))
    assert (table > 0).all()
    by_class = table.sum(axis=tuple(axis for axis in range(table.ndim) if axis not in (0, 1 + MARGINS.index("electricity"))))
    odds = by_class[:, 1] / by_class[:, 0]
    wanted = float(rules().of("electricity")[1].odds)
    assert odds[1:] / odds[:-1] == pytest.approx([wanted] * (len(odds) - 1))


@pytest.mark.parametrize(
    ("seed", "rows", "columns", "message"),
    [
        (np.ones((2, 2)), [1, 2], [2, 2], "the margins do not have the same sum: 3, 4"),
        (np.ones((2, 2)), [-1, 4], [1, 2], "a count is below zero"),
        (np.array([[1.0, 0.0], [1.0, 0.0]]), [1, 2], [2, 1], "the seed has nothing in category 2 of axis 2"),
        (np.array([[1.0, 0.0], [1.0, 1.0]]), [5, 5], [1, 9], "no table has these margins together with this seed"),
    ],
)
def test_margins_that_no_table_has_are_refused(seed: np.ndarray, rows: list[float], columns: list[float], message: str) -> None:
    with pytest.raises(BadData, match=message):
        fit(seed, {0: np.array(rows, dtype=float), 1: np.array(columns, dtype=float)})


def test_chance_depends_on_what_it_is_for() -> None:
    assert generator(1, 2).random() == generator(1, 2).random()
    assert len({generator(1, 2).random(), generator(1, 3).random(), generator(2, 2).random()}) == 3
