"""Matters: found, proposed, changed, withdrawn, read by who may, at the same cost for one and for three."""

import zipfile
from collections.abc import Iterator
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

from tiwizi.committees.models import Matter
from tiwizi.database import scope
from tiwizi.organisations import commands as registers

ASKED = {
    "kind": "project", "title_ar": "بئر", "title_fr": "Puits de Tizi", "text_ar": "", "text_fr": "Un puits.",
    "axis": "basic_services/douars", "project_kind": "water", "amount": "120 000,05", "fulfils": ["complete_file"],
}  # fmt: skip


@pytest.fixture
def officer(here: Chamber) -> Client:
    return client(("officer", here.tree.province))


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
    made = proposed(here, amount_centimes=70_000_01, title_fr="=1+1")
    row = officer.get("/committees/matters/?format=json&titles=names").json()[0]
    assert (row["code"], str(row["amount_dh"]), row["waits_for_code"]) == (made.code, "70000.01", here.province.code)
    assert "'=1+1" in officer.get("/committees/matters/?format=csv").content.decode("utf-8-sig")
    assert officer.get("/committees/matters/?format=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(("language", "title"), [("ar", "المبلغ (درهم)"), ("fr", "Montant, en DH"), ("en", "Amount, in DH")])
def test_a_file_has_titles_in_the_readers_language_and_typed_cells(
    here: Chamber, officer: Client, language: str, title: str
) -> None:
    made = proposed(here, amount_centimes=70_000_01)
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


def test_an_empty_list_says_what_to_do_next(here: Chamber, officer: Client) -> None:
    assert "/committees/matters/new/" in text(officer.get("/committees/matters/"))
    assert "tw-empty" in text(officer.get("/committees/matters/?q=nothing"))
