"""Matters: found, proposed, changed, withdrawn, read by who may, at the same cost for one and for three."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.answers import rows_in
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.trees import MACHINE

from tiwizi.committees.models import Item, Matter
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands as registers

ASKED = {
    "kind": "project", "title_ar": "بئر", "title_fr": "Puits de Tizi", "text_ar": "", "text_fr": "Un puits.",
    "axis": "basic_services/douars", "project_kind": "water", "amount": "120 000,05", "fulfils": ["complete_file"],
}  # fmt: skip


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


@pytest.fixture
def local(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.far))


@pytest.fixture
def neighbour(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.near))


@pytest.fixture
def seen() -> Iterator[None]:
    with scope.everything():
        yield


def proposed(here: Chamber, **fields: Any) -> Matter:
    """A project of an earlier day at the far commune: today lies before the chamber's own days, or after them."""
    with scope.everything():
        made = chamber.project(here, **fields)
        Matter.objects.filter(pk=made.pk).update(opened=min(timezone.localdate(), chamber.SENT.date()))
        fresh: Matter = Matter.objects.get(pk=made.pk)
    return fresh


def place(here: Chamber) -> str:
    return here.tree.far_communes[0].code


def test_the_place_is_found_by_name_then_the_form_is_sent(here: Chamber, officer: Client) -> None:
    listed = text(officer.get("/committees/matters/new/?q=05.301.07"))
    assert f"?place={place(here)}" in listed
    form = text(officer.get(f"/committees/matters/new/?place={place(here)}"))
    assert 'name="client_id"' in form
    assert "<optgroup" in form
    assert "budget_shares" not in form or 'value="delegation"' not in form
    answer = officer.post("/committees/matters/new/", {**ASKED, "place": place(here)})
    with scope.everything():
        made = Matter.objects.get()
        entry = Entry.objects.get(kind="matter", object=str(made.pk))
    assert (answer.status_code, answer["Location"]) == (303, f"/committees/matters/{made.pk}/")
    assert (made.amount, made.programme, made.axis, made.fulfils) == (120_000_05, "basic_services", "douars", ["complete_file"])
    assert (entry.command, entry.place) == ("propose matter", place(here))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "1,234"},
        {"amount": "0"},
        {"amount": "-1"},
        {"axis": ""},
        {"project_kind": "x"},
        {"title_ar": "", "title_fr": ""},
    ],
)
def test_what_cannot_be_is_said_at_its_field(here: Chamber, officer: Client, wrong: dict[str, str]) -> None:
    answer = officer.post("/committees/matters/new/", {**ASKED, **wrong, "place": place(here)})
    assert answer.status_code == 200
    assert "tw-errors" in text(answer)
    with scope.everything():
        assert not Matter.objects.exists()


def test_kinds_with_pages_of_their_own_are_not_proposed_by_hand(here: Chamber, officer: Client) -> None:
    for kind in ("delegation", "revocation", "call_back"):
        answer = officer.post("/committees/matters/new/", {**ASKED, "kind": kind, "place": place(here)})
        assert answer.status_code == 200
    with scope.everything():
        assert not Matter.objects.exists()


def test_a_neighbour_proposes_nothing_here_and_sees_nothing(here: Chamber, neighbour: Client) -> None:
    made = proposed(here)
    assert neighbour.post("/committees/matters/new/", {**ASKED, "place": place(here)}).status_code == 200
    with scope.everything():
        assert Matter.objects.count() == 1
    assert made.code not in text(neighbour.get("/committees/matters/"))
    for address in ("", "change/", "documents/new/"):
        assert neighbour.get(f"/committees/matters/{made.pk}/{address}").status_code == 404
    assert neighbour.get(f"/committees/delegation/path/{made.pk}/").status_code == 404
    assert neighbour.get("/committees/delegation/call-back/", {"matter": made.code}).status_code == 404


def test_who_only_reads_changes_nothing(here: Chamber) -> None:
    made, reader = proposed(here), client(("reader", here.tree.far))
    page = text(reader.get(f"/committees/matters/{made.pk}/"))
    assert made.code in page
    assert '<form class="tw-form"' not in page
    assert reader.get("/committees/matters/new/").status_code == 403
    assert reader.post(f"/committees/matters/{made.pk}/", {"why": "x", "version": "1"}).status_code == 403


