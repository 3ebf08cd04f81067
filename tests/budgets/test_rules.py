"""Every reason why scenarios and envelopes are refused, as truth tables."""

from fractions import Fraction
from typing import Any

import pytest

from tiwizi.budgets import rules

GOOD_DRAFT = {"name": "One", "taken": False, "run_done": True, "covers": True}
GOOD_CHANGE: dict[str, Any] = {"adopted": False, "version": 3, "shown": 3, "weights": {"poverty": 1}, "name": "One"}
GOOD_ADOPTION: dict[str, Any] = {
    "adopted": False,
    "version": 3,
    "shown": 3,
    "in_force": 2,
    "expected": 2,
    "run_done": True,
    "reference": "PV 1",
}
GOOD_ENVELOPE: dict[str, Any] = {"title": "INDH", "amount_dh": 1000, "year": 2027, "taken": False, "step_dh": 1000}


def starts(reasons: list[Any]) -> list[str]:
    return [" ".join(str(reason).split()[:3]) for reason in reasons]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"name": "  "}, ["A scenario needs"]),
        ({"taken": True}, ["Another scenario of"]),
        ({"run_done": False}, ["The run of"]),
        ({"covers": False}, ["The run of"]),
        ({"name": "", "taken": True, "covers": False}, ["A scenario needs", "Another scenario of", "The run of"]),
        ({"weights": {"poverty": 101}}, ["A weight is"]),
        ({"weights": {"poverty": 0}}, ["All weights are"]),
        ({"weights": {"poverty": 1, "remoteness": 0}}, []),
    ],
)
def test_why_not_draft(change: dict[str, Any], said: list[str]) -> None:
    assert starts(rules.why_not_draft(**{**GOOD_DRAFT, **change})) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"weights": {"poverty": 0, "remoteness": 100}}, []),
        ({"weights": None, "name": None}, []),
        ({"adopted": True}, ["This scenario was"]),
        ({"shown": 2}, ["Somebody changed this"]),
        ({"version": 2}, ["Somebody changed this"]),
        ({"name": " "}, ["A scenario needs"]),
        ({"taken": True}, ["Another scenario of"]),
        ({"weights": {"poverty": -1, "remoteness": 5}}, ["A weight is"]),
        ({"weights": {"poverty": 101}}, ["A weight is"]),
        ({"weights": {"poverty": 0}}, ["All weights are"]),
        ({"weights": {}}, ["All weights are"]),
        (
            {"adopted": True, "shown": 1, "weights": {"poverty": 0}},
            ["This scenario was", "Somebody changed this", "All weights are"],
        ),
    ],
)
def test_why_not_change(change: dict[str, Any], said: list[str]) -> None:
    assert starts(rules.why_not_change(**{**GOOD_CHANGE, **change})) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"in_force": 0, "expected": 0}, []),
        ({"adopted": True}, ["This scenario was"]),
        ({"shown": 2}, ["Somebody changed this"]),
        ({"expected": 1}, ["Another scenario was"]),
        ({"expected": 3}, ["Another scenario was"]),
        ({"run_done": False}, ["The run of"]),
        ({"reference": " "}, ["Name the minutes"]),
        ({"ahead": True}, ["The day of"]),
        ({"adopted": True, "expected": 0, "reference": ""}, ["This scenario was", "Another scenario was", "Name the minutes"]),
    ],
)
def test_why_not_adopt(change: dict[str, Any], said: list[str]) -> None:
    assert starts(rules.why_not_adopt(**{**GOOD_ADOPTION, **change})) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"title": " "}, ["An envelope needs"]),
        ({"amount_dh": 999}, ["An envelope holds"]),
        ({"year": 1999}, ["The year lies"]),
        ({"year": 2101}, ["The year lies"]),
        ({"taken": True}, ["There is already"]),
        ({"title": "", "amount_dh": 0, "year": 1}, ["An envelope needs", "An envelope holds", "The year lies"]),
    ],
)
def test_why_not_open(change: dict[str, Any], said: list[str]) -> None:
    assert starts(rules.why_not_open(**{**GOOD_ENVELOPE, **change})) == said


@pytest.mark.parametrize(
    ("text", "share"),
    [("40", Fraction(2, 5)), (" 12,5 % ", Fraction(1, 8)), ("12.5", Fraction(1, 8)), ("٤٠", Fraction(2, 5)), ("0", Fraction(0))],
)
def test_a_percentage_as_people_type_it_is_an_exact_share(text: str, share: Fraction) -> None:
    assert rules.share(text) == share


@pytest.mark.parametrize("text", ["", "x", "-1", "1/3", "1e999999999", "9" * 5000, "1,2,3", "nan", "0.1234567"])
def test_anything_else_is_no_percentage_and_takes_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"percentage"):
        rules.share(text)


def test_who_comes_second_reads_what_was_adopted_and_by_whom() -> None:
    (reason,) = rules.why_not_adopt(**{**GOOD_ADOPTION, "expected": 1, "meanwhile": ("Equal parts", "Amina")})
    assert "“Equal parts”, recorded by Amina" in str(reason)
