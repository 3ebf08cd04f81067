"""Attaching a file to a matter, until it is decided."""

import hashlib

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_matters_documents import pdf, picture, sent

from tiwizi.committees.models import Document, Matter
from tiwizi.database import scope


@pytest.fixture
def matter(here: Chamber) -> Matter:
    with scope.everything():
        return chamber.project(here)


def test_a_document_is_laid_and_taken_away_as_a_file(here: Chamber, matter: Matter) -> None:
    officer: Client = client(("officer", here.tree.province))
    address = f"/committees/matters/{matter.pk}/documents/new/"
    assert "multipart/form-data" in text(officer.get(address))
    assert officer.post(address, sent(picture())).status_code == 303
    with scope.everything():
        kept = Document.objects.get()
    assert kept.sha256 == hashlib.sha256(bytes(kept.content)).hexdigest()
    answer = officer.get(f"/committees/matters/documents/{kept.pk}/")
    assert answer["Content-Disposition"] == f'attachment; filename="tiwizi-document-{kept.pk}.jpg"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/jpeg")
    assert officer.post(address, sent(picture())).status_code == 409, "the same file twice"
    assert officer.post(address, sent(pdf(script=True))).status_code == 409
    with scope.everything():
        assert Document.objects.count() == 1


def test_nothing_is_laid_once_the_matter_is_decided(here: Chamber, matter: Matter) -> None:
    with scope.everything():
        chamber.decide(here, here.province, matter)
    officer = client(("officer", here.tree.province))
    assert officer.post(f"/committees/matters/{matter.pk}/documents/new/", sent(picture())).status_code == 409
