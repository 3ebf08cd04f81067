"""Deprivation from margins: the adjusted headcount at the union cutoff, its parts, and what is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core.errors import BadData
from tiwizi.core.places.margins import Missing, deprivation_from_margins, reweighted
from tiwizi.core.rulebook.subjects import Label, Number, PovertyIndicator
from tiwizi.core.tables import CENSUS, MEASURES

DAY = date(2024, 9, 1)
LABEL = Label("ar", "fr", "en")


def weight(value: Fraction, *, assumed: bool = False) -> Number:
    """A weight of the rulebook."""
    return Number(value, "weight", LABEL, DAY, DAY, assumed, None, "weight")


SCHOOL = PovertyIndicator(
    "school", LABEL, "education", ("schooling_share",), "complement", weight(Fraction(1, 2)), "people", exact=True
)
WATER = PovertyIndicator(
    "water", LABEL, "living", ("running_water_share",), "complement", weight(Fraction(1, 4)), "households", exact=True
)
FUEL = PovertyIndicator(
    "fuel",
    LABEL,
    "living",
    ("firewood_fuel_share", "charcoal_fuel_share"),
    "share",
    weight(Fraction(1, 4)),
    "households",
    exact=True,
)
THREE = (SCHOOL, WATER, FUEL)

# Deprived: 0.2 out of school, 0.4 without water, 0.5 + 0.1 with solid fuel.
A: dict[str, object] = {
    "place": "A",
    "population": 1001,
    "schooling_share": 0.8,
    "running_water_share": 0.6,
    "firewood_fuel_share": 0.5,
    "charcoal_fuel_share": 0.1,
}


def census(*rows: dict[str, object]) -> pl.DataFrame:
    """The census table of rows of the whole of places in 2024, unless they say otherwise."""
    return CENSUS.frame([{"year": 2024, "milieu": "total"} | row for row in rows])


def measured(
    *rows: dict[str, object], indicators: Sequence[PovertyIndicator] = THREE, missing: Missing = "refuse"
) -> pl.DataFrame:
    """All rows of measures of these places."""
    columns: dict[str, Any] = {"year": 2024, "as_of": DAY, "series": "margins", "source": "a census"}
    return deprivation_from_margins(census(*rows), indicators=indicators, missing=missing, **columns)


def values(rows: pl.DataFrame, place: str = "A") -> dict[str, float]:
    """Figures of one place by measure."""
    return dict(rows.filter(pl.col("place") == place).select("measure", "value").iter_rows())


def row(place: str, school: int, water: int, wood: int, people: int = 1000) -> dict[str, object]:
    """A place whose deprivations are given in thousandths."""
    return {
        "place": place,
        "population": people,
        "schooling_share": 1 - school / 1000,
        "running_water_share": 1 - water / 1000,
        "firewood_fuel_share": wood / 1000,
        "charcoal_fuel_share": 0.0,
    }


# Examples


def test_the_adjusted_headcount_is_the_weighted_mean_of_the_uncensored_headcounts() -> None:
    figures = values(measured(A))
    # 0.2 / 2 + 0.4 / 4 + 0.6 / 4 = 0.35; 0.35 x 1,001 = 350.35.
    assert figures["adjusted_headcount_union"] == pytest.approx(0.35)
    assert figures["deprivation_people"] == 350
    assert [figures[f"headcount_{indicator.code}"] for indicator in THREE] == pytest.approx([0.2, 0.4, 0.6])


def test_contributions_are_parts_of_the_adjusted_headcount() -> None:
    figures = values(measured(A))
    assert [figures[f"contribution_{indicator.code}"] for indicator in THREE] == pytest.approx([2 / 7, 2 / 7, 3 / 7])
    assert figures["contribution_education_dimension"] == pytest.approx(2 / 7)
    assert figures["contribution_living_dimension"] == pytest.approx(5 / 7)


def test_half_a_person_is_rounded_up() -> None:
    # M0 = 0.35; 0.35 x 10 = 3.5, which doubles may hold as 3.4999999999999996.
    assert values(measured(A | {"population": 10}))["deprivation_people"] == 4


def test_a_place_without_deprivation_has_no_contributions() -> None:
    figures = values(measured(row("A", 0, 0, 0)))
    assert (figures["adjusted_headcount_union"], figures["deprivation_people"]) == (0, 0)
    assert figures["contribution_school"] is None


def test_every_row_counts_the_population_of_the_place() -> None:
    figures = measured(A)
    assert set(figures["people"]) == {1001}
    assert MEASURES.check(figures).equals(figures)


def test_the_figures_are_computed_when_all_margins_are_exact_and_else_stand_in() -> None:
    assert set(measured(A)["standing"]) == {"computed"}
    stand_in = (SCHOOL, replace(WATER, exact=False), FUEL)
    assert set(measured(A, indicators=stand_in)["standing"]) == {"proxy"}


def test_one_assumed_weight_makes_the_figures_assumed() -> None:
    assert set(measured(A)["assumed"]) == {False}
    assumed = (SCHOOL, replace(WATER, weight=weight(Fraction(1, 4), assumed=True)), FUEL)
    assert set(measured(A, indicators=assumed)["assumed"]) == {True}


def test_the_weight_of_a_missing_margin_goes_to_the_others_and_is_told() -> None:
    lacking = A | {"running_water_share": None}
    figures = values(measured(lacking, missing="reweight"))
    # (0.2 / 2 + 0.6 / 4) / (1/2 + 1/4) = 1/3
    assert figures["adjusted_headcount_union"] == pytest.approx(1 / 3)
    assert figures["headcount_water"] is None
    assert figures["contribution_water"] is None
    assert figures["contribution_school"] + figures["contribution_fuel"] == pytest.approx(1)
    left_out = reweighted(census(lacking, A | {"place": "B"}), indicators=THREE, year=2024)
    assert left_out.rows() == [("A", "water")]


def test_half_of_a_summed_margin_is_a_missing_margin() -> None:
    lacking = A | {"charcoal_fuel_share": None}
    assert reweighted(census(lacking), indicators=THREE, year=2024).rows() == [("A", "fuel")]
    assert values(measured(lacking, missing="reweight"))["headcount_fuel"] is None


def test_a_place_without_any_margin_is_null_and_not_absent() -> None:
    figures = values(measured({"place": "A", "population": 592}, missing="reweight"))
    assert set(figures.values()) == {None}
    assert len(figures) == 2 + 3 + 3 + 2


def test_parts_of_a_place_and_other_censuses_are_not_counted() -> None:
    figures = measured(A, A | {"milieu": "rural", "schooling_share": 0.0}, A | {"year": 2014, "schooling_share": 0.0})
    assert values(figures)["adjusted_headcount_union"] == pytest.approx(0.35)
    assert figures.height == 10


# Laws

thousandths = st.integers(0, 1000)
margins_of = st.tuples(thousandths, thousandths, thousandths)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_microdata_of_the_same_people_give_the_same_adjusted_headcount(people: list[tuple[bool, bool, bool]]) -> None:
    weights = [indicator.weight.value for indicator in THREE]
    # Alkire and Foster: at the union cutoff nobody's deprivations are censored.
    scores = [sum((w for w, lacks in zip(weights, person, strict=True) if lacks), start=Fraction(0)) for person in people]
    adjusted = sum(scores, start=Fraction(0)) / len(people)
    lacks = [Fraction(sum(column), len(people)) for column in zip(*people, strict=True)]
    shares = {"schooling_share": 1 - lacks[0], "running_water_share": 1 - lacks[1], "firewood_fuel_share": lacks[2]}
    figures = values(measured(A | {"charcoal_fuel_share": 0.0} | {name: float(share) for name, share in shares.items()}))
    assert figures["adjusted_headcount_union"] == pytest.approx(float(adjusted), abs=1e-8)


@given(margins_of, margins_of, st.integers(1, 10**6), st.integers(1, 10**6))
def test_it_decomposes_by_place(here: tuple[int, int, int], other: tuple[int, int, int], people: int, others: int) -> None:
    whole = [
        float(Fraction(first * people + second * others, 1000 * (people + others)))
        for first, second in zip(here, other, strict=True)
    ]
    both = row("W", 0, 0, 0, people + others) | {
        "schooling_share": 1 - whole[0],
        "running_water_share": 1 - whole[1],
        "firewood_fuel_share": whole[2],
    }
    figures = measured(row("A", *here, people), row("B", *other, others), both)
    m0 = {place: values(figures, place)["adjusted_headcount_union"] for place in "ABW"}
    assert m0["W"] == pytest.approx((m0["A"] * people + m0["B"] * others) / (people + others), abs=1e-8)


@given(margins_of)
def test_it_lies_between_none_and_all_and_decomposes_by_dimension(lacks: tuple[int, int, int]) -> None:
    figures = values(measured(row("A", *lacks)))
    m0 = figures["adjusted_headcount_union"]
    assert 0 <= m0 <= 1
    if any(lacks):
        assert sum(figures[f"contribution_{indicator.code}"] for indicator in THREE) == pytest.approx(1)
        living = figures["contribution_water"] + figures["contribution_fuel"]
        assert figures["contribution_living_dimension"] == pytest.approx(living)
        assert figures["contribution_school"] * m0 == pytest.approx(lacks[0] / 2000)


@given(margins_of, st.integers(0, 2), st.integers(0, 1000))
def test_more_deprivation_in_one_indicator_never_lowers_it(lacks: tuple[int, int, int], which: int, level: int) -> None:
    worse = list(lacks)
    worse[which] = max(level, lacks[which])
    figures = measured(row("A", *lacks), row("B", *worse))
    before, after = values(figures), values(figures, "B")
    assert after["adjusted_headcount_union"] >= before["adjusted_headcount_union"]
    assert after["deprivation_people"] >= before["deprivation_people"]


@given(margins_of, st.integers(0, 10**7))
def test_people_are_exact_whatever_the_doubles_say(lacks: tuple[int, int, int], people: int) -> None:
    exact = Fraction(2 * lacks[0] + lacks[1] + lacks[2], 4000) * people
    assert values(measured(row("A", *lacks, people)))["deprivation_people"] == (2 * exact + 1) // 2


# Refusals


def test_a_missing_margin_is_refused_where_the_rulebook_says_so() -> None:
    rows = [A | {"year": 2014}, A, A | {"place": "B", "running_water_share": None}]
    with pytest.raises(BadData) as refusal:
        measured(*rows)
    # The row is that of the table given, with its rows of other censuses.
    assert str(refusal.value) == (
        "table census, column running_water_share, row 3: B has no figure for water. "
        "Without it the weights of this place would not sum to one. "
        'Complete the table, or choose missing = "reweight" in poverty.toml: the others then weigh more.'
    )


def test_every_missing_margin_is_told_at_once() -> None:
    with pytest.raises(BadData) as refusal:
        measured({"place": "A", "population": 3})
    assert len(refusal.value.problems) == 3
