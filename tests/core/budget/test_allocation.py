"""Purses to shares: exact sums, rounding, programmes, and the laws that a place may count on."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tiwizi.core.budget.allocation import (
    COMPONENTS,
    Bounds,
    allocate,
    allocate_programmes,
    empty_purses,
    feasible_bounds,
    main_reason,
    split,
    totals,
)
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.tables import PURSES, SHARES

Matrix = dict[str, dict[str, int]]

PEOPLE: Matrix = {"poor": {"A": 50, "B": 30, "C": 20}, "jobless": {"B": 10, "C": 10}}
WEIGHTS = {"poor": Fraction(3, 4), "jobless": Fraction(1, 4)}


def purses(people: Mapping[str, Mapping[str, int]]) -> pl.DataFrame:
    """The purses table of people by criterion, then place."""
    rows = [(place, criterion, count) for criterion, row in people.items() for place, count in row.items()]
    return pl.DataFrame(rows, schema=PURSES.schema, orient="row")


def amounts(shares: pl.DataFrame) -> dict[str, int]:
    """What each place gets."""
    return dict(totals(shares).iter_rows())


def component(shares: pl.DataFrame, name: str) -> dict[str, int]:
    """One component's rows, by place."""
    return dict(shares.filter(pl.col("criterion") == name).select("place", "amount_dh").iter_rows())


# Examples


def test_purses_are_split_by_people_concerned() -> None:
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS)
    assert shares.rows() == [
        ("all", "A", "poor", 375, 50),
        ("all", "A", "jobless", 0, 0),
        ("all", "B", "poor", 225, 30),
        ("all", "B", "jobless", 125, 10),
        ("all", "C", "poor", 150, 20),
        ("all", "C", "jobless", 125, 10),
    ]
    assert_frame_equal(SHARES.check(shares), shares)


def test_a_floor_is_paid_by_the_others_in_proportion() -> None:
    # Nine tenths of an equal share is 300; the 700 left are shared 375:350.
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS, bounds=Bounds(floor_share=Fraction(9, 10)))
    assert component(shares, "floor") == {"A": -13, "B": -12, "C": 25}
    assert amounts(shares) == {"A": 362, "B": 338, "C": 300}


def test_what_is_kept_of_last_year_comes_after_the_floor() -> None:
    bounds = Bounds(floor_share=Fraction(9, 10), hold_harmless_share=Fraction(9, 10))
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS, bounds=bounds, previous={"B": 400, "A": 100})
    assert component(shares, "floor") == {"A": -13, "B": -12, "C": 25}
    assert component(shares, "hold_harmless") == {"A": -22, "B": 22}
    assert amounts(shares) == {"A": 340, "B": 360, "C": 300}


def test_a_cap_gives_to_the_others_in_proportion() -> None:
    # 360 at most: the 640 left are shared 350:275, so 358.4 and 281.6.
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS, bounds=Bounds(cap_share=Fraction(36, 100)))
    assert component(shares, "cap") == {"A": -15, "B": 8, "C": 7}
    assert amounts(shares) == {"A": 360, "B": 358, "C": 282}


def test_amounts_are_rounded_to_the_step_by_largest_remainder() -> None:
    # 375, 350 and 275 are 7.5, 7 and 5.5 steps; of the two equal remainders the first code is served.
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS, step_dh=50)
    assert component(shares, "rounding") == {"A": 25, "C": -25}
    assert amounts(shares) == {"A": 400, "B": 350, "C": 250}


def test_what_whole_steps_leave_over_goes_to_the_largest_entitlement() -> None:
    shares = allocate(purses(PEOPLE), envelope_dh=1009, weights=WEIGHTS, step_dh=50)
    assert amounts(shares) == {"A": 409, "B": 350, "C": 250}


def test_among_equal_places_the_last_takes_what_steps_leave_over() -> None:
    shares = allocate(purses({"poor": {"A": 1, "B": 1, "C": 1}}), envelope_dh=109, weights={"poor": Fraction(1)}, step_dh=10)
    assert amounts(shares) == {"A": 40, "B": 30, "C": 39}


def test_a_cap_leaves_room_for_what_steps_leave_over() -> None:
    # Half of 109 is 54.5, which would hold five steps, but not with the 9 left over.
    shares = allocate(
        purses({"poor": {"A": 8, "B": 1, "C": 1}}),
        envelope_dh=109,
        weights={"poor": Fraction(1)},
        step_dh=10,
        bounds=Bounds(cap_share=Fraction(1, 2)),
    )
    assert amounts(shares) == {"A": 49, "B": 30, "C": 30}


