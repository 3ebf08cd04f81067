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
from tests.measures.pages.test_explorer import Tree, client_of
from tests.survey.made_up import households

from tiwizi.database.scope import everything
from tiwizi.measures import commands
from tiwizi.measures.models import Dataset, Run

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
    return {name: choice.group(1) if choice else "" for name, choice in picked.items()}


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
    text = client.post(f"/measures/runs/{run.pk}/stop/", follow=True).content.decode()
    assert "nothing of it was kept" in text
    assert client.post(f"/measures/runs/{run.pk}/stop/", follow=True).content.decode().count("nothing to stop") == 1


# A file on the server


@pytest.fixture
def surveys_folder(tmp_path: Path, settings: Any) -> Path:
    settings.SURVEYS = tmp_path / "surveys"
    settings.SURVEYS.mkdir()
    households().write_parquet(settings.SURVEYS / "census.parquet")
    households().write_parquet(tmp_path / "secret.parquet")
    (settings.SURVEYS / "link.parquet").symlink_to(tmp_path / "secret.parquet")
    return tmp_path / "surveys"


def test_from_a_file_on_the_server_to_poverty(client: Any, surveys_folder: Path) -> None:
    form = client.get("/measures/households/").content.decode()
    assert 'value="census.parquet"' in form
    assert "link.parquet" not in form
    answer = client.post("/measures/households/", {**ASKED, "on_server": "census.parquet"})
    assert answer.status_code == 303
    form = client.get("/measures/households/columns/").content.decode()
    assert "900 households" in form
    assert client.post("/measures/households/columns/", chosen(form)).status_code == 303
    run = performed(client)
    assert run.status == "done", run.problem
    page = client.get(f"/measures/runs/{run.pk}/").content.decode()
    assert "File on the server: <bdi>census.parquet</bdi>" in page
    assert run.inputs["households"]["file"]["sha256"][:12] in page
    assert client.get(f"/measures/runs/{run.pk}/poverty/?level=commune").content.decode().count("data-place=") == 3
    table = client.get(f"/measures/tables/{run.inputs['households']['id']}/").content.decode()
    assert run.inputs["households"]["file"]["sha256"] in table
    assert "personal data" in table
    altered = pl.read_parquet(surveys_folder / "census.parquet").head(800)
    altered.write_parquet(surveys_folder / "census.parquet")
    text = client.post(f"/measures/runs/{run.pk}/replay/", follow=True).content.decode()
    assert "the file census.parquet on the server has changed" in text


@pytest.mark.parametrize(
    "name", ["../secret.parquet", "link.parquet", "/etc/passwd", "*.parquet", "census.parquet/.", "x.parquet"]
)
def test_a_name_that_is_not_listed_reaches_nothing(client: Any, surveys_folder: Path, name: str) -> None:
    answer = client.post("/measures/households/", {**ASKED, "on_server": name})
    assert answer.status_code == 400
    assert "no file of this name lies in the server" in answer.content.decode()
    assert client.get("/measures/households/columns/").headers["Location"] == "/measures/households/"


def test_one_file_is_chosen_not_two(client: Any, surveys_folder: Path) -> None:
    answer = brought(client, on_server="census.parquet")
    assert answer.status_code == 400
    assert "Choose one file" in answer.content.decode()


@pytest.mark.parametrize("on_server", [False, True])
def test_a_file_that_says_it_is_made_up_is_marked_without_being_asked(
    client: Any, surveys_folder: Path, *, on_server: bool
) -> None:
    made_up = households().with_columns(synthetic=pl.int_range(pl.len()) == 7)
    made_up.write_parquet(surveys_folder / "census.parquet")
    if on_server:
        client.post("/measures/households/", {**ASKED, "on_server": "census.parquet"})
    else:
        brought(client, made_up)
    form = client.get("/measures/households/columns/").content.decode()
    assert "The file says of itself that its households are made up" in form
    client.post("/measures/households/columns/", chosen(form))
    assert any("made up" in note[0] for note in performed(client).notes)


def test_who_may_not_make_runs_sees_no_name_of_a_file(client: Any, tree: Tree, surveys_folder: Path) -> None:
    answer = client_of(tree["P1"], "reader").get("/measures/households/")
    assert answer.status_code == 403
    assert "census.parquet" not in answer.content.decode()
