"""The agenda: what fits it and what another committee decides."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, post
from tests.trees import MACHINE

from tiwizi.committees.commands import sessions
from tiwizi.committees.models import Matter
from tiwizi.database import scope


@pytest.fixture
def neighbour(here: Chamber) -> Client:
    """Who keeps the local committee of the far cercle."""
    return client(("local_secretary", here.tree.far))


def test_the_agenda_says_what_another_committee_decides_and_why(here: Chamber, neighbour: Client) -> None:
    asked(here)
    with scope.everything():
        session = sessions.prepare(
            here.local, day=timezone.localdate() + timedelta(days=20), hour=chamber.HOUR, hall_ar="", hall_fr="",
            account=here.secretary, by=MACHINE, at=timezone.now(),
        )  # fmt: skip
    page = text(neighbour.get(f"{ROOM}{session.pk}/agenda/"))
    assert "Adduction" in page
    assert "Comité provincial" in page
    with scope.everything():
        matter = Matter.objects.get()
    assert post(neighbour, f"{ROOM}{session.pk}/agenda/", act="put", on=str(matter.pk), version="1").status_code == 409
