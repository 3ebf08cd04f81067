"""A call-back proposed and adopted."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import DAY, Chamber, decide
from tests.committees.pages.test_delegation import ROOM, act
from tests.committees.test_effects import LATER, asked, begun

from tiwizi.committees.models import CallBack, Matter
from tiwizi.database import scope


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


def test_a_call_back_is_proposed_and_adopted(here: Chamber, secretary: Client) -> None:
    act(here)
    with scope.everything():
        matter = begun(here, DAY)
        Matter.objects.filter(pk=matter.pk).update(opened=DAY)
    assert here.province.code in text(secretary.get(f"{ROOM}call-back/", {"matter": matter.code}))
    form = {"matter": matter.code, "by": here.province.code, "reason": "importance"}
    with scope.everything():
        decide(here, here.province, asked(here, "call_back", {"matter": matter.code, "reason": "importance"}), day=LATER)
        assert CallBack.objects.get().by_body_id == here.province.pk
    shown = text(secretary.post(f"{ROOM}call-back/", {**form, "propose": "1"}))
    assert "tw-empty" in shown or "tw-reasons" in shown
