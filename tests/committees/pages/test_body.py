"""The page of a committee: who sits on a day, which rules are met, what is read from below."""

from datetime import date

from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_bodies import ROOM
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies
from tiwizi.database import scope


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
