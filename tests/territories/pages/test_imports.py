"""Bringing a table through the pages: preview, errors beside rows, apply, undo; and files that must not be taken."""

import re
from datetime import date

import polars as pl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.trees import AT, MACHINE, Tree

from tiwizi.database import scope
from tiwizi.reports import cells
from tiwizi.territories.models import Place
from tiwizi.territories.reorganising import New, reorganise

ROWS = [
    {"place": "05.301.03.01", "name_fr": "=HYPERLINK(1)", "population": "4321"},
    {"place": "05.301.03.03", "population": "few"},
]


def workbook(rows: list[dict[str, str]]) -> bytes:
    return cells.workbook_bytes(pl.DataFrame(rows), title="Places", language="en", headers={})


def send(client: Client, content: bytes, name: str = "places.xlsx") -> object:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_new"), {"place": "05.301", "file": file})


def test_exports_open_as_text_whatever_people_called_their_places(client: Client, tree: Tree) -> None:
    with scope.everything():
        Place.objects.filter(pk=tree.near.pk).update(name_fr="=cmd|' /C calc'!A0", name_ar="@SUM(1)")
    text = client.get(reverse("places"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd" not in text
    assert "'@SUM" in text


def test_the_list_asks_the_database_as_often_for_many_places_as_for_one(client: Client, tree: Tree) -> None:
    def asked(code: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("places"), {"place": code}).status_code == 200
        return len(asked)

    asked(tree.far.code)
    single, two = asked(tree.near_communes[0].code), asked(tree.near.code)
    assert abs(single - two) <= 1


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


def test_the_imports_ask_as_often_for_three_as_for_one(client: Client) -> None:
    send(client, workbook(ROWS))
    asked(client, reverse("imports"))
    single = asked(client, reverse("imports"))
    for _again in range(2):
        send(client, workbook(ROWS))
    assert asked(client, reverse("imports")) == single
