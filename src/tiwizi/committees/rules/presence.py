"""Who is there at each vote, whether that is a quorum, and why a session may not open.

Presence is a list of stays: a seat is held from one moment of the session up to another, as a mandate is from a day to another.
Absence for one matter or one vote is a remark of its own, so that it never changes who was there for another.

Readings, where texts differ and no public source states the programme's: each is a parameter of `SittingRules` and, in the
rulebook, an assumption. Whether recused members stay among the members in office; whether proxies and deputies count for the
quorum; how many proxies one member may hold; whether the days of notice are clear days; what a second convocation asks for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

from tiwizi.core.errors import Sentence, say, say_count

Moment = tuple[int, int]
"""An item of the agenda and a vote on it, both from 1; vote 0 is the debate before the first."""

OPENING: Final[Moment] = (0, 0)

How = Literal["present", "deputy", "proxy"]


@dataclass(frozen=True)
class Stay:
    """A seat held from `since` up to, but not at, `until`: in person, by the deputy `by`, or by a proxy given to the seat `by`.

    A member who comes late has a later `since`, one who leaves an `until`. Of two stays at one moment, the later in the
    record holds.
    """

    seat: str
    how: How = "present"
    by: str = ""
    since: Moment = OPENING
    until: Moment | None = None

    def covers(self, moment: Moment) -> bool:
        """Whether the seat is held at a moment: at its first it is, at `until` no longer."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Absence:
    """A seat left for one matter, from its vote `since` on (0: from its debate), or for that vote alone.

    Before and after it is held as its stay says. `until` is the vote, 0 for the debate, before which its member came back, or
    the record was mended; None where neither was.
    """

    seat: str
    item: int
    since: int = 0
    alone: bool = False
    until: int | None = None

    def covers(self, moment: Moment) -> bool:
        """Whether the absence is at this moment."""
        item, vote = moment
        left = vote == self.since if self.alone else vote >= self.since
        return self.item == item and left and (self.until is None or vote < self.until)


@dataclass(frozen=True)
class Recusal:
    """A member or deputy out of one matter for a conflict of interest, from its vote `since` on (0: from its debate).

    Who says so after an amendment was voted, or after a vote without quorum, was there for that one: it stays as it was.
    """

    person: str
    item: int
    since: int = 0

    def covers(self, moment: Moment) -> bool:
        """Whether they are out of it at this moment."""
        return self.item == moment[0] and self.since <= moment[1]


@dataclass(frozen=True)
class Register:
    """What the secretary wrote down of presence, in the order of writing."""

    stays: tuple[Stay, ...] = ()
    absences: tuple[Absence, ...] = ()
    recusals: tuple[Recusal, ...] = ()


@dataclass(frozen=True)
class Quorum:
    """Who must be there, of the members in office: more than `share` of them (`strictly`) or at least; never below `least`."""

    share: Fraction
    strictly: bool
    least: int = 1

    def needed(self, members: int) -> int:
        """How many of so many members must be there, at the fewest."""
        exact = self.share * members
        return max(self.least, floor(exact) + 1 if self.strictly else ceil(exact))


@dataclass(frozen=True)
class SittingRules:
    """How a body sits. Days of notice run from the day of sending; clear days leave out both that day and the session's own.

    A second convocation comes at least `second_after_days` and at most `second_within_days` (None: no limit) after the first
    session. `quorum_counts` says which presence counts for the quorum; every presence votes.
    """

    first: Quorum
    second: Quorum
    recused_leave_base: bool
    quorum_counts: frozenset[How]
    proxies_each: int
    notice_days: int
    second_notice_days: int
    clear_days: bool
    second_after_days: int
    second_within_days: int | None = None


@dataclass(frozen=True)
class Room:
    """Who is there at one moment, by the rules: `there` votes, `recused` seats are out of the matter.

    `base` is the members in office, without the recused where the rules say so; `counted` of them are there for the quorum.
    `set_aside` says whose deputy or proxy does not stand.
    """

    moment: Moment
    in_office: int
    base: int
    there: Mapping[str, Stay]
    recused: frozenset[str]
    set_aside: tuple[Sentence, ...]
    counted: int
    needed: int

    @property
    def quorate(self) -> bool:
        """Whether enough members are there."""
        return self.counted >= self.needed


