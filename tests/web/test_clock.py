"""A server whose clock was set back refuses every act of a person, in words, and shows its pages all the same."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from tests import office as offices
from tests.budgets.pages.people import client, text
from tests.office import Office
from tests.trees import MACHINE

from tiwizi.budgets.models import Scenario
from tiwizi.database.scope import everything
from tiwizi.journal import commands


@pytest.fixture
def here(db: None) -> Office:
    return offices.office()


def test_an_act_before_the_last_entry_is_refused(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "CLOCKS_DIFFER", timedelta(minutes=1))
    with transaction.atomic(), everything():
        at = timezone.now() + timedelta(minutes=5)
        commands.write("act", by=MACHINE, at=at, kind="table", object_id="")
        before = Scenario.objects.count()
    officer = client(("officer", here.tree.province))
    address = f"/budgets/{here.envelope.pk}/"
    assert officer.get(address).status_code == 200
    answer = officer.post(address, {"name": "New"})
    assert answer.status_code == 409
    assert "l'horloge du serveur a été reculée" in text(answer).replace("&#x27;", "'")
    with everything():
        assert Scenario.objects.count() == before