def test_an_empty_purse_goes_to_the_others_and_is_named() -> None:
    weights = {"poor": Fraction(1, 2), "remote": Fraction(1, 3), "jobless": Fraction(1, 6)}
    people = {"poor": {"A": 1, "B": 1}, "jobless": {"B": 1}, "remote": {"A": 0}}
    shares = allocate(purses(people), envelope_dh=80, weights=weights)
    assert empty_purses(purses(people), weights) == ("remote",)
    assert component(shares, "remote") == {"A": 0, "B": 0}
    assert component(shares, "poor") == {"A": 30, "B": 30}
    assert component(shares, "jobless") == {"A": 0, "B": 20}


def test_a_place_where_nobody_is_concerned_gets_its_floor_alone() -> None:
    shares = allocate(
        purses(PEOPLE),
        envelope_dh=1000,
        weights=WEIGHTS,
        places=["D", "A", "B", "C"],
        bounds=Bounds(floor_share=Fraction(1, 5)),
    )
    assert amounts(shares)["D"] == 50
    assert main_reason(shares).rows()[3] == ("D", "floor", 50, None)


def test_an_envelope_of_nothing_is_shared() -> None:
    bounds = Bounds(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))
    shares = allocate(purses(PEOPLE), envelope_dh=0, weights=WEIGHTS, bounds=bounds, previous={}, step_dh=10)
    assert amounts(shares) == {"A": 0, "B": 0, "C": 0}


@pytest.mark.parametrize("envelope_dh", [32_000_000_000_001, np.int64(32_000_000_000_001)])
def test_a_country_s_envelope_is_exact(envelope_dh: int) -> None:
    people = {f"c{n}": {f"p{place:04d}": (place * 7919 + n * 104729) % 9973 for place in range(300)} for n in range(8)}
    weights = {name: Fraction(n + 1, 7) for n, name in enumerate(people)}
    shares = allocate(purses(people), envelope_dh=envelope_dh, weights=weights, step_dh=1000)
    assert shares["amount_dh"].sum() == envelope_dh


def test_the_main_reason_is_the_component_that_gives_most() -> None:
    bounds = Bounds(hold_harmless_share=Fraction(1))
    previous = {"B": 20, "C": 700}
    shares = allocate(purses(PEOPLE), envelope_dh=1000, weights=WEIGHTS, bounds=bounds, previous=previous)
    assert main_reason(shares).rows() == [("A", "poor", 375, 50), ("B", "poor", 225, 30), ("C", "hold_harmless", 425, None)]


def test_a_split_is_exact_and_in_the_order_given() -> None:
    weights = {"youth": Fraction(3, 10), "health": Fraction(1, 10), "income": Fraction(6, 10)}
    assert split(1_000_007, weights, step_dh=1000) == {"youth": 300_000, "health": 100_000, "income": 600_007}
    assert split(10, {"z": Fraction(1), "a": Fraction(1), "m": Fraction(1)}) == {"z": 3, "a": 4, "m": 3}


def test_programmes_share_their_own_envelopes_by_their_own_weights() -> None:
    weights = {"youth": {"jobless": Fraction(1)}, "income": WEIGHTS}
    shares = allocate_programmes(purses(PEOPLE), sub_envelopes={"youth": 100, "income": 1000}, weights=weights)
    assert totals(shares, by_programme=True).rows() == [
        ("youth", "A", 0),
        ("youth", "B", 50),
        ("youth", "C", 50),
        ("income", "A", 375),
        ("income", "B", 350),
        ("income", "C", 275),
    ]
    assert amounts(shares) == {"A": 375, "B": 400, "C": 325}
    assert main_reason(shares).rows() == [("A", "poor", 375, 50), ("B", "poor", 225, 30), ("C", "jobless", 175, 10)]


def test_no_programme_gives_an_empty_table() -> None:
    shares = allocate_programmes(purses(PEOPLE), sub_envelopes={}, weights={})
    assert_frame_equal(shares, pl.DataFrame(schema=SHARES.schema))


# Laws


