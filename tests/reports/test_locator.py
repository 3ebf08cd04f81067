"""Where one place lies among those that share: the map, and the sheet that bears it, with its interval and its act."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import shapely

from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import chart
from tiwizi.reports.locator import locator
from tiwizi.reports.parts import parts
from tiwizi.reports.place_sheet import Adopted, contents, place_sheet

AGUELMOUS = "05.301.07.03"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_of_all_the_places_is_dark_and_the_map_says_which(khenifra: Plan, language: str) -> None:
    map_drawing = locator(khenifra, AGUELMOUS, language)
    assert map_drawing is not None
    drawing = chart.svg(map_drawing)
    fills = re.findall(r'<path transform[^>]*? fill="([^"]*)"', drawing)
    assert (len(fills), fills.count(chart.SCALE[-1])) == (22, 1)
    assert {"ar": "أكلموس", "fr": "Aguelmous", "en": "Aguelmous"}[language] in map_drawing["description"]
    root = ET.fromstring(drawing)  # noqa: S314 our own drawing
    assert not list(root.iter("{http://www.w3.org/2000/svg}text")), "no letters: the sheet around it has them"


def test_the_dark_place_is_the_one_asked_for(khenifra: Plan) -> None:
    drawing = locator(khenifra, AGUELMOUS, "en")
    assert drawing is not None
    (features,) = drawing["datasets"].values()
    own = [feature for feature in features if feature["properties"]["own"]]
    outline = khenifra.boundaries.row(by_predicate=pl.col("place") == AGUELMOUS, named=True)["geometry"]
    middle = shapely.transform(shapely.from_wkb(outline), chart.plane).representative_point()
    assert [shapely.geometry.shape(feature["geometry"]).contains(middle) for feature in own] == [True]


def test_a_place_without_an_outline_has_no_map(khenifra: Plan) -> None:
    bare = replace(khenifra, boundaries=khenifra.boundaries.filter(pl.col("place") != AGUELMOUS))
    assert locator(bare, AGUELMOUS, "fr") is None
    assert locator(replace(khenifra, boundaries=khenifra.boundaries.clear()), AGUELMOUS, "fr") is None


def test_the_sheet_of_a_place_bears_its_map_where_there_is_one(khenifra: Plan) -> None:
    bare = replace(khenifra, boundaries=khenifra.boundaries.filter(pl.col("place") != AGUELMOUS))
    with_map, without = (place_sheet(plan, AGUELMOUS, "fr") for plan in (khenifra, bare))
    assert b"/Figure" in with_map
    assert b"/Figure" not in without
    assert without.startswith(b"%PDF-")


def test_the_sheet_says_between_which_shares_the_place_stays_and_nothing_where_nothing_was_drawn(khenifra: Plan) -> None:
    part = parts(khenifra)[AGUELMOUS]
    assert part.interval is not None
    facts = dict(contents(khenifra, part, "en", None)["facts"])
    name = "Under other weights, nine times in ten"
    assert facts[name] == f"{part.interval.share_low:.1%} – {part.interval.share_high:.1%}"
    assert name not in dict(contents(khenifra, replace(part, interval=None), "en", None)["facts"])


def test_the_sheet_names_the_body_that_decided_where_it_is_known(khenifra: Plan) -> None:
    act = Adopted("Remoteness 40", "minutes 3/2026", date(2026, 11, 20), "ab12" * 16)
    part = parts(khenifra)[AGUELMOUS]
    plain = contents(khenifra, part, "en", act)["status"]
    status = contents(khenifra, part, "en", replace(act, body="Provincial committee"))["status"]
    assert plain.startswith("Adopted: scenario \u2068Remoteness 40\u2069, session of \u206820 November 2026\u2069")
    assert status == plain.replace("Adopted: ", "Adopted by \u2068Provincial committee\u2069: ")
