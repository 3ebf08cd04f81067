"""Maps and curves: right outlines, readable classes, what is unknown said, the same bytes each time."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import pytest
import shapely

from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import chart

AGUELMOUS = "05.301.07.03"


def rows_of(specification: dict[str, Any], layer: int) -> list[dict[str, Any]]:
    """The data that a layer draws."""
    name = specification["layer"][layer]["data"]["name"]
    rows: list[dict[str, Any]] = specification["datasets"][name]
    return rows


def texts(drawing: str) -> list[str]:
    """What the drawing shows in letters, without the marks of direction."""
    root = ET.fromstring(drawing)  # noqa: S314 our own drawing
    words = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    return [re.sub("[\u2066-\u2069]", "", word) for word in words]


@pytest.mark.parametrize(("language", "name"), [("ar", "القباب"), ("fr", "El Kbab"), ("en", "El Kbab")])
def test_the_map_names_each_commune_in_the_reader_s_language(khenifra: Plan, language: str, name: str) -> None:
    drawing = chart.svg(chart.share_map(khenifra, language))
    assert name in texts(drawing)
    assert drawing.count('aria-roledescription="geoshape"') == 22


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_a_title_and_a_description_for_who_cannot_see_it(khenifra: Plan, language: str) -> None:
    root = ET.fromstring(chart.svg(chart.share_map(khenifra, language)))  # noqa: S314 our own drawing
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert chart.title(khenifra, language) == title.text
    assert chart.subtitle(khenifra, language) in str(description.text)


def test_two_drawings_may_stand_in_one_page(khenifra: Plan) -> None:
    roots = [ET.fromstring(chart.svg(make(khenifra, "fr"))) for make in (chart.share_map, chart.concentration)]  # noqa: S314
    names = [str(root.get("aria-labelledby")).split() for root in roots]
    assert len({*names[0], *names[1]}) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drawing_needs_no_rule_of_style_runs_nothing_and_fetches_nothing(khenifra: Plan, language: str) -> None:
    for make in (chart.share_map, chart.concentration):
        assert not re.search(r"<style|style=|<script|href=|\son\w+=", chart.svg(make(khenifra, language)))


def test_what_stands_below_a_title_may_take_several_lines(khenifra: Plan) -> None:
    drawn = alt.Chart(alt.InlineData(values=[{}])).mark_point()
    made = chart.finished(drawn, "A title", ["One line", "another"], "en", size=14)
    assert texts(chart.svg(made)) == ["A title", "One lineanother"]
    assert made["description"] == "A title. One line. another"
    assert made["title"]["fontSize"] == 14


def test_classes_hold_every_place_and_are_read_from_low_to_high(khenifra: Plan) -> None:
    values = chart.per_head(khenifra)
    specification = chart.share_map(khenifra, "en")
    features = rows_of(specification, 0)
    ranges = {feature["properties"]["place"]: feature["properties"]["class"] for feature in features}
    assert set(ranges) == set(khenifra.recipients)
    for place, label in ranges.items():
        low, high = (float(end.replace(",", "")) for end in label.split("–"))
        assert low - 0.5 <= values[place] <= high + 0.5


def test_what_is_unknown_is_hatched_and_has_its_legend_entry(khenifra: Plan) -> None:
    values: dict[str, float | None] = {**chart.per_head(khenifra), AGUELMOUS: None}
    drawing = chart.svg(chart.choropleth(khenifra, values, "en", heading="A measure", legend="DH", decimals=0))
    assert "no figure" in texts(drawing)
    # The outline of the place and its square in the legend.
    assert drawing.count("url(#unknown)") == 2
    assert "url(#unknown)" not in chart.svg(chart.share_map(khenifra, "en"))


def test_a_map_of_which_nothing_is_known_is_all_hatched(khenifra: Plan) -> None:
    drawing = chart.svg(
        chart.choropleth(khenifra, dict.fromkeys(khenifra.recipients), "fr", heading="Rien", legend="DH", decimals=0)
    )
    assert drawing.count("url(#unknown)") == 22 + 1
    assert not any(colour in drawing for colour in chart.SCALE)


def test_equal_values_make_one_class(khenifra: Plan) -> None:
    specification = chart.choropleth(
        khenifra, dict.fromkeys(khenifra.recipients, 7.0), "fr", heading="Tous", legend="DH", decimals=0
    )
    assert specification["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["7"]


def test_in_arabic_the_title_stands_at_the_right_and_the_legend_begins_there(khenifra: Plan) -> None:
    arabic, french = chart.share_map(khenifra, "ar"), chart.share_map(khenifra, "fr")
    assert (arabic["title"]["anchor"], french["title"]["anchor"]) == ("end", "start")
    legends = [specification["layer"][0]["encoding"]["color"]["legend"]["values"] for specification in (arabic, french)]
    assert len(legends[0]) == len(legends[1]) == 5
    first = [re.sub("[\u2066-\u2069]", "", legend[0]).split("–")[0] for legend in legends]
    assert float(first[0]) > float(first[1])


def test_labels_do_not_cover_each_other(khenifra: Plan) -> None:
    rows = rows_of(chart.share_map(khenifra, "fr"), -1)
    outlines = [shapely.from_wkb(outline) for outline in khenifra.boundaries["geometry"]]
    west, _south, east, _north = shapely.total_bounds([shapely.transform(outline, chart.plane) for outline in outlines])
    pixel = (east - west) / chart.WIDTH
    boxes = []
    for row in rows:
        half = 0.25 * chart.FONT_PX * max(map(len, row["name"])) * pixel
        height = 0.45 * chart.LINE_PX * len(row["name"]) * pixel
        boxes.append(shapely.box(row["x"] - half, row["y"] - height, row["x"] + half, row["y"] + height))
    assert len(boxes) == 22
    assert not any(box.intersects(other) for index, box in enumerate(boxes) for other in boxes[:index])


def test_the_curve_goes_from_nothing_to_all(khenifra: Plan) -> None:
    points = rows_of(chart.concentration(khenifra, "fr"), 1)
    assert points[0] == {"people_share": 0.0, "amount_share": 0.0}
    assert points[-1] == {"people_share": 1.0, "amount_share": 1.0}


def test_the_same_plan_gives_the_same_bytes(khenifra: Plan) -> None:
    specification = chart.share_map(khenifra, "ar")
    assert chart.svg(specification) == chart.svg(chart.share_map(khenifra, "ar"))
    picture = chart.png(chart.svg(specification), scale=1)
    assert picture == chart.png(chart.svg(specification), scale=1)
    assert picture.startswith(b"\x89PNG")


def test_the_table_beside_the_map_says_the_same(khenifra: Plan) -> None:
    values = chart.per_head(khenifra)
    table = chart.table_of(khenifra, values, "fr")
    assert dict(table.select("place", "value").iter_rows()) == values
    assert "Aguelmous" in table["name"].to_list()
