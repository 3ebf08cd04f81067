"""A vote: papers of a secret one counted, nobody named."""

from django.test import Client
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, post, step, today_session

from tiwizi.committees.models import Matter, Poll, Vote
from tiwizi.database import scope


def test_a_secret_vote_counts_papers_and_names_nobody(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="take_up", version=fresh(session))
    post(keeper, address, act="put_to_vote", secret="1", version=fresh(session))
    with scope.everything():
        poll = Poll.objects.get()
    votes = f"{ROOM}votes/{poll.pk}/"
    assert post(keeper, votes, act="cast", rest="yes").status_code == 409
    assert post(keeper, votes, act="papers", yes="9", no="0", abstain="0", void="0").status_code == 409
    assert post(keeper, votes, act="papers", yes="3", no="1", abstain="1", void="0").status_code == 303
    assert post(keeper, votes, act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        assert not Vote.objects.exists()
        assert Matter.objects.get().state == "adopted"
