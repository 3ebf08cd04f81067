"""Purses as a matrix: places, criteria, weights, and what is refused."""

from fractions import Fraction

import polars as pl
import pytest

from tiwizi.core.budget.purses import read_purses
from tiwizi.core.errors import BadData, Refused


def test_purses_become_a_matrix_in_the_order_of_codes() -> None:
    rows = pl.DataFrame({"place": ["b", "a", "b"], "criterion": ["x", "y", "y"], "people": [3, 4, 5]})
    read = read_purses(rows, {"y": Fraction(1, 2), "x": Fraction(1, 3), "z": Fraction(1, 6)}, ["b", "c", "a"])
    assert read.places == ("a", "b", "c")
    assert dict(zip(read.criteria, read.people, strict=True)) == {"y": (4, 5, 0), "x": (0, 3, 0), "z": (0, 0, 0)}
    assert read.empty == ("z",)
    assert read.weights == (3, 2, 0)
    # 3/5 by 4:5:0 and 2/5 by 0:3:0, over 15.
    assert [Fraction(entitlement, sum(read.entitlements())) for entitlement in read.entitlements()] == [
        Fraction(4, 15),
        Fraction(11, 15),
        0,
    ]


def test_unknown_places_and_criteria_are_refused_together() -> None:
    rows = pl.DataFrame({"place": ["a", "q"], "criterion": ["x", "y"], "people": [1, 2]})
    with pytest.raises(BadData) as refused:
        read_purses(rows, {"x": Fraction(1)}, ["a"])
    assert str(refused.value).splitlines() == [
        f"table purses, column {column}, row 2: {value!r} is not known here. Its people would be left out of the sharing without"
        f" a word. Correct the code, remove the row, or add the place or the criterion's weight."
        for column, value in (("place", "q"), ("criterion", "y"))
    ]


NEGATIVE = (
    "weights: the weight of x is below 0. A weight is the part of the envelope that a purse holds. Give x a weight of 0 or more."
)
NOBODY = (
    "table purses: nobody is concerned anywhere by x. A purse is split in proportion to the people concerned."
    " Give the people concerned by at least one criterion that has a weight."
)


@pytest.mark.parametrize(
    ("weights", "people", "places", "message"),
    [
        (
            {"x": Fraction(-1), "y": Fraction(2)},
            1,
            None,
            NEGATIVE,
        ),
        (
            {"x": Fraction(0), "y": Fraction(0)},
            1,
            None,
            "weights: no weight is above 0. Give at least one of them a weight above 0.",
        ),
        (
            {"x": Fraction(1), "y": Fraction(0)},
            0,
            None,
            NOBODY,
        ),
        ({"x": Fraction(1)}, 1, ["a", "a"], "places: a stands more than once. It would be counted twice. Name each place once."),
    ],
)
def test_what_cannot_be_shared_is_refused(
    weights: dict[str, Fraction], people: int, places: list[str] | None, message: str
) -> None:
    rows = pl.DataFrame({"place": ["a"], "criterion": ["x"], "people": [people]})
    with pytest.raises((BadData, Refused)) as refused:
        read_purses(rows, weights, places)
    assert str(refused.value) == message


def test_no_place_is_refused() -> None:
    with pytest.raises(Refused, match=r"^places: there is no place to share between\. Name at least one place\.$"):
        read_purses(pl.DataFrame(schema={"place": pl.String, "criterion": pl.String, "people": pl.Int64}), {"x": Fraction(1)})
