"""Who decides what: the table, the drawing, acts, the forms that make matters, and the way of a decision."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET  # made by ourselves in these tests

import pytest
from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import DAY, Chamber, decide
from tests.committees.test_effects import LATER, asked, begun, delegated
from tests.trees import MACHINE

from tiwizi.committees.commands import delegations
from tiwizi.committees.models import Act, Body, CallBack, Matter, Revocation
from tiwizi.database import scope
from tiwizi.reports.decision_path import WIDTH, Box, tree_svg, way_svg

ROOM = "/committees/delegation/"
ON = {"on": LATER.isoformat()}
ASKED = {
    "place": "05.301.07", "matters": ["project"], "programmes": ["basic_services"], "axes": ["*"], "kinds": ["water", "road"],
    "ceiling_project": "300 000", "ceiling_year": "1 000 000,50", "conditions": ["complete_file"],
}  # fmt: skip


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


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
    given = act(here, ceiling_year=500_000_00)
    with scope.everything():
        decide(here, here.local, begun(here, DAY, amount=200_000_01), day=LATER)
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


def test_an_act_shows_its_uses_its_end_and_its_call_backs(here: Chamber, secretary: Client) -> None:
    given = act(here)
    with scope.everything():
        taken = begun(here, DAY)
        decide(here, here.province, asked(here, "call_back", {"matter": taken.code, "reason": "importance"}), day=LATER)
        decide(here, here.province, asked(here, "revocation", {"act": given.number}), day=LATER)
    page = text(secretary.get(f"{ROOM}act/{given.number}/"))
    for words in (taken.code, "importance", "tw-message warning", "1\u202f000\u202f000", str(given.entry)):
        assert words in page, words
    assert secretary.get(f"{ROOM}act/none/").status_code == 404


def test_a_delegation_is_previewed_then_proposed_with_its_text_in_both_languages(here: Chamber, secretary: Client) -> None:
    assert f"?body={here.local.code}" in text(secretary.get(f"{ROOM}new/"))
    form = {**ASKED, "body": here.local.code}
    with scope.everything():
        Act.objects.get(giver=None)
    shown = text(secretary.post(f"{ROOM}new/", {**form, "preview": "1"}))
    assert "tw-message success" in shown
    assert "1\u202f000\u202f000,50 DH" in shown
    answer = secretary.post(f"{ROOM}new/", {**form, "propose": "1"})
    with scope.everything():
        made = Matter.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/committees/matters/{made.pk}/")
    assert made.payload is not None
    assert made.payload["ceiling_year"] == 1_000_000_50
    assert made.payload["conditions"][0]["code"] == "complete_file"
    assert re.search("[\u0600-\u06ff]", made.text_ar)
    assert "Comité local" in made.text_fr
    assert (made.kind, made.place_code) == ("delegation", here.tree.province.code)
    assert secretary.get(answer["Location"]).status_code == 200
    assert "tw-reasons" in text(secretary.get(f"/committees/matters/{made.pk}/change/"))


def test_a_text_of_one_s_own_is_kept(here: Chamber, secretary: Client) -> None:
    form = {**ASKED, "body": here.local.code, "own_text": "on", "text_fr": "Mes mots.", "text_ar": "كلماتي."}
    secretary.post(f"{ROOM}new/", {**form, "propose": "1"})
    with scope.everything():
        assert Matter.objects.get().text_fr == "Mes mots."


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": ["*", "water"]}, {"ceiling_project": "2 000 000"}, {"since": "2020-01-01"}, {"until": "2020-01-01"}],
)
def test_what_speaks_against_an_act_is_shown_and_nothing_is_proposed(
    here: Chamber, secretary: Client, wrong: dict[str, Any]
) -> None:
    answer = secretary.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, **wrong, "propose": "1"})
    assert answer.status_code == 200
    assert "tw-reasons" in text(answer)
    with scope.everything():
        assert not Matter.objects.exists()


@pytest.mark.parametrize("wrong", [{"matters": []}, {"kinds": ["x"]}, {"ceiling_year": "1,234"}, {"place": "05.301.03"}])
def test_a_form_that_cannot_be_read_says_where(here: Chamber, secretary: Client, wrong: dict[str, Any]) -> None:
    answer = secretary.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, **wrong, "propose": "1"})
    assert answer.status_code == 200
    assert "tw-errors" in text(answer)


def test_who_may_not_bring_a_matter_before_the_province_asks_in_vain(here: Chamber, local: Client) -> None:
    given = act(here)
    assert local.get(f"{ROOM}new/", {"body": here.local.code}).status_code == 404
    assert local.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, "propose": "1"}).status_code == 404
    assert local.get(f"{ROOM}revoke/", {"act": given.number}).status_code == 404
    with scope.everything():
        matter = begun(here, DAY)
    assert "tw-empty" in text(local.get(f"{ROOM}call-back/", {"matter": matter.code}))
    assert local.post(f"{ROOM}call-back/", {"matter": matter.code, "by": here.province.code, "reason": "x", "propose": "1"}).status_code == 200  # fmt: skip # noqa: E501
    reader = client(("reader", here.tree.province))
    for address in ("new/", "revoke/", "call-back/"):
        assert reader.get(ROOM + address).status_code == 403
    with scope.everything():
        assert set(Matter.objects.values_list("kind", flat=True)) == {"delegation", "project"}


def test_a_revocation_is_proposed_and_adopted(here: Chamber, secretary: Client) -> None:
    given = act(here)
    form = {"act": given.number, "since": "2027-06-01"}
    assert given.number in text(secretary.post(f"{ROOM}revoke/", {**form, "preview": "1"}))
    assert secretary.post(f"{ROOM}revoke/", {**form, "since": "2020-01-01", "propose": "1"}).status_code == 200
    assert secretary.post(f"{ROOM}revoke/", {**form, "own_text": "on", "propose": "1"}).status_code == 200, "no text of its own"
    own = {"own_text": "on", "text_ar": "نص آخر", "text_fr": "Autre texte"}
    assert "Autre texte" in text(secretary.post(f"{ROOM}revoke/", {**form, **own, "preview": "1"}))
    answer = secretary.post(f"{ROOM}revoke/", {**form, **own, "propose": "1"})
    assert answer.status_code == 303
    with scope.everything():
        made = Matter.objects.get(kind="revocation")
        assert (made.text_ar, made.text_fr) == ("نص آخر", "Autre texte")
        Matter.objects.filter(pk=made.pk).update(opened=DAY)
        decide(here, here.province, Matter.objects.get(pk=made.pk), day=LATER)
        assert Revocation.objects.get().since.isoformat() == "2027-06-01"
    assert secretary.get(f"{ROOM}revoke/", {"act": "F-05.301-2026"}).status_code == 404, "nobody gave it"


def test_a_call_back_is_proposed_and_adopted(here: Chamber, secretary: Client) -> None:
    act(here)
    with scope.everything():
        matter = begun(here, DAY)
        Matter.objects.filter(pk=matter.pk).update(opened=DAY)
    assert here.province.code in text(secretary.get(f"{ROOM}call-back/", {"matter": matter.code}))
    form = {"matter": matter.code, "by": here.province.code, "reason": "importance"}
    with scope.everything():
        decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "importance"}), day=LATER)
        assert CallBack.objects.get().by_body_id == here.province.pk
    shown = text(secretary.post(f"{ROOM}call-back/", {**form, "propose": "1"}))
    assert "tw-empty" in shown or "tw-reasons" in shown


def test_the_way_of_a_matter_is_drawn_and_said(here: Chamber, secretary: Client) -> None:
    act(here, ceiling_project=50_000_00)
    with scope.everything():
        matter = begun(here, DAY, amount=50_000_01)
    page = text(secretary.get(f"{ROOM}path/{matter.pk}/"))
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg is not None
    ET.fromstring(svg[0])  # noqa: S314 our own drawing
    assert "Comité local" in svg[0]
    assert "Comité provincial" in svg[0]
    assert page.count("50\u202f000,01") >= 2, "drawn and in words"


def test_pages_cost_the_same_with_one_act_and_with_three(here: Chamber, secretary: Client) -> None:
    first = act(here)
    with scope.everything():
        decide(here, here.local, begun(here, DAY), day=LATER)
    table, page = cost(secretary, f"{ROOM}?on={LATER}"), cost(secretary, f"{ROOM}act/{first.number}/")
    for number in range(2):
        with scope.everything():
            decide(here, here.province, chamber.delegation(here, kinds=["road"]), day=DAY.replace(day=15 + number))
            decide(here, here.local, begun(here, DAY), day=LATER)
    assert cost(secretary, f"{ROOM}?on={LATER}") == table
    assert cost(secretary, f"{ROOM}act/{first.number}/") == page


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
