"""Bounds that do not fit an envelope: what is said, and that the remedy is feasible and the smallest."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tiwizi.core.budget.allocation import Bounds, allocate, feasible_bounds
from tiwizi.core.budget.bounds import NO_BOUNDS, Terms, money_problems
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
        "bound floor_share: the floors need 1020, and the envelope is 1000. Each of the 3 places must get 340."
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
        "bound hold_harmless_share: the floors and what is kept of last year need 1100, and the envelope is 1000."
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
        "bound cap_share: the places can take 900, and the envelope is 1000. None may get more than 300,"
        " and where nobody is concerned none gets more than its least. Set cap_share to 0.334 or more."
    )


def test_a_cap_below_what_a_place_must_get_names_the_place() -> None:
    case = terms([5, 3], bounds=Bounds(Fraction(0), Fraction(6, 10), Fraction(1)), previous={"p1": 700})
    assert refusal(case) == (
        "bound cap_share: the cap of 600 is below the least that p1 must get. The least is up to 700."
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


def test_a_list_is_cut_after_three_places() -> None:
    bounds = Bounds(floor_share=Fraction(9, 10), cap_share=Fraction(1, 20))
    assert "the least that p0, p1, p2 must get." in refusal(terms([1] * 3, bounds=bounds))
    assert "the least that p0, p1, p2 and 1 more must get." in refusal(terms([1] * 4, bounds=bounds))


def test_a_floor_that_would_do_is_offered_only_where_the_cap_leaves_room_for_it() -> None:
    # As above, but 700 kept by p2 is above the cap of 600: no lower floor mends that.
    case = terms(
        [5, 3, 1],
        bounds=Bounds(Fraction(6, 10), Fraction(6, 10), Fraction(1)),
        previous={"p2": 700},
    )
    assert "Set hold_harmless_share to 0.857142 or less.\n" in refusal(case) + "\n"
    roomy = case | {"bounds": Bounds(Fraction(6, 10), Fraction(7, 10), Fraction(1))}
    assert refusal(roomy).endswith("Set hold_harmless_share to 0.857142 or less, or floor_share to 0.45 or less.")


def test_a_least_at_the_cap_is_not_above_it_and_the_cap_is_never_shown_below_nothing() -> None:
    # Steps of 10 leave 5 of 1005 over: a cap of 0 is -1 step, shown as 0.
    case = terms([5, 3], envelope_dh=1005, step_dh=10, bounds=Bounds(cap_share=Fraction(0)))
    assert refusal(case) == (
        "bound cap_share: the cap of 0 is below the least that p0, p1 must get. The least is up to 0."
        " Set cap_share to 0.502488 or more.\n"
        "bound cap_share: the places can take 0, and the envelope is 1005. None may get more than 0,"
        " and where nobody is concerned none gets more than its least. Set cap_share to 0.502488 or more."
    )
    read = terms([5, 3], bounds=Bounds(Fraction(0), Fraction(6, 10), Fraction(1)), previous={"p0": 600, "p1": 400})
    assert allocate(**read)["amount_dh"].sum() == 1000


def test_a_cap_below_a_least_can_leave_room_for_the_whole_envelope() -> None:
    case = terms([5, 3, 1, 1], bounds=Bounds(Fraction(0), Fraction(1, 4), Fraction(1)), previous={"p2": 300, "p3": 260})
    assert refusal(case) == (
        "bound cap_share: the cap of 250 is below the least that p2, p3 must get. The least is up to 300."
        " Set cap_share to 0.3 or more."
    )


def test_a_place_whose_least_is_the_cap_is_not_named_beside_one_above_it() -> None:
    case = terms([5, 3, 1, 1], bounds=Bounds(Fraction(0), Fraction(1, 4), Fraction(1)), previous={"p2": 300, "p3": 250})
    assert "the cap of 250 is below the least that p2 must get. The least is up to 300." in refusal(case)


def test_a_whole_share_is_written_without_decimals() -> None:
    case = terms([5, 0], bounds=Bounds(cap_share=Fraction(1, 2)))
    assert refusal(case).endswith("Set cap_share to 1 or more.")
    none_fits = terms([5, 3, 1], envelope_dh=2, bounds=Bounds(floor_share=Fraction(1, 10)))
    assert refusal(none_fits).endswith("Each of the 3 places must get 1. Set floor_share to 0 or less.")


# 1005 DH in steps of 10 over three places, of which the last has nobody: 100 steps, and 5 DH over.
TERMS = Terms(1005, 10, ("a", "b", "c"), (400, 0, 91), (3, 1, 0))


@pytest.mark.parametrize(
    ("bounds", "floor", "least", "cap"),
    [
        (NO_BOUNDS, 0, [0, 0, 0], 100),
        (Bounds(floor_share=Fraction(1)), 34, [34, 34, 34], 100),
        # 335 DH each is 33.5 steps; a floor of 330 DH is 33 steps to the dirham, one dirham more is 34.
        (Bounds(floor_share=Fraction(330, 335)), 33, [33, 33, 33], 100),
        (Bounds(floor_share=Fraction(331, 335)), 34, [34, 34, 34], 100),
        (Bounds(hold_harmless_share=Fraction(1)), 0, [40, 0, 10], 100),
        (Bounds(hold_harmless_share=Fraction(1, 2)), 0, [20, 0, 5], 100),
        (Bounds(floor_share=Fraction(60, 335), hold_harmless_share=Fraction(1)), 6, [40, 6, 10], 100),
        (Bounds(cap_share=Fraction(0)), 0, [0, 0, 0], -1),
        # Rounded down, so that the place may take the 5 DH over as well: 505 DH is 50 steps and 5, 504 DH is one less.
        (Bounds(cap_share=Fraction(505, 1005)), 0, [0, 0, 0], 50),
        (Bounds(cap_share=Fraction(504, 1005)), 0, [0, 0, 0], 49),
    ],
)
def test_bounds_in_steps(bounds: Bounds, floor: int, least: list[int], cap: int) -> None:
    assert (TERMS.steps, TERMS.spare_dh) == (100, 5)
    assert (TERMS.floor(bounds), TERMS.least(bounds), TERMS.cap(bounds)) == (floor, least, cap)


@pytest.mark.parametrize(("last", "fits"), [((600, 0, 400), True), ((600, 1, 400), False), ((600, 0, 390), True)])
def test_least_amounts_fit_up_to_the_last_step(last: tuple[int, int, int], fits: bool) -> None:
    assert replace(TERMS, previous=last).fits(Bounds(hold_harmless_share=Fraction(1))) is fits


def test_a_place_where_nobody_is_concerned_takes_its_least_alone() -> None:
    assert TERMS.room(50, [40, 0, 10]) == 50 + 50 + 10


@pytest.mark.parametrize(
    ("cap_dh", "last", "out"),
    [
        (505, (0, 0, 0), False),
        (504, (0, 0, 0), True),
        (505, (500, 0, 0), False),
        (505, (501, 0, 0), True),
        (455, (0, 0, 100), False),
        (454, (0, 0, 100), True),
        (455, (0, 0, 90), True),
    ],
)
def test_a_cap_leaves_out_no_least_and_no_part_of_the_envelope(cap_dh: int, last: tuple[int, int, int], out: bool) -> None:
    bounds = Bounds(cap_share=Fraction(cap_dh, 1005), hold_harmless_share=Fraction(1))
    assert replace(TERMS, previous=last).capped_out(bounds) is out


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
    message = refusal(case)
    assert all(f"Set {name} to {float(vars(mended)[name]):.6f}".rstrip("0").rstrip(".") in message for name in changed)


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


@pytest.mark.parametrize("name", ["floor_share", "cap_share", "hold_harmless_share"])
@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(11, 10), 0.5])
def test_a_bound_is_an_exact_share(name: str, share: Any) -> None:
    with pytest.raises(Refused) as refused:
        Bounds(**{name: share})
    assert str(refused.value) == (
        f"bound {name}: {share!r} is not an exact share from 0 to 1."
        " Write it as a fraction, for instance Fraction('0.8') for 80 %."
    )


def test_none_and_all_are_shares_whole_or_as_fractions() -> None:
    assert Bounds(0, 1, 0) == NO_BOUNDS == Bounds(Fraction(0), Fraction(1), Fraction(0))  # type: ignore[arg-type] # whole numbers
    assert Bounds(1, 0, 1) == Bounds(Fraction(1), Fraction(0), Fraction(1))  # type: ignore[arg-type] # whole numbers


@pytest.mark.parametrize(
    ("envelope_dh", "step_dh", "message"),
    [
        (0, 1, ""),
        (0, 100, ""),
        (1, 1, ""),
        (100, 100, ""),
        (-1, 1, "the envelope is below 0. Give the money to share, in whole units."),
        (-1, 0, "the envelope is below 0. Give the money to share, in whole units."),
        (100, 0, "the step is below 1. Give a step of 1 or more."),
        (
            99,
            100,
            "the envelope is below one step. All of it would go to one place. Give a step of at most 99.",
        ),
        (1, 2, "the envelope is below one step. All of it would go to one place. Give a step of at most 1."),
    ],
)
def test_money_that_cannot_be_shared_in_steps(envelope_dh: int, step_dh: int, message: str) -> None:
    where = f"envelope {envelope_dh}, rounding step {step_dh}: "
    assert [problem.text() for problem in money_problems(envelope_dh, step_dh)] == ([where + message] if message else [])


KEEP = Bounds(hold_harmless_share=Fraction(1))


@pytest.mark.parametrize(
    ("previous", "messages"),
    [
        (
            None,
            [
                (
                    "bound hold_harmless_share: last year's amounts are not given."
                    " Give last year's amount of each place, or set hold_harmless_share to 0."
                )
            ],
        ),
        (
            {"p0": 1, "q1": 1, "q0": 1},
            [
                (
                    "last year's amounts: q0, q1: not among the places of this year."
                    " What they had could be neither kept nor taken away."
                    " Give their amounts to the places that took them over, or remove them."
                )
            ],
        ),
        (
            {"p1": -1, "p0": -2},
            ["last year's amounts: p0, p1: below 0. Write what each place got, in whole units."],
        ),
        (
            {"q": -1},
            [
                (
                    "last year's amounts: q: not among the places of this year."
                    " What they had could be neither kept nor taken away."
                    " Give their amounts to the places that took them over, or remove them."
                ),
                "last year's amounts: q: below 0. Write what each place got, in whole units.",
            ],
        ),
    ],
)
def test_last_year_that_cannot_be_used(previous: dict[str, int] | None, messages: list[str]) -> None:
    assert refusal(terms([5, 3], bounds=KEEP, previous=previous)).splitlines() == messages


def test_a_place_without_an_amount_last_year_keeps_nothing() -> None:
    assert allocate(**terms([1, 0], bounds=KEEP, previous={"p0": 0}))["amount_dh"].sum() == 1000
    by_place = allocate(**terms([1, 0], bounds=KEEP, previous={"p0": 1000})).group_by("place").agg(pl.col("amount_dh").sum())
    assert dict(by_place.filter(pl.col("amount_dh") != 0).iter_rows()) == {"p0": 1000}


def test_last_year_is_not_asked_where_nothing_is_kept() -> None:
    assert allocate(**terms([5, 3], previous=None))["amount_dh"].sum() == 1000
