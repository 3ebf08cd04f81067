"""What people type into fields: amounts exact to the centime, whole numbers and days in any digits, one reading or none."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from tiwizi.core.money import Centimes
from tiwizi.office.forms import MOST, DayField, MoneyField, WholeNumberField, amount, as_typed, whole_number


@pytest.mark.parametrize(
    ("typed", "centimes"),
    [
        ("250000", 25_000_000), ("250 000", 25_000_000), ("250\u00a0000,5", 25_000_050), ("0.01", 1), ("1,10", 110),
        ("٢٥٠٬٠٠٠٫٠٥", 25_000_005), ("1'234.56", 123_456), ("8,29", 829), ("70000,01", 7_000_001), ("0", 0), ("٥،٥", 550),
        ("1,234", 123_400), ("1.234", 123_400), ("1.234,56", 123_456), ("1,234.5", 123_450), ("1.234.567", 123_456_700),
        ("١٢٣", 12_300), ("1 234,50", 123_450),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_centime(typed: str, centimes: int) -> None:
    assert amount(typed) == centimes
    assert type(amount(typed)) is Centimes


@pytest.mark.parametrize(
    "typed",
    ["", "x", "1,2,3", "-1", "+1", "1e5", ",5", "5,", "١٢x", "9" * 15, "10000000000000,01", "0.001", "1,234,5", "1.2345",
     "1234.567", "1.234,567", "12.34.567", "1.234.56"],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_not_read(typed: str) -> None:
    assert amount(typed) is None


@given(some.integers(0, MOST).map(Centimes))
def test_law_what_a_form_shows_is_read_as_it_was(centimes: Centimes) -> None:
    assert amount(as_typed(centimes)) == centimes


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("123", 123),
        ("١٢٣", 123),
        ("1 234", 1234),
        ("1.234", 1234),
        ("1,234,567", 1_234_567),
        ("0", 0),
        ("1.5", None),
        ("-1", None),
    ],
)
def test_a_whole_number_is_read_in_any_digits(typed: str, number: int | None) -> None:
    assert whole_number(typed) == number


class Typed(forms.Form):
    """One field of each."""

    money = MoneyField(label="Amount", required=False)
    whole = MoneyField(label="Amount", whole=True, required=False)
    people = WholeNumberField(min_value=1, required=False)
    day = DayField(required=False)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("money", " 1.234,50 ", Centimes(1_234_50)), ("money", "  ", None), ("whole", "1 234,00", Centimes(1_234_00)),
        ("people", "١ ٢٣٤", 1234), ("people", "", None),
        ("day", "2026-11-30", date(2026, 11, 30)), ("day", "٣٠/١١/٢٠٢٦", date(2026, 11, 30)),
        ("day", "1.2.2026", date(2026, 2, 1)),
    ],
)  # fmt: skip
def test_a_field_reads_what_was_typed(name: str, typed: str, value: Any) -> None:
    form = Typed({name: typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data[name] == value
    assert type(form.cleaned_data[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("money", "1,2,3"),
        ("money", "-1"),
        ("whole", "1,50"),
        ("people", "0"),
        ("people", "1.5"),
        ("people", "-3"),
        ("day", "30-13-2026"),
    ],
)
def test_a_field_that_cannot_be_read_keeps_what_was_typed_and_says_so(name: str, typed: str) -> None:
    with translation.override("fr"):
        form = Typed({name: typed})
        assert list(form.errors) == [name]
        assert typed in str(form[name])


def test_a_field_shows_an_amount_in_the_currency_of_the_programme() -> None:
    form = Typed(initial={"money": Centimes(1_234_05)})
    assert 'value="1234,05"' in str(form["money"])
    with translation.override("fr"):
        assert form["money"].label == "Montant, en DH"


def shown(value: Any) -> str:
    return Template("{{ value|money }}").render(Context({"value": value}))


def test_the_filter_writes_amounts_and_refuses_numbers_that_do_not_say_their_unit() -> None:
    """A number of whole units, taken for centimes, would be a hundred times too small without a word."""
    with translation.override("en"):
        assert [shown(value) for value in (Centimes(1_234_50), Centimes.of_dh(1_234), Centimes(-50), None)] == [
            "1,234.50 DH", "1,234 DH", "-0.50 DH", "–",
        ]  # fmt: skip
        for wrong in (1_234, 12.5, "1234"):
            with pytest.raises(TypeError, match="does not say that it counts centimes"):
                shown(wrong)
