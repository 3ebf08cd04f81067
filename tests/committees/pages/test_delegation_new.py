"""A delegation previewed, refused with reasons, and proposed in both languages."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees.chamber import DAY, Chamber
from tests.committees.pages.test_delegation import ROOM, act
from tests.committees.test_effects import begun

from tiwizi.committees.models import Act, Matter
from tiwizi.database import scope

ASKED = {
    "place": "05.301.07", "matters": ["project"], "programmes": ["basic_services"], "axes": ["*"], "kinds": ["water", "road"],
    "ceiling_project": "300 000", "ceiling_year": "1 000 000,50", "conditions": ["complete_file"],
}  # fmt: skip


@pytest.fixture
def secretary(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


@pytest.fixture
def local(here: Chamber) -> Client:
    return client(("local_secretary", here.tree.far))


def test_a_delegation_is_previewed_then_proposed_with_its_text_in_both_languages(here: Chamber, secretary: Client) -> None:
    assert f"?body={here.local.code}" in text(secretary.get(f"{ROOM}new/"))
    form = {**ASKED, "body": here.local.code}
    with scope.everything():
        Act.objects.get(giver=None)
    shown = text(secretary.post(f"{ROOM}new/", {**form, "preview": "1"}))
    assert "tw-message success" in shown
    assert "1\u202f000\u202f000,50 DH" in shown
    answer = secretary.post(f"{ROOM}new/", {**form, "propose": "1"})
    with scope.everything():
        made = Matter.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/committees/matters/{made.pk}/")
    assert made.payload is not None
    assert made.payload["ceiling_year_centimes"] == 1_000_000_50
    assert made.payload["conditions"][0]["code"] == "complete_file"
    assert re.search("[\u0600-\u06ff]", made.text_ar)
    assert "Comité local" in made.text_fr
    assert (made.kind, made.place_code) == ("delegation", here.tree.province.code)
    assert secretary.get(answer["Location"]).status_code == 200
    assert "tw-reasons" in text(secretary.get(f"/committees/matters/{made.pk}/change/"))


def test_a_text_of_one_s_own_is_kept(here: Chamber, secretary: Client) -> None:
    form = {**ASKED, "body": here.local.code, "own_text": "on", "text_fr": "Mes mots.", "text_ar": "كلماتي."}
    secretary.post(f"{ROOM}new/", {**form, "propose": "1"})
    with scope.everything():
        assert Matter.objects.get().text_fr == "Mes mots."


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": ["*", "water"]}, {"ceiling_project": "2 000 000"}, {"since": "2020-01-01"}, {"until": "2020-01-01"}],
)
def test_what_speaks_against_an_act_is_shown_and_nothing_is_proposed(
    here: Chamber, secretary: Client, wrong: dict[str, Any]
) -> None:
    answer = secretary.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, **wrong, "propose": "1"})
    assert answer.status_code == 200
    assert "tw-reasons" in text(answer)
    with scope.everything():
        assert not Matter.objects.exists()


@pytest.mark.parametrize("wrong", [{"matters": []}, {"kinds": ["x"]}, {"ceiling_year": "1,23,4"}, {"place": "05.301.03"}])
def test_a_form_that_cannot_be_read_says_where(here: Chamber, secretary: Client, wrong: dict[str, Any]) -> None:
    answer = secretary.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, **wrong, "propose": "1"})
    assert answer.status_code == 200
    assert "tw-errors" in text(answer)


def test_who_may_not_bring_a_matter_before_the_province_asks_in_vain(here: Chamber, local: Client) -> None:
    given = act(here)
    assert local.get(f"{ROOM}new/", {"body": here.local.code}).status_code == 404
    assert local.post(f"{ROOM}new/", {**ASKED, "body": here.local.code, "propose": "1"}).status_code == 404
    assert local.get(f"{ROOM}revoke/", {"act": given.number}).status_code == 404
    with scope.everything():
        matter = begun(here, DAY)
    assert "tw-empty" in text(local.get(f"{ROOM}call-back/", {"matter": matter.code}))
    assert local.post(f"{ROOM}call-back/", {"matter": matter.code, "by": here.province.code, "reason": "x", "propose": "1"}).status_code == 200  # fmt: skip # noqa: E501
    reader = client(("reader", here.tree.province))
    for address in ("new/", "revoke/", "call-back/"):
        assert reader.get(ROOM + address).status_code == 403
    with scope.everything():
        assert set(Matter.objects.values_list("kind", flat=True)) == {"delegation", "project"}
