"""The preview of an import: errors beside rows, applied, undone."""

import io

from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.territories.pages.test_imports import ROWS, asked, send, workbook
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.territories.models import Import, Place


def only() -> Import:
    with scope.everything():
        made: Import = Import.objects.get()
    return made


def test_a_table_is_previewed_with_its_errors_and_comes_back_with_them(client: Client) -> None:
    answer = send(client, workbook(ROWS))
    assert answer.status_code == 303  # type: ignore[attr-defined]
    page = client.get(reverse("import_show", args=[only().pk])).content.decode()
    assert "population: few is not a whole number" in page
    assert reverse("import_settle", args=[only().pk, "apply"]) not in page
    copy = client.get(reverse("import_copy", args=[only().pk]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(copy.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["place", "name_fr", "population"]
    assert "is not a whole number" in str(rows[2][-1])
    assert str(rows[1][1]).lstrip("'") == "=HYPERLINK(1)"


def test_applied_and_undone_through_the_page(client: Client) -> None:
    send(client, workbook([{"place": "05.301.03.01", "population": "4321"}]))
    act = reverse("import_settle", args=[only().pk, "apply"])
    assert client.post(act).status_code == 303
    with scope.everything():
        assert Place.objects.get(code="05.301.03.01").population == 4321
    again = client.post(act)
    assert again.status_code == 409
    assert b"already applied" in again.content
    assert client.post(reverse("import_settle", args=[only().pk, "undo"])).status_code == 303
    with scope.everything():
        assert Place.objects.get(code="05.301.03.01").population == 1000


def test_the_preview_asks_as_often_for_three_changes_as_for_one(client: Client, tree: Tree) -> None:
    pages = []
    for count in (1, 3):
        codes = [place.code for place in (*tree.near_communes, tree.far_communes[0])[:count]]
        answer = send(client, workbook([{"place": code, "population": "4321"} for code in codes]))
        pages.append(answer["Location"])  # type: ignore[index]
    asked(client, pages[0])
    assert asked(client, pages[0]) == asked(client, pages[1])
