"""Warnings of uncertain estimates on the pages: beside the figure, in words, on the map, in what is taken away."""

import re

import pytest
from tests.measures.pages.test_explorer import client_of
from tests.measures.test_flags import Tree, ran, rules

from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.measures.models import Run

__all__ = ["rules"]


@pytest.fixture
def run(tree: Tree, rules: Deprivations) -> Run:
    return ran(tree, rules)


def row_of(page: str, pk: int) -> str:
    match = re.search(rf'<tr data-place="{pk}">.*?</tr>', page, re.DOTALL)
    assert match is not None
    return match.group()


def test_the_table_of_poverty_marks_each_uncertain_figure(tree: Tree, run: Run) -> None:
    page = client_of(tree["P1"]).get(f"/measures/runs/{run.pk}/poverty/?level=commune").content.decode()
    assert "‡" in row_of(page, tree["P1.2.1"].pk)
    assert "visually-hidden" in row_of(page, tree["P1.2.1"].pk)
    assert "tw-doubtful" in row_of(page, tree["P1.2.1"].pk)
    assert "tw-doubtful" not in row_of(page, tree["P1.1.1"].pk)
    legend = page[page.index("tw-legend") :]
    assert "tw-doubtful" in legend[: legend.index("</ul>")]
    assert "30" in page[page.index('aria-hidden="true">‡</span> ') :]


def test_the_map_is_told_which_places_are_doubtful(tree: Tree, run: Run) -> None:
    address = f"/measures/values.json?run={run.pk}&measure=headcount_ratio&level=commune"
    values = client_of(tree["P1"]).get(address).json()
    assert values["doubtful"] == [tree["P1.2.1"].pk]
    assert values["values"][str(tree["P1.2.1"].pk)] is not None
    assert client_of(tree["P1.1"], "reader").get(address).json()["doubtful"] == []


def test_what_is_withheld_is_never_marked(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, rules, "sparse")
    client = client_of(tree["P1"])
    page = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune").content.decode()
    assert "‡" not in row_of(page, tree["P1.2.1"].pk)
    values = client.get(f"/measures/values.json?run={run.pk}&measure=headcount_ratio&level=commune").json()
    assert tree["P1.2.1"].pk not in values["doubtful"]


def test_what_is_taken_away_says_how_far_a_figure_may_be_relied_upon(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    rows = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune&format=json").json()
    assert {row["place"]: row["headcount_ratio_flag"] for row in rows}["P1.2.1"] == "unreliable"
    address = f"/measures/?run={run.pk}&measure=headcount_ratio&level=commune&format=json"
    assert {row["place"]: row["flag"] for row in client.get(address).json()}["P1.2.1"] == "unreliable"
    rows = client.get(f"/measures/runs/{run.pk}/?format=json").json()
    flags = {(row["place"], row["measure"]): row["flag"] for row in rows}
    assert flags["P1.2.1", "headcount_ratio"] == "unreliable"
    assert flags["P1", "headcount_ratio"] is None


def test_the_explorer_marks_uncertain_figures(tree: Tree, run: Run) -> None:
    page = client_of(tree["P1"]).get(f"/measures/?run={run.pk}&measure=headcount_ratio&level=commune").content.decode()
    assert "‡" in row_of(page, tree["P1.2.1"].pk)
    assert "‡" not in row_of(page, tree["P1.1.1"].pk)
    assert "tw-doubtful" in page


def test_the_page_of_a_place_marks_its_estimate(tree: Tree, rules: Deprivations) -> None:
    ran(tree, rules, census=True)
    client = client_of(tree["P1"])
    doubtful = client.get("/measures/places/P1.2.1/").content.decode()
    figures = doubtful[doubtful.index("<tbody>") :]
    assert figures.count("‡") == 2, "the figure and the legend"
    assert "‡" not in client.get("/measures/places/P1.1.1/").content.decode()
    rows = client.get("/measures/places/P1.2.1/?format=json").json()
    assert {row["measure"]: row["flag"] for row in rows}["deprivation_people"] == "unreliable"
