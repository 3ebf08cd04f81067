"""Quorum, majority, recusal and casting vote agree with a slow oracle of another make, on random sessions.

The oracle knows no interval and no closed form: it walks the session moment by moment, moving people in and out of a room, and
finds the votes needed by trying every number from none up.
"""

import random
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from tiwizi.committees.rules import presence, voting
from tiwizi.committees.rules.presence import Absence, Quorum, Recusal, Register, SittingRules, Stay
from tiwizi.committees.rules.voting import Ballot, Choice, Majority, Tally, Vote

Moments = list[tuple[int, int]]
SHARES = [Fraction(0), Fraction(1, 5), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]


@dataclass
class Meeting:
    """One random session as a secretary would have written it, and the votes on it."""

    seats: dict[str, tuple[str, ...]]
    rules: SittingRules
    register: Register
    moments: Moments
    ballots: dict[tuple[int, int], tuple[Ballot, Majority, bool]] = field(default_factory=dict)


def meeting(chance: random.Random) -> Meeting:
    names = [f"m{number}" for number in range(chance.randint(1, 9))]
    seats = {name: tuple(f"d{chance.randint(0, 9)}" for _ in range(chance.randint(0, 2))) for name in names}
    moments = [(item, vote) for item in range(1, 4) for vote in range(3)]
    people = [*names, *(deputy for named in seats.values() for deputy in named), "stranger"]
    register = Register(
        tuple(
            stay
            for name in [*names, *names, "stranger"]
            if chance.random() < 0.7
            for stay in [_stay(chance, name, seats, moments)]
        ),
        tuple(
            Absence(
                chance.choice(names),
                chance.randint(1, 3),
                chance.choice([0, 0, 1, 2]),
                alone=chance.random() < 0.5,
                until=chance.choice([None, None, 0, 1, 2]),
            )
            for _ in range(chance.randint(0, 3))
        ),
        tuple(
            Recusal(chance.choice(people), chance.randint(1, 3), chance.choice([0, 0, 1, 2])) for _ in range(chance.randint(0, 3))
        ),
    )
    made = Meeting(seats, _rules(chance), register, moments)
    for moment in moments:
        made.ballots[moment] = (_ballot(chance, names), _majority(chance), chance.random() < 0.3)
    return made


def _rules(chance: random.Random) -> SittingRules:
    first, second = (Quorum(chance.choice(SHARES), chance.random() < 0.5, chance.randint(1, 2)) for _ in range(2))
    counts = chance.choice([{"present"}, {"present", "deputy"}, {"present", "deputy", "proxy"}])
    return SittingRules(first, second, chance.random() < 0.5, frozenset(counts), chance.randint(0, 2), 0, 0, False, 0)  # type: ignore[arg-type]


def _stay(chance: random.Random, name: str, seats: dict[str, tuple[str, ...]], moments: Moments) -> Stay:
    since = chance.choice([*[(0, 0)] * 20, *moments])
    until = chance.choice([*[None] * 20, *moments])
    how = chance.choices(["present", "deputy", "proxy"], [8, 1, 1])[0]
    by = ""
    if how == "deputy":
        by = chance.choice([*seats.get(name, ()), f"d{chance.randint(0, 9)}"])
    if how == "proxy":
        by = chance.choice([*seats, "stranger"])
    return Stay(name, how, by, since, until)  # type: ignore[arg-type]


def _ballot(chance: random.Random, names: list[str]) -> Ballot:
    chair = chance.choice([*names, *names, None])
    if chance.random() < 0.3:
        papers = Tally(chance.randint(0, 3), chance.randint(0, 3), chance.randint(0, 2), chance.choice([0, 0, 1]))
        return Ballot(papers=papers, chair=chair, casting=chance.choice([None, "yes", "no", "abstain"]))
    voters = chance.sample([*names, "stranger"], chance.randint(0, len(names) + 1))
    choices: list[Choice] = ["yes", "no", "abstain"]
    votes = [Vote(name, chance.choices(choices, [4, 4, 1])[0]) for name in voters]
    if chance.random() < 0.3:  # ties are rare by chance alone
        votes = [Vote(name, "yes" if at % 2 else "no") for at, name in enumerate(voters)]
    if votes and chance.random() < 0.2:
        votes.append(Vote(chance.choice(votes).seat, "yes"))
    return Ballot(tuple(votes), chair=chair)


def _majority(chance: random.Random) -> Majority:
    share = chance.choice([Fraction(1, 2), Fraction(1, 2), Fraction(2, 3), Fraction(4, 5)])
    of: voting.Base = chance.choice(["cast", "cast", "present", "members"])
    flags = [chance.random() < 0.5 for _ in range(4)]
    return Majority(share, flags[0] or share == Fraction(1, 2), of, flags[1], flags[2], flags[3])


# --- the oracle: nothing below calls what it judges ---------------------------------------------------------------------------


def fewest(share: Fraction, strictly: bool, whole: int, least: int) -> int:
    """The smallest number that is enough, by trying them in turn; one more than all where none is."""
    for number in range(whole + 1):
        if number >= least and (Fraction(number) > share * whole if strictly else Fraction(number) >= share * whole):
            return number
    return max(whole + 1, least)


