"""Centimes: exact, never guessed from another unit."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiwizi.core.money import Centimes


def test_an_amount_is_written_exactly_with_two_decimals() -> None:
    amounts = {0: "0.00", 1: "0.01", -150: "-1.50", 10_000_000_001: "100000000.01"}
    assert {amount: str(Centimes(amount)) for amount in amounts} == amounts
    assert f"{Centimes(5)}" == "0.05"
    assert json.dumps({"amount_centimes": Centimes(150)}) == '{"amount_centimes": 150}'


@pytest.mark.parametrize("wrong", [2.0, 2.5, "2", Decimal(2), None])
def test_what_is_no_whole_number_is_no_amount(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Centimes(wrong)
    with pytest.raises(TypeError):
        Centimes.of_dh(wrong)


@given(some.integers(-(10**15), 10**15))
def test_law_whole_units_become_centimes_and_come_back_in_one_place(amount_dh: int) -> None:
    centimes = Centimes.of_dh(amount_dh)
    assert (centimes, centimes.dh, centimes.decimal) == (amount_dh * 100, amount_dh, Decimal(amount_dh))


def test_an_amount_with_centimes_is_no_whole_amount() -> None:
    with pytest.raises(ValueError, match=r"1\.50 is no whole amount"):
        _ = Centimes(150).dh


def test_what_is_reckoned_says_again_what_it_is() -> None:
    """A sum is a number: no filter takes it until it is said to be centimes."""
    assert type(Centimes(3) + Centimes(4)) is int
    assert type(sum([Centimes(3), Centimes(4)])) is int
