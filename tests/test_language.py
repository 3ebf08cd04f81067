"""Numbers, days and mixed directions as each language writes them."""

from datetime import date

import pytest

from tiwizi.core.errors import say, say_count
from tiwizi.core.money import Centimes
from tiwizi.language import LANGUAGES, day, direction, isolated, money, number, percent, text, translator


def test_directions() -> None:
    assert [direction(language) for language in LANGUAGES] == ["rtl", "ltr", "ltr"]


@pytest.mark.parametrize(
    ("language", "whole", "share"),
    [("ar", "1.104.000", "\u206627,7%\u2069"), ("fr", "1\u202f104\u202f000", "27,7\u00a0%"), ("en", "1,104,000", "27.7%")],
)
def test_numbers_are_written_as_the_language_does(language: str, whole: str, share: str) -> None:
    assert number(1_104_000, language) == whole
    assert percent(0.277, language) == share


def test_what_is_unknown_is_a_dash_and_never_zero() -> None:
    assert number(None, "fr") == percent(None, "fr") == "–"
    assert money(None, "en") == "–"


def test_days_have_the_names_of_months_used_in_morocco() -> None:
    assert day(date(2026, 11, 23), "ar") == "23 نونبر 2026"
    assert day(date(2026, 11, 23), "fr") == "23 novembre 2026"


def test_a_sentence_is_said_with_its_numbers_as_the_language_writes_them() -> None:
    sentence = say(
        "{publisher} withholds distances ({level}: {count}, {people}); they count as the rulebook says.",
        publisher="HCP",
        level="Douars",
        count=186,
        people=say_count("{count} person", "{count} people", count=11_823),
    )
    assert "11,823" in text(sentence, "en")
    assert "11.823" in text(sentence, "ar")
    assert text(sentence, "ar") != text(sentence, "en")


def test_text_of_unknown_direction_is_kept_apart() -> None:
    assert isolated("El Kbab") == "\u2068El Kbab\u2069"


def test_english_is_the_source() -> None:
    assert translator("en")("anything at all") == "anything at all"


def test_days_and_exact_amounts_inside_a_sentence_are_written_as_the_language_does() -> None:
    sentence = say("Left under the ceiling of {year}: {left}.", year="2026", left=Centimes(1_234_567_50))
    assert "1\u202f234\u202f567,50 DH" in text(sentence, "fr")
    assert "1,234,567.50 DH" in text(sentence, "en")
    assert "\u20681.234.567,50 درهم\u2069" in text(sentence, "ar")
    assert "1,234,567 DH" in text(say("{left}", left=Centimes.of_dh(1_234_567)), "en")
    sentence = say("Act {act} is not in force on {day}.", act="1/2026", day=date(2026, 11, 24))
    assert "24 novembre 2026" in text(sentence, "fr")
    assert "24 نونبر 2026" in text(sentence, "ar")