def room(
    seats: Mapping[str, Sequence[str]], register: Register, moment: Moment, rules: SittingRules, *, second: bool = False
) -> Room:
    """Who is there at a moment, of the `seats` in office that day (each with the deputies named for it).

    A recused member's seat is out of the matter: no deputy or proxy sits for it, and it holds no proxy of another. So is the seat
    of a deputy who is recused. A deputy sits for one seat and must be named for it; a proxy is held by a member there in person.
    """
    out = frozenset(_recused(seats, register, moment))
    taken = {seat: stay for seat, stay in _held(register, moment).items() if seat in seats and seat not in out}
    there = {seat: stay for seat, stay in taken.items() if stay.how == "present"}
    refused = []
    load: Counter[str] = Counter()
    for seat, stay in taken.items():
        reason = _why_not_by(stay, seats, there, load, rules)
        if reason is not None:
            refused.append(reason)
        elif stay.how != "present":
            load[stay.by] += 1
            there[seat] = stay
    base = len(seats) - (len(out) if rules.recused_leave_base else 0)
    counted = sum(stay.how in rules.quorum_counts for stay in there.values())
    needed = (rules.second if second else rules.first).needed(base)
    return Room(moment, len(seats), base, there, out, tuple(refused), counted, needed)


def held(register: Register, moment: Moment) -> dict[str, Stay]:
    """The stay of each seat at a moment, in the order of the record, whether or not the matter or the vote is left."""
    found: dict[str, Stay] = {}
    for stay in register.stays:
        if stay.covers(moment):
            found.pop(stay.seat, None)  # so that the order is that of the stay that holds
            found[stay.seat] = stay
    return found


def absent(register: Register, moment: Moment) -> frozenset[str]:
    """The seats left for the matter or the vote of a moment alone."""
    return frozenset(absence.seat for absence in register.absences if absence.covers(moment))


def next_vote(moment: Moment) -> Moment:
    """The vote that comes next at a moment: in the debate the first."""
    item, vote = moment
    return item, max(vote, 1)


def _held(register: Register, moment: Moment) -> dict[str, Stay]:
    left = absent(register, moment)
    return {seat: stay for seat, stay in held(register, moment).items() if seat not in left}


def _recused(seats: Mapping[str, Sequence[str]], register: Register, moment: Moment) -> Iterator[str]:
    people = {recusal.person for recusal in register.recusals if recusal.covers(moment)}
    taken = _held(register, moment)
    for seat in seats:
        stay = taken.get(seat)
        if seat in people or (stay is not None and stay.how == "deputy" and stay.by in people):
            yield seat


def _why_not_by(
    stay: Stay, seats: Mapping[str, Sequence[str]], there: Mapping[str, Stay], load: Mapping[str, int], rules: SittingRules
) -> Sentence | None:
    """Why a deputy or a proxy does not stand for a seat; None where they do, or where the member is there in person."""
    seat, by = stay.seat, stay.by
    if stay.how == "deputy":
        if by not in seats[seat] or by in seats:
            return say("{person} is not named as deputy of {seat}.", person=by, seat=seat)
        if load[by]:
            return say("{person} already sits for another member than {seat}.", person=by, seat=seat)
    if stay.how == "proxy":
        if by not in there or there[by].how != "present":
            return say("{person}, who holds the proxy of {seat}, is not there in person.", person=by, seat=seat)
        if load[by] >= rules.proxies_each:
            return say_count(
                "{person} holds no more than {count} proxy: that of {seat} is not counted.",
                "{person} holds no more than {count} proxies: that of {seat} is not counted.",
                person=by,
                count=rules.proxies_each,
                seat=seat,
            )
    return None


