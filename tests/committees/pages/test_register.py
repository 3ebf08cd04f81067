"""The register: who reads what of a decision, what anybody reads, and a printed code that is checked."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import AT, Chamber, decide, project
from tests.trees import MACHINE

from tiwizi.committees import verifying
from tiwizi.committees.models import Matter, Minutes, Resolution, Session, Signature
from tiwizi.database import scope
from tiwizi.journal import commands as journal

FILE = b"%PDF-1.7 minutes of the tests"
CODE = "7K3M9QZ2AB"


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def secretary(here: Chamber) -> Client:
    """Who keeps the local committee of the far cercle."""
    return client(("local_secretary", here.tree.far))


def anybody() -> Client:
    """Somebody without an account, reading French."""
    made = Client()
    made.cookies["django_language"] = "fr"
    return made


def decided(here: Chamber, title: str, choice: str = "yes", *, reserved: bool = False) -> Resolution:
    """One decision of the province on a project."""
    with scope.everything():
        decide(here, here.province, project(here, title_fr=title, title_ar="تزويد الدوار بالماء", reserved=reserved), choice)
        made: Resolution = Resolution.objects.order_by("-pk")[0]
    return made


def test_a_decision_of_the_province_is_read_below_without_names(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Piste de Tizi")
    page = text(secretary.get(f"/committees/decisions/{made.number}/"))
    assert "Piste de Tizi" in page
    assert "Pour" in page
    assert "provincial 3" not in page, "who voted what stays with the committee's own place"
    above = text(client(("provincial_secretary", here.tree.province)).get(f"/committees/decisions/{made.number}/"))
    assert "provincial 3" in above


def test_a_reserved_decision_is_absent_below_and_for_the_public(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Affaire du personnel", reserved=True)
    assert secretary.get(f"/committees/decisions/{made.number}/").status_code == 404
    assert "Affaire du personnel" not in text(secretary.get("/committees/decisions/"))
    reading = anybody()
    assert reading.get(f"/committees/decisions/public/{made.number}/").status_code == 404
    assert "Affaire du personnel" not in text(reading.get("/committees/decisions/public/"))
    assert "Affaire du personnel" in text(client(("officer", here.tree.province)).get("/committees/decisions/"))


@pytest.mark.parametrize("words", ["tizi", "Tizi piste", "الماء", "دوار", "CPDH-05.301-2026-1"])
def test_a_decision_is_found_by_its_words_in_both_scripts(here: Chamber, secretary: Client, words: str) -> None:
    decided(here, "Piste de Tizi")
    assert "Piste de Tizi" in text(secretary.get("/committees/decisions/", {"q": words}))
    assert "Piste de Tizi" in text(anybody().get("/committees/decisions/public/", {"q": words}))
    assert "Piste de Tizi" not in text(secretary.get("/committees/decisions/", {"q": "barrage"}))


def test_filters_and_exports_hold_the_same_rows(here: Chamber, secretary: Client) -> None:
    decided(here, "Piste de Tizi")
    decided(here, "Barrage", "no")
    rows = secretary.get("/committees/decisions/", {"format": "json", "result": "rejected", "titles": "names"}).json()
    assert [(row["title"], row["result_code"], row["amount_dh"]) for row in rows] == [("Barrage", "rejected", "100000.00")]
    assert secretary.get("/committees/decisions/", {"format": "xlsx"}).status_code == 200
    assert len(secretary.get("/committees/decisions/", {"format": "json", "year": "2026"}).json()) == 2
    assert secretary.get("/committees/decisions/", {"format": "json", "year": "2031"}).json() == []
    assert secretary.get("/committees/decisions/", {"format": "json", "body": here.local.code}).json() == []


def test_the_register_costs_the_same_with_one_row_and_with_three(here: Chamber, secretary: Client) -> None:
    decided(here, "One")
    one, public = cost(secretary, "/committees/decisions/"), cost(anybody(), "/committees/decisions/public/")
    decided(here, "Two")
    decided(here, "Three")
    assert cost(secretary, "/committees/decisions/") == one
    assert cost(anybody(), "/committees/decisions/public/") == public


def test_an_empty_register_says_when_something_comes(here: Chamber, secretary: Client) -> None:
    assert "tw-empty" in text(secretary.get("/committees/decisions/"))
    assert "tw-empty" in text(anybody().get("/committees/decisions/public/"))


def sealed(here: Chamber, content: bytes = FILE, *, seal: bool = True) -> Session:
    """A closed session with minutes under a code, sealed in the journal."""
    with scope.everything(), transaction.atomic():
        session = decide(here, here.province, project(here))
        digest = hashlib.sha256(content).hexdigest()
        common = {"session": session, "number": 1, "position": session.position, "by": here.secretary, "at": AT}
        Minutes.objects.create(
            **common, language="fr", media="pdf", code=CODE, content=content, sha256=digest, data={}
        )  # fmt: skip
        if seal:
            entry = journal.write(
                "seal minutes", by=MACHINE, at=AT, kind="session", object_id=str(session.pk), place=here.province.place_code,
                position=session.position, after={"code": CODE, "sha256": {"fr.pdf": digest}},
            )  # fmt: skip
            Signature.objects.create(**common, capacity="chair", name="x", entry=entry.number, hashes={"fr.pdf": digest})
    return session


def test_a_printed_code_leads_anybody_to_what_the_journal_holds(here: Chamber) -> None:
    sealed(here)
    reading = anybody()
    asked = reading.get("/committees/decisions/check/", {"code": "7k3m9-qz2ab"})
    assert asked["Location"] == "/committees/decisions/check/7k3m9qz2ab/"
    page = text(reading.get(asked["Location"]))
    assert hashlib.sha256(FILE).hexdigest() in page
    assert "Comité provincial" in page
    assert "provincial 0" not in page


def test_the_file_that_was_sealed_is_known_and_another_is_not(here: Chamber) -> None:
    sealed(here)
    reading = anybody()
    same = reading.post(f"/committees/decisions/check/{CODE}/", {"file": SimpleUploadedFile("a.pdf", FILE)})
    assert "success" in text(same)
    told = reading.post(f"/committees/decisions/check/{CODE}/", {"sha256": hashlib.sha256(FILE).hexdigest()})
    assert "success" in text(told), "the digest alone says the same"
    for wrong in ("A" * 64, "a" * 64, "a" * 63):
        assert "success" not in text(reading.post(f"/committees/decisions/check/{CODE}/", {"sha256": wrong}))
    other = reading.post(f"/committees/decisions/check/{CODE}/", {"file": SimpleUploadedFile("a.pdf", FILE + b" ")})
    assert "success" not in text(other)
    assert "error" in text(other)
    assert "success" not in text(reading.post(f"/committees/decisions/check/{CODE}/"))


def test_minutes_that_are_not_sealed_prove_nothing(here: Chamber) -> None:
    sealed(here, seal=False)
    page = anybody().post(f"/committees/decisions/check/{CODE}/", {"file": SimpleUploadedFile("a.pdf", FILE)})
    assert "success" not in text(page)


def test_a_file_changed_by_hand_in_the_database_no_longer_agrees(here: Chamber) -> None:
    sealed(here)
    with scope.everything(), connection.cursor() as cursor:
        drop_guard(cursor, "committees_minutes")
        cursor.execute("UPDATE committees_minutes SET content = %s", [FILE + b"!"])
    changed = SimpleUploadedFile("a.pdf", FILE + b"!")
    assert "success" not in text(anybody().post(f"/committees/decisions/check/{CODE}/", {"file": changed}))


@pytest.mark.parametrize(("code", "status"), [("ZZZZZZZZZZ", 404), ("'; DROP", 404), ("٣٤٥", 200), ("x" * 300, 404)])
def test_an_unknown_code_is_said_to_be_unknown(here: Chamber, code: str, status: int) -> None:
    answer = anybody().get("/committees/decisions/check/", {"code": code}, follow=True)
    assert answer.status_code == status
    assert "alert" in text(answer)


def drop_guard(cursor: object, table: str) -> None:
    """What an administrator of the database could do: take the guard away."""
    if connection.vendor == "sqlite":
        cursor.execute(f"DROP TRIGGER {table}_no_UPDATE")  # type: ignore[attr-defined]
    else:
        cursor.execute(f"DROP TRIGGER {table}_append_only ON {table}")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change", ["title_fr = 'Autre'", "amount = amount + 1", "result = 'rejected'", "entry = 1", "entry = 99999", "number = 'X-1'"]
)
def test_a_decision_changed_by_hand_is_found(here: Chamber, change: str) -> None:
    decided(here, "Piste de Tizi")
    with scope.everything():
        assert list(verifying.resolutions_wrong()) == []
        with connection.cursor() as cursor:
            drop_guard(cursor, "committees_resolution")
            cursor.execute(f"UPDATE committees_resolution SET {change}")
        assert len(list(verifying.resolutions_wrong())) == 1


def test_the_matter_is_left_as_it_was_by_reading(here: Chamber, secretary: Client) -> None:
    made = decided(here, "Piste de Tizi")
    with scope.everything():
        before = Matter.objects.values().get()
    for _again in range(2):
        secretary.get(f"/committees/decisions/{made.number}/")
    with scope.everything():
        assert Matter.objects.values().get() == before
    assert secretary.post(f"/committees/decisions/{made.number}/").status_code == 405
