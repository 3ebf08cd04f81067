"""An item under debate: recusals, amendments before the text, papers of a secret vote counted."""

from django.test import Client
from tests.budgets.pages.people import text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_sessions import ROOM, asked, everybody, fresh, item_of, post, seats, step, today_session

from tiwizi.committees.models import Item, Matter, Poll, Vote
from tiwizi.database import scope


def test_a_member_who_declares_a_conflict_does_not_vote(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="open_debate", version=fresh(session))
    member = seats(here)[2]
    assert (
        post(keeper, address, act="recuse", mandate=str(member.pk), reason="Famille", version=fresh(session)).status_code == 303
    )
    page = text(keeper.get(address))
    assert "Famille" in page
    post(keeper, address, act="put_to_vote", secret="0", version=fresh(session))
    with scope.everything():
        poll = Poll.objects.get()
    assert f"vote-{member.pk}" not in text(keeper.get(address))
    assert post(keeper, address, on=str(poll.pk), act="cast", **{f"vote-{member.pk}": "yes"}).status_code == 409
    with scope.everything():
        assert not Vote.objects.filter(mandate=member.pk).exists()


def test_amendments_are_voted_before_the_text_in_their_order(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="open_debate", version=fresh(session))
    for words, distance in (("Nearer", "1"), ("Farther", "5")):
        typed = {"text_fr": words, "text_ar": "", "distance": distance}
        answer = post(keeper, address, act="deposit_amendment", version=fresh(session), **typed)
        assert answer.status_code == 303
    post(keeper, address, act="deposit_amendment", text_fr="Taken back", text_ar="", distance="9", version=fresh(session))
    with scope.everything():
        third = Item.objects.get().amendments.get(text_fr="Taken back")
    assert post(keeper, address, act="take_back", on=str(third.pk), version=fresh(session)).status_code == 303
    assert post(keeper, address, act="take_back", on=str(third.pk), version=fresh(session)).status_code == 409
    page = text(keeper.get(address))
    assert page.index("Farther") < page.index("Nearer")
    assert post(keeper, address, act="put_to_vote", secret="0", version=fresh(session)).status_code == 409
    for choice in ("no", "yes"):
        with scope.everything():
            turn = next(one for one in Item.objects.get().amendments.order_by("-distance") if one.state == "waiting")
        assert post(keeper, address, act="put_amendment", on=str(turn.pk), version=fresh(session)).status_code == 303
        with scope.everything():
            poll = Poll.objects.get(result="")
        post(keeper, address, on=str(poll.pk), act="cast", rest=choice)
        assert post(keeper, address, on=str(poll.pk), act="declare", version=fresh(session)).status_code == 303
    with scope.everything():
        matter = Matter.objects.get()
    assert (matter.text_fr, matter.state) == ("Nearer", "debated")


def test_a_secret_vote_counts_papers_and_names_nobody(here: Chamber, keeper: Client) -> None:
    session = today_session(here, asked(here))
    everybody(keeper, here, session)
    step(keeper, session, "open")
    address = f"{ROOM}items/{item_of(session).pk}/"
    post(keeper, address, act="open_debate", version=fresh(session))
    post(keeper, address, act="put_to_vote", secret="1", version=fresh(session))
    with scope.everything():
        poll = Poll.objects.get()
    on = str(poll.pk)
    assert post(keeper, address, act="cast", on=on, rest="yes").status_code == 409
    refused = post(keeper, address, act="count_papers", on=on, yes="9", no="0", abstain="0", void="0")
    assert refused.status_code == 409
    assert 'value="9"' in text(refused), "what was typed is kept"
    assert post(keeper, address, act="count_papers", on=on, yes="3", no="1", abstain="1", void="0").status_code == 303
    assert post(keeper, address, act="declare", on=on, version=fresh(session)).status_code == 303
    with scope.everything():
        assert not Vote.objects.exists()
        assert Matter.objects.get().state == "adopted"
