"""Poverty place by place: each reader sees their own, at one cost whatever the rows."""

from typing import Any

import pytest
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of, queries_of
from tests.measures.pages.test_households import brought, chosen, performed
from tests.survey.made_up import households

from tiwizi.database.scope import everything


@pytest.fixture
def client(tree: Tree) -> Any:
    with everything():
        trees.stored(tree["P1"], "places", trees.places_table("P1"))
    made = client_of(tree["P1"], "analyst")
    made.cookies["django_language"] = "en"
    return made


def test_withheld_places_are_counted_and_have_no_figure(client: Any, tree: Tree) -> None:
    brought(client, households(sparse=True))
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    run = performed(client)
    page = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune").content.decode()
    assert "Withheld places: " in page
    rows = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune&format=json").json()
    hidden = {row["place"] for row in rows if row["headcount_ratio"] is None}
    assert "P1.2.1" in hidden
    assert all(row["poor_people"] is None and row["intensity_low"] is None for row in rows if row["place"] in hidden)


def test_each_reader_sees_poverty_of_their_own_places(client: Any, tree: Tree) -> None:
    brought(client)
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    run = performed(client)
    below, beside = client_of(tree["P1.1"], "reader"), client_of(tree["P2"], "reader")
    for address in (f"/measures/runs/{run.pk}/poverty/?level=commune", f"/measures/runs/{run.pk}/poverty.svg?level=commune"):
        said = below.get(address).content.decode()
        assert "Nom P1.1.1" in said
        assert "Nom P1.2.1" not in said
        assert beside.get(address).status_code == 404
    assert below.get("/measures/households/").status_code == 403


def test_the_page_of_poverty_asks_the_same_of_the_database_whatever_its_rows(client: Any, tree: Tree) -> None:
    brought(client)
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    run = performed(client)
    counts = [queries_of(client, f"/measures/runs/{run.pk}/poverty/?level={level}") for level in ("province", "commune")]
    assert counts[0] == counts[1]
