"""Presence, quorum, votes and steps as truth tables with the expected reasons, and laws that hold for any vote."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiwizi.committees.rules import presence, voting
from tiwizi.committees.rules import steps as rules
from tiwizi.committees.rules.presence import (
    OPENING,
    Absence,
    Convocation,
    Lapsed,
    Quorum,
    Recusal,
    Register,
    Room,
    SittingRules,
    Stay,
)
from tiwizi.committees.rules.steps import Amendment
from tiwizi.committees.rules.voting import Ballot, Choice, Majority, Tally, Vote

SIMPLE = Majority(Fraction(1, 2), strictly=True, of="cast")
ABSOLUTE = Majority(Fraction(1, 2), strictly=True, of="members")
TWO_THIRDS = Majority(Fraction(2, 3), strictly=False, of="cast")
FOUR_FIFTHS = Majority(Fraction(4, 5), strictly=False, of="cast")
HALF = Quorum(Fraction(1, 2), strictly=True)
SITTING = SittingRules(
    first=HALF,
    second=Quorum(Fraction(1, 3), strictly=False),
    recused_leave_base=True,
    quorum_counts=frozenset({"present", "deputy"}),
    proxies_each=1,
    notice_days=7,
    second_notice_days=3,
    clear_days=False,
    second_after_days=3,
    second_within_days=15,
)
SEATS: dict[str, tuple[str, ...]] = {"a": ("a1",), "b": ("b1", "c1"), "c": ("c1",), "d": (), "e": ()}
VOTE = (1, 1)


def here(*seats: str) -> tuple[Stay, ...]:
    return tuple(Stay(seat) for seat in seats)


def room(*stays: Stay, moment: tuple[int, int] = VOTE, second: bool = False, **others: Any) -> Room:
    changed = {key: value for key, value in others.items() if key not in ("absences", "recusals")}
    register = Register(stays, others.get("absences", ()), others.get("recusals", ()))
    return presence.room(SEATS, register, moment, replace(SITTING, **changed), second=second)


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [
        (HALF, 4, 3),
        (HALF, 5, 3),
        (Quorum(Fraction(1, 2), strictly=False), 4, 2),
        (Quorum(Fraction(1, 2), strictly=False), 5, 3),
        (Quorum(Fraction(1, 3), strictly=False), 30, 10),
        (Quorum(Fraction(1, 3), strictly=True), 30, 11),
        (Quorum(Fraction(0), strictly=False), 30, 1),
        (Quorum(Fraction(0), strictly=False), 0, 1),
        (Quorum(Fraction(1, 3), strictly=False, least=5), 9, 5),
    ],
)
def test_a_quorum_is_an_exact_fraction(quorum: Quorum, members: int, needed: int) -> None:
    assert quorum.needed(members) == needed


def test_who_comes_late_and_leaves_is_there_in_between() -> None:
    stay = Stay("a", since=(2, 1), until=(3, 2))
    moments = [(1, 1), (2, 0), (2, 1), (3, 1), (3, 2), (4, 1)]
    assert ["a" in room(stay, moment=moment).there for moment in moments] == [False, False, True, True, False, False]
    assert presence.comings(Register((stay,)), "a") == ((2, 1), (3, 2))
    assert presence.comings(Register((stay, Stay("a", since=(5, 0)))), "a") == ((2, 1), None)
    assert presence.comings(Register(), "a") == (None, None)


def test_absence_for_one_vote_or_one_matter_changes_no_other() -> None:
    absences = (Absence("a", 2), Absence("b", 3, 1, alone=True))
    there = {
        moment: set(room(*here("a", "b"), moment=moment, absences=absences).there)
        for moment in [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2)]
    }
    assert there == {(1, 1): {"a", "b"}, (2, 1): {"b"}, (2, 2): {"b"}, (3, 1): {"a"}, (3, 2): {"a", "b"}}


@pytest.mark.parametrize(
    ("absence", "there"),
    [
        (Absence("a", 2, until=2), [False, False, True]),
        (Absence("a", 2, until=0), [True, True, True]),
        (Absence("a", 2, 1, alone=True, until=1), [True, True, True]),
        (Absence("a", 2, 1, alone=True, until=2), [True, False, True]),
        (Absence("a", 2, 1), [True, False, False]),
        (Absence("a", 2, 1, until=2), [True, False, True]),
        (Absence("a", 2, 2), [True, True, False]),
    ],
)
def test_who_comes_back_is_absent_no_longer_and_was_before(absence: Absence, there: list[bool]) -> None:
    found = ["a" in room(*here("a", "b"), moment=(2, vote), absences=(absence,)).there for vote in (0, 1, 2)]
    assert found == there


@pytest.mark.parametrize(("leave", "base", "needed"), [(True, 4, 3), (False, 5, 3)])
def test_a_recused_member_is_out_of_the_matter_and_of_no_other(leave: bool, base: int, needed: int) -> None:
    made = room(*here("a", "b", "c"), recusals=(Recusal("a", 1),), recused_leave_base=leave)
    assert (made.base, made.counted, made.needed, set(made.recused), set(made.there)) == (base, 2, needed, {"a"}, {"b", "c"})
    assert set(room(*here("a", "b"), moment=(2, 1), recusals=(Recusal("a", 1),)).there) == {"a", "b"}


def test_who_declares_a_conflict_after_a_vote_was_there_for_it() -> None:
    out = [set(room(*here("a", "b", "c"), moment=(1, vote), recusals=(Recusal("a", 1, since=2),)).recused) for vote in range(4)]
    assert out == [set(), set(), {"a"}, {"a"}]


def test_the_recused_leave_the_members_in_office_even_when_they_stayed_at_home() -> None:
    made = room(*here("b", "c"), recusals=(Recusal("a", 1), Recusal("d", 1)))
    assert (made.base, made.needed, made.quorate) == (3, 2, True)


def test_one_recusal_can_cost_the_quorum_or_save_it() -> None:
    assert room(*here("a", "b", "c")).quorate
    assert not room(*here("a", "b", "c"), recusals=(Recusal("c", 1),)).quorate
    assert not room(*here("a", "b")).quorate
    assert room(*here("a", "b"), recusals=(Recusal("c", 1), Recusal("d", 1))).quorate


@pytest.mark.parametrize(
    ("stays", "recused", "there", "said"),
    [
        ((Stay("a", "deputy", "a1"),), (), {"a"}, []),
        ((Stay("a", "deputy", "b1"),), (), set(), ["b1 is not named as deputy of a."]),
        ((Stay("b", "deputy", "c1"), Stay("c", "deputy", "c1")), (), {"b"}, ["c1 already sits for another member than c."]),
        ((Stay("a", "deputy", "a1"),), ("a",), set(), []),
        ((Stay("a", "deputy", "a1"),), ("a1",), set(), []),
        ((Stay("a"), Stay("b", "proxy", "a")), (), {"a", "b"}, []),
        ((Stay("b", "proxy", "a"), Stay("a")), (), {"a", "b"}, []),
        ((Stay("b", "proxy", "a"),), (), set(), ["a, who holds the proxy of b, is not there in person."]),
        (
            (Stay("a", "deputy", "a1"), Stay("b", "proxy", "a")),
            (),
            {"a"},
            ["a, who holds the proxy of b, is not there in person."],
        ),
        ((Stay("a"), Stay("b", "proxy", "a")), ("a",), set(), ["a, who holds the proxy of b, is not there in person."]),
        ((Stay("a"), Stay("b", "proxy", "a")), ("b",), {"a"}, []),
        (
            (Stay("a"), Stay("b", "proxy", "a"), Stay("c", "proxy", "a")),
            (),
            {"a", "b"},
            ["a holds no more than 1 proxy: that of c is not counted."],
        ),
        ((Stay("stranger"),), (), set(), []),
        ((Stay("a", "deputy", "a1"), Stay("a")), (), {"a"}, []),
    ],
)
def test_deputies_and_proxies(stays: tuple[Stay, ...], recused: tuple[str, ...], there: set[str], said: list[str]) -> None:
    made = room(*stays, recusals=tuple(Recusal(person, 1) for person in recused))
    assert set(made.there) == there
    assert [str(one) for one in made.set_aside] == said


def test_a_deputy_is_counted_for_the_quorum_and_a_proxy_as_the_rules_say() -> None:
    stays = (*here("a", "b"), Stay("d", "proxy", "a"))
    assert (room(*stays).counted, len(room(*stays).there)) == (2, 3)
    assert room(*stays, quorum_counts=frozenset({"present", "deputy", "proxy"})).counted == 3
    assert room(*here("b", "d"), Stay("a", "deputy", "a1")).counted == 3
    assert room(*here("b", "d"), Stay("a", "deputy", "a1"), quorum_counts=frozenset({"present"})).counted == 2


def test_a_second_convocation_has_its_own_quorum() -> None:
    assert not room(*here("a", "b")).quorate
    assert room(*here("a", "b"), second=True).quorate
    assert not room(*here("a"), second=True).quorate


def test_the_first_of_the_order_who_is_there_presides() -> None:
    assert presence.presiding(room(*here("a", "b")), ["a", "b"]) == "a"
    assert presence.presiding(room(*here("a", "b"), recusals=(Recusal("a", 1),)), ["a", "b"]) == "b"
    assert presence.presiding(room(*here("b"), Stay("a", "deputy", "a1")), ["a"]) == "a"
    assert presence.presiding(room(*here("b"), Stay("a", "proxy", "b")), ["a"]) is None


CALL = Convocation(day=date(2026, 11, 23), sent_on=date(2026, 11, 16), agenda=("P1", "P2"))
AGAIN = Convocation(
    day=date(2026, 11, 26), sent_on=date(2026, 11, 23), agenda=("P1",), repeats=Lapsed(date(2026, 11, 23), ("P1", "P2"))
)
FULL = here("a", "b", "c")


@pytest.mark.parametrize(
    ("call", "stays", "said"),
    [
        (CALL, FULL, []),
        (replace(CALL, sent_on=None), FULL, ["The invitations have not been sent."]),
        (replace(CALL, sent_on=date(2026, 11, 17)), FULL, ["The invitations went out 6 days before, 7 are asked for."]),
        (replace(CALL, agenda=()), FULL, ["The agenda is empty."]),
        (CALL, here("a", "b"), ["There is no quorum: 2 of 5 members are there, 3 are needed."]),
        (CALL, here("c", "d", "e"), ["Nobody who may preside is there."]),
        (AGAIN, here("a", "b"), []),
        (AGAIN, here("a"), ["There is no quorum: 1 of 5 members are there, 2 are needed."]),
        (replace(AGAIN, sent_on=date(2026, 11, 24)), FULL, ["The invitations went out 2 days before, 3 are asked for."]),
        (replace(AGAIN, agenda=("P1", "P3")), FULL, ["P3 was not on the agenda of the first session."]),
        (
            replace(AGAIN, repeats=Lapsed(date(2026, 11, 23), ("P1",), quorate=True)),
            FULL,
            ["The first session had its quorum: it cannot be called a second time."],
        ),
        (
            replace(AGAIN, repeats=Lapsed(date(2026, 11, 24), ("P1",))),
            FULL,
            ["The second session comes 2 days after the first, at least 3 are asked."],
        ),
        (replace(AGAIN, repeats=Lapsed(date(2026, 11, 11), ("P1",))), FULL, []),
        (
            replace(AGAIN, repeats=Lapsed(date(2026, 11, 10), ("P1",))),
            FULL,
            ["The second session comes 16 days after the first, at most 15 are allowed."],
        ),
    ],
)
def test_why_not_open(call: Convocation, stays: tuple[Stay, ...], said: list[str]) -> None:
    made = room(*stays, moment=OPENING, second=call.repeats is not None)
    assert [str(one) for one in presence.why_not_open(call, made, SITTING, on=call.day, presides=["a", "b"])] == said


def test_a_session_opens_on_its_day_and_once_and_every_reason_is_given() -> None:
    made = room(moment=OPENING)
    call = replace(CALL, agenda=(), sent_on=None)
    said = presence.why_not_open(call, made, SITTING, on=date(2026, 11, 24), presides=["a"], state="open")
    assert [str(one) for one in said] == [
        "Only a session that is convened and not yet opened can open.",
        "The session is convened for 2026-11-23, not for 2026-11-24.",
        "The agenda is empty.",
        "The invitations have not been sent.",
        "There is no quorum: 0 of 5 members are there, 3 are needed.",
        "Nobody who may preside is there.",
    ]


def test_clear_days_leave_out_the_day_of_the_session() -> None:
    clear, made = replace(SITTING, clear_days=True), room(*FULL, moment=OPENING)
    day = CALL.day
    assert presence.why_not_open(replace(CALL, sent_on=date(2026, 11, 15)), made, clear, on=day, presides=["a"]) == []
    said = presence.why_not_open(CALL, made, clear, on=day, presides=["a"])
    assert [str(one) for one in said] == ["The invitations went out 6 days before, 7 are asked for."]


@pytest.mark.parametrize(
    ("seat", "voted", "state", "said"),
    [
        ("a", [], "voting", []),
        ("a", ["a"], "voting", ["a has already voted: a vote once given stays."]),
        ("a", [], "debated", ["No vote is open on this matter."]),
        ("e", [], "voting", ["e is not there at this vote."]),
        ("d", [], "voting", ["d is recused from this matter."]),
        ("x", [], "voting", ["x is not a member of this committee on this day."]),
    ],
)
def test_why_not_vote(seat: str, voted: list[str], state: str, said: list[str]) -> None:
    made = room(*here("a", "b", "c", "d"), recusals=(Recusal("d", 1),))
    assert [str(one) for one in voting.why_not_vote(seat, made, seats=SEATS, voted=voted, state=state)] == said


def test_nobody_votes_without_quorum() -> None:
    said = voting.why_not_vote("a", room(*here("a")), seats=SEATS, voted=[], state="voting")
    assert [str(one) for one in said] == ["There is no quorum: 1 of 5 members are there, 3 are needed."]


def people(count: int, *, office: int = 30) -> Room:
    """A room of `count` people out of `office`, whatever the quorum: p0, p1 and so on."""
    seats: dict[str, tuple[str, ...]] = {f"p{number}": () for number in range(office)}
    anyone = replace(SITTING, first=Quorum(Fraction(0), strictly=False))
    return presence.room(seats, Register(here(*list(seats)[:count])), VOTE, anyone)


def ballot(yes: int, no: int, abstain: int = 0) -> Ballot:
    choices: list[Choice] = [*["yes"] * yes, *["no"] * no, *["abstain"] * abstain]  # type: ignore[list-item]
    return Ballot(tuple(Vote(f"p{number}", choice) for number, choice in enumerate(choices)), chair="p0")


ASKED = {
    "simple": SIMPLE,
    "simple, abstentions": replace(SIMPLE, abstentions_cast=True),
    "simple there": replace(SIMPLE, of="present"),
    "absolute": ABSOLUTE,
    "two thirds": TWO_THIRDS,
    "two thirds there": replace(TWO_THIRDS, of="present"),
    "two thirds of members": replace(TWO_THIRDS, of="members"),
    "four fifths": FOUR_FIFTHS,
    "four fifths, abstentions": replace(FOUR_FIFTHS, abstentions_cast=True),
    "four fifths of members": replace(FOUR_FIFTHS, of="members"),
}


@pytest.mark.parametrize(
    ("asked", "yes", "no", "abstain", "there", "base", "needed", "adopted"),
    [
        ("simple", 6, 5, 9, 20, 11, 6, True),
        ("simple", 5, 5, 9, 20, 10, 6, False),
        ("simple", 1, 0, 19, 20, 1, 1, True),
        ("simple", 0, 0, 20, 20, 0, 1, False),
        ("simple, abstentions", 10, 5, 5, 20, 20, 11, False),
        ("simple, abstentions", 11, 5, 4, 20, 20, 11, True),
        ("simple there", 10, 0, 0, 20, 20, 11, False),
        ("simple there", 11, 0, 0, 20, 20, 11, True),
        ("absolute", 15, 0, 0, 20, 30, 16, False),
        ("absolute", 16, 4, 0, 20, 30, 16, True),
        ("two thirds", 8, 4, 5, 20, 12, 8, True),
        ("two thirds", 8, 5, 5, 20, 13, 9, False),
        ("two thirds", 0, 0, 5, 20, 0, 1, False),
        ("two thirds there", 14, 0, 0, 21, 21, 14, True),
        ("two thirds there", 13, 0, 0, 21, 21, 14, False),
        ("two thirds of members", 20, 0, 0, 20, 30, 20, True),
        ("two thirds of members", 19, 1, 0, 20, 30, 20, False),
        ("four fifths", 8, 2, 3, 20, 10, 8, True),
        ("four fifths", 8, 3, 3, 20, 11, 9, False),
        ("four fifths, abstentions", 8, 2, 1, 20, 11, 9, False),
        ("four fifths of members", 24, 0, 0, 25, 30, 24, True),
        ("four fifths of members", 23, 0, 0, 25, 30, 24, False),
    ],
)
def test_majorities_are_exact_fractions(
    asked: str, yes: int, no: int, abstain: int, there: int, base: int, needed: int, adopted: bool
) -> None:
    made = voting.outcome(ballot(yes, no, abstain), people(there), ASKED[asked])
    assert (made.base, made.needed, made.result) == (base, needed, "adopted" if adopted else "rejected")
    said = [] if adopted else [f"{yes} voted for it, {needed} are needed."]
    if not adopted and yes == no == 5:
        said = ["There are as many votes for as against, and no casting vote settles this one."]
    assert [str(one) for one in voting.why_not_adopt(ballot(yes, no, abstain), people(there), ASKED[asked])] == said


def test_the_arithmetic_is_given_in_words() -> None:
    made = voting.outcome(ballot(6, 5, 2), people(15), SIMPLE)
    assert [str(one) for one in made.words] == [
        "In office: 30; recused from this matter: 0.",
        "Quorum: 15 of 30 members are there, 1 are needed.",
        "For: 6; against: 5; abstentions: 2.",
        "Void papers: 0; there without voting: 2.",
        "Majority: more than 1/2 of votes cast, without abstentions, of 11: 6 are needed, 6 are for it.",
        "The resolution is adopted.",
    ]
    names = [
        str(voting.majority_name(ASKED[key])) for key in ("simple, abstentions", "two thirds there", "four fifths of members")
    ]
    assert names == [
        "more than 1/2 of votes cast, with abstentions",
        "at least 2/3 of those there",
        "at least 4/5 of the members",
    ]


def test_without_quorum_nothing_is_decided_whatever_the_votes() -> None:
    made_room = room(*here("a", "b"))
    given = Ballot((Vote("a", "yes"), Vote("b", "yes")), chair="a")
    made = voting.outcome(given, made_room, SIMPLE)
    assert (made.result, str(made.words[-1])) == ("no_quorum", "Nothing is decided: there was no quorum.")
    said = ["There is no quorum: 2 of 5 members are there, 3 are needed."]
    assert [str(one) for one in voting.why_not_adopt(given, made_room, SIMPLE)] == said
    tied = Ballot((Vote("a", "yes"), Vote("b", "no")), chair="a")
    lost = voting.outcome(tied, made_room, replace(SIMPLE, casting_vote=True))
    assert (lost.result, lost.by_casting_vote) == ("no_quorum", False)


CASTING = replace(SIMPLE, casting_vote=True)
SECRET = replace(CASTING, casting_in_secret=True)
EQUAL = "There are as many votes for as against, and "


@pytest.mark.parametrize(
    ("given", "majority", "adopted", "by_chair", "said"),
    [
        (ballot(5, 5), CASTING, True, True, []),
        (replace(ballot(5, 5), chair="p9"), CASTING, False, True, [EQUAL + "the chair's casting vote is against."]),
        (replace(ballot(5, 5), chair=None), CASTING, False, False, [EQUAL + "the chair has given no casting vote."]),
        (replace(ballot(5, 5), chair="p25"), CASTING, False, False, [EQUAL + "the chair has given no casting vote."]),
        (replace(ballot(5, 5, 1), chair="p10"), CASTING, False, False, [EQUAL + "the chair has given no casting vote."]),
        (ballot(5, 5), SIMPLE, False, False, [EQUAL + "no casting vote settles this one."]),
        (ballot(5, 5, 1), CASTING, True, True, []),
        (ballot(5, 5, 1), replace(CASTING, abstentions_cast=True), False, False, ["5 voted for it, 6 are needed."]),
        (ballot(0, 0, 4), CASTING, False, False, ["0 voted for it, 1 are needed."]),
        (ballot(5, 5), replace(TWO_THIRDS, casting_vote=True), False, False, ["5 voted for it, 7 are needed."]),
        (ballot(5, 5), replace(ABSOLUTE, casting_vote=True), False, False, ["5 voted for it, 16 are needed."]),
        (Ballot(papers=Tally(5, 5), chair="p0", casting="yes"), SECRET, True, True, []),
        (
            Ballot(papers=Tally(5, 5), chair="p0", casting="no"),
            SECRET,
            False,
            True,
            [EQUAL + "the chair's casting vote is against."],
        ),
        (Ballot(papers=Tally(5, 5), chair="p0"), SECRET, False, False, [EQUAL + "the chair has given no casting vote."]),
        (
            Ballot(papers=Tally(5, 5), chair="p25", casting="yes"),
            SECRET,
            False,
            False,
            [EQUAL + "the chair has given no casting vote."],
        ),
        (
            Ballot(papers=Tally(5, 5), chair="p0", casting="yes"),
            CASTING,
            False,
            False,
            [EQUAL + "no casting vote settles this one."],
        ),
    ],
)
def test_the_chair_settles_a_tie_and_nothing_else(
    given: Ballot, majority: Majority, adopted: bool, by_chair: bool, said: list[str]
) -> None:
    made = voting.outcome(given, people(20), majority)
    assert (made.result == "adopted", made.by_casting_vote) == (adopted, by_chair)
    assert [str(one) for one in voting.why_not_adopt(given, people(20), majority)] == said


def test_a_chair_who_gave_a_proxy_or_is_recused_casts_nothing() -> None:
    given = Ballot((Vote("d", "yes"), Vote("a", "no"), Vote("b", "yes"), Vote("c", "no")), chair="d")
    by_proxy = room(*here("a", "b", "c"), Stay("d", "proxy", "a"))
    assert voting.outcome(given, room(*here("a", "b", "c", "d")), CASTING).result == "adopted"
    assert (voting.outcome(given, by_proxy, CASTING).tally, voting.outcome(given, by_proxy, CASTING).result) == (
        Tally(2, 2),
        "rejected",
    )
    recused = room(*here("a", "b", "c", "d", "e"), recusals=(Recusal("d", 1),))
    more = replace(given, votes=(*given.votes, Vote("e", "yes")))
    made = voting.outcome(more, recused, CASTING)
    assert (made.tally, made.result, made.by_casting_vote) == (Tally(2, 2), "rejected", False)


def test_a_casting_vote_is_said_in_words() -> None:
    first = voting.outcome(ballot(5, 5), people(20), CASTING).words[-2]
    second = voting.outcome(replace(ballot(5, 5), chair="p9"), people(20), CASTING).words[-2]
    assert str(first) == "There are as many votes for as against: the chair's casting vote is for it."
    assert str(second) == "There are as many votes for as against: the chair's casting vote is against it."


def test_only_those_there_are_counted_and_each_once() -> None:
    made_room = room(*here("a", "b", "c", "d"), recusals=(Recusal("d", 1),))
    votes = (Vote("a", "yes"), Vote("d", "yes"), Vote("e", "yes"), Vote("a", "no"), Vote("b", "no"), Vote("c", "no"))
    made = voting.outcome(Ballot(votes), made_room, SIMPLE)
    assert (made.tally, made.result) == (Tally(1, 2), "rejected")
    assert [str(one) for one in made.set_aside] == [
        "The vote of d is not counted: recused from this matter.",
        "The vote of e is not counted: not there at this vote.",
        "The second vote of a is not counted.",
    ]


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        (Ballot(papers=Tally(11, 9)), "adopted", []),
        (Ballot(papers=Tally(10, 9, void=1)), "adopted", []),
        (
            Ballot(papers=Tally(11, 9, void=1)),
            "rejected",
            ["21 papers from 20 people: the vote counts for nothing.", "0 voted for it, 1 are needed."],
        ),
        (
            Ballot(papers=Tally(11, -9)),
            "rejected",
            ["A number of papers is below 0: the vote counts for nothing.", "0 voted for it, 1 are needed."],
        ),
        (
            Ballot((Vote("p0", "yes"),), papers=Tally(11, 9)),
            "rejected",
            ["A secret vote holds no names: it counts for nothing.", "0 voted for it, 1 are needed."],
        ),
    ],
)
def test_a_secret_vote_has_only_numbers(given: Ballot, result: str, said: list[str]) -> None:
    assert voting.outcome(given, people(20), SIMPLE).result == result
    assert [str(one) for one in voting.why_not_adopt(given, people(20), SIMPLE)] == said


@pytest.mark.parametrize(
    ("kind", "state", "verb", "said"),
    [
        ("session", "convened", "open", []),
        ("matter", "adjourned", "take_up", []),
        (
            "session",
            "draft",
            "open",
            [
                "In the state “in preparation” one cannot open the session.",
                "That is done from the state “convened”.",
            ],
        ),
        ("matter", "waiting", "fly", ["There is no step called fly."]),
        ("session", "draft", "adopt", ["There is no step called adopt."]),
        (
            "matter",
            "lost",
            "reject",
            ["In the state “unknown” one cannot record as rejected.", "That is done from the state “being voted”."],
        ),
    ],
)
def test_why_not_step(kind: rules.Kind, state: str, verb: str, said: list[str]) -> None:
    assert [str(one) for one in rules.why_not_step(kind, state, verb)] == said


def test_every_state_can_be_reached_is_named_and_leads_to_one_state_by_a_verb() -> None:
    for kind, start in rules.START.items():
        steps = [step for step in rules.STEPS if step.kind == kind]
        reached = {start}
        for _step in steps:
            reached |= {step.after for step in steps if step.before in reached}
        assert reached == {step.before for step in steps} | {step.after for step in steps}
    ways = [(step.kind, step.before, step.verb) for step in rules.STEPS]
    assert len(ways) == len(set(ways))
    assert {step.verb for step in rules.STEPS} == set(rules.VERBS)
    assert {state for step in rules.STEPS for state in (step.before, step.after)} == set(rules.STATES)


def test_what_is_decided_stays_decided() -> None:
    ends = [("session", state) for state in ("closed", "lapsed", "cancelled")]
    ends += [("matter", state) for state in ("adopted", "rejected", "withdrawn")]
    assert [rules.verbs(kind, state) for kind, state in ends] == [[]] * 6  # type: ignore[arg-type]


def test_amendments_go_from_the_farthest_to_the_nearest() -> None:
    asked = [Amendment(1, False, 2), Amendment(2, False, 5), Amendment(3, True, 0), Amendment(4, False, 5)]
    assert [one.number for one in rules.amendments_in_order(asked)] == [3, 2, 4, 1]
    assert rules.why_not_amendment(3, asked) == []
    assert [str(one) for one in rules.why_not_amendment(2, asked)] == ["Amendment 3 comes before amendment 2."]
    settled = [replace(one, settled=one.number == 3) for one in asked]
    assert rules.why_not_amendment(2, settled) == []
    assert [str(one) for one in rules.why_not_amendment(3, settled)] == ["Amendment 3 is not waiting for a vote."]


def test_the_text_is_voted_when_its_amendments_are() -> None:
    done = Amendment(1, False, 2, settled=True)
    assert rules.why_not_put_to_vote("debated", [done], session="open") == []
    said = rules.why_not_put_to_vote("amending", [done, Amendment(2, False, 1)], session="suspended")
    assert [str(one) for one in said] == [
        "In the state “amendments being voted” one cannot put to the vote.",
        "That is done from the state “debated”.",
        "That is done from the state “not voted for want of a quorum”.",
        "The session is not open.",
        "Amendment 2 must be voted before the text.",
    ]


MAJORITIES = some.builds(
    Majority,
    some.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(4, 5)]),
    some.booleans(),
    some.sampled_from(["cast", "present", "members"]),
    some.booleans(),
    some.booleans(),
)
CHOICES = some.sampled_from(["yes", "no", "abstain", None])


def voted(choices: list[Choice | None], chair: int) -> Ballot:
    return Ballot(tuple(Vote(f"p{at}", said) for at, said in enumerate(choices) if said is not None), chair=f"p{chair}")


@given(some.lists(CHOICES, min_size=1, max_size=9), MAJORITIES, some.integers(0, 8), some.integers(0, 8))
def test_law_one_more_yes_never_turns_adopted_to_rejected(
    choices: list[Choice | None], majority: Majority, chair: int, at: int
) -> None:
    made_room = people(len(choices), office=10)
    more = [*choices]
    more[at % len(choices)] = "yes"
    if voting.outcome(voted(choices, chair), made_room, majority).result == "adopted":
        assert voting.outcome(voted(more, chair), made_room, majority).result == "adopted"


@given(some.lists(CHOICES, min_size=2, max_size=9), MAJORITIES, some.integers(0, 8), some.integers(0, 8), CHOICES)
def test_law_the_vote_of_a_recused_member_never_counts(
    choices: list[Choice | None], majority: Majority, chair: int, at: int, said: Choice | None
) -> None:
    at %= len(choices)
    seats: dict[str, tuple[str, ...]] = {f"p{number}": () for number in range(10)}
    register = Register(here(*list(seats)[: len(choices)]), recusals=(Recusal(f"p{at}", 1),))
    made_room = presence.room(seats, register, VOTE, SITTING)
    other = [*choices]
    other[at] = said
    first, second = (voting.outcome(voted(one, chair), made_room, majority) for one in (choices, other))
    assert (first.result, first.tally, first.words) == (second.result, second.tally, second.words)


@given(some.lists(CHOICES, min_size=1, max_size=9), MAJORITIES, some.integers(0, 8))
def test_law_reasons_are_given_when_and_only_when_nothing_is_adopted(
    choices: list[Choice | None], majority: Majority, chair: int
) -> None:
    made_room = people(len(choices), office=10)
    made = voting.outcome(voted(choices, chair), made_room, majority)
    assert (made.result == "adopted") == (not voting.why_not_adopt(voted(choices, chair), made_room, majority))


@pytest.mark.parametrize(
    ("text", "amended", "said"),
    [
        (("أ", "A"), ("ب", "B"), []),
        (("", "A"), ("", "B"), []),
        (("", ""), ("", "B"), []),
        (("", "A"), ("ب", "A"), []),
        (("أ", "A"), ("", "B"), ["The text is in Arabic too: write how it would read there."]),
        (("أ", "A"), ("ب", ""), ["The text is in French too: write how it would read there."]),
        (("أ", "A"), ("", ""), ["Write the resolution as it would read."]),
        (("أ", "A"), ("أ", "A"), ["This is the text as it stands: write it as it would read with the amendment."]),
    ],
)
def test_an_amendment_says_the_same_in_each_language_of_the_text(
    text: tuple[str, str], amended: tuple[str, str], said: list[str]
) -> None:
    before, after = (dict(zip(("ar", "fr"), texts, strict=True)) for texts in (text, amended))
    found = rules.why_not_amend(session="open", state="debated", text=before, amended=after, voting=False)
    assert [str(one) for one in found] == said


@pytest.mark.parametrize(("yes", "no", "word"), [(6, 5, "The amendment is adopted."), (5, 6, "The amendment is rejected.")])
def test_the_words_of_a_vote_on_an_amendment_are_of_the_amendment(yes: int, no: int, word: str) -> None:
    assert str(voting.outcome(ballot(yes, no), people(20), SIMPLE, amends=True).words[-1]) == word