def test_the_list_says_for_whom_each_waits_and_finds_in_both_scripts(here: Chamber, officer: Client) -> None:
    made = proposed(here, title_ar="تزويد دوار آيت علي بالماء", title_fr="Eau d'Aït Ali")
    other = proposed(here, title_fr="Piste", title_ar="", project_kind="road")
    page = text(officer.get("/committees/matters/"))
    assert page.count("Comité provincial") >= 2
    assert made.code in text(officer.get("/committees/matters/?q=ايت على"))
    assert other.code not in text(officer.get("/committees/matters/?q=ايت على"))
    assert other.code in text(officer.get("/committees/matters/?q=piste"))
    found = {"state=waiting": 2, "kind=project": 2, "year=2026": 2, "place=05.301.07": 2}
    nothing = dict.fromkeys(("state=adopted", "programme=precarity", "year=2025", "place=05.301.03", "place=x"), 0)
    for wanted, count in (found | nothing).items():
        rows = officer.get(f"/committees/matters/?{wanted}&format=json").json()
        assert len(rows) == count, wanted
    assert officer.get("/committees/matters/?sort=amount").status_code == 200


def test_the_list_is_taken_away_with_exact_amounts(here: Chamber, officer: Client) -> None:
    made = proposed(here, amount=70_000_01, title_fr="=1+1")
    row = officer.get("/committees/matters/?format=json&titles=names").json()[0]
    assert (row["code"], str(row["amount_dh"]), row["waits_for_code"]) == (made.code, "70000.01", here.province.code)
    assert "'=1+1" in officer.get("/committees/matters/?format=csv").content.decode("utf-8-sig")
    assert officer.get("/committees/matters/?format=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(("language", "title"), [("ar", "المبلغ (درهم)"), ("fr", "Montant, en DH"), ("en", "Amount, in DH")])
def test_a_file_has_titles_in_the_readers_language_and_typed_cells(
    here: Chamber, officer: Client, language: str, title: str
) -> None:
    made = proposed(here, amount=70_000_01)
    officer.cookies["django_language"] = language
    for kind in ("xlsx", "parquet", "json", "csv"):
        answer = officer.get(f"/committees/matters/?format={kind}")
        row = rows_in(answer, kind)[0]
        amount = row[title]
        assert float(amount) == 70_000.01, kind
        assert isinstance(amount, {"xlsx": float, "parquet": Decimal}.get(kind, str)), kind
        assert made.code in row.values()
        assert not {"code", "kind", "place_code", "amount", "amount_dh"} & set(row), kind
        if kind in ("xlsx", "parquet"):
            assert made.opened in row.values()
    with zipfile.ZipFile(BytesIO(officer.get("/committees/matters/?format=xlsx").content)) as archive:
        assert (b'rightToLeft="1"' in archive.read("xl/worksheets/sheet1.xml")) == (language == "ar")


def test_codes_in_a_file_stand_beside_their_words(here: Chamber, officer: Client) -> None:
    proposed(here)
    row = officer.get("/committees/matters/?format=json&titles=names").json()[0]
    assert (row["kind"], row["kind_code"]) == ("Approbation d'un projet", "project")
    assert (row["state"], row["state_code"]) == ("en attente", "waiting")
    assert (row["waits_for"], row["waits_for_code"]) == (here.province.name_fr, here.province.code)
    assert row["place_code"] == place(here)
    assert row["place"]
    assert row["place"] != place(here)


def test_where_nobody_is_competent_the_list_says_so(db: None) -> None:
    here = chamber.chamber(founded=False)
    made, officer = proposed(here), client(("officer", here.tree.province))
    assert "personne" in text(officer.get("/committees/matters/")) or "nobody" in text(officer.get("/committees/matters/"))
    assert officer.get("/committees/matters/?format=json&titles=names").json()[0]["waits_for_code"] is None
    assert "tw-mark" in text(officer.get(f"/committees/matters/{made.pk}/"))


def test_lists_and_pages_cost_the_same_with_one_matter_and_with_three(here: Chamber, officer: Client) -> None:
    first = proposed(here)
    listed, page = cost(officer, "/committees/matters/"), cost(officer, f"/committees/matters/{first.pk}/")
    for number in range(2):
        with scope.everything():
            carrier = registers.register_carrier(
                code=f"A-{number}", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far,
                by=MACHINE, at=chamber.SENT,
            )  # fmt: skip
        proposed(here, carrier=carrier)
    assert cost(officer, "/committees/matters/") == listed
    assert cost(officer, f"/committees/matters/{first.pk}/") == page


def test_a_matter_is_changed_while_it_waits_and_not_from_an_old_page(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    address = f"/committees/matters/{made.pk}/change/"
    assert "100000,00" in text(officer.get(address))
    sent = {**ASKED, "title_fr": "Autre", "amount": "90000.5", "version": "1"}
    assert officer.post(address, sent).status_code == 303
    with scope.everything():
        changed = Matter.objects.get(pk=made.pk)
    assert (changed.title_fr, changed.amount, changed.version) == ("Autre", 90_000_50, 2)
    assert officer.post(address, {**sent, "title_fr": "Encore"}).status_code == 409
    assert officer.post(address, {key: value for key, value in sent.items() if key != "version"}).status_code == 409


def test_a_matter_sent_out_is_not_changed(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    with scope.everything():
        chamber.convened(here.province, made, account=here.secretary)
    page = text(officer.get(f"/committees/matters/{made.pk}/change/"))
    assert "tw-reasons" in page
    assert "<textarea" not in page
    assert officer.post(f"/committees/matters/{made.pk}/change/", {**ASKED, "version": "1"}).status_code == 409


def test_a_matter_is_withdrawn_with_a_reason_that_its_history_shows(here: Chamber, officer: Client) -> None:
    made = proposed(here)
    address = f"/committees/matters/{made.pk}/"
    assert officer.post(address, {"why": " ", "version": "1"}).status_code == 409
    assert officer.post(address, {"why": "doublon", "version": "1"}).status_code == 303
    page = text(officer.get(address))
    assert "doublon" in page
    with scope.everything():
        assert Matter.objects.get(pk=made.pk).state == "withdrawn"


def test_a_local_secretary_sees_the_matter_and_not_the_session_of_the_province(
    here: Chamber, local: Client, officer: Client
) -> None:
    made = proposed(here)
    with scope.everything():
        session = chamber.decide(here, here.province, made)
        assert Item.objects.filter(matter=made.pk).exists()
    assert session.number in text(officer.get(f"/committees/matters/{made.pk}/"))
    page = text(local.get(f"/committees/matters/{made.pk}/"))
    assert f"CPDH-05.301-{chamber.DAY.year}-1" in page
    assert session.number not in page
    assert local.get(f"/committees/delegation/path/{made.pk}/").status_code == 200


def test_a_project_in_parts_is_flagged(here: Chamber, officer: Client) -> None:
    with scope.everything():
        chamber.decide(here, here.province, chamber.delegation(here))
        carrier = registers.register_carrier(
            code="A-1", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far,
            by=MACHINE, at=chamber.SENT,
        )  # fmt: skip
    later = chamber.DAY + timedelta(days=1)
    made = [proposed(here, amount=200_000_00, carrier=carrier) for _number in range(2)]
    alone = proposed(here, amount=200_000_00)
    with scope.everything():
        Matter.objects.filter(pk__in=[one.pk for one in (*made, alone)]).update(opened=later)
    assert "tw-message warning" in text(officer.get(f"/committees/matters/{made[0].pk}/"))
    assert "tw-message warning" not in text(officer.get(f"/committees/matters/{alone.pk}/"))


def test_an_empty_list_says_what_to_do_next(here: Chamber, officer: Client) -> None:
    assert "/committees/matters/new/" in text(officer.get("/committees/matters/"))
    assert "tw-empty" in text(officer.get("/committees/matters/?q=nothing"))
