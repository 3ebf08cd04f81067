"""The list of stored tables: filtered by table, exported, at the same cost for one as for three."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.answers import rows_in
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of, queries_of

from tiwizi.database.scope import everything, within
from tiwizi.language import LANGUAGES
from tiwizi.measures.models import Dataset

ADDRESS = "/measures/tables/"


@pytest.fixture
def stored(tree: Tree) -> Tree:
    """The tables of a run on the census."""
    with within(trees.scope_at(tree["P1"])):
        trees.census_datasets(tree["P1"])
    return tree


def test_tables_are_listed_filtered_and_exported(stored: Tree) -> None:
    client = client_of(stored["P1"], "analyst")
    for kind in ("csv", "xlsx", "json", "parquet"):
        rows = rows_in(client.get(ADDRESS, {"format": kind, "titles": "names"}), kind)
        assert "census" in {row["table"] for row in rows}, kind
        assert {row["place_code"] for row in rows} == {"P1"}, kind
    only = client.get(ADDRESS, {"format": "json", "titles": "names", "table": "census"}).json()
    assert {row["table"] for row in only} == {"census"}
    assert only[0]["rows"] > 0


def test_beside_nothing_is_listed(stored: Tree) -> None:
    assert client_of(stored["P2"], "analyst").get(ADDRESS, {"format": "json"}).json() == []


def test_the_list_costs_the_same_with_one_and_with_three(tree: Tree) -> None:
    client = client_of(tree["P1"], "analyst")
    with within(trees.scope_at(tree["P1"])):
        trees.stored(tree["P1"], "places", trees.places_table("P1"))
    client.get(ADDRESS)
    first = queries_of(client, ADDRESS)
    with within(trees.scope_at(tree["P1"])):
        trees.census_datasets(tree["P1"])
    assert queries_of(client, ADDRESS) == first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["measures", "places"])
def test_a_workbook_in_any_language_is_brought_back(tree: Tree, table: str, language: str) -> None:
    frame = trees.figures_table({"P1.1.1": 5.0, "P1.1.2": None}) if table == "measures" else trees.places_table("P1")
    with within(trees.scope_at(tree["P1"])):
        made = trees.stored(tree["P1"], table, frame)
    client = client_of(tree["P1"], "analyst")
    client.cookies["django_language"] = language
    book = client.get(f"{ADDRESS}{made.pk}/", {"format": "xlsx"})
    form = {"place": "P1", "table": table, "as_of": "2024-09-01", "source": "the same", "name": "back"}
    answer = client.post(f"{ADDRESS}new/", {**form, "file": SimpleUploadedFile("back.xlsx", book.content)})
    assert answer.status_code == 303, answer.content.decode()
    # The same bytes are kept once: what came back is the table that went out, to the last bit.
    assert answer["Location"] == f"{ADDRESS}{made.pk}/"
    with everything():
        assert Dataset.objects.count() == 1
