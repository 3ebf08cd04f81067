"""The pages of a session: who may act, what comes next and why not yet, votes by hand, stale and doubled forms."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import text
from tests.committees import chamber
from tests.committees.chamber import Chamber, mandates, project

from tiwizi.committees.models import Item, Mandate, Matter, Session
from tiwizi.database import scope

ROOM = "/committees/sessions/"


def today_session(here: Chamber, *agenda: Matter, body: Any = None) -> Session:
    """A session convened in time for today."""
    body = body or here.province
    now = timezone.now()
    before = now - timedelta(days=12)
    with scope.everything():
        return chamber.convened(body, *agenda, account=here.secretary, day=timezone.localdate(now), at=before)


def seats(here: Chamber) -> list[Mandate]:
    with scope.everything():
        return mandates(here.province)


def fresh(session: Session) -> str:
    with scope.everything():
        return str(chamber.fresh(session))


def item_of(session: Session, number: int = 1) -> Item:
    with scope.everything():
        return chamber.item(session, number)


def asked(here: Chamber, **fields: Any) -> Matter:
    with scope.everything():
        made = project(here, **fields)
        Matter.objects.filter(pk=made.pk).update(opened=date(2026, 6, 1))
        made.refresh_from_db()
    return made


def post(asking: Client, address: str, **fields: str) -> Any:
    return asking.post(address, {"client_id": str(uuid4()), **fields})


def everybody(asking: Client, here: Chamber, session: Session) -> None:
    fields = {f"seat-{seat.pk}": "present" for seat in seats(here)}
    answer = post(asking, f"{ROOM}{session.pk}/presence/", act="roll_call", version=fresh(session), **fields)
    assert answer.status_code == 303


def step(asking: Client, session: Session, verb: str, **fields: str) -> Any:
    return post(asking, f"{ROOM}{session.pk}/", act=verb, version=fresh(session), **fields)


def test_the_list_filters_and_goes_away_as_a_table(here: Chamber, keeper: Client) -> None:
    assert "tw-empty" in text(keeper.get(ROOM))
    today_session(here, asked(here))
    assert len(keeper.get(ROOM, {"format": "json"}).json()) == 1
    assert keeper.get(ROOM, {"format": "json", "state": "closed"}).json() == []
    assert keeper.get(ROOM, {"format": "xlsx"}).status_code == 200
    assert "tw-empty" in text(keeper.get(ROOM, {"state": "closed"}))
