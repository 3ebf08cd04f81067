"""Measures in words: every measure of a run has a label in each language, a group, and figures that people can read."""

from datetime import date

import pytest

from tiwizi import store
from tiwizi.core.places.published import CENSUS_MEASURES, HAMLET_MEASURES
from tiwizi.measures import labels
from tiwizi.plan import Plan

RULES = store.rulebook("indh").on(date(2026, 11, 23))
OWN = (*CENSUS_MEASURES, *HAMLET_MEASURES)


@pytest.mark.parametrize("measure", OWN)
def test_no_column_of_the_sources_is_shown_by_its_code(measure: str) -> None:
    assert labels.label(measure, RULES, "en") != measure
    assert labels.group(measure, RULES) not in ("own", "")


def test_every_measure_of_a_plan_has_a_label_and_a_group(khenifra: Plan) -> None:
    for measure in khenifra.measures["measure"].unique().to_list():
        assert labels.label(measure, RULES, "en") != measure
        assert labels.group(measure, RULES) != "own", measure


def test_labels_are_told_apart() -> None:
    names = [labels.label(measure, RULES, "en") for measure in dict.fromkeys(OWN)]
    assert len(names) == len(set(names))


def test_figures_are_written_as_people_write_them() -> None:
    assert labels.shown("population", 12345.0, "en") == "12,345"
    assert labels.shown("illiteracy_10_plus_share", 0.257, "fr") == "25,7\u00a0%" or "25,7" in labels.shown(
        "illiteracy_10_plus_share", 0.257, "fr"
    )
    assert labels.shown("people_per_room", 1.5, "en") == "1.50"
    assert labels.shown("paved_road_km", None, "en") == "–"
    assert labels.unit("population", "en") == ""


def test_a_change_of_a_share_is_in_points_and_has_its_sign() -> None:
    assert labels.change("electricity_share", 0.8, 0.925, "en") == "+12.5 points"
    assert labels.change("population", 100, 90, "en") == "−10"
    # In Arabic the sign and the number are one piece, or the sign would stand at the number's other side.
    assert labels.change("population", 100, 90, "ar") == "\u2066−10\u2069"
    assert labels.change("electricity_share", 0.8, 0.771, "ar").startswith("\u2066−2,9\u2069 ")
    assert labels.change("population", 100, 100.2, "en") == "0"
    assert labels.change("population", None, 1, "en") == ""


def test_groups_come_in_their_order_and_uploads_last() -> None:
    groups = labels.grouped(["wells", "population", "remote_people", "electricity_share"], RULES, "en")
    assert [title for title, _measures in groups] == [
        "Criteria of the budget",
        "Access and dwelling",
        "Population and households",
        "Figures brought by the office",
    ]
    assert labels.group("wells", RULES) == "own"


def test_measures_are_listed_as_they_are_read_aloud_whatever_their_accents() -> None:
    from tiwizi.core.folding import sort_key

    words = store.rulebook("indh").on(date(2026, 11, 23))
    names = ["electricity_share", "sewer_share", "toilet_share", "gas_fuel_share", "no_education_share", "schooling_share"]
    for language in ("fr", "ar"):
        for _title, measures in labels.grouped([*names, "etudes", "évaluation", "zone", "eau"], words, language):
            keys = [sort_key(name, language) for _code, name in measures]
            assert keys == sorted(keys)
    own = dict(labels.grouped(["évaluation", "zone", "eau"], words, "fr"))
    assert [code for measures in own.values() for code, _name in measures] == ["eau", "évaluation", "zone"]
