"""Bounds that do not fit an envelope: what is said, and that the remedy is feasible and the smallest."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tiwizi.core.allocation import Bounds, allocate, feasible_bounds
from tiwizi.core.errors import Refused
from tiwizi.core.tables import PURSES

MILLIONTH = Fraction(1, 10**6)


def terms(people: list[int], **others: Any) -> dict[str, Any]:
    """What `allocate` takes: people of one criterion, in places named by their order."""
    rows = [(f"p{n}", "poor", count) for n, count in enumerate(people)]
    purses = pl.DataFrame(rows, schema=PURSES.schema, orient="row")
    return {"purses": purses, "weights": {"poor": Fraction(1)}, "envelope_dh": 1000, **others}


def refusal(case: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        allocate(**case)
    return str(refused.value)


# Examples


def test_floors_above_the_envelope_say_the_largest_that_fits() -> None:
    # A third of 1000 rounded up to tens is 340, three times 1020; 330 each is 990, so 0.99 of the equal share.
    case = terms([5, 3, 1], bounds=Bounds(floor_share=Fraction(1)), step_dh=10)
    assert refusal(case) == (
        "bound floor_share: the floors need 1020 DH, and the envelope is 1000 DH. Each of the 3 places must get 340 DH."
        " Set floor_share to 0.99 or less."
    )
    assert feasible_bounds(**case) == Bounds(floor_share=Fraction(99, 100))


def test_too_much_kept_says_how_much_can_be_and_which_floor_would_do() -> None:
    # Keeping 700 beside two floors of 200 needs 1100; so at most 600 of 700 kept, or floors of 150, 0.45 of 1000/3.
    case = terms(
        [5, 3, 1],
        bounds=Bounds(floor_share=Fraction(6, 10), hold_harmless_share=Fraction(1)),
        previous={"p2": 700},
    )
    assert refusal(case) == (
        "bound hold_harmless_share: the floors and what is kept of last year need 1100 DH, and the envelope is 1000 DH."
        " Each place must get its floor, or what it keeps of last year where that is more."
        " Set hold_harmless_share to 0.857142 or less, or floor_share to 0.45 or less."
    )
    assert feasible_bounds(**case) == Bounds(Fraction(6, 10), Fraction(1), Fraction(857142, 10**6))


def test_kept_amounts_above_the_envelope_by_themselves_leave_no_choice() -> None:
    case = terms([5, 3], bounds=Bounds(hold_harmless_share=Fraction(1)), previous={"p0": 1500, "p1": 500})
    assert refusal(case).endswith("Set hold_harmless_share to 0.5 or less.")


def test_a_cap_too_low_says_the_smallest_that_holds_the_envelope() -> None:
    case = terms([5, 3, 1, 0], bounds=Bounds(cap_share=Fraction(3, 10)))
    assert refusal(case) == (
        "bound cap_share: the places can take 900 DH, and the envelope is 1000 DH. None may get more than 300 DH,"
        " and where nobody is concerned none gets more than its least. Set cap_share to 0.334 or more."
    )


def test_a_cap_below_what_a_place_must_get_names_the_place() -> None:
    case = terms([5, 3], bounds=Bounds(Fraction(0), Fraction(6, 10), Fraction(1)), previous={"p1": 700})
    assert refusal(case) == (
        "bound cap_share: the cap of 600 DH is below the least that p1 must get. The least is up to 700 DH."
        " Set cap_share to 0.7 or more."
    )


def test_every_reason_comes_at_once() -> None:
    bounds = Bounds(floor_share=Fraction(1), cap_share=Fraction(1, 10), hold_harmless_share=Fraction(1))
    case = terms([5] * 3, bounds=bounds, previous={"p0": 900, "p1": 900}, step_dh=7)
    assert [line.split(":")[0] for line in refusal(case).splitlines()] == [
        "bound floor_share",
        "bound hold_harmless_share",
        "bound cap_share",
        "bound cap_share",
    ]


def test_long_lists_of_places_are_cut() -> None:
    case = terms([1] * 9, bounds=Bounds(floor_share=Fraction(9, 10), cap_share=Fraction(1, 20)))
    assert "the least that p0, p1, p2 and 6 more must get." in refusal(case)


# Laws


@st.composite
def wild(draw: st.DrawFn) -> dict[str, Any]:
    """People and bounds of which many do not fit."""
    people = draw(st.lists(st.one_of(st.just(0), st.integers(0, 100)), min_size=1, max_size=6).filter(any))
    share = st.integers(0, 40).map(lambda part: Fraction(part, 40))
    envelope_dh = draw(st.integers(1000, 10**7))
    return terms(
        people,
        envelope_dh=envelope_dh,
        step_dh=draw(st.sampled_from([1, 7, 100, 1000])),
        bounds=Bounds(draw(share), draw(share), draw(share)),
        previous={f"p{n}": draw(st.integers(0, envelope_dh)) for n in range(len(people))},
    )


@given(wild())
def test_a_remedy_is_feasible_and_said(case: dict[str, Any]) -> None:
    mended = feasible_bounds(**case)
    assert allocate(**case | {"bounds": mended})["amount_dh"].sum() == case["envelope_dh"]
    changed = [
        name for name in ("floor_share", "hold_harmless_share", "cap_share") if vars(mended)[name] != vars(case["bounds"])[name]
    ]
    assume(changed)
    said = refusal(case)
    assert all(f"Set {name} to {float(vars(mended)[name]):.6f}".rstrip("0").rstrip(".") in said for name in changed)


@given(wild())
def test_bounds_that_fit_are_left_as_they_are(case: dict[str, Any]) -> None:
    mended = feasible_bounds(**case)
    assert feasible_bounds(**case | {"bounds": mended}) == mended


@given(wild())
def test_a_remedy_is_the_smallest_to_the_millionth(case: dict[str, Any]) -> None:
    given_bounds, mended = case["bounds"], feasible_bounds(**case)
    a_little_less: list[Bounds] = []
    if mended.floor_share != given_bounds.floor_share:
        a_little_less.append(Bounds(floor_share=mended.floor_share + MILLIONTH))
    if mended.hold_harmless_share != given_bounds.hold_harmless_share:
        a_little_less.append(replace(mended, hold_harmless_share=mended.hold_harmless_share + MILLIONTH, cap_share=Fraction(1)))
    if mended.cap_share != given_bounds.cap_share:
        a_little_less.append(replace(mended, cap_share=mended.cap_share - MILLIONTH))
    for bounds in a_little_less:
        refusal(case | {"bounds": bounds})


# Refusals


@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(11, 10), 0.5])
def test_a_bound_is_an_exact_share(share: Any) -> None:
    with pytest.raises(Refused) as refused:
        Bounds(floor_share=share)
    assert str(refused.value) == (
        f"bound floor_share: {share!r} is not an exact share from 0 to 1."
        " Write it as a fraction, for instance Fraction('0.8') for 80 %."
    )
