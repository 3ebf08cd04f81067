"""A printed code checked by anybody against what the journal holds."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from tests.budgets.pages.people import text
from tests.committees.chamber import AT, Chamber, decide, project
from tests.committees.pages.test_register import anybody, drop_guard
from tests.trees import MACHINE

from tiwizi.committees.models import Minutes, Session, Signature
from tiwizi.database import scope
from tiwizi.journal import commands as journal

FILE = b"%PDF-1.7 minutes of the tests"

CODE = "7K3M9QZ2AB"


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
