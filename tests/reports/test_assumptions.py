"""What a reader must know before trusting a plan."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tiwizi.core.errors import say
from tiwizi.core.rulebook.rulebook import figures_numbers
from tiwizi.core.rulebook.subjects import Label, Number
from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import assumptions, figures, measures


def parameter(value: Fraction) -> Number:
    day = date(2026, 1, 1)
    return Number(value, "share", Label("ع", "n", "n"), day, day, assumed=True, source=None, key="k")


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (Fraction(25), "en", "25"),
        (Fraction(10000), "fr", "10\u202f000"),
        (Fraction(2, 5), "en", "0.4"),
        (Fraction(2, 5), "fr", "0,4"),
        (Fraction(17, 2000), "en", "0.0085"),
        (Fraction(1, 3), "ar", "1/3"),
    ],
)
def test_a_parameter_is_written_exactly(value: Fraction, language: str, text: str) -> None:
    assert assumptions.value_of(parameter(value), language) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumed_number_is_listed_and_no_other(khenifra: Plan, language: str) -> None:
    assumed = [number.label.in_(language) for number in figures_numbers(khenifra.rules) if number.assumed]
    assert len(assumed) > 20
    assert [assumption.label for assumption in assumptions.assumptions(khenifra, language)] == assumed


def test_what_stands_in_for_what_is_said_and_what_is_left_out(khenifra: Plan) -> None:
    sentences = assumptions.stand_ins(khenifra, "en")
    assert "No running water: stands in for “water over 30 minutes' walk away”." in sentences
    assert "Left out: Floor of the dwelling (not published by commune)." in sentences


def test_notes_name_places_and_measures_not_codes(khenifra: Plan) -> None:
    note = say(
        "Some margins are missing ({margins}): x {criterion}",
        margins="05.301.07.03 water, 05.301.07.07 water",
        criterion="remoteness",
    )
    notes = assumptions.notes(replace(khenifra, notes=(note,)), "en")
    assert notes == ["Some margins are missing (Aguelmous – No running water, El Hammam – No running water): x Remoteness"]


def test_a_note_counts_what_it_does_not_list(khenifra: Plan) -> None:
    codes = ", ".join(khenifra.recipients[:14])
    shown = assumptions.notes(replace(khenifra, notes=(say("{places}: below 0.", places=codes),)), "en")[0]
    assert "and 2 more" in shown
    assert shown.count(", ") == assumptions.LISTED - 1


def test_the_doubtful_distance_is_told_in_each_language(khenifra: Plan) -> None:
    for language, words in (("en", "53.63 km looks wrong"), ("fr", "53,63 km paraît fausse"), ("ar", "53,63 كم")):
        assert any(words in note for note in assumptions.notes(khenifra, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_of_a_plan_has_a_name_of_its_own(khenifra: Plan, language: str) -> None:
    names = khenifra.measures["measure"].unique().to_list()
    labels = {name: measures.label(name, khenifra.rules, language) for name in names}
    assert [name for name, label in labels.items() if label == name] == []
    assert len(set(labels.values())) == len(names)


@pytest.mark.parametrize(
    ("measure", "value", "shown", "unit"),
    [
        ("unemployed_share", 0.305, "30.5%", "%"),
        ("unemployed_people", 10973.0, "10,973", "people"),
        ("people_below_development_line", 36555.0, "36,555", "people"),
        ("paved_road_km", 7.5, "7.5", "km"),
        ("development_index", 0.8561, "0.856", "index"),
        ("no_sewer_households", 146.0, "146", "households"),
        ("remote_share", None, "–", "%"),
    ],
)
def test_a_measure_is_shown_in_its_unit(measure: str, value: float | None, shown: str, unit: str) -> None:
    assert measures.shown(measure, value, "en") == shown
    assert measures.unit(measure, "en") == unit


def test_a_measure_that_nothing_names_keeps_its_own_name(khenifra: Plan) -> None:
    assert measures.label("goats_people", khenifra.rules, "fr") == "goats_people"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_of_targeting_says_what_it_means(khenifra: Plan, language: str) -> None:
    listed = figures.figures(khenifra, language)
    assert len(listed) == len({figure.label for figure in listed}) == 5
    assert listed[0].value in listed[0].meaning
