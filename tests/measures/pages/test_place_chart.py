"""The drawings of a place: through the years and by rank, each with its table; nothing beyond the scope, drawn once."""

import html
import re
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from tests.markup import flat
from tests.measures.pages.test_explorer import Tree, client_of

from tiwizi.measures import exploring
from tiwizi.measures.models import Run

SVG = "{http://www.w3.org/2000/svg}"
PAGE = "/measures/places/P1.1.1/"
CHART = PAGE + "chart.svg"
SHARE = "illiteracy_10_plus_share"


@pytest.fixture(autouse=True)
def nothing_drawn(settings: Any, tmp_path: Any) -> None:
    """Drawings are kept in a folder of this test."""
    settings.CACHES = {**settings.CACHES, "drawings": {**settings.CACHES["drawings"], "LOCATION": tmp_path}}


@pytest.fixture
def run(tree: Tree, done_runs: dict[str, Run]) -> Run:
    """A run on P1, and one on its sister."""
    return deepcopy(done_runs["P1"])


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", html.unescape(text))


def words_of(answer: Any) -> list[str]:
    """Every text of a drawing."""
    root = ET.fromstring(answer.content)  # noqa: S314 our own drawing
    return [plain("".join(node.itertext())) for node in root.iter(f"{SVG}text")]


def described(answer: Any) -> str:
    """What is said to who cannot see a drawing."""
    return plain(str(ET.fromstring(answer.content)[1].text))  # noqa: S314 our own drawing


