"""Who decides what: the table, the drawing, acts, the forms that make matters, and the way of a decision."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET  # made by ourselves in these tests

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import DAY, Chamber, decide
from tests.committees.test_effects import LATER, begun, delegated
from tests.trees import MACHINE

from tiwizi.committees.commands import delegations
from tiwizi.committees.models import Act, Body
from tiwizi.database import scope
from tiwizi.reports.decision_path import WIDTH, Box, tree_svg, way_svg

ROOM = "/committees/delegation/"
ON = {"on": LATER.isoformat()}


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


@pytest.fixture
def local(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.far))


@pytest.fixture
def all_seen() -> Iterator[None]:
    with scope.everything():
        yield


def act(here: Chamber, **fields: Any) -> Act:
    with scope.everything():
        return delegated(here, **fields)


def test_the_table_says_who_decides_what_in_words_and_what_is_left(here: Chamber, secretary: Client) -> None:
    given = act(here, ceiling_year_centimes=500_000_00)
    with scope.everything():
        decide(here, here.local, begun(here, DAY, amount_centimes=200_000_01), day=LATER)
    page = text(secretary.get(ROOM, ON))
    for words in (given.number, "Comité local", "Eau potable; Routes et pistes", "299\u202f999,99", "<svg", "Comité provincial"):
        assert words in page, words
    rows = {row["act"]: row for row in secretary.get(ROOM, {**ON, "format": "json", "titles": "names"}).json()}
    assert str(rows[given.number]["left_dh"]) == "299999.99"
    assert rows[given.number]["kinds_code"] == "road water"
    assert secretary.get(ROOM, {**ON, "format": "csv"}).status_code == 200
    assert secretary.get(ROOM, {**ON, "format": "xlsx"}).content.startswith(b"PK")


def test_the_table_is_that_of_the_day_asked_for(here: Chamber, secretary: Client) -> None:
    given = act(here)
    assert given.number in text(secretary.get(ROOM, {"on": DAY.isoformat()}))
    assert given.number not in text(secretary.get(ROOM, {"on": "2026-12-13"}))
    empty = text(secretary.get(ROOM, {"on": "2025-01-01"}))
    assert "tw-empty" in empty
    assert secretary.get(ROOM, {"on": "tomorrow"}).status_code == 200


def test_a_local_committee_reads_the_acts_of_the_province_and_its_own_use(here: Chamber, local: Client) -> None:
    given = act(here)
    page = text(local.get(ROOM, ON))
    assert given.number in page
    assert "F-05.301-2026" in page
    neighbour = client(("local_secretary", here.tree.near))
    assert "F-05.301-2026" in text(neighbour.get(ROOM, ON))
    assert given.number not in text(neighbour.get(ROOM, ON)), "what is given to another committee is read by it and above"
    with scope.everything():
        matter = begun(here, DAY, title_fr="Projet de la voisine")
        decide(here, here.local, matter, day=LATER)
    assert matter.title_fr in text(local.get(f"{ROOM}act/{given.number}/"))
    assert neighbour.get(f"{ROOM}act/{given.number}/").status_code == 404


def test_what_nobody_may_decide_is_listed_with_its_days(db: None) -> None:
    here = chamber.chamber(founded=False)
    with scope.everything():
        delegations.found(
            here.province, reference="x", signed_by="y", signed_on=date(2026, 1, 1), since=date(2026, 1, 1),
            until=date(2026, 12, 25), account=here.secretary, by=MACHINE, at=chamber.SENT,
        )  # fmt: skip
        given = act(here)
    secretary = client(("provincial_secretary", here.tree.province))
    page = text(secretary.get(ROOM, ON))
    assert page.count("25 décembre 2026") >= 2
    assert page.count("Validation du diagnostic") >= 1
    assert given.until is None


def test_no_gap_is_listed_where_somebody_may_decide_everything(here: Chamber, secretary: Client) -> None:
    assert "Validation du diagnostic" not in text(secretary.get(ROOM, ON))
    with scope.everything():
        Body.objects.filter(pk=here.local.pk).update(above="")
    assert "tw-message warning" in text(secretary.get(ROOM, ON)), "the other highest committee has no founding act"


def test_where_nothing_is_founded_nothing_can_pass_and_its_secretary_founds(db: None) -> None:
    here = chamber.chamber(founded=False)
    secretary, officer = client(("provincial_secretary", here.tree.province)), client(("officer", here.tree.province))
    page = text(secretary.get(ROOM))
    assert "tw-message warning" in page
    assert 'name="reference"' in page
    assert 'name="reference"' not in text(officer.get(ROOM))
    sent = {"body": here.province.code, "reference": "Circulaire", "signed_by": "Le gouverneur", "signed_by_ar": "السيد العامل", "signed_on": "2026-01-01", "since": "2026-01-01"}  # fmt: skip # noqa: E501
    assert officer.post(ROOM, sent).status_code == 403
    assert secretary.post(ROOM, {**sent, "since": ""}).status_code == 200
    answer = secretary.post(ROOM, {**sent, "assumed": "on"})
    assert (answer.status_code, answer["Location"]) == (303, f"{ROOM}act/F-05.301-2026/")
    assert "Circulaire" in text(secretary.get(answer["Location"]))
    assert 'name="reference"' not in text(secretary.get(ROOM))
    assert secretary.post(ROOM, {**sent, "signed_on": "2026-01-01"}).status_code == 409


def test_overlaps_are_said_with_the_rule_that_settles_them(here: Chamber, secretary: Client) -> None:
    first = act(here)
    with scope.everything():
        decide(here, here.province, chamber.delegation(here), day=DAY.replace(day=16))
        second = Act.objects.filter(body=here.local).exclude(pk=first.pk).get()
    page = text(secretary.get(ROOM, ON))
    assert page.index(second.number, page.index("Chevauchements") if "Chevauchements" in page else 0) > 0


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_drawings_are_svg_with_title_and_description_and_hold_their_letters(language: str) -> None:
    boxes = [
        Box("<Comité> & cie", ("une ligne très longue " * 8, "ب " * 60)),
        Box("اللجنة", ("x",), "passes", 1),
        Box("C" * 200, (), "decides", 2),
        Box("nobody", (), "nobody", 6),
    ]
    for drawing in (way_svg(boxes, language, title="T & t"), tree_svg(boxes, language, title="T & t")):
        root = ET.fromstring(drawing)  # noqa: S314 our own drawing
        space = "{http://www.w3.org/2000/svg}"
        assert (root.get("role"), root[0].tag, root[0].text, root[1].tag) == ("img", f"{space}title", "T & t", f"{space}desc")
        assert str(root[0].get("id")) in (root.get("aria-labelledby") or "")
        assert "<Comité> & cie" in (root[1].text or "")
        # The side of reading: lines begin at it, and in Arabic are isolated as right-to-left text.
        lines = list(root.iter(f"{space}text"))
        assert {one.get("text-anchor") for one in lines} == {"end" if language == "ar" else "start"}
        assert all((one.text or "").startswith("\u2067") == (language == "ar") for one in lines)
        for box in root.iter(f"{space}rect"):
            assert float(box.get("x") or -1) >= 0
            assert float(box.get("x") or 0) + float(box.get("width") or 0) <= WIDTH
        assert "style" not in drawing
        assert "script" not in drawing


def test_in_a_way_who_decides_stands_highest() -> None:
    drawing = way_svg([Box("matter"), Box("local", (), "passes"), Box("province", (), "decides")], "fr", title="x")
    root = ET.fromstring(drawing)  # noqa: S314 our own drawing
    heights = {one.text: float(one.get("y") or 0) for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert heights["province"] < heights["local"] < heights["matter"]


def test_an_empty_tree_is_a_drawing_too() -> None:
    ET.fromstring(tree_svg([], "ar", title="x"))  # noqa: S314 our own drawing
