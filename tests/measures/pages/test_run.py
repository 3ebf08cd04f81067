"""The page of a run: who reads what of it, its bytes, its replay."""

import pytest
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of
from tests.measures.test_commands import tamper
from tests.walls import down

from tiwizi.database.scope import everything
from tiwizi.measures.models import Dataset, Run


@pytest.fixture
def run(tree: Tree) -> Run:
    """A run on P1, done."""
    return trees.census_run(tree["P1"])


def test_a_run_is_open_to_those_below_and_not_to_those_beside(tree: Tree, run: Run) -> None:
    for code in ("P1", "P1.1", "P1.2", "MA"):
        page = client_of(tree[code], "reader").get(f"/measures/runs/{run.pk}/")
        assert page.status_code == 200
        assert run.result_sha256 in page.content.decode()
    for address in (f"/measures/runs/{run.pk}/", f"/measures/runs/{run.pk}/?format=csv"):
        assert client_of(tree["P2"], "reader" if "?" in address else "analyst").get(address).status_code == 404


def test_below_neither_inputs_nor_notes_nor_figures_of_others_are_told(tree: Tree, run: Run) -> None:
    with everything(), down(Run):
        Run.objects.filter(pk=run.pk).update(notes=[["{place} looks wrong.", {"place": "P1.2.1"}]])
        table = Dataset.objects.filter(table="census").get()
    below, held = client_of(tree["P1.1"], "reader"), client_of(tree["P1"], "reader")
    assert "P1.2.1" in held.get(f"/measures/runs/{run.pk}/").content.decode()
    assert "P1.2.1" not in below.get(f"/measures/runs/{run.pk}/").content.decode()
    assert held.get(f"/measures/tables/{table.pk}/").status_code == 200
    for query in ("", "?format=csv", "?format=parquet"):
        assert below.get(f"/measures/tables/{table.pk}/{query}").status_code == 404
    result = below.get(f"/measures/runs/{run.pk}/?format=csv").content.decode("utf-8-sig")
    assert "P1.1.1," in result
    assert "P1.2" not in result
    assert "\nP1," not in result.replace("\r", "")


def test_a_result_can_be_taken_away_as_bytes(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"], "reader")
    assert client.get(f"/measures/runs/{run.pk}/?format=parquet").content.startswith(b"PAR1")
    assert client.get(f"/measures/runs/{run.pk}/?format=xlsx").content.startswith(b"PK")


def test_a_replay_says_that_the_same_bytes_came_out_or_what_differs(tree: Tree, run: Run) -> None:
    client = client_of(tree["P1"], "analyst")
    client.cookies["django_language"] = "en"
    said = client.post(f"/measures/runs/{run.pk}/replay/", follow=True).content.decode()
    assert "the same bytes came out" in said
    tamper("UPDATE measures_figure SET value = 0.5 WHERE measure = %s AND position = 1110", "illiterate_share")
    said = client.post(f"/measures/runs/{run.pk}/replay/", follow=True).content.decode()
    assert "The figures kept are not those that were computed" in said


def test_only_who_runs_measures_there_replays(tree: Tree, run: Run) -> None:
    address = f"/measures/runs/{run.pk}/replay/"
    assert client_of(tree["P1"], "reader").post(address).status_code == 403
    assert client_of(tree["P1.1"], "analyst").post(address).status_code == 404
    assert client_of(tree["P1"], "analyst").get(address).status_code == 405