def why_no_quorum(room: Room) -> list[Sentence]:
    """Why too few are there, with the count; empty with a quorum."""
    if room.quorate:
        return []
    return [
        say_count(
            "There is no quorum: {counted} of {count} member is there, {needed} are needed.",
            "There is no quorum: {counted} of {count} members are there, {needed} are needed.",
            counted=room.counted,
            count=room.base,
            needed=room.needed,
        )
    ]


def presiding(room: Room, order: Sequence[str]) -> str | None:
    """The first seat of `order` (the chair, then who stands in) held in person or by its deputy and not recused; None: nobody."""
    return next((seat for seat in order if seat in room.there and room.there[seat].how != "proxy"), None)


def comings(register: Register, seat: str) -> tuple[Moment | None, Moment | None]:
    """When a seat was first held and when it was left for good; None where it never was, or never was left."""
    stays = [stay for stay in register.stays if stay.seat == seat]
    if not stays:
        return None, None
    ends = [stay.until for stay in stays if stay.until is not None]
    return min(stay.since for stay in stays), max(ends) if len(ends) == len(stays) else None


@dataclass(frozen=True)
class Convocation:
    """A call to a session: its day, the day the invitations went out (None: not yet), its agenda, and the session it repeats."""

    day: date
    sent_on: date | None
    agenda: tuple[str, ...]
    repeats: "Lapsed | None" = None


@dataclass(frozen=True)
class Lapsed:
    """A first session of which nothing came: its day, its agenda, and whether it had its quorum after all."""

    day: date
    agenda: tuple[str, ...]
    quorate: bool = False


def why_not_open(
    call: Convocation, room: Room, rules: SittingRules, *, on: date, presides: Sequence[str], state: str = "convened"
) -> list[Sentence]:
    """Every reason why a session cannot open on a day; empty means that it may.

    `room` is taken at the opening, with the second quorum where the call repeats a session; `presides` names the chair
    and who stands in.
    """
    reasons = []
    if state != "convened":
        reasons.append(say("Only a session that is convened and not yet opened can open."))
    if on != call.day:
        reasons.append(say("The session is convened for {day}, not for {on}.", day=call.day, on=on))
    if not call.agenda:
        reasons.append(say("The agenda is empty."))
    reasons += why_not_notice(call, rules) + why_not_repeat(call, rules) + why_no_quorum(room)
    if presiding(room, presides) is None:
        reasons.append(say("Nobody who may preside is there."))
    return reasons


def why_not_notice(call: Convocation, rules: SittingRules) -> list[Sentence]:
    """Why the invitations went out too late, or not at all; empty where they came in time."""
    if call.sent_on is None:
        return [say("The invitations have not been sent.")]
    asked = rules.second_notice_days if call.repeats else rules.notice_days
    given = (call.day - call.sent_on).days - (1 if rules.clear_days else 0)
    if given >= asked:
        return []
    return [
        say_count(
            "The invitations went out {count} day before, {asked} are asked for.",
            "The invitations went out {count} days before, {asked} are asked for.",
            count=max(0, given),
            asked=asked,
        )
    ]


def why_not_repeat(call: Convocation, rules: SittingRules) -> list[Sentence]:
    """Why a second convocation does not stand: its quorum is lower, so nothing new comes before it, nor too soon or too late."""
    first = call.repeats
    if first is None:
        return []
    reasons = []
    if first.quorate:
        reasons.append(say("The first session had its quorum: it cannot be called a second time."))
    after = (call.day - first.day).days
    if after < rules.second_after_days:
        least = rules.second_after_days
        reasons.append(
            say_count(
                "The second session comes {count} day after the first, at least {least} are asked.",
                "The second session comes {count} days after the first, at least {least} are asked.",
                count=after,
                least=least,
            )
        )
    if rules.second_within_days is not None and after > rules.second_within_days:
        most = rules.second_within_days
        reasons.append(
            say_count(
                "The second session comes {count} day after the first, at most {most} are allowed.",
                "The second session comes {count} days after the first, at most {most} are allowed.",
                count=after,
                most=most,
            )
        )
    reasons.extend(
        say("{item} was not on the agenda of the first session.", item=item) for item in call.agenda if item not in first.agenda
    )
    return reasons
