"""A file of a matter: each request asks who it is."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_matters_documents import picture, sent

from tiwizi.committees.models import Document, Matter
from tiwizi.database import scope


@pytest.fixture
def matter(here: Chamber) -> Matter:
    with scope.everything():
        return chamber.project(here)


def test_each_request_for_a_document_asks_who_it_is(here: Chamber, matter: Matter) -> None:
    officer = client(("officer", here.tree.province))
    officer.post(f"/committees/matters/{matter.pk}/documents/new/", sent(picture()))
    with scope.everything():
        address = f"/committees/matters/documents/{Document.objects.get().pk}/"
    assert client(("local_secretary", here.tree.far)).get(address).status_code == 200
    assert client(("local_secretary", here.tree.near)).get(address).status_code == 404
    assert client(("administrator", here.tree.province)).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    reader = client(("reader", here.tree.far))
    assert reader.get(address).status_code == 200
    assert reader.post(f"/committees/matters/{matter.pk}/documents/new/", sent(picture("PNG"))).status_code == 403
