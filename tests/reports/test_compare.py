"""Two scenarios side by side, as tables and as drawings: hand-checked rows, what is refused, what a picture may hold."""

import re
from collections import Counter
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from tiwizi.core.errors import BadData
from tiwizi.core.rulebook.subjects import Label
from tiwizi.language import LANGUAGES, percent
from tiwizi.plan import Plan
from tiwizi.reports import chart, drawings
from tiwizi.reports.compare import compared, curves, curves_svg, sides

SVG = "{http://www.w3.org/2000/svg}"
CURVE = pl.DataFrame({"people_share": [0.0, 0.2, 1.0], "amount_share": [0.0, 0.5, 1.0]})
EVEN = pl.DataFrame({"people_share": [0.0, 1.0], "amount_share": [0.0, 1.0]})
CURRENCY = Label(ar="درهم", fr="DH", en="DH")
MOVED = pl.DataFrame({"name": ["القباب", "El Kbab", "Aguelmous"], "difference_dh": [-7_000, 2_000, 5_000]})


def texts(drawing: str) -> list[str]:
    """What the drawing shows in letters, without the marks of direction."""
    root = ET.fromstring(drawing)  # noqa: S314 our own drawing
    return [re.sub("[\u2066-\u2069]", "", "".join(node.itertext())) for node in root.iter(f"{SVG}text")]


def description(drawing: str) -> str:
    """What a screen reader says of it, without the marks of direction."""
    element = ET.fromstring(drawing).find(f"{SVG}desc")  # noqa: S314 our own drawing
    assert element is not None
    return re.sub("[\u2066-\u2069]", "", element.text or "")


def drawn(language: str) -> dict[str, str]:
    """One drawing of each kind."""
    return {
        "curves": curves_svg([("Rules (2026)", CURVE), ("أوزان v2", EVEN)], language),
        "differences": drawings.differences_svg(MOVED, language, currency=CURRENCY),
        "trend": drawings.trend_svg([(2024, 0.113), (2014, 0.214)], "Illiteracy", language, share=True),
    }


def test_each_place_has_what_it_gains() -> None:
    frame = compared({"a": 100, "b": 50, "c": 0}, {"a": 80, "b": 50, "d": 30})
    assert frame.rows() == [
        ("d", 0, 30, 30, None),
        ("b", 50, 50, 0, 0.0),
        ("c", 0, 0, 0, None),
        ("a", 100, 80, -20, -0.2),
    ]


def test_sides_count_places_people_and_dirhams() -> None:
    frame = compared({"a": 100, "b": 50}, {"a": 80, "b": 70}).with_columns(people=pl.Series([7, 9]))
    gains = sides(frame)
    assert (gains.gainers.places, gains.gainers.people, gains.gainers.gain_dh) == (1, 7, 20)
    assert (gains.losers.places, gains.losers.people, gains.losers.gain_dh) == (1, 9, -20)
    assert (gains.unchanged.places, gains.one_dh, gains.other_dh) == (0, 150, 150)


def test_plans_are_compared_with_the_names_and_people_of_their_places(khenifra: Plan) -> None:
    frame = compared(khenifra, khenifra, language="fr")
    assert frame.columns[:3] == ["place", "name", "people"]
    assert frame["one_dh"].sum() == khenifra.envelope_dh
    assert set(frame["difference_dh"]) == {0}
    assert ("05.301.07.03", "Aguelmous", 36_560) in list(frame.select("place", "name", "people").iter_rows())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_drawing_is_a_picture_with_a_title_and_a_description(language: str) -> None:
    for kind, drawing in drawn(language).items():
        root = ET.fromstring(drawing)  # noqa: S314 our own drawing
        assert root.get("role") == "img", kind
        assert (root[0].tag, root[1].tag) == (f"{SVG}title", f"{SVG}desc"), kind
        assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}", kind
        assert len(root[1].text or "") > len(root[0].text or "") > 0, kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_drawing_runs_styles_or_fetches_anything(language: str) -> None:
    for kind, drawing in drawn(language).items():
        for node in ET.fromstring(drawing).iter():  # noqa: S314 our own drawing
            assert node.tag.removeprefix(SVG) not in {"style", "script", "image", "use", "a", "foreignObject"}, kind
            for name, value in node.attrib.items():
                assert name != "style", kind
                assert not name.startswith("on"), kind
                assert not name.endswith("href"), kind
                assert "url(" not in value.replace("url(#", ""), kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_drawing_fits_a_telephone_at_its_own_size(language: str) -> None:
    for kind, drawing in drawn(language).items():
        root = ET.fromstring(drawing)  # noqa: S314 our own drawing
        assert float(root.get("width", "inf")) <= 390, kind
        assert min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawing)) >= 11, kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_fall_back_to_the_reader_s_own_sans_serif(language: str) -> None:
    for kind, drawing in drawn(language).items():
        families = re.findall(r'font-family="([^"]+)"', drawing)
        assert families, kind
        assert all(family.endswith("sans-serif") for family in families), (kind, families)


