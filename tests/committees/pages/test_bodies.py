"""The pages of committees: who sits on a day, which rules are met, appointing, deputies, trainings."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import trees
from tests.budgets.pages.people import client, cost, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies
from tiwizi.committees.models import Activity, Attendance, Body, Deputy, Mandate
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations.models import Person

ROOM = "/committees/"


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def keeper(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


def post(asking: Client, address: str, **fields: str) -> Any:
    return asking.post(address, {"client_id": str(uuid4()), **fields})


NEW = {"name_fr": "Itto Ouali", "name_ar": "إيطو أوعلي", "sex": "woman", "birth_year": "1998", "college": "elected"}


def test_a_secretary_founds_the_committee_of_their_place_once(db: None) -> None:
    tree = trees.tree()
    asking = client(("provincial_secretary", tree.province))
    assert "tw-empty" in text(asking.get(ROOM))
    asked = {"name_ar": "اللجنة", "name_fr": "Comité", "since": "2026-01-01"}
    assert post(asking, ROOM, **asked).status_code == 303
    with scope.everything():
        assert Body.objects.get().code == "provincial-05.301"
    assert post(asking, ROOM, **asked).status_code == 403
    below = client(("local_secretary", tree.far))
    assert post(below, ROOM, **asked).status_code == 303
    assert post(client(("reader", tree.near)), ROOM, **asked).status_code == 403


def test_the_page_says_which_rule_is_met_and_what_would_mend_it(here: Chamber, keeper: Client) -> None:
    page = text(keeper.get(f"{ROOM}{here.province.pk}/"))
    assert "femmes : 2 " in page.replace("\u00a0", " ")
    assert "oui" in page
    with scope.everything():
        for number in range(5, 16):
            who = chamber.person(here.province, f"Homme {number}", sex="man", birth_year=1960)
            bodies.appoint(here.province, who, college="elected", since=date(2026, 1, 2), by=MACHINE, at=chamber.SENT)
    page = text(keeper.get(f"{ROOM}{here.province.pk}/"))
    assert "<strong>non</strong>" in page
    assert "Nommer" in page


def test_who_sat_on_a_past_day_can_be_asked(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/"
    assert "provincial 3" in text(keeper.get(address, {"on": "2026-06-01"}))
    assert "provincial 3" not in text(keeper.get(address, {"on": "2025-06-01"}))
    assert keeper.get(address, {"on": "tomorrow"}).status_code == 200


def test_names_are_found_whatever_their_spelling_and_taken_away(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        who = chamber.person(here.province, "Aïcha Zayani")
        bodies.appoint(here.province, who, college="co_opted", since=date(2026, 1, 2), by=MACHINE, at=chamber.SENT)
    address = f"{ROOM}{here.province.pk}/"
    page = text(keeper.get(address, {"q": "aicha"}))
    assert "Aïcha Zayani" in page
    assert "provincial 3</bdi>" not in page.split("tbody")[3]
    rows = keeper.get(address, {"format": "json"}).json()
    assert len(rows) == 6
    assert "birth_year" not in rows[0]


def test_below_members_of_the_province_are_not_shown(here: Chamber) -> None:
    page = text(client(("local_secretary", here.tree.far)).get(f"{ROOM}{here.province.pk}/"))
    assert "provincial 3" not in page
    assert "Comité provincial" in page
    assert client(("local_secretary", here.tree.near)).get(f"{ROOM}{here.local.pk}/").status_code == 404


def test_appointing_shows_the_rules_first_then_writes_one_entry_without_names(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/members/new/"
    asked = {**NEW, "since": timezone.localdate().isoformat()}
    looked = post(keeper, address, look="1", **asked)
    assert "femmes : 3 " in text(looked).replace("\u00a0", " ")
    with scope.everything():
        assert Person.objects.filter(name_fr="Itto Ouali").count() == 0
    assert post(keeper, address, **asked).status_code == 303
    with scope.everything():
        entry = Entry.objects.filter(command="register person").order_by("-number")[0]
        assert "Itto" not in str(entry.changes)
        assert Mandate.objects.get(person__name_fr="Itto Ouali").college == "elected"
    assert post(client(("local_secretary", here.tree.far)), address, **asked).status_code == 403


def test_a_mandate_ends_and_deputies_are_named(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        mandate = chamber.mandates(here.province)[2]
    address = f"{ROOM}members/{mandate.pk}/"
    today = timezone.localdate().isoformat()
    assert post(keeper, address, act="deputy", name_fr="Remplaçante", day=today).status_code == 303
    with scope.everything():
        deputy = Deputy.objects.get()
    assert "Remplaçante" in text(keeper.get(address))
    assert post(keeper, address, act="end", day="2026-01-01").status_code == 409
    assert post(keeper, address, act="end", day=today).status_code == 303
    with scope.everything():
        assert Mandate.objects.get(pk=mandate.pk).until == timezone.localdate()
        assert Deputy.objects.get(pk=deputy.pk).until is None
    assert post(keeper, address, act="explode").status_code == 404
    assert client(("local_secretary", here.tree.far)).get(address).status_code == 404


def test_trainings_are_planned_held_and_given_up(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/trainings/"
    assert "tw-empty" in text(keeper.get(address))
    for title in ("Diagnostic", "Suivi"):
        assert post(keeper, address, kind="training", title=title, planned_people="20").status_code == 303
    with scope.everything():
        first, second = Activity.objects.order_by("pk")
    held = {"act": "hold", "version": "1", "held_on": timezone.localdate().isoformat(), f"women-{here.province.pk}": "7"}
    assert post(keeper, f"{ROOM}trainings/{first.pk}/", **held, **{"men-0": "5"}).status_code == 303
    assert post(keeper, f"{ROOM}trainings/{second.pk}/", act="give_up", version="1", why="Neige").status_code == 303
    assert post(keeper, f"{ROOM}trainings/{second.pk}/", **held).status_code == 409
    with scope.everything():
        assert Attendance.objects.count() == 2
    page = text(keeper.get(address))
    assert "Diagnostic" in page
    assert "Neige" in text(keeper.get(f"{ROOM}trainings/{second.pk}/"))
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}trainings/{first.pk}/").status_code == 404


def test_pages_cost_the_same_with_more_members(here: Chamber, keeper: Client) -> None:
    before = [cost(keeper, address) for address in (ROOM, f"{ROOM}{here.province.pk}/")]
    with scope.everything():
        for number in range(5, 20):
            chamber.member(here.province, number)
    assert [cost(keeper, address) for address in (ROOM, f"{ROOM}{here.province.pk}/")] == before
