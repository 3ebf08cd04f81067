"""The pack of a session: agenda, matters, draft minutes, the same bytes each time."""

import io
import zipfile

import pytest
from django.test import Client
from tests.committees.chamber import Chamber, decide, project
from tests.committees.pages.test_minutes import ROOM

from tiwizi.committees.models import Session
from tiwizi.database import scope


@pytest.fixture
def over(here: Chamber) -> Session:
    with scope.everything():
        return decide(here, here.province, project(here))


def test_the_pack_holds_agenda_matters_and_draft_minutes(here: Chamber, keeper: Client, over: Session) -> None:
    first = keeper.get(f"{ROOM}{over.pk}/pack.zip", {"language": "ar"})
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.namelist() == ["00-agenda.pdf", "01-matter.pdf", "90-draft-minutes.pdf"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert keeper.get(f"{ROOM}{over.pk}/pack.zip", {"language": "ar"}).content == first.content
