"""Bringing a table through the pages: preview, errors beside rows, apply, undo; and files that must not be taken."""

import io
import zipfile

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests import trees
from tests.trees import Tree

from tiwizi import scope
from tiwizi.reports import cells
from tiwizi.territories.models import Import, Place

ROWS = [
    {"place": "05.301.03.01", "name_fr": "=HYPERLINK(1)", "population": "4321"},
    {"place": "05.301.03.03", "population": "few"},
]


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def client(tree: Tree) -> Client:
    made = Client()
    account = trees.account("officer@example.org", ("officer", tree.province))
    made.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    made.cookies["django_language"] = "en"
    return made


def workbook(rows: list[dict[str, str]]) -> bytes:
    return cells.workbook_bytes(pl.DataFrame(rows), title="Places", language="en", headers={})


def send(client: Client, content: bytes, name: str = "places.xlsx") -> object:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_new"), {"place": "05.301", "file": file})


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


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bomb(), "bomb.xlsx"),
        (b"\x89PNG\r\n", "picture.xlsx"),
        (b"name\nx\n", "columns.csv"),
        ("place\nأ\n".encode("cp1256"), "old.csv"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(client: Client, content: bytes, name: str) -> None:
    answer = send(client, content, name)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert b"tw-remedy" in answer.content  # type: ignore[attr-defined]
    with scope.everything():
        assert not Import.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(client: Client) -> None:
    answer = send(client, b"place\n" + b"x\n" * (11 * 2**20), "huge.csv")
    assert b"larger than 20 MB" in answer.content  # type: ignore[attr-defined]


def test_exports_open_as_text_whatever_people_called_their_places(client: Client, tree: Tree) -> None:
    with scope.everything():
        Place.objects.filter(pk=tree.near.pk).update(name_fr="=cmd|' /C calc'!A0", name_ar="@SUM(1)")
    text = client.get(reverse("places"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd" not in text
    assert "'@SUM" in text


def test_a_tile_is_not_sent_twice(client: Client) -> None:
    address = reverse("tiles", args=[5, 15, 12])
    first = client.get(address)
    assert first.status_code == 204
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(reverse("tiles", args=[20, 0, 0])).status_code == 404
    assert client.get(reverse("tiles", args=[3, 9, 0])).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_places_as_for_one(client: Client, tree: Tree) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(code: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("places"), {"place": code}).status_code == 200
        return len(asked)

    asked(tree.far.code)
    one, two = asked(tree.near_communes[0].code), asked(tree.near.code)
    assert abs(one - two) <= 1


def test_a_split_is_recorded_through_the_page(client: Client, tree: Tree) -> None:
    form = {
        "on": "2015-09-01",
        "source": "decree 2.15.402",
        "new-TOTAL_FORMS": "2",
        "new-INITIAL_FORMS": "0",
        "new-0-code": "05.301.03.05",
        "new-0-name_ar": "شمال",
        "new-0-parent": "05.301.03",
        "new-0-people": "1800",
        "new-1-code": "05.301.03.07",
        "new-1-name_ar": "جنوب",
        "new-1-parent": "05.301.03",
        "new-1-people": "1200",
    }
    answer = client.post(reverse("reorganise", args=["05.301.03.03"]), form)
    assert answer.status_code == 303
    page = client.get(reverse("place_history", args=["05.301.03.03"])).content.decode()
    assert "1,800" in page
    assert "شمال" in page
