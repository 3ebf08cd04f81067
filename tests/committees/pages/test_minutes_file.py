"""A file of minutes: absent beyond the place of its session."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client
from tests.committees.chamber import Chamber, decide, project
from tests.committees.pages.test_minutes import ROOM, post

from tiwizi.committees.models import Minutes, Session
from tiwizi.database import scope


@pytest.fixture
def over(here: Chamber) -> Session:
    with scope.everything():
        return decide(here, here.province, project(here))


def test_a_file_of_a_session_beyond_the_place_is_absent(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write_minutes")
    with scope.everything():
        one = Minutes.objects.all()[0]
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}files/{one.pk}/").status_code == 404
