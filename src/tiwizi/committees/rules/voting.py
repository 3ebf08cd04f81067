"""One vote: who may cast it, what it decided, and the arithmetic in words.

Readings, where texts differ: a simple majority is of the votes cast, an absolute one of the members, unless the rule says
otherwise; an abstention is a vote cast only where `abstentions_cast` says so; a blank paper is an abstention, a void one is no
vote; nothing is adopted without one vote for it. Each is a parameter or stands here; what no public source states is an
assumption of the rulebook.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, Literal

from tiwizi.committees.rules.presence import Room, why_no_quorum
from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.core.rulebook.subjects import MajorityRule

Choice = Literal["yes", "no", "abstain"]
Result = Literal["adopted", "rejected", "no_quorum"]
Base = Literal["cast", "present", "members"]

CHOICES: Final[Mapping[str, Sentence]] = {"yes": say("For"), "no": say("Against"), "abstain": say("Abstention")}
"""What a vote says, in the order of forms and minutes."""
DECIDED: Final[Mapping[str, Sentence]] = {"adopted": say("adopted"), "rejected": say("rejected")}
"""Results that settle a matter and stand in the register."""
RESULTS: Final[Mapping[str, Sentence]] = {
    **DECIDED,
    "no_quorum": say("no quorum"),
    "void": say("without effect"),
    "": say("vote open"),
}
"""What became of a vote; `void` is one whose matter was put off before its result was declared."""


@dataclass(frozen=True)
class Majority:
    """What a vote asks for: more than `share` (`strictly`) or at least that, of the votes cast, those present or the members.

    Those present are all who may vote at that moment, members those of the quorum's base. `casting_vote` lets the chair settle a
    tie, `casting_in_secret` a secret one too.
    """

    share: Fraction
    strictly: bool
    of: Base
    abstentions_cast: bool = False
    casting_vote: bool = False
    casting_in_secret: bool = False

    def needed(self, base: int) -> int:
        """How many must vote for it, of so many: at the fewest, one."""
        exact = self.share * base
        return max(1, floor(exact) + 1 if self.strictly else ceil(exact))

    @classmethod
    def of_rule(cls, rule: MajorityRule) -> "Majority":
        """What the rulebook says of it."""
        return cls(
            share=rule.share.value,
            strictly=rule.strictly.value == 1,
            of=rule.of,
            abstentions_cast=rule.abstentions_cast.value == 1,
            casting_vote=rule.casting_vote.value == 1,
            casting_in_secret=rule.casting_in_secret.value == 1,
        )

    def as_kept(self) -> dict[str, Any]:
        """As a matter and its votes keep it: the share as a fraction in text."""
        return {**vars(self), "share": str(self.share)}

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> "Majority":
        """The majority that a matter or a vote kept."""
        return cls(**{**kept, "share": Fraction(kept["share"])})


@dataclass(frozen=True)
class Tally:
    """How many voted what; `void` papers are no votes."""

    yes: int = 0
    no: int = 0
    abstain: int = 0
    void: int = 0

    @property
    def papers(self) -> int:
        """All that was put in."""
        return self.yes + self.no + self.abstain + self.void


@dataclass(frozen=True)
class Vote:
    """What one seat said in an open vote."""

    seat: str
    choice: Choice


@dataclass(frozen=True)
class Ballot:
    """What was recorded of one vote: of an open one the votes by seat as they were written, of a secret one only the `papers`.

    `chair` is the seat that presides. In an open vote its casting vote is the vote it gave; `casting` is its word in a secret
    one.
    """

    votes: tuple[Vote, ...] = ()
    papers: Tally | None = None
    chair: str | None = None
    casting: Choice | None = None

    @property
    def secret(self) -> bool:
        """Whether only numbers are known."""
        return self.papers is not None


@dataclass(frozen=True)
class Outcome:
    """What a vote decided: `needed` of `base` had to be for it; `words` is the arithmetic, `set_aside` what did not count."""

    result: Result
    tally: Tally
    base: int
    needed: int
    by_casting_vote: bool
    words: tuple[Sentence, ...]
    set_aside: tuple[Sentence, ...]


def why_not_vote(seat: str, room: Room, *, seats: Collection[str], voted: Collection[str], state: str) -> list[Sentence]:
    """Every reason why a seat cannot vote at the moment of `room`; empty means that it may. `seats` are those in office."""
    reasons = []
    if state != "voting":
        reasons.append(say("No vote is open on this matter."))
    if seat not in seats:
        reasons.append(say("{seat} is not a member of this committee on this day.", seat=seat))
    elif seat in room.recused:
        reasons.append(say("{seat} is recused from this matter.", seat=seat))
    elif seat not in room.there:
        reasons.append(say("{seat} is not there at this vote.", seat=seat))
    if seat in voted:
        reasons.append(say("{seat} has already voted: a vote once given stays.", seat=seat))
    return reasons + why_no_quorum(room)


def counted(ballot: Ballot, room: Room) -> tuple[Tally, tuple[Sentence, ...]]:
    """The votes that count at the moment of `room`, and why others do not.

    Only seats that are there count, each by its first vote: a recused or absent one never does. Of a secret vote only numbers are
    known: more papers than people there make it count for nothing.
    """
    if ballot.papers is not None:
        wrong = _why_not_secret(ballot, ballot.papers, room)
        return (Tally() if wrong else ballot.papers), tuple(wrong)
    given: dict[str, Choice] = {}
    aside = []
    for vote in ballot.votes:
        if vote.seat in room.recused:
            aside.append(say("The vote of {seat} is not counted: recused from this matter.", seat=vote.seat))
        elif vote.seat not in room.there:
            aside.append(say("The vote of {seat} is not counted: not there at this vote.", seat=vote.seat))
        elif vote.seat in given:
            aside.append(say("The second vote of {seat} is not counted.", seat=vote.seat))
        else:
            given[vote.seat] = vote.choice
    sums = Counter(given.values())
    return Tally(sums["yes"], sums["no"], sums["abstain"]), tuple(aside)


def _why_not_secret(ballot: Ballot, papers: Tally, room: Room) -> list[Sentence]:
    named = [say("A secret vote holds no names: it counts for nothing.")] if ballot.votes else []
    return named + why_not_count(papers, room)


def why_not_count(papers: Tally, room: Room) -> list[Sentence]:
    """Why what came out of the urn of a secret vote cannot be: no number below 0, no more papers than people there."""
    reasons = []
    if min(papers.yes, papers.no, papers.abstain, papers.void) < 0:
        reasons.append(say("A number of papers is below 0: the vote counts for nothing."))
    if papers.papers > len(room.there):
        reasons.append(
            say(
                "{papers} from {there}: the vote counts for nothing.",
                papers=say_count("{count} paper", "{count} papers", count=papers.papers),
                there=say_count("{count} person", "{count} people", count=len(room.there)),
            )
        )
    return reasons


def outcome(ballot: Ballot, room: Room, majority: Majority, *, amends: bool = False) -> Outcome:
    """What a vote decided: adopted, rejected, or nothing for want of a quorum; its words are of the amendment where it `amends`.

    The chair's casting vote settles a tie: as many votes for as against which together are the whole base, when a majority is
    more than half of it. It never stands in for a larger majority, nor for people who abstained or went.
    """
    tally, aside = counted(ballot, room)
    base = _base(tally, room, majority)
    needed = majority.needed(base)
    casting = _casting(ballot, room, majority, tally, base)
    result: Result = "adopted" if tally.yes >= needed or casting == "yes" else "rejected"
    if not room.quorate:
        result, casting = "no_quorum", None
    words = _words(room, tally, majority, base, needed)
    if casting is not None:
        words.append(_casting_words(casting))
    return Outcome(
        result,
        tally,
        base,
        needed,
        casting is not None,
        (*words, (_AMENDED if amends else _RESULTS)[result]),
        room.set_aside + aside,
    )


def why_not_adopt(ballot: Ballot, room: Room, majority: Majority) -> list[Sentence]:
    """Every reason why a vote adopts nothing; empty means that the resolution is adopted."""
    made = outcome(ballot, room, majority)
    if made.result == "adopted":
        return []
    reasons = why_no_quorum(room)
    if ballot.papers is not None:
        reasons += _why_not_secret(ballot, ballot.papers, room)
    if _tied(made.tally, made.base, majority):
        reasons.append(_why_tied(ballot, majority, made))
    elif made.tally.yes < made.needed:
        reasons.append(
            say_count(
                "{count} voted for it, {needed} are needed.",
                "{count} voted for it, {needed} are needed.",
                count=made.tally.yes,
                needed=made.needed,
            )
        )
    return reasons


def _why_tied(ballot: Ballot, majority: Majority, made: Outcome) -> Sentence:
    if made.by_casting_vote:
        return say("There are as many votes for as against, and the chair's casting vote is against.")
    if majority.casting_vote and (not ballot.secret or majority.casting_in_secret):
        return say("There are as many votes for as against, and the chair has given no casting vote.")
    return say("There are as many votes for as against, and no casting vote settles this one.")


def _base(tally: Tally, room: Room, majority: Majority) -> int:
    """Of how many the majority is."""
    if majority.of == "members":
        return room.base
    if majority.of == "present":
        return len(room.there)
    return tally.yes + tally.no + (tally.abstain if majority.abstentions_cast else 0)


def _tied(tally: Tally, base: int, majority: Majority) -> bool:
    half = majority.share == Fraction(1, 2) and majority.strictly
    return half and tally.yes == tally.no and 0 < base == tally.yes + tally.no


def _casting(ballot: Ballot, room: Room, majority: Majority, tally: Tally, base: int) -> Choice | None:
    """The chair's word at a tie; None where there is no tie, no such right, or nobody there to use it."""
    stay = room.there.get(ballot.chair or "")
    if not majority.casting_vote or not _tied(tally, base, majority) or stay is None or stay.how == "proxy":
        return None
    if ballot.secret:
        given = ballot.casting if majority.casting_in_secret else None
    else:
        given = next((vote.choice for vote in ballot.votes if vote.seat == ballot.chair), None)
    return None if given == "abstain" else given


