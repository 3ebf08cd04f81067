"""Runs: read from below, not from beside; asked for, performed on the queue, replayed by who may."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of, queries_of

from tiwizi.database.scope import everything, within
from tiwizi.measures import commands, jobs
from tiwizi.measures.models import Dataset, Figure, Run


@pytest.fixture
def run(tree: Tree) -> Run:
    """A run on P1, done."""
    return trees.census_run(tree["P1"])


def test_a_run_is_asked_for_performed_and_shown(tree: Tree, django_capture_on_commit_callbacks: Any) -> None:
    with within(trees.scope_at(tree["P1"])):
        tables = trees.census_datasets(tree["P1"])
    client = client_of(tree["P1"], "analyst")
    form = client.get("/measures/runs/new/?place=P1").content.decode()
    assert all(f'id="dataset-{table.pk}"' in form for table in tables)
    body = {"place": "P1", "kind": "census", "on": "2026-11-23", "dataset": [table.pk for table in tables]}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/measures/runs/new/", body)
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in page
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    with everything():
        made = Run.objects.get()
    jobs.perform.call(made.pk, made.by_id, "analyst@P1")
    page = client.get(answer["Location"]).content.decode()
    assert "every 2s" not in page
    with everything():
        assert Run.objects.get().status == "done"
        assert Figure.objects.count() > 300


def test_a_job_of_an_account_without_its_role_does_nothing(tree: Tree) -> None:
    with everything():
        tables = trees.census_datasets(tree["P1"])
        made = commands.request_run(tree["P1"], on=trees.ON, datasets=tables, by=trees.OFFICER, account=None, at=trees.AT)
    for other in (trees.person(tree["P2"], "analyst"), trees.person(tree["P1"], "reader")):
        jobs.perform.call(made.pk, other.pk, "analyst@P2")
    with everything():
        assert Run.objects.get().status == "waiting"


def test_a_refused_run_says_every_reason_and_keeps_nothing(tree: Tree) -> None:
    client = client_of(tree["P1"], "analyst")
    client.cookies["django_language"] = "en"
    answer = client.post("/measures/runs/new/", {"place": "P1", "kind": "census", "on": "2026-11-23"})
    assert answer.status_code == 409
    assert "The table places is missing" in answer.content.decode()
    assert "The table census is missing" in answer.content.decode()
    assert client.post("/measures/runs/new/", {"place": "P2", "on": "2026-11-23"}).status_code == 404
    assert client_of(tree["P1"], "reader").get("/measures/runs/new/").status_code == 403
    with everything():
        assert Run.objects.count() == 0


def test_lists_hold_what_the_reader_may_open_at_a_constant_cost(tree: Tree, run: Run) -> None:
    trees.census_run(tree["P2"])
    reader = client_of(tree["P1"], "reader")
    assert f"/measures/runs/{run.pk}/" in reader.get("/measures/runs/").content.decode()
    assert reader.get("/measures/runs/").content.decode().count("/measures/runs/") < 4
    assert "P2" not in reader.get("/measures/tables/").content.decode()
    few = queries_of(reader, "/measures/runs/"), queries_of(reader, "/measures/tables/")
    trees.census_run(tree["P1.1"])
    trees.census_run(tree["P1.2"])
    assert (queries_of(reader, "/measures/runs/"), queries_of(reader, "/measures/tables/")) == few


def uploaded(content: str, **more: str) -> dict[str, Any]:
    form = {"place": "P1", "table": "measures", "source": "Survey of 2026", "as_of": "2026-05-01", "series": "survey"}
    return {**form, **more, "file": SimpleUploadedFile("figures.csv", content.encode())}


def test_a_wide_table_is_stored_shown_and_made_a_run(tree: Tree) -> None:
    client = client_of(tree["P1"], "officer")
    answer = client.post("/measures/tables/new/", uploaded("place,poor_people,school_km\nP1.1.1,12,3.5\nP1.1.2,,2\n"))
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    assert "poor_people" in page
    assert "3.5" in page
    with everything():
        dataset = Dataset.objects.get()
    assert (dataset.table, dataset.rows, dataset.source) == ("measures", 4, "Survey of 2026")
    client.post("/measures/runs/new/", {"place": "P1", "kind": "table", "on": "2026-11-23", "dataset": [dataset.pk]})
    with everything():
        made = Run.objects.get()
    jobs.perform.call(made.pk, made.by_id, "officer@P1")
    rows = client.get(f"/measures/?run={made.pk}&measure=poor_people&format=json").json()
    assert [(row["place"], row["value"]) for row in rows] == [("P1.1.1", 12.0), ("P1.1.2", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("place,poor_people\nP2.1.1,3\n", "no place has the code"),
        ("place,Poor People\nP1.1.1,3\n", "is no name of a measure"),
        ("place,poor_people\nP1.1.1,many\n", "is not of the type float"),
        ("place\nP1.1.1\n", "there is no column with figures"),
        ("", ""),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_kept(tree: Tree, content: str, message: str) -> None:
    client = client_of(tree["P1"], "officer")
    client.cookies["django_language"] = "en"
    answer = client.post("/measures/tables/new/", uploaded(content))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    with everything():
        assert Dataset.objects.count() == 0


def test_who_may_not_run_measures_brings_no_table(tree: Tree) -> None:
    content = "place,poor_people\nP1.1.1,3\n"
    assert client_of(tree["P1"], "reader").post("/measures/tables/new/", uploaded(content)).status_code == 403
    answer = client_of(tree["P1.1"], "analyst").post("/measures/tables/new/", uploaded(content))
    assert answer.status_code == 400
    with everything():
        assert Dataset.objects.count() == 0
