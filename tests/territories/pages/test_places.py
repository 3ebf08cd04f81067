"""The file of places: titled in the reader's language, and taken back by an import in any of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.answers import rows_in
from tests.budgets.pages.people import client
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.language import LANGUAGES
from tiwizi.territories import imports
from tiwizi.territories.models import Import, Place


@pytest.fixture
def officer(tree: Tree) -> Client:
    return client(("officer", tree.province))


def sent(officer: Client, content: bytes, name: str) -> Import:
    """The preview of a file that was sent."""
    answer = officer.post(reverse("import_new"), {"place": "05.301", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 303
    with scope.everything():
        made: Import = Import.objects.order_by("-pk")[0]
    return made


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_in_any_language_is_brought_back_whole(officer: Client, tree: Tree, kind: str, language: str) -> None:
    officer.cookies["django_language"] = language
    answer = officer.get(reverse("places"), {"place": "05.301", "format": kind})
    codes = {value for row in rows_in(answer, kind) for value in row.values()}
    assert {place.code for place in (*tree.near_communes, *tree.far_communes)} <= codes
    # What changed since the file went out is what bringing it back would undo, and nothing else.
    commune = tree.near_communes[0]
    with scope.everything():
        Place.objects.filter(pk=commune.pk).update(population=77)
    made = sent(officer, answer.content, f"places.{kind}")
    assert made.errors == {}
    assert [(difference["code"], difference["before"], difference["after"]) for difference in made.differences] == [
        (commune.code, {"population": 77}, {"population": commune.population})
    ]


def test_a_file_sent_back_in_another_language_keeps_its_own_titles(officer: Client, tree: Tree) -> None:
    officer.cookies["django_language"] = "ar"
    answer = officer.get(reverse("places"), {"place": "05.301", "format": "csv"})
    officer.cookies["django_language"] = "fr"
    made = sent(officer, answer.content, "places.csv")
    with scope.everything():
        header = imports.sheet_of(made).header
    assert "السكان" in " ".join(header)


def test_two_columns_that_mean_the_same_are_refused(officer: Client) -> None:
    file = SimpleUploadedFile("places.csv", b"place,population,People\n05.301,1,2\n")
    answer = officer.post(reverse("import_new"), {"place": "05.301", "file": file})
    assert answer.status_code == 400
    assert "population, People" in answer.content.decode()
    with scope.everything():
        assert not Import.objects.exists()


def test_codes_stand_beside_names_and_names_for_programs_stay(officer: Client, tree: Tree) -> None:
    rows = officer.get(reverse("places"), {"place": "05.301.03", "format": "json", "titles": "names"}).json()
    commune = next(row for row in rows if row["place"] == tree.near_communes[0].code)
    assert (commune["level"], commune["level_code"]) == ("Commune", "commune")
    assert (commune["parent"], commune["parent_code"]) == (tree.near.name("fr"), tree.near.code)
