"""Households judged by the rulebook: truth tables, applicability, missing answers, indicators left out, refusals."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import duckdb
import polars as pl
import pytest
from tests.engines import held

from tiwizi import store
from tiwizi.core.errors import BadData
from tiwizi.core.poverty.deprivation import deprivations, indicators, missing_answers, unanswered, without
from tiwizi.core.rulebook.subjects import Deprivations

WELL = {
    "household": 1,
    "place": "p",
    "people": 4,
    "weight": 2,
    "children_school_age": 2,
    "child_out_of_school": 0,
    "years_schooling_max": 9,
    "disability": False,
    "child_death": False,
    "water_source": "network",
    "water_minutes": 0,
    "electricity": True,
    "sewer": "network",
    "floor": "finished",
    "cooking_fuel": "gas",
    "assets": 5,
    "vehicle": False,
}


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    deprivations = store.rulebook("indh").on(date(2024, 9, 1)).deprivations
    assert deprivations is not None
    return deprivations


def household(**answers: Any) -> pl.DataFrame:
    return pl.DataFrame([WELL | answers], infer_schema_length=None)


def judged(rules: Deprivations, **answers: Any) -> dict[str, Any]:
    return pl.DataFrame(deprivations(held(household(**answers)), rules=rules).collect("polars").to_native()).row(0, named=True)


@pytest.mark.parametrize(
    ("answers", "deprived"),
    [
        ({}, set()),
        ({"child_out_of_school": 1}, {"schooling"}),
        ({"years_schooling_max": 4}, {"years"}),
        ({"years_schooling_max": 5}, set()),
        ({"disability": True}, {"disability"}),
        ({"child_death": True}, {"mortality"}),
        ({"water_source": "well", "water_minutes": 31}, {"water"}),
        ({"water_source": "well", "water_minutes": 30}, set()),
        ({"water_source": "network", "water_minutes": 99}, set()),
        ({"electricity": False}, {"electricity"}),
        ({"sewer": "none"}, {"sanitation"}),
        ({"sewer": "pit"}, set()),
        ({"floor": "earth"}, {"floor"}),
        ({"cooking_fuel": "dung"}, {"cooking"}),
        ({"assets": 1}, {"assets"}),
        ({"assets": 1, "vehicle": True}, set()),
        ({"assets": 2}, set()),
    ],
)
def test_each_indicator_of_the_reference_measure(rules: Deprivations, answers: dict[str, Any], deprived: set[str]) -> None:
    verdicts = judged(rules, **answers)
    assert {indicator.code for indicator in rules.indicators if verdicts[indicator.code] == 1} == deprived
    assert all(verdicts[indicator.code] in (0, 1) for indicator in rules.indicators)


def test_a_household_without_children_is_not_deprived_in_their_schooling(rules: Deprivations) -> None:
    assert judged(rules, children_school_age=0, child_out_of_school=None)["schooling"] == 0


def test_a_network_at_home_makes_the_walk_to_water_irrelevant(rules: Deprivations) -> None:
    assert judged(rules, water_source="network", water_minutes=None)["water"] == 0
    assert judged(rules, water_source="well", water_minutes=None)["water"] is None


def test_destitution_is_never_without_deprivation(rules: Deprivations) -> None:
    verdicts = judged(rules, water_source="network", water_minutes=99, assets=0, vehicle=True)
    assert (verdicts["severe_water"], verdicts["severe_assets"]) == (0, 0)
    assert judged(rules, water_source="well", water_minutes=46)["severe_water"] == 1
    assert judged(rules, water_source="well", water_minutes=45)["severe_water"] == 0


def test_a_gap_counts_the_steps_below_the_line(rules: Deprivations) -> None:
    assert [judged(rules, years_schooling_max=years)["gap_years"] for years in (0, 3, 5, 12)] == [5, 2, 0, 0]
    assert judged(rules, years_schooling_max=None)["gap_years"] is None


@pytest.mark.parametrize(("policy", "verdict"), [("drop", None), ("refuse", None), ("deprived", 1), ("not_deprived", 0)])
def test_a_missing_answer_means_what_the_rulebook_says(
    rules: Deprivations, policy: Literal["drop", "refuse", "deprived", "not_deprived"], verdict: int | None
) -> None:
    changed = replace(rules, indicators=tuple(replace(indicator, missing=policy) for indicator in rules.indicators))
    assert judged(changed, electricity=None)["electricity"] == verdict


def test_a_text_that_is_not_listed_is_a_missing_answer(rules: Deprivations) -> None:
    assert judged(rules, water_source="Network", water_minutes=50)["water"] is None
    assert judged(rules, sewer="hole")["sanitation"] is None


@pytest.mark.parametrize("yes", [1, 1.0, True])
def test_yes_may_be_written_as_one(rules: Deprivations, yes: Any) -> None:
    assert judged(rules, disability=yes)["disability"] == 1
    assert judged(rules, electricity=yes)["electricity"] == 0


def test_missing_answers_are_counted_by_indicator_and_in_all(rules: Deprivations) -> None:
    rows = pl.concat(
        [household(), household(sewer=None, people=3), household(sewer=None, floor=None, people=5)], how="vertical_relaxed"
    )
    for table in (rows, held(rows), duckdb.connect().from_arrow(rows.to_arrow())):
        missing = missing_answers(deprivations(table, rules=rules), rules=rules)
        counts = {row["indicator"]: (row["households"], row["people_share"]) for row in missing.iter_rows(named=True)}
        assert counts["sanitation"] == (2, pytest.approx(8 / 12))
        assert counts["floor"] == (1, pytest.approx(5 / 12))
        assert counts["water"] == (0, 0.0)
        assert counts[None] == (2, pytest.approx(8 / 12))


# Files that lack answers


def test_a_file_says_which_indicators_it_cannot_judge(rules: Deprivations) -> None:
    lacking = unanswered(rules, household().drop("child_death", "vehicle").columns)
    assert lacking == {"mortality": ("child_death",), "assets": ("vehicle",)}
    with pytest.raises(BadData, match=r"indicator mortality: the answers child_death are missing, which this indicator reads"):
        deprivations(held(household().drop("child_death")), rules=rules)


def test_the_weight_of_an_indicator_left_out_stays_in_its_dimension(rules: Deprivations) -> None:
    fewer = without(rules, ["mortality", "floor"])
    weights = {indicator.code: indicator.weight for indicator in indicators(fewer)}
    assert weights["disability"] == Fraction(1, 3)
    assert weights["water"] == Fraction(1, 15)
    assert sum(weights.values()) == 1
    assert fewer.series == "Household deprivations, without mortality, floor"
    health = without(rules, ["mortality", "disability"])
    assert {indicator.code: indicator.weight for indicator in indicators(health)}["years"] == Fraction(1, 4)


def test_answers_of_another_kind_are_refused(rules: Deprivations) -> None:
    with pytest.raises(BadData, match=r"column water_source: this column holds number, not what the rulebook declares \(text\)"):
        deprivations(held(household(water_source=3)), rules=rules)
    with pytest.raises(BadData, match=r"the column area is missing"):
        deprivations(held(household()), rules=rules, by=["area"])
