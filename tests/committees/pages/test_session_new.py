"""Preparing a session, and the whole way from there to its decision."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, post, seats, step

from tiwizi.committees.models import Poll, Resolution, Session, Vote
from tiwizi.database import scope


def test_a_whole_session_from_its_preparation_to_its_decision(here: Chamber, keeper: Client) -> None:
    matter = asked(here)
    day = timezone.localdate() + timedelta(days=20)
    made = post(keeper, f"{ROOM}new/", day=day.isoformat(), hour="10:00", hall_ar="قاعة", hall_fr="Salle")
    assert made.status_code == 303
    with scope.everything():
        session = Session.objects.get()
    page = text(keeper.get(made["Location"]))
    assert "tw-empty" in page, "an empty agenda says what to do"
    agenda = f"{ROOM}{session.pk}/agenda/"
    assert "Adduction" in text(keeper.get(agenda))
    assert post(keeper, agenda, act="put", on=str(matter.pk), version=fresh(session)).status_code == 303
    assert step(keeper, session, "convene").status_code == 303
    with scope.everything():
        assert Session.objects.get().state == "convened"
        # The day comes: what the clock does is done by hand.
        Session.objects.update(day=timezone.localdate(), sent_on=timezone.localdate() - timedelta(days=12))
    everybody(keeper, here, session)
    assert step(keeper, session, "open").status_code == 303
    one = item_of(session)
    address = f"{ROOM}items/{one.pk}/"
    assert post(keeper, address, act="open_debate", version=fresh(session)).status_code == 303
    assert post(keeper, address, act="put_to_vote", secret="0", version=fresh(session)).status_code == 303
    with scope.everything():
        poll = Poll.objects.get()
    first = seats(here)[0]
    answer = post(keeper, address, on=str(poll.pk), act="cast", rest="yes", **{f"vote-{first.pk}": "no"})
    assert answer.status_code == 303
    with scope.everything():
        assert sorted(Vote.objects.values_list("choice", flat=True)) == ["no", "yes", "yes", "yes", "yes"]
    assert post(keeper, address, on=str(poll.pk), act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        number = Resolution.objects.get().number
    assert number in text(keeper.get(address))
    assert step(keeper, session, "close").status_code == 303
