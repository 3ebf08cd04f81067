"""The explorer: what it shows, to whom, and that its cost does not grow with its rows."""

import csv
import io
import json
import re
from copy import deepcopy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.measures import trees

from tiwizi.database.scope import everything
from tiwizi.measures import exploring
from tiwizi.measures.models import Run
from tiwizi.territories.models import Boundary, Place

Tree = dict[str, Place]
ODD = ("measure=%C3%A9", "classes=99999", "year=x", "breaks=;;;nan;1e400", "page=-3", f"run={10**20}", "place=%22", "sort=pk")


@pytest.fixture
def runs(tree: Tree, done_runs: dict[str, Run]) -> dict[str, Run]:
    """A run on each province, each with its own figures."""
    return deepcopy(done_runs)


def client_of(place: Place, kind: str = "officer") -> Client:
    client = Client()
    client.force_login(trees.person(place, kind))
    client.cookies["django_language"] = "fr"
    return client


def test_map_and_table_stand_side_by_side_with_their_run(tree: Tree, runs: dict[str, Run]) -> None:
    with everything():
        Boundary.objects.create(
            position=1000, place=tree["P1"], wkb=b"", west=-6, south=32, east=-5, north=33, area_km2=1, source="x"
        )
    answer = client_of(tree["P1"]).get("/measures/?measure=illiteracy_10_plus_share&level=commune&year=2024&classes=3")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="tw-map"' in page
    assert 'data-bounds="-6.0000,32.0000,-5.0000,33.0000"' in page
    assert page.index("Nom P1.2.1") < page.index("Nom P1.1.2") < page.index("Nom P1.1.1")
    assert f"/measures/runs/{runs['P1'].pk}/" in page
    # Tokens of forms are drawn letters, in which any code may turn up.
    assert "P2" not in re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
    assert page.count("data-place=") == 3


def test_a_mark_of_every_figure_stands_once(tree: Tree, runs: dict[str, Run]) -> None:
    page = client_of(tree["P1"]).get("/measures/?measure=adjusted_headcount_union&level=commune").content.decode()
    table = page[page.index("<thead>") : page.index("</table>")]
    assert table.count("data-place=") == 3
    assert table.count("indicateur indirect") == 1
    part = "/measures/?measure=illiteracy_10_plus_share&level=commune"
    assert "tw-mark" not in client_of(tree["P1.1"]).get(part).content.decode()


def test_the_words_of_the_map_are_in_the_reader_s_language(tree: Tree, runs: dict[str, Run]) -> None:
    page = client_of(tree["P1"]).get("/measures/").content.decode()
    for name in ("zoom-in", "zoom-out", "attribution", "missing"):
        assert re.search(f'data-text-{name}="[^"]+"', page), name


@pytest.mark.parametrize("query", ["", "&format=csv", "&format=json", "&format=xlsx", "&sort=name"])
@pytest.mark.parametrize("where", ["P1", "P1.1"])
def test_no_canary_of_a_sister_or_parent_is_told(tree: Tree, runs: dict[str, Run], where: str, query: str) -> None:
    client = client_of(tree[where], "reader")
    for asked in ("level=commune", "level=province", "place=P2", f"run={runs['P2'].pk}", "place=P1.2", "measure=population"):
        content = client.get(f"/measures/?{asked}{query}").content
        shown = content.decode("utf-8", "replace") + (unzipped(content) if content.startswith(b"PK") else "")
        for code in (row[0] for row in trees.TREE):
            canary = f"Nom {code}<", f'"{code}"', f",Nom {code},", f'"Nom {code}"'
            if code not in trees.inside(where):
                assert not any(text in shown for text in canary), code


def unzipped(content: bytes) -> str:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode().replace("<t>", '"').replace("</t>", '"')


def test_values_of_the_map_hold_only_places_of_the_reader(tree: Tree, runs: dict[str, Run]) -> None:
    wide, narrow = client_of(tree["MA"]), client_of(tree["P1.1"], "reader")
    asked = f"/measures/values.json?measure=population&level=commune&run={runs['P1'].pk}"
    assert len(wide.get(asked).json()["values"]) == 3
    values = narrow.get(asked).json()
    assert set(values["values"]) == {str(tree[code].pk) for code in ("P1.1.1", "P1.1.2")}
    # Asked by the wide reader again: what was kept for one scope is never given to another.
    assert len(wide.get(asked).json()["values"]) == 3


def test_values_that_did_not_change_are_not_sent_again(tree: Tree, runs: dict[str, Run]) -> None:
    client = client_of(tree["P1"])
    first = client.get("/measures/values.json")
    again = client.get("/measures/values.json", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    other = client.get("/measures/values.json?classes=2&method=equal", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_classes_are_the_reader_s_to_change(tree: Tree, runs: dict[str, Run]) -> None:
    client = client_of(tree["P1"])
    # The shares of the communes of P1 are 12, 13 and 15 %.
    body = client.get("/measures/values.json?measure=illiteracy_10_plus_share&method=manual&breaks=12,5;14").json()
    labels = [described["label"].replace("\u00a0", "~") for described in body["classes"]]
    assert labels == ["12,0~% – 12,5~%", "12,5~% – 14,0~%", "14,0~% – 15,0~%"]
    assert sorted(body["values"].values()) == [0, 1, 2]
    two = client.get("/measures/values.json?measure=illiteracy_10_plus_share&method=equal&classes=2").json()
    assert len(two["classes"]) == 2


def test_exports_carry_the_columns_of_the_table_and_the_run(tree: Tree, runs: dict[str, Run]) -> None:
    client = client_of(tree["P1"])
    asked = "/measures/?measure=illiteracy_10_plus_share&year=2024&format="
    rows = list(csv.DictReader(io.StringIO(client.get(asked + "csv").content.decode("utf-8-sig"))))
    assert {row["place"] for row in rows} == {"P1.1.1", "P1.1.2", "P1.2.1"}
    assert {row["run"] for row in rows} == {str(runs["P1"].pk)}
    exported = client.get(asked + "json").json()
    assert [row["value"] for row in exported] == sorted((row["value"] for row in exported), reverse=True)
    assert 'filename="tiwizi-illiteracy-10-plus-share-commune-2024.csv"' in client.get(asked + "csv")["Content-Disposition"]


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    exploring.forget()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("address", ["/measures/", "/measures/values.json"])
def test_one_row_costs_as_many_queries_as_three(tree: Tree, runs: dict[str, Run], address: str) -> None:
    counts = {
        queries_of(client_of(tree[code], "reader"), f"{address}?measure=population&level=commune")
        for code in ("P1", "P1.2", "P1.1")
    }
    assert len(counts) == 1


def test_who_may_not_see_measures_is_refused(tree: Tree, runs: dict[str, Run]) -> None:
    assert client_of(tree["P1"], "administrator").get("/measures/").status_code == 403
    assert Client().get("/measures/").status_code == 302
    assert Client().get("/measures/values.json").status_code == 302


@pytest.mark.parametrize("odd", ODD)
def test_odd_parameters_choose_what_is_there(tree: Tree, runs: dict[str, Run], odd: str) -> None:
    client = client_of(tree["P1"])
    assert client.get(f"/measures/?{odd}&method=manual").status_code == 200
    assert json.loads(client.get(f"/measures/values.json?{odd}").content)
