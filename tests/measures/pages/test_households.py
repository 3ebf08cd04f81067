"""Bringing households and reading poverty place by place: the way through the pages, what is never shown, who may see what."""

import io
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of, queries_of
from tests.poverty.made_up import households

from tiwizi.measures import commands
from tiwizi.measures.models import Dataset, Run
from tiwizi.scope import everything

ASKED = {"place": "P1", "source": "made up", "as_of": "2024-09-01"}


def file_of(frame: pl.DataFrame, name: str = "survey.parquet") -> SimpleUploadedFile:
    out = io.BytesIO()
    frame.write_parquet(out)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def client(tree: Tree) -> Any:
    with everything():
        trees.stored(tree["P1"], "places", trees.places_table("P1"))
    made = client_of(tree["P1"], "analyst")
    made.cookies["django_language"] = "en"
    return made


def brought(client: Any, frame: pl.DataFrame | None = None, **asked: str) -> Any:
    return client.post("/measures/households/", {**ASKED, **asked, "file": file_of(households() if frame is None else frame)})


def chosen(page: str) -> dict[str, str]:
    """What the form of columns would send: the option that is selected for each name."""
    fields = re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    picked = {name: re.search(r'value="([^"]*)" selected', options) for name, options in fields}
    return {name: found.group(1) if found else "" for name, found in picked.items()}


def performed(client: Any) -> Run:
    with everything():
        run = Run.objects.get(kind="households")
        return commands.perform(run, by=trees.OFFICER, now=lambda: trees.AT)


def test_from_the_file_to_poverty_place_by_place(client: Any, tree: Tree) -> None:
    answer = brought(client, synthetic="1")
    waiting = Path(settings.HOME) / "incoming" / client.session["households"]["token"]
    assert waiting.is_file()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/measures/households/columns/")
    form = client.get("/measures/households/columns/").content.decode()
    mapping = chosen(form)
    assert (mapping["place"], mapping["people"], mapping["water_source"], mapping["floor"]) == (
        "commune",
        "people",
        "water_source",
        "",
    )
    answer = client.post("/measures/households/columns/", mapping)
    assert answer.status_code == 303
    run = performed(client)
    assert answer.headers["Location"] == f"/measures/runs/{run.pk}/"
    assert f"/measures/runs/{run.pk}/poverty/" in client.get(f"/measures/runs/{run.pk}/").content.decode()
    page = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune").content.decode()
    assert "Made-up households." in page
    assert page.count("data-place=") == 3
    drawn = client.get(f"/measures/runs/{run.pk}/poverty.svg?level=commune")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert "Nom P1.2.1" in drawn.content.decode()
    table = client.get(f"/measures/runs/{run.pk}/poverty/?level=commune&format=csv").content.decode("utf-8-sig")
    assert table.count("\n") == 4
    assert not waiting.exists()


def test_no_page_shows_or_gives_a_row_of_households(client: Any) -> None:
    brought(client, households().with_columns(years_schooling_max=pl.lit(7919)))
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    with everything():
        stored = Dataset.objects.get(table="households")
    for query in ("", "?format=csv", "?format=parquet", "?format=json", "?format=xlsx"):
        answer = client.get(f"/measures/tables/{stored.pk}/{query}")
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "7919" not in answer.content.decode()
        assert "personal data" in answer.content.decode()


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


@pytest.mark.parametrize(
    ("asked", "content", "message"),
    [
        ({"place": "P2"}, b"", "Choose a place."),
        ({"source": ""}, b"", "Say where the figures come from."),
        ({"as_of": "soon"}, b"", "is not a day"),
        ({}, b"PAR1nothing", "this is not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_beside_the_form(
    client: Any, asked: dict[str, str], content: bytes, message: str
) -> None:
    file = SimpleUploadedFile("a.parquet", content) if content else file_of(households())
    answer = client.post("/measures/households/", {**ASKED, **asked, "file": file})
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert client.get("/measures/households/columns/").headers["Location"] == "/measures/households/"


def test_a_wrong_mapping_keeps_the_file_and_says_every_problem(client: Any) -> None:
    brought(client)
    mapping = chosen(client.get("/measures/households/columns/").content.decode())
    answer = client.post("/measures/households/columns/", mapping | {"place": "area", "weight": "people"})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "the column people was chosen for two things" in said
    assert chosen(said)["place"] == "area"
    assert client.post("/measures/households/columns/", mapping).status_code == 303


def test_another_file_replaces_the_one_that_waits(client: Any) -> None:
    folder = Path(settings.HOME) / "incoming"
    brought(client)
    first = folder / client.session["households"]["token"]
    assert (first.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    brought(client)
    second = folder / client.session["households"]["token"]
    assert second.is_file()
    assert not first.exists()


def test_a_run_can_be_stopped_from_its_page(client: Any) -> None:
    brought(client)
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    with everything():
        run = Run.objects.get(kind="households")
    page = client.get(f"/measures/runs/{run.pk}/").content.decode()
    assert "<progress" in page
    assert f"/measures/runs/{run.pk}/stop/" in page
    said = client.post(f"/measures/runs/{run.pk}/stop/", follow=True).content.decode()
    assert "nothing of it was kept" in said
    assert client.post(f"/measures/runs/{run.pk}/stop/", follow=True).content.decode().count("nothing to stop") == 1


def test_the_page_of_poverty_asks_the_same_of_the_database_whatever_its_rows(client: Any, tree: Tree) -> None:
    brought(client)
    client.post("/measures/households/columns/", chosen(client.get("/measures/households/columns/").content.decode()))
    run = performed(client)
    counts = [queries_of(client, f"/measures/runs/{run.pk}/poverty/?level={level}") for level in ("province", "commune")]
    assert counts[0] == counts[1]
