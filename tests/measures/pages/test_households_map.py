"""Choosing the columns of a file of households: what is wrong is said, and the file stays."""

from pathlib import Path
from typing import Any

import pytest
from tests.measures import trees
from tests.measures.pages.test_explorer import Tree, client_of
from tests.measures.pages.test_households import ASKED, brought, chosen
from tests.survey.made_up import households

from tiwizi.database.scope import everything


@pytest.fixture
def client(tree: Tree) -> Any:
    with everything():
        trees.stored(tree["P1"], "places", trees.places_table("P1"))
    made = client_of(tree["P1"], "analyst")
    made.cookies["django_language"] = "en"
    return made


@pytest.fixture
def surveys_folder(tmp_path: Path, settings: Any) -> Path:
    settings.SURVEYS = tmp_path / "surveys"
    settings.SURVEYS.mkdir()
    households().write_parquet(settings.SURVEYS / "census.parquet")
    households().write_parquet(tmp_path / "secret.parquet")
    (settings.SURVEYS / "link.parquet").symlink_to(tmp_path / "secret.parquet")
    return tmp_path / "surveys"


def test_a_wrong_mapping_keeps_the_file_and_says_every_problem(client: Any) -> None:
    brought(client)
    mapping = chosen(client.get("/measures/households/columns/").content.decode())
    answer = client.post("/measures/households/columns/", mapping | {"place": "area", "weight": "people"})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "the column people was chosen for two things" in said
    assert chosen(said)["place"] == "area"
    assert client.post("/measures/households/columns/", mapping).status_code == 303


def test_a_file_that_changes_before_its_columns_are_chosen_is_chosen_again(client: Any, surveys_folder: Path) -> None:
    client.post("/measures/households/", {**ASKED, "on_server": "census.parquet"})
    mapping = chosen(client.get("/measures/households/columns/").content.decode())
    households(seed=9).write_parquet(surveys_folder / "census.parquet")
    answer = client.post("/measures/households/columns/", mapping)
    assert answer.headers["Location"] == "/measures/households/"