def walk(made: Meeting, target: tuple[int, int]) -> dict[str, Stay]:
    """Who holds each seat at a moment: every moment before it is lived through, each person coming in and going out in turn."""
    latest: dict[str, tuple[int, Stay]] = {}
    for moment in sorted({(0, 0), *made.moments, target}):
        latest = {seat: (at, stay) for seat, (at, stay) in latest.items() if stay.until is None or moment != stay.until}
        for at, stay in enumerate(made.register.stays):
            inside = not (moment < stay.since) and (stay.until is None or moment < stay.until)
            if inside and (stay.seat not in latest or latest[stay.seat][0] < at):
                latest[stay.seat] = (at, stay)
        if moment == target:
            break
    return {stay.seat: stay for _at, stay in sorted(latest.values(), key=lambda one: one[0])}


def oracle_room(made: Meeting, moment: tuple[int, int], second: bool) -> tuple[set[str], frozenset[str], int, int, int]:
    """Who votes, who is recused, how many count for the quorum, of how many, and how many are needed."""
    holding = walk(made, moment)
    for absence in made.register.absences:
        back = absence.until is not None and absence.until <= moment[1]
        begun = range(absence.since, absence.since + 1) if absence.alone else range(absence.since, 10)
        if absence.item == moment[0] and moment[1] in begun and not back:
            holding.pop(absence.seat, None)
    recused = set()
    for recusal in made.register.recusals:
        if recusal.item != moment[0] or moment[1] < recusal.since:
            continue
        for seat in made.seats:
            if seat == recusal.person or (
                seat in holding and holding[seat].how == "deputy" and holding[seat].by == recusal.person
            ):
                recused.add(seat)
    own = [seat for seat in holding if seat in made.seats and seat not in recused]
    in_person = {seat for seat in own if holding[seat].how == "present"}
    voters = set(in_person)
    used: list[str] = []
    for seat in own:
        how, by = holding[seat].how, holding[seat].by
        deputy = how == "deputy" and by in made.seats[seat] and by not in made.seats and by not in used
        proxy = how == "proxy" and by in in_person and used.count(by) < made.rules.proxies_each
        if deputy or proxy:
            used.append(by)
            voters.add(seat)
    base = len([seat for seat in made.seats if not (made.rules.recused_leave_base and seat in recused)])
    quorum = made.rules.second if second else made.rules.first
    counted = len([seat for seat in voters if holding[seat].how in made.rules.quorum_counts])
    return voters, frozenset(recused), counted, base, fewest(quorum.share, quorum.strictly, base, quorum.least)


def oracle_result(made: Meeting, moment: tuple[int, int]) -> tuple[str, int]:
    """What a vote decides, and how many yes it had."""
    ballot, majority, second = made.ballots[moment]
    voters, _recused, counted, members, needed = oracle_room(made, moment, second)
    first_word: dict[str, str] = {}
    for vote in ballot.votes:
        if vote.seat in voters:
            first_word.setdefault(vote.seat, vote.choice)
    said = list(first_word.values())
    if ballot.papers is not None:
        papers = ballot.papers
        said = ["yes"] * papers.yes + ["no"] * papers.no + ["abstain"] * papers.abstain
        if len(said) + papers.void > len(voters):
            said = []
    cast = [one for one in said if one != "abstain" or majority.abstentions_cast]
    whole = {"cast": len(cast), "present": len(voters), "members": members}[majority.of]
    if counted < needed:
        return "no_quorum", said.count("yes")
    enough = said.count("yes") >= fewest(majority.share, majority.strictly, whole, 1)
    if not enough and majority.casting_vote:
        word = ballot.casting if ballot.secret else first_word.get(ballot.chair or "")
        may = ballot.chair in voters and (not ballot.secret or majority.casting_in_secret)
        by_proxy = ballot.chair in voters and walk(made, moment)[ballot.chair or ""].how == "proxy"
        # The chair counts twice, against a whole that is all of yes and no: then one half becomes more than half.
        tie = said.count("yes") * 2 == whole == said.count("yes") + said.count("no") and whole > 0
        enough = majority.share == Fraction(1, 2) and tie and may and not by_proxy and word == "yes"
    return ("adopted" if enough else "rejected"), said.count("yes")


def compare(seeds: range) -> dict[str, int]:
    """How many votes ended in which way; each agrees with the oracle."""
    seen: dict[str, int] = {}
    for seed in seeds:
        made = meeting(random.Random(seed))  # noqa: S311
        for moment, (ballot, majority, second) in made.ballots.items():
            room = presence.room(made.seats, made.register, moment, made.rules, second=second)
            voters, recused, counted, base, needed = oracle_room(made, moment, second)
            assert (set(room.there), room.recused) == (voters, recused), (seed, moment)
            assert (room.counted, room.base, room.quorate) == (counted, base, counted >= needed), (seed, moment)
            outcome = voting.outcome(ballot, room, majority)
            assert (outcome.result, outcome.tally.yes) == oracle_result(made, moment), (seed, moment)
            for kind in [outcome.result, *(["casting"] if outcome.by_casting_vote else []), *(["recused"] if recused else [])]:
                seen[kind] = seen.get(kind, 0) + 1
    return seen


def test_random_sessions_agree_with_the_oracle() -> None:
    seen = compare(range(1_500))
    assert min(seen[kind] for kind in ("adopted", "rejected", "no_quorum", "casting", "recused")) >= 50, seen


@pytest.mark.long
def test_ten_thousand_random_sessions_agree_with_the_oracle() -> None:
    seen = compare(range(1_500, 11_500))
    assert min(seen.values()) >= 400, seen
