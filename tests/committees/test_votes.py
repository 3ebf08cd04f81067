"""The commands of debate and vote: every reason for a refusal, that a refusal changes nothing, and what an act leaves behind."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.committees import chamber
from tests.committees.chamber import AT, Chamber, amended, fresh, item, mandates, opened, project, take_up, vote
from tests.trees import MACHINE

from tiwizi.committees.commands import presences, sessions, votes
from tiwizi.committees.models import Amendment, Item, Matter, Papers, Poll, Session, Vote
from tiwizi.committees.rules.voting import Tally
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry

BY: dict[str, Any] = {"by": MACHINE, "at": AT}
NOT_OPEN = "No vote is open on this matter."


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


def reasons(act: Callable[[], object]) -> list[str]:
    """Why an act is refused; what is refused changes nothing and writes no entry."""
    tables: tuple[Any, ...] = (Session, Item, Matter, Amendment, Poll, Vote, Papers)
    before = [list(table.objects.order_by("pk").values()) for table in tables], Entry.objects.count()
    with pytest.raises(Refused) as refused:
        act()
    assert ([list(table.objects.order_by("pk").values()) for table in tables], Entry.objects.count()) == before
    return [str(problem.what) for problem in refused.value.problems]


def debate(here: Chamber, **fields: Any) -> tuple[Session, Item]:
    """An open session, its one matter under debate."""
    session = opened(here.province, project(here, **fields), account=here.secretary)
    return session, take_up(session)


def put(session: Session, one: Item, *, on: Amendment | None = None, secret: bool | None = False) -> Poll:
    return votes.put_to_vote(one, amendment=on, secret=secret, version=fresh(session), **BY)


def declare(here: Chamber, session: Session, poll: Poll) -> str:
    return votes.declare(poll, version=fresh(session), account=here.secretary, **BY).result


def test_items_are_taken_up_in_their_order(here: Chamber) -> None:
    session = opened(here.province, *(project(here) for _ in range(4)), account=here.secretary)
    assert reasons(lambda: take_up(session, 3)) == [
        "Item 1 comes first: settle it, or move it down the agenda.",
        "Item 2 comes first: settle it, or move it down the agenda.",
    ]
    take_up(session, 1)
    assert reasons(lambda: take_up(session, 2)) == ["Item 1 comes first: settle it, or move it down the agenda."]
    votes.adjourn(item(session, 1), version=fresh(session), why="later", **BY)
    take_up(session, 2)
    assert list(Item.objects.order_by("number").values_list("taken_up", flat=True)) == [True, True, False, False]
    assert reasons(lambda: take_up(session, 2))[0] == "In the state “debated” one cannot take up."


@pytest.mark.parametrize(("leave", "state"), [(votes.adjourn, "adjourned"), (votes.withdraw, "withdrawn")])
def test_a_matter_leaves_the_debate_with_a_reason_and_in_its_turn(here: Chamber, leave: Any, state: str) -> None:
    session = opened(here.province, project(here), project(here), account=here.secretary)
    assert reasons(lambda: leave(item(session, 2), version=fresh(session), why="  ", **BY)) == [
        "Say why.",
        "Item 1 comes first: settle it, or move it down the agenda.",
    ]
    leave(item(session, 1), version=fresh(session), why=" rain ", **BY)
    assert list(Matter.objects.order_by("pk").values_list("state", flat=True)) == [state, "waiting"]
    assert list(Item.objects.order_by("number").values_list("taken_up", flat=True)) == [True, False]
    assert reasons(lambda: leave(item(session, 1), version=fresh(session), why="again", **BY))[0].startswith("In the state")


def test_adjourning_leaves_an_open_vote_and_waiting_amendments_without_effect(here: Chamber) -> None:
    session, one = debate(here, text_fr="Texte")
    rejected, waiting = amended(session, one, "Autre", distance=2), amended(session, one, "Encore")
    declare(here, session, vote(session, one, "no", on=rejected))
    poll = put(session, one, on=waiting)
    votes.adjourn(one, version=fresh(session), why="late", **BY)
    poll.refresh_from_db()
    assert (poll.result, poll.closed_at) == ("void", AT)
    assert list(Amendment.objects.order_by("number").values_list("state", flat=True)) == ["rejected", "withdrawn"]
    assert list(Poll.objects.order_by("number").values_list("result", flat=True)) == ["rejected", "void"]


def test_an_amendment_is_kept_as_deposited(here: Chamber) -> None:
    session, one = debate(here)
    seat = mandates(here.province)[2]
    for number in (1, 2):
        votes.deposit(
            one, mandate=seat if number == 1 else None, text_ar=" نص ", text_fr=" Autre ", deletes=number == 2, distance=number,
            version=fresh(session), **BY,
        )  # fmt: skip
    fields = ("number", "by_mandate", "deletes", "distance", "text_ar", "text_fr", "state", "position")
    assert list(Amendment.objects.order_by("pk").values_list(*fields)) == [
        (1, seat.pk, False, 1, "نص", "Autre", "waiting", session.position),
        (2, None, True, 2, "نص", "Autre", "waiting", session.position),
    ]
    assert Matter.objects.get().state == "amending"


def test_why_no_amendment_is_deposited(here: Chamber) -> None:
    session, one = debate(here, text_fr="Texte", text_ar="نص")

    def deposit(french: str, arabic: str) -> Callable[[], object]:
        return lambda: amended(session, one, french, arabic)

    assert reasons(deposit(" ", "")) == ["Write the resolution as it would read."]
    same = "This is the text as it stands: write it as it would read with the amendment."
    assert reasons(deposit(" Texte ", " نص ")) == [same]
    assert reasons(deposit("Autre", "")) == ["The text is in Arabic too: write how it would read there."]
    assert reasons(deposit("", "آخر")) == ["The text is in French too: write how it would read there."]
    put(session, one)
    assert reasons(deposit("Texte", "نص")) == [
        "In the state “being voted” no amendment is deposited.",
        same,
        "A vote is open: declare its result first.",
    ]


def test_a_vote_is_as_secret_as_asked_or_as_its_matter(here: Chamber) -> None:
    session, one = debate(here)
    polls = []
    for secret in (None, True, False):
        polls.append(put(session, one, on=amended(session, one, "Autre"), secret=secret))
        declare(here, session, polls[-1])
    assert [(poll.number, poll.secret) for poll in polls] == [(1, False), (2, True), (3, False)]
    Matter.objects.update(secret=True)
    assert put(session, one, on=amended(session, one, "Autre"), secret=None).secret is True


def test_a_vote_keeps_its_majority_and_who_presides(here: Chamber) -> None:
    session, one = debate(here)
    chair, stands_in = mandates(here.province)[:2]
    poll = put(session, one)
    matter = Matter.objects.get()
    assert (poll.majority, poll.presiding_id, poll.opened_at, poll.position) == (matter.majority, chair.pk, AT, session.position)
    votes.adjourn(one, version=fresh(session), why="w", **BY)
    session, one = debate(here)
    presences.note(session, chair, how="left", version=None, **BY)
    assert put(session, one).presiding_id == stands_in.pk
    votes.adjourn(one, version=fresh(session), why="w", **BY)
    session, one = debate(here)
    for seat in (chair, stands_in):
        presences.note(session, seat, how="left", version=None, **BY)
    assert reasons(lambda: put(session, one)) == ["Nobody who may preside is there."]


def test_why_the_text_or_an_amendment_is_not_put_to_the_vote(here: Chamber) -> None:
    session, one = debate(here)
    near, far = amended(session, one, "Autre"), amended(session, one, "Encore", distance=2)
    assert reasons(lambda: put(session, one)) == [
        "In the state “amendments being voted” one cannot put to the vote.",
        "That is done from the state “debated”.",
        "That is done from the state “not voted for want of a quorum”.",
        "Amendment 2 must be voted before the text.",
        "Amendment 1 must be voted before the text.",
    ]
    assert reasons(lambda: put(session, one, on=near)) == ["Amendment 2 comes before amendment 1."]
    poll = put(session, one, on=far)
    assert reasons(lambda: put(session, one, on=far)) == ["A vote is open: declare its result first."]
    declare(here, session, poll)
    assert reasons(lambda: put(session, one, on=far)) == ["Amendment 2 is not waiting for a vote."]


def test_why_a_vote_is_not_written_down(here: Chamber) -> None:
    session, one = debate(here)
    seats = mandates(here.province)
    stranger = mandates(here.local)[0]
    presences.note(session, seats[4], how="left", version=None, **BY)
    presences.recuse(one, seats[3], person=None, reason="kin", version=fresh(session), **BY)
    poll = put(session, one)
    votes.cast(poll, {seats[0].pk: "yes"}, **BY)
    for choices, expected in (
        ({}, ["No vote is given: write down one at least."]),
        ({seats[1].pk: "void"}, ["A vote is for, against, or an abstention."]),
        ({seats[1].pk: "", seats[2].pk: "oui"}, ["A vote is for, against, or an abstention."]),
        ({seats[0].pk: "no"}, ["provincial 0 has already voted: a vote once given stays."]),
        ({seats[1].pk: "yes", seats[3].pk: "yes"}, ["provincial 3 is recused from this matter."]),
        ({seats[1].pk: "yes", seats[4].pk: "yes"}, ["provincial 4 is not there at this vote."]),
        ({seats[1].pk: "yes", stranger.pk: "yes"}, ["? is not a member of this committee on this day."]),
    ):
        assert reasons(lambda given=choices: votes.cast(poll, given, **BY)) == expected  # type: ignore[misc]
    votes.cast(poll, {seats[1].pk: "no", seats[2].pk: "abstain"}, **BY)
    assert list(Vote.objects.order_by("pk").values_list("mandate", "choice", "position", "at")) == [
        (seats[0].pk, "yes", session.position, AT),
        (seats[1].pk, "no", session.position, AT),
        (seats[2].pk, "abstain", session.position, AT),
    ]


def test_once_declared_a_vote_takes_no_vote_no_papers_and_no_second_result(here: Chamber) -> None:
    session, one = debate(here)
    seats = mandates(here.province)
    poll = vote(session, one, {seat.pk: "yes" for seat in seats[:4]}, on=amended(session, one, "Autre"))
    assert declare(here, session, poll) == "adopted"
    assert reasons(lambda: votes.cast(poll, {seats[4].pk: "no"}, **BY)) == [NOT_OPEN]
    assert reasons(lambda: declare(here, session, poll)) == ["The result of this vote was declared already."]
    secret = put(session, one, secret=True)
    declare(here, session, secret)
    assert reasons(lambda: votes.count_papers(secret, Tally(1), casting="", **BY)) == [NOT_OPEN]
    assert reasons(lambda: votes.cast(secret, {seats[4].pk: "no"}, **BY)) == [
        "This vote is secret: only its papers are counted.",
        NOT_OPEN,
    ]


@pytest.mark.parametrize(
    ("secret", "papers", "casting", "expected"),
    [
        (False, Tally(1), "", ["This vote is open: each member's vote is written down."]),
        (True, Tally(3, 2), "abstain", ["The casting vote is for or against."]),
        (True, Tally(3, 2), "oui", ["The casting vote is for or against."]),
        (True, Tally(-1, 2), "", ["A number of papers is below 0: the vote counts for nothing."]),
        (True, Tally(2, 2, 1, 1), "", ["6 papers from 5 people: the vote counts for nothing."]),
        (
            False,
            Tally(6, 0),
            "x",
            [
                "This vote is open: each member's vote is written down.",
                "The casting vote is for or against.",
                "6 papers from 5 people: the vote counts for nothing.",
            ],
        ),
    ],
)
def test_why_papers_are_not_counted(here: Chamber, secret: bool, papers: Tally, casting: str, expected: list[str]) -> None:
    session, one = debate(here)
    poll = put(session, one, secret=secret)
    assert reasons(lambda: votes.count_papers(poll, papers, casting=casting, **BY)) == expected


@pytest.mark.parametrize("casting", ["", "yes", "no"])
def test_papers_are_kept_as_counted_and_once(here: Chamber, casting: str) -> None:
    session, one = debate(here)
    poll = put(session, one, secret=True)
    votes.count_papers(poll, Tally(2, 1, 1, 1), casting=casting, **BY)
    fields = ("poll", "yes", "no", "abstain", "void", "casting", "position", "at")
    assert Papers.objects.values_list(*fields).get() == (poll.pk, 2, 1, 1, 1, casting, session.position, AT)
    again = reasons(lambda: votes.count_papers(poll, Tally(5), casting="", **BY))
    assert again == ["The papers of this vote were counted meanwhile."]
    assert declare(here, session, poll) == "adopted"


def test_papers_are_not_counted_without_a_quorum(here: Chamber) -> None:
    session, one = debate(here)
    for seat in mandates(here.province)[2:]:
        presences.note(session, seat, how="left", version=None, **BY)
    poll = put(session, one, secret=True)
    assert reasons(lambda: votes.count_papers(poll, Tally(2), casting="", **BY)) == [
        "There is no quorum: 2 of 5 members are there, 3 are needed."
    ]
    assert declare(here, session, poll) == "no_quorum"


def test_a_declared_vote_keeps_its_result_its_tally_and_its_words(here: Chamber) -> None:
    session, one = debate(here)
    seats = mandates(here.province)
    choices = {seats[0].pk: "yes", seats[1].pk: "no", seats[2].pk: "no", seats[3].pk: "abstain"}
    poll = vote(session, one, choices)
    made = votes.declare(poll, version=fresh(session), account=here.secretary, **BY)
    poll.refresh_from_db()
    assert (made.result, poll.result, poll.closed_at) == ("rejected", "rejected", AT)
    assert poll.tally == {"yes": 1, "no": 2, "abstain": 1, "void": 0}
    words: dict[str, list[str]] = poll.words or {}
    assert set(words) == {"ar", "fr", "en"}
    assert "For: 1; against: 2; abstentions: 1." in words["en"]
    assert words["en"][-1] == "The resolution is rejected."
    assert Matter.objects.get().state == "rejected"


@pytest.mark.parametrize(
    ("french", "arabic", "choice", "texts", "state"),
    [
        ("Autre", "آخر", "yes", ("Autre", "آخر"), "adopted"),
        ("Autre", "آخر", "no", ("Texte", ""), "rejected"),
        ("Autre", "", "yes", ("Autre", ""), "adopted"),
    ],
)
def test_an_amendment_adopted_is_the_text_from_then_on(
    here: Chamber, french: str, arabic: str, choice: str, texts: tuple[str, str], state: str
) -> None:
    session, one = debate(here, text_fr="Texte")
    amendment = amended(session, one, french, arabic)
    version = Matter.objects.get().version
    declare(here, session, vote(session, one, choice, on=amendment))
    matter, amendment = Matter.objects.get(), Amendment.objects.get()
    assert ((matter.text_fr, matter.text_ar), matter.state, amendment.state) == (texts, "debated", state)
    # One more for the step back to the debate, one for the text that changed.
    assert matter.version == version + (2 if choice == "yes" else 1)


def test_an_amendment_without_a_quorum_waits_on(here: Chamber) -> None:
    session, one = debate(here)
    amendment = amended(session, one, "Autre")
    for seat in mandates(here.province)[2:]:
        presences.note(session, seat, how="left", version=None, **BY)
    assert declare(here, session, put(session, one, on=amendment)) == "no_quorum"
    assert (Amendment.objects.get().state, Matter.objects.get().state) == ("waiting", "amending")


def test_an_amendment_is_taken_back_once_and_not_while_it_is_voted(here: Chamber) -> None:
    session, one = debate(here)
    first, second = amended(session, one, "Autre", distance=2), amended(session, one, "Encore")
    votes.take_back(second, version=fresh(session), **BY)
    put(session, one, on=first)
    assert reasons(lambda: votes.take_back(second, version=fresh(session), **BY)) == [
        "Amendment 2 is not waiting for a vote.",
        "A vote is open: declare its result first.",
    ]


def test_every_act_refuses_a_page_that_shows_an_older_session(here: Chamber) -> None:
    session, one = debate(here)
    old = fresh(session)
    amendment = amended(session, one, "Autre")
    poll = put(session, one, on=amendment)
    stale = ["Somebody changed this session after your page was loaded: load it again to see what."]
    texts: dict[str, Any] = {"text_ar": "", "text_fr": "x", "deletes": False, "distance": 1, "mandate": None}
    for act in (
        lambda: votes.take_up(one, version=old, **BY),
        lambda: votes.adjourn(one, why="w", version=old, **BY),
        lambda: votes.withdraw(one, why="w", version=old, **BY),
        lambda: votes.deposit(one, **texts, version=old, **BY),
        lambda: votes.take_back(amendment, version=old, **BY),
        lambda: votes.put_to_vote(one, amendment=None, secret=None, version=old, **BY),
        lambda: votes.declare(poll, version=old, account=here.secretary, **BY),
        lambda: sessions.suspend(session, version=old, **BY),
    ):
        assert reasons(act) == stale