@dataclass(frozen=True)
class Case:
    """What `allocate` is called with."""

    people: Matrix
    weights: dict[str, Fraction]
    envelope_dh: int
    step_dh: int
    bounds: Bounds
    previous: dict[str, int]

    @property
    def places(self) -> list[str]:
        return list(self.previous)

    @property
    def concerned(self) -> dict[str, Fraction]:
        """The weights of the purses that concern somebody, made to sum to 1."""
        effective = {name: weight for name, weight in self.weights.items() if any(self.people[name].values())}
        return {name: weight / sum(effective.values()) for name, weight in effective.items()}

    def feasible(self) -> "Case":
        """The same, its bounds changed where they must be to fit."""
        return replace(self, bounds=feasible_bounds(**self._terms()))

    def shares(self) -> pl.DataFrame:
        return allocate(**self._terms())

    def amounts(self) -> dict[str, int]:
        return amounts(self.shares())

    def _terms(self) -> dict[str, Any]:
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "people"}
        return own | {"purses": purses(self.people), "places": self.places}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Few places and criteria, zeros and equal numbers among the people, bounds from loose to tight."""
    places = [f"p{n}" for n in range(draw(st.integers(1, 7)))]
    criteria = [f"c{n}" for n in range(draw(st.integers(1, 4)))]
    count = st.one_of(st.integers(0, 4), st.integers(0, 300))
    people = {criterion: {place: draw(count) for place in places} for criterion in criteria}
    weights = {criterion: Fraction(draw(st.integers(0, 5)), draw(st.integers(1, 6))) for criterion in criteria}
    people[criteria[0]][places[0]] += 1
    weights[criteria[0]] += Fraction(1, 9)
    envelope_dh = draw(st.one_of(st.integers(1000, 3000), st.integers(1000, 10**9)))
    previous = {place: draw(st.integers(0, 2 * envelope_dh // len(places))) for place in places}
    bounds = Bounds(*(Fraction(draw(st.integers(0, 20)), 20) for _ in range(3)))
    return Case(people, weights, envelope_dh, draw(st.sampled_from([1, 1, 3, 10, 250, 1000])), bounds, previous).feasible()


@given(cases())
def test_sums_are_exact_at_every_level(case: Case) -> None:
    shares = case.shares()
    assert shares["amount_dh"].sum() == case.envelope_dh
    assert sum(amount % case.step_dh > 0 for amount in case.amounts().values()) <= 1
    by_component = dict(shares.group_by("criterion").agg(pl.col("amount_dh").sum()).iter_rows())
    assert all(by_component.get(name, 0) == 0 for name in COMPONENTS)
    assert sum(by_component[name] for name in case.weights) == case.envelope_dh
    assert all(abs(by_component[name] - case.envelope_dh * case.concerned.get(name, 0)) < 1 for name in case.weights)


@given(cases())
def test_each_purse_is_split_beside_the_exact_proportions(case: Case) -> None:
    shares = case.shares()
    for criterion, people in case.people.items():
        rows = component(shares, criterion)
        everybody, purse = sum(people.values()), sum(rows.values())
        assert all(abs(rows[place] * everybody - purse * count) < max(everybody, 1) for place, count in people.items())


@given(cases())
def test_rounding_keeps_the_bounds(case: Case) -> None:
    got, bounds = case.amounts(), case.bounds
    assert min(got.values()) >= bounds.floor_share * case.envelope_dh / len(got)
    assert max(got.values()) <= bounds.cap_share * case.envelope_dh
    assert all(amount >= bounds.hold_harmless_share * case.previous[place] for place, amount in got.items())


@given(cases(), st.randoms(use_true_random=False))
def test_neither_rows_nor_places_nor_criteria_need_an_order(case: Case, shuffled: random.Random) -> None:
    def mixed(table: dict[str, Any]) -> dict[str, Any]:
        return dict(shuffled.sample(list(table.items()), len(table)))

    people = {name: mixed(row) for name, row in mixed(case.people).items()}
    other = replace(case, people=people, weights=mixed(case.weights), previous=mixed(case.previous))
    assert_frame_equal(case.shares(), other.shares(), check_row_order=False)


@given(cases(), st.integers(2, 50), st.fractions(Fraction(1, 50), 50))
def test_counting_a_criterion_or_weights_in_another_unit_changes_nothing(case: Case, unit: int, factor: Fraction) -> None:
    people = case.people | {"c0": {place: count * unit for place, count in case.people["c0"].items()}}
    other = replace(case, people=people, weights={name: weight * factor for name, weight in case.weights.items()})
    assert_frame_equal(case.shares().drop("people"), other.shares().drop("people"))


@given(cases(), st.data())
def test_more_people_concerned_never_lower_an_amount(case: Case, data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from(sorted(case.people)))
    place = data.draw(st.sampled_from(case.places))
    row = case.people[criterion]
    more = row | {place: row[place] + data.draw(st.one_of(st.integers(1, 3), st.integers(1, 500)))}
    other = replace(case, people=case.people | {criterion: more})
    assert other.amounts()[place] >= case.amounts()[place]


@given(cases(), st.data())
def test_equal_places_are_at_most_one_step_apart(case: Case, data: st.DataObject) -> None:
    equal = data.draw(st.sets(st.sampled_from(case.places), min_size=1)) | {"p0"}

    def levelled(row: dict[str, int]) -> dict[str, int]:
        return row | dict.fromkeys(equal, row["p0"])

    people = {name: levelled(row) for name, row in case.people.items()}
    got = replace(case, people=people, previous=levelled(case.previous)).feasible().amounts()
    assert max(got[place] for place in equal) - min(got[place] for place in equal) <= case.step_dh


@given(cases().filter(lambda case: len(case.places) > 1), st.data())
def test_a_place_with_more_of_everything_never_gets_less_than_another(case: Case, data: st.DataObject) -> None:
    less, more = data.draw(st.permutations(case.places))[:2]
    people = {name: row | {more: row[less] + data.draw(st.integers(0, 40))} for name, row in case.people.items()}
    people["c0"][more] += 1
    previous = case.previous | {more: max(case.previous[less], case.previous[more])}
    got = replace(case, people=people, previous=previous).feasible().amounts()
    assert got[more] >= got[less]


@given(cases())
def test_without_bounds_or_step_an_amount_stands_beside_its_exact_share(case: Case) -> None:
    for place, amount in replace(case, bounds=Bounds(), step_dh=1).amounts().items():
        people = {name: Fraction(case.people[name][place], sum(case.people[name].values())) for name in case.concerned}
        share = sum((weight * people[name] for name, weight in case.concerned.items()), start=Fraction(0))
        assert abs(amount - case.envelope_dh * share) < 1


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 50), min_size=1), st.integers(0, 10**7), st.integers(1, 300))
def test_a_split_sums_to_its_envelope(parts: dict[str, int], envelope_dh: int, step_dh: int) -> None:
    weights = {name: Fraction(part + (name == min(parts)), 7) for name, part in parts.items()}
    amounts_by_name = split(step_dh + envelope_dh, weights, step_dh=step_dh)
    assert sum(amounts_by_name.values()) == step_dh + envelope_dh
    assert list(amounts_by_name) == list(parts)
    assert sum(amount % step_dh > 0 for amount in amounts_by_name.values()) <= 1


# Refusals


def refusal(**changed: Any) -> str:
    """What is said of the example once some of its terms are changed."""
    terms: dict[str, Any] = {"purses": purses(PEOPLE), "envelope_dh": 1000, "weights": WEIGHTS}
    with pytest.raises((BadData, Refused)) as refused:
        allocate(**terms | changed)
    return str(refused.value)


def test_an_unknown_place_is_refused() -> None:
    message = refusal(places=["A", "B"])
    assert message.startswith("table purses, column place, row 3, 5: 'C' is not known here.")


def test_a_criterion_named_as_a_bound_is_refused() -> None:
    assert refusal(weights={"floor": Fraction(1)}) == "weights: floor is the name of a bound. Give the criterion another name."


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"envelope_dh": -1}, "the envelope is below 0. Give the money to share, in whole units."),
        ({"step_dh": 0}, "the step is below 1. Give a step of 1 or more."),
        (
            {"step_dh": 1001},
            "the envelope is below one step. All of it would go to one place. Give a step of at most 1000.",
        ),
    ],
)
def test_money_that_cannot_be_shared_is_refused(changed: dict[str, int], message: str) -> None:
    money = {"envelope_dh": 1000, "step_dh": 1} | changed
    assert refusal(**changed) == f"envelope {money['envelope_dh']}, rounding step {money['step_dh']}: {message}"


def test_all_that_is_wrong_with_last_year_is_said_at_once() -> None:
    assert refusal(previous={"X": -1}) == (
        "last year's amounts: X: not among the places of this year. What they had could be neither kept nor taken away."
        " Give their amounts to the places that took them over, or remove them.\n"
        "last year's amounts: X: below 0. Write what each place got, in whole units."
    )
    assert refusal(bounds=Bounds(hold_harmless_share=Fraction(1, 2))) == (
        "bound hold_harmless_share: last year's amounts are not given."
        " Give last year's amount of each place, or set hold_harmless_share to 0."
    )


def test_the_reasons_of_every_programme_come_at_once() -> None:
    with pytest.raises(Refused) as refused:
        allocate_programmes(
            purses(PEOPLE),
            sub_envelopes={"youth": 10, "income": 1000},
            weights={"youth": {"jobless": Fraction(1)}, "income": WEIGHTS},
            bounds=Bounds(floor_share=Fraction(1), cap_share=Fraction(1, 4)),
        )
    places = [(str(problem.where[0]), str(problem.where[1])) for problem in refused.value.problems]
    assert places[0] == ("programme youth", "bound floor_share")
    assert places[-1] == ("programme income", "bound cap_share")


def test_a_programme_without_weights_is_refused() -> None:
    with pytest.raises(Refused, match="programme health: it has no weights"):
        allocate_programmes(purses(PEOPLE), sub_envelopes={"health": 10}, weights={"income": WEIGHTS})