def _words(room: Room, tally: Tally, majority: Majority, base: int, needed: int) -> list[Sentence]:
    silent = len(room.there) - tally.papers
    return [
        say("In office: {in_office}; recused from this matter: {recused}.", in_office=room.in_office, recused=len(room.recused)),
        say_count(
            "Quorum: {counted} of {count} member is there, {needed} are needed.",
            "Quorum: {counted} of {count} members are there, {needed} are needed.",
            counted=room.counted,
            count=room.base,
            needed=room.needed,
        ),
        say("For: {yes}; against: {no}; abstentions: {abstain}.", yes=tally.yes, no=tally.no, abstain=tally.abstain),
        say("Void papers: {void}; there without voting: {silent}.", void=tally.void, silent=silent),
        say(
            "Majority: {kind}, of {base}: {needed} are needed, {yes} are for it.",
            kind=majority_name(majority),
            base=base,
            needed=needed,
            yes=tally.yes,
        ),
    ]


def _casting_words(casting: Choice) -> Sentence:
    if casting == "yes":
        return say("There are as many votes for as against: the chair's casting vote is for it.")
    return say("There are as many votes for as against: the chair's casting vote is against it.")


def majority_name(majority: Majority) -> Sentence:
    """What a majority asks for, in words: its share and of whom."""
    of: Mapping[str, Sentence] = {
        "cast": say("votes cast, with abstentions") if majority.abstentions_cast else say("votes cast, without abstentions"),
        "present": say("those there"),
        "members": say("the members"),
    }
    if majority.strictly:
        return say("more than {share} of {whom}", share=str(majority.share), whom=of[majority.of])
    return say("at least {share} of {whom}", share=str(majority.share), whom=of[majority.of])


_RESULTS: Final[Mapping[Result, Sentence]] = {
    "adopted": say("The resolution is adopted."),
    "rejected": say("The resolution is rejected."),
    "no_quorum": say("Nothing is decided: there was no quorum."),
}
_AMENDED: Final[Mapping[Result, Sentence]] = {
    **_RESULTS,
    "adopted": say("The amendment is adopted."),
    "rejected": say("The amendment is rejected."),
}