def test_long_names_do_not_widen_the_bars_beyond_a_telephone() -> None:
    frame = pl.DataFrame({"name": ["A commune with a very long name indeed"], "difference_dh": [-99_000_000]})
    for language in LANGUAGES:
        root = ET.fromstring(drawings.differences_svg(frame, language, currency=CURRENCY))  # noqa: S314 our own drawing
        assert float(root.get("width", "inf")) <= 390


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_figures_give_the_same_bytes(language: str) -> None:
    assert drawn(language) == drawn(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_another_direction_are_kept_apart(language: str) -> None:
    both = drawn(language)
    assert "\u2068أوزان v2\u2069" in both["curves"]
    assert "\u2068Rules (2026)\u2069" in both["curves"]
    assert "\u2068القباب\u2069" in both["differences"]


def test_curves_say_what_the_most_deprived_fifth_receives() -> None:
    words = description(curves_svg([("One", CURVE), ("Other", EVEN)], "en"))
    assert "One: the most deprived fifth of the people receives 50.0% of the money." in words
    assert "Other: the most deprived fifth of the people receives 20.0% of the money." in words


def test_the_words_below_a_curve_agree_with_the_figure_of_the_plan(khenifra: Plan) -> None:
    words = description(curves_svg([("Draft", khenifra.targeting.curve)], "en"))
    assert f"receives {percent(khenifra.targeting.poorest_fifth_share, 'en')} of the money" in words


def test_two_scenarios_of_one_name_stay_two_lines() -> None:
    shown = texts(curves_svg([("Draft", CURVE), ("Draft", EVEN)], "en"))
    assert "1. Draft" in shown
    assert "2. Draft" in shown


def test_one_curve_needs_no_legend(khenifra: Plan) -> None:
    assert "Draft" not in texts(curves_svg([("Draft", khenifra.targeting.curve)], "fr"))


@pytest.mark.parametrize("count", [0, 3])
def test_a_drawing_holds_one_curve_or_two(count: int) -> None:
    with pytest.raises(BadData, match=f"one curve or two, not {count}"):
        curves([("Draft", CURVE)] * count, "en")


@pytest.mark.parametrize("curve", [CURVE.drop("amount_share"), CURVE.head(0)])
def test_a_curve_without_its_columns_or_rows_is_refused(curve: pl.DataFrame) -> None:
    with pytest.raises(BadData, match=r"nothing to draw of “Draft”.*people_share, amount_share"):
        curves([("Draft", curve)], "en")


def test_bars_go_from_the_largest_gain_to_the_largest_loss() -> None:
    shown = texts(drawings.differences_svg(MOVED, "en", currency=CURRENCY))
    names = [text for text in shown if text in set(MOVED["name"])]
    amounts = [text for text in shown if text[1:].replace(",", "").isdecimal()]
    assert names == ["Aguelmous", "El Kbab", "القباب"]
    assert amounts == ["+5,000", "+2,000", "-7,000"]


def test_bars_are_said_in_words() -> None:
    words = description(drawings.differences_svg(MOVED, "en", currency=CURRENCY))
    assert "Places that gain: 2; places that lose: 1." in words
    assert "Largest gain: Aguelmous, +5,000." in words
    assert "Largest loss: القباب, -7,000." in words


def test_where_nothing_moves_nobody_is_said_to_gain() -> None:
    words = description(drawings.differences_svg(MOVED.with_columns(difference_dh=pl.lit(0)), "en", currency=CURRENCY))
    assert "Places that gain: 0; places that lose: 0." in words
    assert "Largest" not in words


def test_of_many_places_those_that_move_most_are_shown() -> None:
    count = drawings.DIFFERENCES_MOST + 10
    frame = pl.DataFrame({"name": [f"Place {at}" for at in range(count)], "difference_dh": list(range(count))})
    shown = texts(drawings.differences_svg(frame, "en", currency=CURRENCY))
    assert f"The {drawings.DIFFERENCES_MOST} largest differences of {count}" in shown
    assert "Place 10" in shown
    assert "Place 9" not in shown


def test_a_place_without_a_difference_is_refused() -> None:
    with pytest.raises(BadData, match="a place has no difference"):
        drawings.differences_svg(pl.DataFrame({"name": ["A", "B"], "difference_dh": [1, None]}), "en", currency=CURRENCY)


@pytest.mark.parametrize("frame", [MOVED.head(0), MOVED.drop("name")])
def test_differences_need_rows_and_names(frame: pl.DataFrame) -> None:
    with pytest.raises(BadData, match=r"nothing to draw of .*name, difference_dh"):
        drawings.differences_svg(frame, "en", currency=CURRENCY)


def test_each_year_has_its_value_in_the_order_of_years() -> None:
    drawing = drawings.trend_svg([(2024, 31_250), (2014, 29_800)], "People", "en", share=False)
    assert [text for text in texts(drawing) if text in {"31,250", "29,800"}] == ["29,800", "31,250"]
    assert "2014: 29,800; 2024: 31,250." in description(drawing)


def test_shares_are_read_as_percentages_and_small_values_keep_a_decimal() -> None:
    assert "21.4%" in texts(drawings.trend_svg([(2014, 0.214)], "Illiteracy", "en", share=True))
    assert "4.3" in texts(drawings.trend_svg([(2014, 4.26)], "People a household", "en", share=False))


BESIDE = (
    drawings.Line("Cercle", [(2014, 0.25), (2024, 0.2)]),
    drawings.Line("Median", [(2014, 0.1)]),
)


def test_lines_beside_are_named_below_and_told_in_words() -> None:
    drawing = drawings.trend_svg([(2014, 0.214), (2024, 0.113)], "Illiteracy", "fr", share=True, name="Ici", beside=BESIDE)
    assert set(texts(drawing)) >= {"Ici", "Cercle", "Median"}
    figures = [text[:4] for text in texts(drawing) if "%" in text]
    assert set(figures) == {"21,4", "11,3"}, "only its own figures are written; the table beside it has the others"
    words = re.sub("[\u2066-\u2069]", "", description(drawing))
    assert "Cercle\u00a0:" in words
    assert "25,0" in words
    assert not re.search(r"<style|style=|<script|href=", drawing)


def test_dashes_tell_the_lines_apart_without_colours() -> None:
    drawing = drawings.trend_svg([(2014, 0.214), (2024, 0.113)], "Illiteracy", "en", share=True, name="Here", beside=BESIDE)
    dashes = re.findall('stroke-dasharray="([^"]*)"', drawing)
    # Each in the plot and in the key; the line of a single point is but its dot.
    assert sorted(Counter(dashes).values()) == [2, 2, 2]


def test_a_figure_is_written_on_the_side_where_the_others_leave_room() -> None:
    own = [(2014, 0.3), (2024, 0.3)]
    beside = [drawings.Line("Other", [(2014, 0.32), (2024, 0.28)])]
    drawing = drawings.trend_svg(own, "Illiteracy", "en", share=True, name="Here", beside=beside)
    heights = [float(y) for y in re.findall(r'translate\([\d.]+,([\d.-]+)\)[^>]*fill="#22313a"[^>]*>30.0%', drawing)]
    assert len(heights) == 2
    assert max(heights) - min(heights) > 20


def test_values_are_written_as_the_page_writes_them() -> None:
    drawing = drawings.trend_svg([(2014, 0.5)], "Illiteracy", "en", share=True, as_text=lambda value: f"<{value}>")
    assert "<0.5>" in texts(drawing)


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(BadData, match="more lines than can be told apart"):
        drawings.trend_svg([(2014, 0.2)], "Illiteracy", "en", share=True, beside=[*BESIDE, *BESIDE])


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "no figure to draw"),
        ([(2014, 1.0), (2014, 2.0)], "two figures of one year"),
        ([(2014, float("nan"))], "is no number"),
        ([(2014, float("inf"))], "is no number"),
    ],
)
def test_points_that_make_no_line_are_refused(points: list[tuple[int, float]], message: str) -> None:
    with pytest.raises(BadData, match=message):
        drawings.trend_svg(points, "Illiteracy", "en", share=True)


def test_a_drawing_becomes_a_picture() -> None:
    assert chart.png(drawn("ar")["differences"], scale=1).startswith(b"\x89PNG")
