"""Acts of delegation taken together: who decides what, overlaps and gaps, projects that look split, why an act may not be signed.

An act once signed stays as it is: what changes is a new act, a revocation from a day on, or the call-back of one matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise
from typing import Final

from tiwizi.committees.rules.competence import (
    EVERY,
    SETTLED_BY,
    Act,
    CallBack,
    Competence,
    Matter,
    Rule,
    Spent,
    competent_body,
    governing,
    precedence,
)
from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.core.money import Centimes


@dataclass(frozen=True)
class Row:
    """One act in force, as a line of the table of who decides what; `until` is the first day on which it no longer holds."""

    body: str
    giver: str | None
    act: str
    programmes: tuple[str, ...]
    axes: tuple[str, ...]
    matters: tuple[str, ...]
    kinds: tuple[str, ...]
    first: int
    last: int
    ceiling_project_centimes: Centimes | None
    ceiling_year_centimes: Centimes | None
    conditions: tuple[str, ...]
    since: date
    until: date | None
    signed_by: str
    signed_on: date


def who_decides_what(acts: Iterable[Act], on: date) -> list[Row]:
    """One row an act in force on a day: the widest territory first, then by place, body and number."""
    rows = [
        Row(
            body=act.body,
            giver=act.giver,
            act=act.number,
            programmes=tuple(sorted(act.programmes)),
            axes=tuple(sorted(act.axes)),
            matters=tuple(sorted(act.matters)),
            kinds=tuple(sorted(act.kinds)),
            first=act.first,
            last=act.last,
            ceiling_project_centimes=act.ceiling_project_centimes,
            ceiling_year_centimes=act.ceiling_year_centimes,
            conditions=tuple(condition.text for condition in act.conditions),
            since=act.since,
            until=_end(act),
            signed_by=act.signed_by,
            signed_on=act.signed_on,
        )
        for act in acts
        if act.in_force(on)
    ]
    return sorted(rows, key=lambda row: (row.first - row.last, row.first, row.body, row.act))


def _end(act: Act) -> date | None:
    return min((day for day in (act.until, act.revoked_on) if day is not None), default=None)


@dataclass(frozen=True)
class Split:
    """Projects of one carrier, place, kind and year, each within a ceiling and together above it."""

    carrier: str
    position: int
    kind: str
    year: int
    codes: tuple[str, ...]
    total_centimes: Centimes
    ceiling_centimes: Centimes

    @property
    def words(self) -> Sentence:
        """The flag in words: a reason to look, not to refuse."""
        return say_count(
            "{carrier} asked once in {year} for one kind in a place, within {most}: {total} in all ({codes}).",
            "{carrier} asked {count} times in {year} for one kind in a place, each within {most}: {total} in all ({codes}).",
            carrier=self.carrier,
            count=len(self.codes),
            year=str(self.year),
            total=self.total_centimes,
            most=self.ceiling_centimes,
            codes=", ".join(self.codes),
        )


def splits(matters: Iterable[Matter], *, ceiling_centimes: Centimes) -> list[Split]:
    """The projects that look split to stay within a ceiling, in the order of their carriers; the year is that of their opening.

    A project above the ceiling went up by itself and is not counted; one whose carrier is not known cannot be compared.
    """
    groups: dict[tuple[str, int, str, int], list[Matter]] = defaultdict(list)
    for matter in matters:
        if matter.carrier and matter.amount_centimes <= ceiling_centimes:
            groups[matter.carrier, matter.position, matter.kind, matter.opened.year].append(matter)
    return [
        Split(*key, tuple(sorted(one.code for one in group)), Centimes(total), ceiling_centimes)
        for key, group in sorted(groups.items())
        if (total := sum(one.amount_centimes for one in group)) > ceiling_centimes
    ]


def decision_path(
    matter: Matter,
    acts: Sequence[Act],
    *,
    on: date,
    spent: Spent,
    call_backs: Iterable[CallBack] = (),
    others: Iterable[Matter] = (),
    settled_by: Sequence[Rule] = SETTLED_BY,
) -> list[Sentence]:
    """How a matter comes to the body that decides it, one step a sentence, with the flags that a reader should see.

    `others` are the matters to compare with for a split project; the matter itself may be among them.
    """
    found = competent_body(matter, acts, on=on, spent=spent, call_backs=call_backs, settled_by=settled_by)
    start = say(
        "Matter {code}: {amount}, programme {programme}, kind {kind}.",
        code=matter.code,
        amount=matter.amount_centimes,
        programme=matter.programme,
        kind=matter.kind,
    )
    governs = governing(acts, matter, matter.opened, settled_by=settled_by)
    return [start, *_settled(governs, settled_by), *found.words, *_flags(matter, found, others)]


def _settled(governs: Sequence[Act], settled_by: Sequence[Rule]) -> list[Sentence]:
    """Which act governs where several overlap, and by which rule."""
    if not governs:
        return []
    bodies_above = _above(governs, governs[0].body)
    return [
        say("Act {first} governs before act {second}: {rule}.", first=governs[0].number, second=other.number, rule=RULES[rule])
        for other in governs[1:]
        if other.body not in bodies_above
        for rule in [_settling(governs[0], other, settled_by)]
    ]


def _flags(matter: Matter, found: Competence, others: Iterable[Matter]) -> list[Sentence]:
    if found.act is None or found.act.ceiling_project_centimes is None:
        return []
    compared = {one.code: one for one in (*others, matter)}
    flagged = splits(compared.values(), ceiling_centimes=found.act.ceiling_project_centimes)
    return [split.words for split in flagged if matter.code in split.codes]


@dataclass(frozen=True)
class Overlap:
    """Two acts that give some matter to two bodies, or twice to one, from `since` to the day before `until`: `first` governs."""

    first: str
    second: str
    since: date
    until: date | None
    rule: Rule

    @property
    def words(self) -> Sentence:
        """Which act governs, and by which rule."""
        return say(
            "Act {first} governs before act {second}: {rule}.", first=self.first, second=self.second, rule=RULES[self.rule]
        )


def overlaps(acts: Iterable[Act], *, settled_by: Sequence[Rule] = SETTLED_BY) -> list[Overlap]:
    """Every two acts that overlap, settled by the declared rule.

    A body above and one below it do not overlap: one gave to the other.
    """
    known = sorted(acts, key=lambda act: act.number)
    found = []
    for one, other in combinations(known, 2):
        since, until = max(one.since, other.since), _earlier(_end(one), _end(other))
        apart = until is not None and until <= since
        if apart or not _meet(one, other) or other.body in _above(known, one.body) or one.body in _above(known, other.body):
            continue
        first, second = sorted((one, other), key=lambda act: precedence(act, settled_by))
        found.append(Overlap(first.number, second.number, since, until, _settling(one, other, settled_by)))
    return found


def _meet(one: Act, other: Act) -> bool:
    """Whether some matter is of both acts, whatever the days."""
    sets = ((one.programmes, other.programmes), (one.axes, other.axes), (one.matters, other.matters), (one.kinds, other.kinds))
    shared = all(a & b or (a == EVERY and b) or (b == EVERY and a) for a, b in sets)
    return bool(shared) and one.first <= other.last and other.first <= one.last


def _settling(one: Act, other: Act, settled_by: Sequence[Rule]) -> Rule:
    """The first rule by which two acts differ."""
    return next((rule for rule in settled_by if precedence(one, [rule])[0] != precedence(other, [rule])[0]), "number")


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _above(acts: Iterable[Act], body: str) -> set[str]:
    """The bodies above a body, by the acts that gave it its competence."""
    givers: Mapping[str, set[str]] = defaultdict(set)
    for act in acts:
        if act.giver is not None:
            givers[act.body].add(act.giver)
    above: set[str] = set()
    rest = [body]
    while rest:
        fresh = givers.get(rest.pop(), set()) - above
        above |= fresh
        rest += fresh
    return above - {body}


@dataclass(frozen=True)
class Gap:
    """From `since` up to the day before `until`, no act gives this matter to anybody: nothing of its kind can begin."""

    matter: Matter
    since: date
    until: date


def gaps(acts: Sequence[Act], asked: Iterable[Matter], *, since: date, until: date) -> list[Gap]:
    """Where and when nobody is competent, from `since` up to the day before `until`.

    `asked` are examples of what ought to be decided; their amount and opening do not count.
    """
    found: list[Gap] = []
    turns = {since, until} | {day for act in acts for day in (act.since, act.until, act.revoked_on) if day is not None}
    days = sorted(day for day in turns if since <= day <= until)
    for matter in asked:
        for start, end in pairwise(days):
            if governing(acts, matter, start):
                continue
            if found and found[-1].matter is matter and found[-1].until == start:
                found[-1] = replace(found[-1], until=end)
            else:
                found.append(Gap(matter, start, end))
    return found


def unfounded(acts: Iterable[Act], on: date) -> list[Sentence]:
    """The acts in force on a day by which a body gives what it does not hold by one act of its own."""
    known = [act for act in acts if act.in_force(on)]
    return [
        say("Act {act} gives what {giver} does not hold on {day}.", act=act.number, giver=act.giver, day=on)
        for act in sorted(known, key=lambda act: act.number)
        if act.giver is not None and not _held(act, known)
    ]


def _held(act: Act, known: Iterable[Act]) -> bool:
    return any(other.body == act.giver and _within(act, other) for other in known)


def _within(act: Act, other: Act) -> bool:
    pairs = ((act.programmes, other.programmes), (act.axes, other.axes), (act.matters, other.matters), (act.kinds, other.kinds))
    return all(whole == EVERY or part <= whole for part, whole in pairs) and other.first <= act.first and act.last <= other.last


def why_not_sign(act: Act, acts: Sequence[Act]) -> list[Sentence]:
    """Every reason why an act of delegation cannot be signed; empty means that it may.

    Its giver must hold, on its first day, what it gives. A founding act has no giver.
    """
    reasons = []
    if any(other.number == act.number for other in acts):
        reasons.append(say("There is already an act {act}.", act=act.number))
    if act.until is not None and act.until <= act.since:
        reasons.append(say("The act ends on {until}, not after its first day {since}.", until=act.until, since=act.since))
    if act.since < act.signed_on:
        reasons.append(say("The act would hold before it is signed: what was decided then does not change."))
    if act.last < act.first:
        reasons.append(say("The territory is empty."))
    reasons += _why_not_codes(act) + _why_not_ceilings(act)
    if act.giver is not None:
        if act.giver == act.body or act.body in _above([*acts, act], act.giver):
            reasons.append(say("{giver} cannot give to {body}, which is not below it.", giver=act.giver, body=act.body))
        if not _held(act, [other for other in acts if other.in_force(act.since)]):
            reasons.append(
                say("Act {act} gives what {giver} does not hold on {day}.", act=act.number, giver=act.giver, day=act.since)
            )
    return reasons


def _why_not_codes(act: Act) -> list[Sentence]:
    named = {"programmes": act.programmes, "axes": act.axes, "matters": act.matters, "kinds": act.kinds}
    reasons = [say("The act names none of: {what}.", what=WHATS[what]) for what, codes in named.items() if not codes]
    reasons.extend(
        say("The act names both all and some of: {what}.", what=WHATS[what]) for what, codes in named.items() if codes > EVERY
    )
    return reasons


def _why_not_ceilings(act: Act) -> list[Sentence]:
    project, year = act.ceiling_project_centimes, act.ceiling_year_centimes
    reasons = []
    if min(project or 0, year or 0) < 0:
        reasons.append(say("A ceiling is below 0."))
    if year is not None and project is not None and project > year:
        reasons.append(say("The ceiling a project is above the ceiling a year."))
    return reasons


def why_not_revoke(act: Act, *, since: date, signed_on: date) -> list[Sentence]:
    """Every reason why an act cannot be revoked from a day on by a revocation signed on another; empty means that it may."""
    reasons = []
    if act.revoked_on is not None:
        reasons.append(say("Act {act} was revoked already, from {day} on.", act=act.number, day=act.revoked_on))
    if since < signed_on:
        reasons.append(say("The revocation would hold before it is signed: what was decided then does not change."))
    if act.until is not None and since >= act.until:
        reasons.append(say("Act {act} ends by itself on {day}.", act=act.number, day=act.until))
    return reasons


def why_not_call_back(
    matter: Matter,
    *,
    holder: Competence,
    by: str,
    acts: Sequence[Act],
    on: date,
    decided: bool,
    call_backs: Iterable[CallBack] = (),
) -> list[Sentence]:
    """Every reason why a body cannot call a matter back from the one that holds it (`holder`); empty means that it may."""
    reasons = []
    if decided:
        reasons.append(say("The matter is decided: a decision is not called back."))
    if on < matter.opened:
        reasons.append(say("The matter begins on {opened}, after {on}.", opened=matter.opened, on=on))
    if holder.body is None:
        reasons.append(say("Nobody holds this matter."))
    elif by not in _above([act for act in acts if act.in_force(matter.opened)], holder.body):
        reasons.append(say("{by} is not above {body}, and cannot call its matters back.", by=by, body=holder.body))
    if any((back.matter, back.body) == (matter.code, holder.body) for back in call_backs):
        reasons.append(say("The matter was called back from {body} already.", body=holder.body))
    return reasons


RULES: Final[Mapping[Rule, Sentence]] = {
    "territory": say("its territory is narrower"),
    "signature": say("it was signed later"),
    "number": say("its number comes first"),
}

WHATS: Final[Mapping[str, Sentence]] = {
    "programmes": say("programmes"),
    "axes": say("axes"),
    "matters": say("kinds of matter"),
    "kinds": say("kinds of project"),
}
