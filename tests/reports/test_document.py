"""The PDF report: made in each language, with its direction and its fonts, the same bytes each time."""

import json
from typing import Any

import pytest

from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import document
from tiwizi.reports.parts import parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_made_twice_with_the_same_bytes(khenifra: Plan, language: str) -> None:
    made = document.pdf(khenifra, language)
    assert made.startswith(b"%PDF-")
    assert made == document.pdf(khenifra, language)
    assert b"NotoSans" in made
    assert f"/Lang({language}".encode() in made.replace(b"/Lang (", b"/Lang(")


def texts_of(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_its_row_its_paragraph_and_its_amount(khenifra: Plan, language: str) -> None:
    data = document.contents(khenifra, language)
    assert len(data["rows"]) == 22
    assert sum(len(group["places"]) for group in data["groups"]) == 22
    # Khénifra's five local seats.
    assert len(data["groups"]) == 5
    paragraphs = {place["body"] for group in data["groups"] for place in group["places"]}
    assert len(paragraphs) == 22


def test_rows_stand_from_the_largest_amount_down_and_sum_to_the_envelope(khenifra: Plan) -> None:
    data = document.contents(khenifra, "en")
    amounts = [int(row[4].replace(",", "")) for row in data["rows"]]
    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts) == khenifra.envelope_dh == sum(part.amount_dh for part in parts(khenifra).values())
    assert data["total"][4] == "32,000,000"


def test_what_a_reader_must_know_is_there(khenifra: Plan) -> None:
    data = document.contents(khenifra, "en")
    everything = texts_of(data)
    assert khenifra.rulebook.version in data["footer"]
    assert "53.63" in everything, "the doubtful distance"
    assert "CC BY 4.0" in everything
    assert "Weight: Multidimensional poverty" in texts_of(data["assumptions"])
    assert len(data["sources"]) == 3
    assert all(figure["meaning"] for figure in data["figures"])


def test_arabic_is_set_from_right_to_left_in_its_own_font(khenifra: Plan) -> None:
    data = document.contents(khenifra, "ar")
    assert (data["direction"], data["fonts"][0]) == ("rtl", "Noto Sans Arabic")
    assert "خنيفرة" in data["title"]


def test_nothing_is_left_in_english_in_another_language(khenifra: Plan) -> None:
    english = document.contents(khenifra, "en")
    for language in ("ar", "fr"):
        other = document.contents(khenifra, language)
        for key in ("headings", "opening", "marks", "assumptions-meaning", "columns"):
            assert texts_of(other[key]) != texts_of(english[key]), (language, key)
