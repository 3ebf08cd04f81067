"""Ranks with their intervals: every place or those beside the one asked for, on the side of reading, and said in words."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import intervals
from tiwizi.reports.words import place_name

AGUELMOUS = "05.301.07.03"
SVG = "{http://www.w3.org/2000/svg}"


def names(plan: Plan, language: str) -> dict[str, str]:
    return {row["place"]: place_name(row, language) for row in plan.places.iter_rows(named=True)}


def plain(text: str | None) -> str:
    return re.sub("[\u2066-\u2069]", "", text or "")


def rows_of(specification: dict[str, Any]) -> list[dict[str, Any]]:
    (rows,) = specification["datasets"].values()
    return list(rows)


def many(count: int) -> pl.DataFrame:
    ranks = range(1, count + 1)
    return pl.DataFrame({"place": [f"p{rank:03}" for rank in ranks], "rank": ranks, "rank_low": ranks, "rank_high": ranks})


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_stands_with_its_rank_and_the_ends_of_its_interval(khenifra: Plan, language: str) -> None:
    drawing = intervals.interval_svg(khenifra.targeting.intervals, names(khenifra, language), language, place=AGUELMOUS)
    root = ET.fromstring(drawing)  # noqa: S314 our own drawing
    words = [plain("".join(node.itertext())) for node in root.iter(f"{SVG}text")]
    assert set(words) >= {names(khenifra, language)[place] for place in khenifra.recipients}
    row = khenifra.targeting.intervals.row(by_predicate=pl.col("place") == AGUELMOUS, named=True)
    text = f"{row['rank']} ({row['rank_low']}–{row['rank_high']})"
    assert text in words
    assert text in plain(root[1].text), "who cannot see the drawing hears it too"
    assert root.get("role") == "img"
    assert int(str(root.get("width"))) <= 390


def test_nothing_in_the_drawing_needs_a_rule_of_style_or_comes_from_elsewhere(khenifra: Plan) -> None:
    drawing = intervals.interval_svg(khenifra.targeting.intervals, names(khenifra, "ar"), "ar")
    assert not re.search(r"<style|style=|<script|href=|\son\w+=", drawing)
    assert set(re.findall('font-family="([^"]*)"', drawing)) == {"Noto Sans Arabic, Noto Sans, sans-serif"}


def test_in_arabic_the_first_rank_stands_at_the_right(khenifra: Plan) -> None:
    def first(language: str) -> bool:
        specification = intervals.ranks(khenifra.targeting.intervals, names(khenifra, language), language)
        return bool(specification["layer"][0]["encoding"]["x"]["scale"]["reverse"])

    assert (first("ar"), first("fr")) == (True, False)


@pytest.mark.parametrize(
    ("place", "first", "last"), [(None, 1, 24), ("p001", 1, 24), ("p050", 38, 61), ("p100", 77, 100), ("nowhere", 1, 24)]
)
def test_of_many_places_those_beside_the_one_asked_for_are_drawn(place: str | None, first: int, last: int) -> None:
    rows = rows_of(intervals.ranks(many(100), {}, "en", place=place))
    assert [row["rank"] for row in rows] == list(range(first, last + 1))
    assert [row["name"] for row in rows if row["own"]] == ([place] if place in many(100)["place"] else [])


def test_a_place_without_a_rank_is_left_out_and_a_long_name_is_cut() -> None:
    frame = many(3).with_columns(rank=pl.when(pl.col("place") != "p002").then(pl.col("rank")))
    rows = rows_of(intervals.ranks(frame, {"p001": "A name that never seems to end"}, "en"))
    assert [row["name"] for row in rows] == ["A name that never see…", "p003"]


def test_no_place_at_all_is_drawn_as_a_title_alone() -> None:
    assert "</svg>" in intervals.interval_svg(many(0), {}, "fr")


def test_the_same_table_gives_the_same_bytes_in_any_order() -> None:
    drawing = intervals.interval_svg(many(30), {}, "ar", place="p007")
    assert drawing == intervals.interval_svg(many(30).reverse(), {}, "ar", place="p007")
