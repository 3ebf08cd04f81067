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


SENTENCES = (
    "A scenario needs a name.",
    "Another scenario of this envelope has this name.",
    "The run of measures is not done yet.",
    "The run of measures does not cover the places that share this envelope.",
    "A weight is a whole number from 0 to 100: poverty.",
    "A weight is a whole number from 0 to 100: poverty, remoteness.",
    "All weights are 0: give one criterion a weight at least.",
    "This scenario was adopted: it is frozen. Make another one from it.",
    "This scenario was adopted already.",
    "This scenario is before the committee already.",
    "Somebody changed this scenario after your page was loaded: load it again to see what.",
    "Another scenario was adopted meanwhile, “”, recorded by : look at it before you replace it.",
    "Name the minutes in which the committee decided it.",
    "The day of the session is still to come: what is not decided yet is not adopted.",
    "The day of the session lies years before the year of the envelope.",
    "A committee adopts it by a vote: bring the scenario before it. Only a demonstration is tried without.",
    "The resolution decides another scenario, version, place or amount.",
    "An envelope needs a title.",
    "An envelope holds 1000.00 at least, one step of rounding.",
    "The year lies between 2000 and 2100.",
    "There is already an envelope of this title for that year.",
)


def starts(reasons: list[Any]) -> list[str]:
    """The first three words of each reason, which is one of the sentences above."""
    assert [str(reason) for reason in reasons if str(reason) not in SENTENCES] == []
    return [" ".join(str(reason).split()[:3]) for reason in reasons]


def test_what_a_scenario_is_not_brought_for() -> None:
    for adopted in (False, True):
        for brought in (False, True):
            said = ["This scenario was adopted already."] * adopted + ["This scenario is before the committee already."] * brought
            assert [str(one) for one in rules.why_not_bring(adopted=adopted, brought=brought)] == said
    assert [str(one) for one in rules.why_frozen(adopted=True)] == [SENTENCES[7]]
    assert rules.why_frozen(adopted=False) == []


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
        ({"weights": {"poverty": 101, "remoteness": -1}}, ["A weight is"]),
        ({"weights": {"poverty": 1, "remoteness": 0}}, []),
        ({"weights": {"poverty": 100, "remoteness": 100}}, []),
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
        ({"long_ago": True}, ["The day of"]),
        ({"undecided": True}, ["A committee adopts"]),
        ({"foreign": True}, ["The resolution decides"]),
        (
            {"undecided": True, "foreign": True, "run_done": False, "long_ago": True, "ahead": True},
            ["A committee adopts", "The resolution decides", "The run of", "The day of", "The day of"],
        ),
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
        ({"year": 2000}, []),
        ({"year": 2100}, []),
        ({"year": 2101}, ["The year lies"]),
        ({"taken": True}, ["There is already"]),
        ({"title": "", "amount_dh": 0, "year": 1}, ["An envelope needs", "An envelope holds", "The year lies"]),
    ],
)
def test_why_not_open(change: dict[str, Any], said: list[str]) -> None:
    assert starts(rules.why_not_open(**{**GOOD_ENVELOPE, **change})) == said


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("40", Fraction(2, 5)),
        (" 12,5 % ", Fraction(1, 8)),
        ("12.5", Fraction(1, 8)),
        ("٤٠", Fraction(2, 5)),
        ("0", Fraction(0)),
        ("12,123456%", Fraction(12123456, 10**8)),
    ],
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