def test_both_years_are_drawn_beside_the_parent_and_the_median(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    answer = client.get(f"{CHART}?measure={SHARE}")
    assert answer["Content-Type"] == "image/svg+xml"
    assert {"Nom P1.1.1", "Nom P1.1 (Cercle)", "2014", "2024"} <= set(words_of(answer))
    # The shares of P1.1.1 are 12 % in both years, those of its cercle 11 %; the communes have 12, 13 and 15 %.
    description = described(answer)
    assert "Nom P1.1.1\u00a0: 2014: 12,0\u00a0%\u00a0; 2024: 12,0\u00a0%." in description.replace("2014\u00a0:", "2014:").replace(
        "2024\u00a0:", "2024:"
    )
    assert "11,0\u00a0%" in description
    assert "13,0\u00a0%" in description


def test_the_page_shows_the_drawing_and_the_same_as_a_table(tree: Tree, run: Run) -> None:
    page = flat(client_of(tree["P1"]).get(f"{PAGE}?measure={SHARE}").content.decode())
    assert f'src="{CHART}?measure={SHARE}"' in page
    assert f'<option value="{SHARE}" selected>' in page
    part = page[page.index('id="trend-part"') : page.index('id="rank"')]
    assert [figure for figure in ("12,0", "11,0", "13,0") if figure not in part] == []
    assert "style=" not in page


def test_another_measure_comes_as_a_part_or_as_the_whole_page(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    asked = {"measure": "electricity_share"}
    part = client.get(PAGE, asked, headers={"HX-Request": "true", "HX-Target": "trend-part"})
    assert "chart.svg?measure=electricity_share" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "hamlet-table" not in part.content.decode()
    whole = client.get(PAGE, asked)
    assert "chart.svg?measure=electricity_share" in whole.content.decode()
    assert "<html" in whole.content.decode()
    for answer in (part, whole):
        assert {"HX-Request", "HX-Target"} <= {header.strip() for header in answer["Vary"].split(",")}


def test_a_measure_that_is_not_there_gives_one_that_is(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    for odd in ("", "nothing", "%C3%A9", "x" * 500):
        assert client.get(f"{CHART}?measure={odd}").status_code == 200
        assert f'<option value="{SHARE}" selected>' in flat(client.get(f"{PAGE}?measure={odd}").content.decode())


def test_sums_of_a_parent_do_not_flatten_the_line_of_a_place(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    assert "Nom P1.1 (Cercle)" not in words_of(client.get(f"{CHART}?measure=population"))
    part = client.get(f"{PAGE}?measure=population", headers={"HX-Request": "true", "HX-Target": "trend-part"})
    assert "Nom P1.1 (Cercle)" in part.content.decode(), "the table has them all"


def test_of_two_places_no_median_is_told(tree: Tree, run: Run) -> None:
    three = client_of(tree["P1"]).get(f"{CHART}?measure={SHARE}")
    two = client_of(tree["P1.1"]).get(f"{CHART}?measure={SHARE}")
    assert "Médiane de son niveau" in words_of(three) or "Median of its level" in words_of(three)
    assert not [word for word in words_of(two) if word.startswith(("Médiane", "Median"))]


def test_ranks_are_drawn_with_their_intervals_and_told_in_a_table(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    answer = client.get(f"{CHART}?drawing=rank")
    names = {"Nom P1.1.1", "Nom P1.1.2", "Nom P1.2.1"}
    assert names <= set(words_of(answer))
    page = client.get(PAGE).content.decode()
    table = page[page.index('id="rank"') : page.index("<h3>")]
    assert f'src="{CHART}?drawing=rank"' in table
    assert all(name in table for name in names)
    assert table.count('class="tw-here"') == 1


def test_a_place_that_the_run_does_not_rank_has_no_drawing_of_ranks(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    assert client.get("/measures/places/P1.1/chart.svg?drawing=rank").status_code == 404
    assert 'id="rank"' not in client.get("/measures/places/P1.1/").content.decode()


@pytest.mark.parametrize("query", ["", f"?measure={SHARE}", "?drawing=rank"])
@pytest.mark.parametrize("code", ["P2", "P2.1.1", "MA", "nowhere"])
def test_a_foreign_place_is_drawn_for_nobody(tree: Tree, run: Run, code: str, query: str) -> None:
    assert client_of(tree["P1"]).get(f"/measures/places/{code}/chart.svg{query}").status_code == 404


def test_neither_a_parent_nor_sisters_beyond_the_scope_are_drawn(tree: Tree, run: Run) -> None:
    # First for who sees all three: what was kept for them is not given to who sees less.
    wide, narrow = client_of(tree["P1"]), client_of(tree["P1.1.1"], "reader")
    shown = words_of(wide.get(f"{CHART}?measure={SHARE}"))
    assert "Nom P1.1 (Cercle)" in shown
    assert wide.get(f"{CHART}?drawing=rank").status_code == 200
    answer = narrow.get(f"{CHART}?measure={SHARE}")
    words = words_of(answer)
    assert "Nom P1.1 (Cercle)" not in words
    assert "13,0" not in described(answer), "the median of places that they do not see"
    assert narrow.get(f"{CHART}?drawing=rank").status_code == 404
    page = narrow.get(f"{PAGE}?measure={SHARE}").content.decode()
    assert "Nom P1.1 (" not in page
    assert "P1.1.2" not in page


def test_a_drawing_is_made_once_and_not_sent_again_unchanged(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    first = client.get(f"{CHART}?measure={SHARE}")
    assert "private" in first["Cache-Control"]
    key = first["ETag"].strip('"')
    assert caches["drawings"].get(key).encode() == first.content
    # Were it drawn again, these would not be what comes.
    caches["drawings"].set(key, "<svg/>")
    assert client.get(f"{CHART}?measure={SHARE}").content == b"<svg/>"
    again = client.get(f"{CHART}?measure={SHARE}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{CHART}?measure=electricity_share", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    client.cookies["django_language"] = "ar"
    assert client.get(f"{CHART}?measure={SHARE}", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_drawings_push_no_count_of_failed_attempts_out_of_the_cache(settings: Any) -> None:
    assert settings.CACHES["default"]["LOCATION"] != settings.CACHES["drawings"]["LOCATION"]


def test_nothing_in_a_drawing_needs_a_rule_of_style(tree: Tree, run: Run) -> None:
    exploring.forget()
    for query in (f"?measure={SHARE}", "?drawing=rank"):
        drawing = client_of(tree["P1"], "analyst" if query.endswith("rank") else "reader").get(CHART + query).content.decode()
        assert not re.search(r"<style|style=|<script|href=|\son\w+=", drawing)
