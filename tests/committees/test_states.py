"""Every act in every state of a session and a matter: where the state does not allow it, nothing changes or is written."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.committees import chamber
from tests.committees.canaries import MODELS
from tests.committees.chamber import AT, DAY, SENT, Chamber, fresh, item, mandates, opened, take_up, vote
from tests.trees import MACHINE

from tiwizi.committees.commands import matters, minutes, presences, sessions, votes
from tiwizi.committees.models import Amendment, Matter, Poll, Session
from tiwizi.committees.rules import steps as rules
from tiwizi.committees.rules.voting import Tally
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry

BY: dict[str, Any] = {"by": MACHINE, "at": AT}


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


def in_state(here: Chamber, state: str) -> Session:
    """A session with one matter, brought to a state by the acts that lead there; open, its vote is under way."""
    matter = chamber.delegation(here)
    if state == "draft":
        made = sessions.prepare(
            here.province, day=DAY, hour=chamber.HOUR, hall_ar="", hall_fr="", account=here.secretary, by=MACHINE, at=SENT
        )
        sessions.put_on_agenda(made, matter, version=made.version, by=MACHINE, at=SENT)
        return made
    if state in {"convened", "cancelled", "lapsed"}:
        made = chamber.convened(here.province, matter, account=here.secretary)
        if state == "cancelled":
            sessions.cancel(made, version=made.version, why="rain", **BY)
        if state == "lapsed":
            sessions.lapse(made, version=made.version, **BY)
        return made
    made = opened(here.province, matter, account=here.secretary)
    one = take_up(made)
    chamber.amended(made, one, "Autrement", "")
    votes.take_back(Amendment.objects.get(item=one.pk), version=fresh(made), **BY)
    poll = vote(made, one, {mandates(here.province)[0].pk: "yes"})
    if state == "suspended":
        sessions.suspend(made, version=fresh(made), **BY)
    if state == "closed":
        votes.cast(poll, {seat.pk: "yes" for seat in mandates(here.province)[1:]}, **BY)
        votes.declare(poll, version=fresh(made), account=here.secretary, **BY)
        sessions.close(made, version=fresh(made), **BY)
    return made


def acts(here: Chamber, session: Session) -> dict[str, Callable[[], object]]:
    """Each act on a session, asked as its page asks it; what it is asked with may be wrong: the state is told first."""
    one, seat = item(session), mandates(here.province)[0]
    poll = Poll.objects.filter(item=one.pk).first() or Poll(item=one, pk=0, number=1)
    version, shown = fresh(session), {"version": fresh(session), **BY}
    texts: dict[str, Any] = {"text_ar": "", "text_fr": "x", "deletes": False, "distance": 1, "mandate": None}
    amendment = Amendment.objects.filter(item=one.pk).first()
    found: dict[str, Callable[[], object]] = {
        "put_on_agenda": lambda: sessions.put_on_agenda(session, one.matter, **shown),
        "take_off": lambda: sessions.take_off(one, **shown),
        "move_item": lambda: sessions.move_item(one, to=7, **shown),
        "send_letters": lambda: sessions.note_letters(session, [], way="mail", **BY),
        "convene": lambda: sessions.convene(session, **shown),
        "open": lambda: sessions.open_session(session, **shown),
        "lapse": lambda: sessions.lapse(session, **shown),
        "suspend": lambda: sessions.suspend(session, **shown),
        "resume": lambda: sessions.resume(session, **shown),
        "cancel": lambda: sessions.cancel(session, why="", **shown),
        "close": lambda: sessions.close(session, **shown),
        "note": lambda: presences.roll_call(session, [], version=version, **BY),
        "recuse": lambda: presences.recuse(one, seat, person=None, reason="", **shown),
        "take_up": lambda: votes.take_up(one, **shown),
        "leave": lambda: votes.adjourn(one, why="", **shown),
        "deposit": lambda: votes.deposit(one, **texts, **shown),
        "put_to_vote": lambda: votes.put_to_vote(one, amendment=None, secret=False, **shown),
        "write_texts": lambda: sessions.write_minutes_text(session, version=version, texts={}, **BY),
        "write_minutes": lambda: minutes.write(
            minutes.typeset(session, version=version, address=str, choose=lambda letters: letters[0]),
            account=here.secretary,
            **BY,
        ),
        "sign": lambda: minutes.sign(session, capacity="king", name="", shown={}, account=here.secretary, **BY),
        "scan": lambda: minutes.attach_scan(session, name="", media="", content=b"", account=here.secretary, **BY),
        "cast": lambda: votes.cast(poll, {}, **BY),
        "count": lambda: votes.count_papers(poll, Tally(1, 0, 0, 0), casting="", **BY),
        "declare": lambda: votes.declare(poll, version=version, account=here.secretary, **BY),
    }
    if amendment is not None:
        found["take_back"] = lambda: votes.take_back(amendment, **shown)
    return found


def everything() -> dict[str, list[Any]]:
    """All rows of committees, and how long the journal is."""
    tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}
    return {**tables, "journal": [Entry.objects.count()]}


@pytest.mark.parametrize("state", ["draft", "convened", "open", "suspended", "closed", "lapsed", "cancelled"])
def test_in_a_state_that_does_not_allow_it_no_act_changes_or_writes_anything(here: Chamber, state: str) -> None:
    session = in_state(here, state)
    assert Session.objects.get(pk=session.pk).state == state
    before, tried = everything(), 0
    for act, do in acts(here, session).items():
        reasons = rules.why_not_now("session", act, state)
        if not reasons:
            continue
        with pytest.raises(Refused) as refused:
            do()
        assert [str(problem.what) for problem in refused.value.problems] == [str(reason) for reason in reasons], act
        tried += 1
    assert everything() == before
    assert tried >= 10


def test_every_act_on_a_session_is_tried(here: Chamber) -> None:
    steps = {step.verb for step in rules.STEPS if step.kind == "session"}
    assert set(acts(here, in_state(here, "open"))) == steps | set(rules.ACTS["session"])


def test_no_votes_are_no_act(here: Chamber) -> None:
    session = in_state(here, "open")
    poll = Poll.objects.get(item__session=session.pk)
    before = everything()
    with pytest.raises(Refused, match="No vote is given"):
        votes.cast(poll, {}, **BY)
    assert everything() == before


@pytest.mark.parametrize("state", ["waiting", "debated", "adopted", "rejected", "withdrawn"])
def test_a_matter_is_changed_withdrawn_and_added_to_in_its_states_alone(here: Chamber, state: str) -> None:
    matter = chamber.delegation(here)
    if state == "withdrawn":
        matters.withdraw(matter, version=matter.version, why="no", **BY)
    elif state == "debated":
        take_up(opened(here.province, matter, account=here.secretary))
    elif state != "waiting":
        chamber.decide(here, here.province, matter, "yes" if state == "adopted" else "no")
    live = Matter.objects.get(pk=matter.pk)
    assert live.state == state
    tries: dict[str, Callable[[], object]] = {
        "change": lambda: matters.change(live, version=live.version, title_fr="Autre", **BY),
        "withdraw": lambda: matters.withdraw(live, version=live.version, why="", **BY),
        "lay": lambda: matters.lay_document(
            live, name="a.pdf", media="application/pdf", content=b"x", account=here.secretary, **BY
        ),
    }
    before = everything()
    for act, do in tries.items():
        reasons = rules.why_not_now("matter", act, state)
        if reasons:
            with pytest.raises(Refused) as refused:
                do()
            assert [str(problem.what) for problem in refused.value.problems] == [str(reason) for reason in reasons], act
    assert everything() == before


def test_the_acts_name_states_that_there_are() -> None:
    for kind, known in rules.ACTS.items():
        states = {step.before for step in rules.STEPS if step.kind == kind} | {
            step.after for step in rules.STEPS if step.kind == kind
        }
        for act, when in known.items():
            assert when.states < states, act
            assert rules.why_not_step(kind, "?", act)[0].template == "There is no step called {verb}.", act
