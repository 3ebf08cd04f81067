"""Who is there: the roll called at once, deputies, proxies, absence for a vote."""

from datetime import date

from django.test import Client
from tests.budgets.pages.people import text
from tests.committees import chamber
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, post, seats, step, today_session
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies
from tiwizi.committees.models import Presence
from tiwizi.database import scope


def test_the_roll_is_called_at_once_or_not_at_all(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    known = seats(here)
    with scope.everything():
        deputy = chamber.person(here.province, "Suppléant")
        bodies.name_deputy(known[1], deputy, since=date(2026, 1, 2), rank=1, by=MACHINE, at=chamber.SENT)
    address = f"{ROOM}{session.pk}/presence/"
    fields = {
        f"seat-{known[0].pk}": "present",
        f"seat-{known[1].pk}": f"deputy:{deputy.pk}",
        f"seat-{known[2].pk}": "deputy:99999",
    }
    assert post(keeper, address, act="roll_call", version=fresh(session), **fields).status_code == 400
    with scope.everything():
        assert not Presence.objects.exists()
    fields.pop(f"seat-{known[2].pk}")
    assert post(keeper, address, act="roll_call", version=fresh(session), **fields).status_code == 303
    page = text(keeper.get(address))
    assert "Suppléant" in page
    fields = {"proxy_of": str(known[3].pk), "proxy_to": str(known[0].pk)}
    assert post(keeper, address, act="write_proxy", version=fresh(session), **fields).status_code == 303
    with scope.everything():
        assert sorted(Presence.objects.values_list("how", flat=True)) == ["deputy", "present", "proxy"]


def test_a_member_is_absent_for_the_next_vote_alone_and_comes_back(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    seat, address = f"seat-{seats(here)[4].pk}", f"{ROOM}{session.pk}/presence/"
    assert "absent pour le prochain vote seulement" not in text(keeper.get(address))
    post(keeper, f"{ROOM}items/{item_of(session).pk}/", act="open_debate", version=fresh(session))
    assert post(keeper, address, act="roll_call", version=fresh(session), **{seat: "away"}).status_code == 303
    page = text(keeper.get(address))
    assert "(absent pour le prochain vote)" in page
    assert "absent pour le vote 1 sur ce point" in page
    assert post(keeper, address, act="roll_call", version=fresh(session), **{seat: "present"}).status_code == 303
    assert "(absent pour le prochain vote)" not in text(keeper.get(address))
    assert post(keeper, address, act="roll_call", version=fresh(session), **{seat: "absent"}).status_code == 303
    assert "absent pour ce point ou ce vote" in text(keeper.get(address))
    assert post(keeper, address, act="roll_call", version=fresh(session), **{seat: "left"}).status_code == 303
    assert "absent pour ce point ou ce vote" not in text(keeper.get(address))
    with scope.everything():
        lines = Presence.objects.filter(mandate=seats(here)[4].pk).values_list("how", "vote")
        assert list(lines) == [("present", 0), ("away", 1), ("present", 0), ("absent", 0), ("left", 0)]
