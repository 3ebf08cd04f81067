"""The page of a place: both censuses, the change, the rank among the places seen, its douars."""

import re
from copy import deepcopy

import pytest
from tests.measures.pages.test_explorer import Tree, client_of, queries_of

from tiwizi.measures.models import Run

PART = {"HX-Request": "true"}


@pytest.fixture
def run(tree: Tree, done_runs: dict[str, Run]) -> Run:
    """A run on P1, and one on its sister."""
    return deepcopy(done_runs["P1"])


def test_a_place_shows_both_censuses_its_rank_and_its_run(tree: Tree, run: Run) -> None:
    page = client_of(tree["P1"]).get("/measures/places/P1.1.1/").content.decode()
    assert "اسم P1.1.1" in page
    assert "2014" in page
    assert "2024" in page
    assert f"/measures/runs/{run.pk}/" in page
    assert "/measures/places/P1.1.2/" in page, "its neighbour"
    assert "/measures/places/P1.1/" in page, "its cercle"


def test_douars_are_listed_found_and_sorted(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    page = client.get("/measures/places/P1.1.1/").content.decode()
    assert page.index("اسم D1") < page.index("اسم D2")
    part = client.get("/measures/places/P1.1.1/?hamlet=d2", headers=PART | {"HX-Target": "hamlet-table"}).content.decode()
    assert "اسم D2" in part
    assert "اسم D1" not in part
    assert "<html" not in part
    sorted_page = client.get("/measures/places/P1.1.1/?sort=population").content.decode()
    assert sorted_page.index("اسم D2") < sorted_page.index("اسم D1")


@pytest.mark.parametrize("code", ["P2", "P2.1.1", "MA", "nowhere"])
@pytest.mark.parametrize("query", ["", "?format=json"])
def test_a_foreign_place_answers_as_an_absent_one(tree: Tree, run: Run, code: str, query: str) -> None:
    assert client_of(tree["P1"]).get(f"/measures/places/{code}/{query}").status_code == 404


def test_neither_parent_nor_sister_is_named_and_the_rank_counts_those_seen(tree: Tree, run: Run) -> None:
    page = client_of(tree["P1.1"], "reader").get("/measures/places/P1.1.1/").content.decode()
    for code in ("P1.2", "P1.2.1", "P2", "MA"):
        assert f"Nom {code}<" not in page
    assert "Nom P1<" not in page
    wide = client_of(tree["P1"]).get("/measures/places/P1.1.1/").content.decode()
    assert "3 sur 3" in wide or "3 of 3" in wide
    assert "2 sur 2" in page or "2 of 2" in page
    assert "sur 3" not in page
    assert "of 3" not in page


def test_the_figures_can_be_taken_away(tree: Tree, run: Run) -> None:
    rows = client_of(tree["P1"]).get("/measures/places/P1.1.1/?format=json").json()
    assert {row["as_of"] for row in rows} == {"2014-09-01", "2024-09-01"}
    assert {row["place"] for row in rows} == {"P1.1.1"}


def test_a_column_in_which_nothing_stands_is_left_out(tree: Tree, run: Run) -> None:
    page = client_of(tree["P1"]).get("/measures/places/P1.1.1/").content.decode()
    heads = {part.split("</h3>")[0]: re.findall(r'<th scope="col"[^>]*>([^<]*)', part) for part in page.split("<h3>")[1:]}
    assert heads["Critères du budget"][:2] == ["Mesure", "2024"], "its figures are of one year"
    assert heads["Éducation"][:4] == ["Mesure", "2014", "2024", "Évolution"]


def test_more_figures_cost_no_more_queries(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"])
    assert queries_of(client, "/measures/places/P1.2.1/") == queries_of(client, "/measures/places/P1.1.2/")


def test_who_may_not_see_measures_is_refused(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"], "administrator")
    assert [client.get(f"/measures/places/P1.1/{end}").status_code for end in ("", "chart.svg")] == [403, 403]
