"""The way of a matter, drawn and said."""

import re
from xml.etree import ElementTree as ET  # made by ourselves in these tests

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import DAY, Chamber
from tests.committees.pages.test_delegation import ROOM, act
from tests.committees.test_effects import begun

from tiwizi.database import scope


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


def test_the_way_of_a_matter_is_drawn_and_said(here: Chamber, secretary: Client) -> None:
    act(here, ceiling_project_centimes=50_000_00)
    with scope.everything():
        matter = begun(here, DAY, amount_centimes=50_000_01)
    page = text(secretary.get(f"{ROOM}path/{matter.pk}/"))
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg is not None
    ET.fromstring(svg[0])  # noqa: S314 our own drawing
    assert "Comité local" in svg[0]
    assert "Comité provincial" in svg[0]
    assert page.count("50\u202f000,01") >= 2, "drawn and in words"
