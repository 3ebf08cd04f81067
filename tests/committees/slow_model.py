"""What the tables of committees must always say, found again from their rows alone: nothing here calls the rules that it judges.

Slow on purpose: numbers are found by trying them in turn, presence by reading the register from its first line.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection

from tiwizi.committees.models import (
    Act,
    Approval,
    CallBack,
    CeilingUse,
    Deputy,
    Item,
    Mandate,
    Matter,
    Papers,
    Poll,
    Presence,
    Resolution,
    Revocation,
    Session,
    Vote,
)

HELD = ("present", "deputy", "proxy")


def running(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on < until)


class Hall:
    """Who is there at one vote: `there` how each seat is held, `out` who is recused, `base` and `counted` for the quorum."""

    def __init__(self, poll: Poll) -> None:
        self.item = Item.objects.get(pk=poll.item_id)
        self.session = Session.objects.get(pk=self.item.session_id)
        self.sitting: dict[str, Any] = self.session.sitting or {}
        self.moment = (self.item.number, poll.number)
        day = self.session.day
        seats = [one for one in Mandate.objects.filter(body=self.session.body_id) if running(one.since, one.until, day)]
        self.seats = {one.pk: one for one in seats}
        self.lines = list(Presence.objects.filter(session=self.session.pk).order_by("pk"))
        self.holding = {seat: line for seat in self.seats if (line := self._line(seat)) is not None}
        self.out = {seat for seat in self.seats if self._recused(seat)}
        self.there = self._there()
        self.base = len(self.seats) - (len(self.out) if self.sitting["recused_leave_base"] else 0)
        self.counted = sum(how in self.sitting["quorum_counts"] for how in self.there.values())
        asked = self.sitting["second" if self.session.repeats_id else "first"]
        self.needed = fewest(Fraction(asked["share"]), asked["strictly"], self.base, asked["least"])

    def _line(self, seat: int) -> Presence | None:
        """The line by which a seat is held at the vote; None where it was left, or its member is absent for it."""
        found: Presence | None = None
        absent = False
        for line in self.lines:
            if line.mandate_id != seat or (line.item, line.vote or 0) > self.moment:
                continue
            if line.how in (*HELD, "left"):
                found = line if line.how != "left" else None
                absent = absent and line.item != self.item.number
            elif line.item == self.item.number:
                absent = absent or line.how == "absent" or (line.how == "away" and line.vote == self.moment[1])
        return None if absent else found

    def _recused(self, seat: int) -> bool:
        line = self.holding.get(seat)
        for one in self.lines:
            if one.how == "recused" and one.item == self.item.number and (one.vote or 0) <= self.moment[1]:
                if one.mandate_id == seat and one.stand_in_id is None:
                    return True
                if line is not None and line.how == "deputy" and line.stand_in_id == one.stand_in_id:
                    return True
        return False

    def _there(self) -> dict[int, str]:
        held = {seat: line for seat, line in self.holding.items() if seat not in self.out}
        there = {seat: "present" for seat, line in held.items() if line.how == "present"}
        in_person = set(there)
        taken: Counter[Any] = Counter()
        first = {line.mandate_id: line.pk for line in reversed(self.lines) if line.how in (*HELD, "left")}
        for seat in sorted(held, key=lambda one: first[one]):
            line = held[seat]
            if line.how == "deputy":
                named = Deputy.objects.filter(mandate=seat, person=line.stand_in_id)
                if (
                    any(running(one.since, one.until, self.session.day) for one in named)
                    and not taken["deputy", line.stand_in_id]
                ):
                    taken["deputy", line.stand_in_id] += 1
                    there[seat] = "deputy"
            elif line.proxy_id in in_person and taken["proxy", line.proxy_id] < self.sitting["proxies_each"]:
                taken["proxy", line.proxy_id] += 1
                there[seat] = "proxy"
        return there


def fewest(share: Fraction, strictly: bool, whole: int, least: int) -> int:
    """The smallest number that is enough, by trying them in turn."""
    number = least
    while not (number > share * whole if strictly else number >= share * whole):
        number += 1
    return number


def result_of(poll: Poll, hall: Hall) -> str:
    """What a vote decided, counted again from its rows."""
    if hall.counted < hall.needed:
        return "no_quorum"
    majority = poll.majority
    papers = Papers.objects.filter(poll=poll.pk).first() if poll.secret else None
    if poll.secret:
        yes, no, abstain = (papers.yes, papers.no, papers.abstain) if papers else (0, 0, 0)
        chair = papers.casting if papers and majority["casting_in_secret"] else ""
    else:
        said = {one.mandate_id: one.choice for one in Vote.objects.filter(poll=poll.pk)}
        yes, no, abstain = (sum(one == choice for one in said.values()) for choice in ("yes", "no", "abstain"))
        chair = said.get(poll.presiding_id, "")
    whole = {
        "members": hall.base,
        "present": len(hall.there),
        "cast": yes + no + (abstain if majority["abstentions_cast"] else 0),
    }[majority["of"]]
    share = Fraction(majority["share"])
    if yes >= fewest(share, majority["strictly"], whole, 1):
        return "adopted"
    tied = yes == no and yes + no == whole > 0 and share == Fraction(1, 2) and majority["strictly"]
    presides = hall.there.get(poll.presiding_id or 0) in ("present", "deputy")
    return "adopted" if tied and majority["casting_vote"] and presides and chair == "yes" else "rejected"


def breaches_of_votes(but: Collection[int]) -> Iterator[str]:
    """What is wrong with the votes declared so far but those named, each counted again."""
    for poll in Poll.objects.exclude(result__in=("", "void")).exclude(pk__in=but):
        hall = Hall(poll)
        if (again := result_of(poll, hall)) != poll.result:
            yield f"vote {poll.pk} is {poll.result}, counted again {again}: {hall.counted} of {hall.base}, {hall.needed} needed"
        for vote in Vote.objects.filter(poll=poll.pk):
            if vote.mandate_id not in hall.there:
                yield f"seat {vote.mandate_id} voted and is {'recused' if vote.mandate_id in hall.out else 'not there'}"
        papers = Papers.objects.filter(poll=poll.pk).first()
        if papers and papers.yes + papers.no + papers.abstain + papers.void > len(hall.there):
            yield f"vote {poll.pk} has more papers than people"


def breaches_of_decisions() -> Iterator[str]:
    """What is wrong with the decisions taken so far: their votes, the acts under which they stand, the ceilings."""
    known = {act.pk: act for act in Act.objects.all()}
    ends = dict(Revocation.objects.values_list("act_id", "since"))
    spent: Counter[tuple[int, int]] = Counter()
    for made in Resolution.objects.all():
        matter, poll = Matter.objects.get(pk=made.matter_id), Poll.objects.get(pk=made.poll_id)
        if not matter.state == made.result == poll.result or poll.amendment_id is not None:
            yield f"decision {made.number} is {made.result}, its vote {poll.result}, its matter {matter.state}"
        if made.result == "adopted":
            if made.act_id is None:
                yield f"decision {made.number} stands under no act"
                continue
            act = known[made.act_id]
            spent[act.pk, made.decided_on.year] += made.amount_centimes
            yield from _beyond(made, matter, act, ends.get(act.pk))
    for (act_id, year), used in spent.items():
        ceiling = known[act_id].ceiling_year_centimes
        if ceiling is not None and used > ceiling:
            yield f"{used} were decided in {year} under an act that gives {ceiling}"
    kept = {(one.act_id, one.year): one.used_centimes for one in CeilingUse.objects.all() if one.used_centimes}
    if kept != {key: used for key, used in spent.items() if used}:
        yield f"the ceilings keep {kept}, the decisions sum to {dict(spent)}"
    approved = Counter(dict.fromkeys(spent, 0))
    for one in Approval.objects.all():
        approved[one.act_id, one.year] += one.amount_centimes
    if approved != spent:
        yield f"approvals sum to {approved}, decisions to {spent}"


def _beyond(made: Resolution, matter: Matter, act: Act, revoked: date | None) -> Iterator[str]:
    """How an adopted decision passes the bounds of its act."""
    if act.body_id != made.body_id:
        yield f"decision {made.number} stands under the act of another body"
    if not running(act.since, act.until, matter.opened) or (revoked is not None and matter.opened >= revoked):
        yield f"decision {made.number}: its matter began on {matter.opened}, outside {act.since}, {act.until}, {revoked}"
    if not act.first <= matter.position <= act.last:
        yield f"decision {made.number} lies outside the territory"
    if act.ceiling_project_centimes is not None and made.amount_centimes > act.ceiling_project_centimes:
        yield f"decision {made.number} is of {made.amount_centimes}, above {act.ceiling_project_centimes} a project"
    for given, code in (
        (act.programmes, matter.programme),
        (act.axes, matter.axis),
        (act.matters, matter.kind),
        (act.kinds, matter.project_kind),
    ):
        if given != ["*"] and code not in given:
            yield f"decision {made.number}: the act gives {given}, not {code}"
    if {one["code"] for one in act.conditions} - set(matter.fulfils):
        yield f"decision {made.number}: a condition is not met"
    if CallBack.objects.filter(matter=matter.pk, body=made.body_id, on__lte=made.decided_on).exists():
        yield f"decision {made.number}: its matter was called back"


def states() -> dict[tuple[str, str], str]:
    """The state of every session and matter, by kind and number."""
    found = {("session", str(pk)): state for pk, state in Session.objects.values_list("pk", "state")}
    return found | {("matter", str(pk)): state for pk, state in Matter.objects.values_list("pk", "state")}


FROZEN = (Vote, Papers, Presence, Resolution, Act, Revocation, CallBack, Approval)
"""Tables whose rows stay as they were first written."""
TABLES = (*FROZEN, Session, Matter, Item, Poll, CeilingUse, Mandate, Deputy)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables, as the database gives them."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table._meta.db_table} ORDER BY id")
            found[table.__name__] = cursor.fetchall()
    return found
