"""Amounts as typed: exact to the centime, one reading or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.committees.pages.matters.amounts import MOST, centimes_of, typed_of


@pytest.mark.parametrize(
    ("typed", "centimes"),
    [
        ("250000", 25_000_000), ("250 000", 25_000_000), ("250\u00a0000,5", 25_000_050), ("0.01", 1), ("1,10", 110),
        ("٢٥٠٬٠٠٠٫٠٥", 25_000_005), ("1'234.56", 123_456), ("8,29", 829), ("70000,01", 7_000_001), ("0", 0),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_centime(typed: str, centimes: int) -> None:
    assert centimes_of(typed) == centimes


@pytest.mark.parametrize(
    "typed", ["", "x", "1,234", "1.234,56", "1,2,3", "-1", "+1", "1e5", ",5", "5,", "١٢x", "9" * 15, "10000000000000,01", "1.001"]
)
def test_what_could_be_read_in_two_ways_is_not_read(typed: str) -> None:
    assert centimes_of(typed) is None


@given(st.integers(0, MOST))
def test_what_a_form_shows_is_read_as_it_was(centimes: int) -> None:
    assert centimes_of(typed_of(centimes)) == centimes
