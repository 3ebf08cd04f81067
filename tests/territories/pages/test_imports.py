"""Bringing a table through the pages: preview, errors beside rows, apply, undo; and files that must not be taken."""

import io
import re
import zipfile
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests import trees
from tests.trees import AT, MACHINE, Tree

from tiwizi.database import scope
from tiwizi.reports import cells
from tiwizi.territories.models import Import, Place
from tiwizi.territories.reorganising import New, reorganise

TOLD: dict[str, Any] = {"on": date(2015, 9, 1), "by": MACHINE, "at": AT, "source": "decree"}
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
    with scope.everything():
        for slot in (1, 2):
            trees.place(f"301030{slot}", "douar", f"Douar{slot}", tree.near_communes[1], slot, 5)
    address = reverse("reorganise", args=["05.301.03.03"])
    assert "below-3010301" in client.get(address).content.decode()
    missing = client.post(address, form | {"below-3010301": "1", "below-3010302": "3"})
    assert missing.status_code == 409
    assert "3010302 cannot pass to" in missing.content.decode()
    answer = client.post(address, form | {"below-3010301": "1", "below-3010302": "2"})
    assert answer.status_code == 303
    with scope.everything():
        seats = {place.code: place.parent.code for place in Place.objects.filter(level="douar", until=None)}
    assert seats == {"3010301": "05.301.03.05", "3010302": "05.301.03.07"}
    page = client.get(reverse("place_history", args=["05.301.03.03"])).content.decode()
    assert "1,800" in page
    assert "شمال" in page


def test_the_list_shows_all_of_a_level_in_order_and_only_below_the_place(client: Client, tree: Tree) -> None:
    page = client.get(reverse("places"), {"place": "05.301", "level": "commune", "sort": "code"}).content.decode()
    rows = re.findall(r'data-place="(\d+)"', page)
    assert rows == [str(place.pk) for place in (*tree.near_communes, *tree.far_communes)]
    page = client.get(reverse("places"), {"place": "05.301.03", "level": "commune"}).content.decode()
    assert {str(place.pk) for place in tree.near_communes} == set(re.findall(r'data-place="(\d+)"', page))
    page = client.get(reverse("places"), {"place": "05.301.03", "level": "<b>"}).content.decode()
    assert "<b>" not in page


def test_a_past_count_is_exported_under_both_sets_of_boundaries(client: Client, tree: Tree) -> None:
    old = tree.near_communes[1]
    with scope.everything():
        after = [New("N", "commune", tree.near, "شمال"), New("S", "commune", tree.near, "جنوب")]
        people = {(old.code, "N"): 1, (old.code, "S"): 2}
        reorganise([old], after, people=people, on=date(2015, 9, 1), by=MACHINE, at=AT, source="decree")

    def counted(**asked: str) -> dict[str, int]:
        asked["titles"] = "names"
        rows = client.get(reverse("places"), {"place": "05.301.03", "format": "json", "on": "2014-09-01", **asked}).json()
        return {row["place"]: row["population"] for row in rows if row["level_code"] == "commune"}

    assert counted() == {"05.301.03.01": 1000, old.code: 3000}
    assert counted(boundaries="2026-11-23") == {"05.301.03.01": 1000, "N": 1000, "S": 2000}
    assert "boundaries=" in client.get(reverse("places"), {"place": "05.301.03", "on": "2014-09-01"}).content.decode()


def asked(client: Client, address: str, **query: str) -> int:
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, query).status_code == 200
    return len(asked)


def test_the_history_asks_as_often_for_three_that_followed_as_for_one(client: Client, tree: Tree) -> None:
    first, second = tree.near_communes
    with scope.everything():
        for old, codes in ((first, "A"), (second, "NSW")):
            after = [New(code, "commune", tree.near, "x") for code in codes]
            reorganise([old], after, people={(old.code, code): 1 for code in codes}, **TOLD)
    one, three = (reverse("place_history", args=[place.code]) for place in (first, second))
    asked(client, one)
    assert asked(client, one) == asked(client, three)


def test_search_asks_as_often_for_three_places_as_for_one(client: Client, tree: Tree) -> None:
    first, *others = (*tree.near_communes, *tree.far_communes)
    with scope.everything():
        Place.objects.filter(pk=first.pk).update(folded="zarhwn")
        Place.objects.filter(pk__in=[place.pk for place in others]).update(folded="wlms")
    address = reverse("place_search")
    asked(client, address, q="Zarhoun")
    assert asked(client, address, q="Zarhoun") == asked(client, address, q="Oulmes")


def test_the_imports_ask_as_often_for_three_as_for_one(client: Client) -> None:
    send(client, workbook(ROWS))
    asked(client, reverse("imports"))
    one = asked(client, reverse("imports"))
    for _again in range(2):
        send(client, workbook(ROWS))
    assert asked(client, reverse("imports")) == one
