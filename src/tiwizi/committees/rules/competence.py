"""Which body may decide a matter, under which act of delegation, with what left under its ceilings, and why.

No act in force means that nobody decides: an act says what it gives, and what it does not say it does not give. A committee
above holds its own competence by an act too. A matter keeps the act under which it began; only a call-back takes it away.

Readings that no public source states, each an assumption: acts that overlap are settled by the most specific territory, then
the latest signature, then the number; the act so found governs alone, so that the ceiling of an older one never revives; beyond
its ceilings a matter goes up to the body that delegated; a ceiling of a year is of the civil year of the decision.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from tiwizi.core.errors import Sentence, say
from tiwizi.core.money import Centimes

EVERY: Final = frozenset({"*"})
"""Every code there is, said on purpose; an empty set is none."""

NOTHING: Final = Centimes(0)
Rule = Literal["territory", "signature", "number"]
SETTLED_BY: Final[tuple[Rule, ...]] = ("territory", "signature", "number")


@dataclass(frozen=True)
class Condition:
    """What a matter must fulfil for an act to hold: a code, and its text."""

    code: str
    text: str


@dataclass(frozen=True)
class Act:
    """An act by which one body gives another the competence to decide, from the day `since` up to the day before `until`.

    Programmes, axes, kinds of matter and kinds of project are sets of codes (EVERY where all are meant). A ceiling is
    None where the act says that there is none. The territory is every position from `first` to `last`. From the day
    `revoked_on` no matter begins under it any more. A body's founding act has nobody as `giver`.
    """

    number: str
    giver: str | None
    body: str
    programmes: frozenset[str]
    axes: frozenset[str]
    matters: frozenset[str]
    kinds: frozenset[str]
    ceiling_project_centimes: Centimes | None
    ceiling_year_centimes: Centimes | None
    first: int
    last: int
    since: date
    until: date | None
    signed_by: str
    signed_on: date
    conditions: tuple[Condition, ...] = ()
    revoked_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day: its first day it is, the day `until` or `revoked_on` no longer."""
        ends = [day for day in (self.until, self.revoked_on) if day is not None]
        return self.since <= on and all(on < day for day in ends)


@dataclass(frozen=True)
class Matter:
    """What is to be decided: the day it began (`opened`), the conditions that it `fulfils`."""

    code: str
    matter: str
    programme: str
    axis: str
    kind: str
    amount_centimes: Centimes
    position: int
    opened: date
    carrier: str = ""
    fulfils: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CallBack:
    """The decision of a body above to take one matter from `body` from a day on."""

    matter: str
    body: str
    on: date
    by: str


Spent = Mapping[tuple[str, int], Centimes]
"""What was already decided under an act in a year, by the act's number and the year."""


@dataclass(frozen=True)
class Competence:
    """Who decides a matter: a body and its act, None where nobody does; `words` says how that was found, step by step.

    `left_project_centimes` and `left_year_centimes` are what is left under the ceilings once this matter is decided, None where
    there is no ceiling.
    """

    body: str | None
    act: Act | None
    left_project_centimes: Centimes | None
    left_year_centimes: Centimes | None
    words: tuple[Sentence, ...]
    way_up: tuple[str, ...] = ()
    refused: Mapping[str, tuple[Sentence, ...]] = field(default_factory=dict)


def covers(act: Act, matter: Matter) -> bool:
    """Whether a matter is of the programmes, axes, kinds and territory of an act, whatever the day and the amount."""
    return not _why_not_covered(act, matter)


def precedence(act: Act, settled_by: Sequence[Rule] = SETTLED_BY) -> tuple[int | str, ...]:
    """The place of an act among those that overlap, the lowest first: narrower territory, later signature, lower number."""
    keys: dict[Rule, int | str] = {
        "territory": act.last - act.first,
        "signature": -act.signed_on.toordinal(),
        "number": act.number,
    }
    # The number always comes last, so that no tie is left to chance.
    return (*(keys[rule] for rule in settled_by), act.number)


def governing(acts: Iterable[Act], matter: Matter, on: date, *, settled_by: Sequence[Rule] = SETTLED_BY) -> list[Act]:
    """The acts in force on a day that cover a matter, the one that governs first."""
    found = [act for act in acts if act.in_force(on) and covers(act, matter)]
    return sorted(found, key=lambda act: precedence(act, settled_by))


def competent_body(
    matter: Matter,
    acts: Sequence[Act],
    *,
    on: date,
    spent: Spent,
    call_backs: Iterable[CallBack] = (),
    settled_by: Sequence[Rule] = SETTLED_BY,
) -> Competence:
    """The body that may decide a matter on a day, under the act in force on the day that the matter began.

    The act that governs names a body. Where its ceilings or conditions fail, or the matter was called back from it, the body
    that gave the act is asked next, by the act that governs for it, and so on up. Where no body is left, nobody decides.
    """
    if on < matter.opened:
        return _nobody([say("The matter begins on {opened}, after {on}.", opened=matter.opened, on=on)], [], {})
    candidates = governing(acts, matter, matter.opened, settled_by=settled_by)
    taken = {back.body: back for back in call_backs if back.matter == matter.code and back.on <= on}
    words = [say("The procedure is that of {opened}, when the matter began.", opened=matter.opened)]
    way: list[str] = []
    refused: dict[str, tuple[Sentence, ...]] = {}
    act = candidates[0] if candidates else None
    if act is None:
        words += _why_none(matter, acts)
    while act is not None:
        reasons = why_not_under(act, matter, on=on, spent=spent, called_back=taken.get(act.body))
        if not reasons:
            return _found(act, matter, on, spent, words, way, refused)
        way.append(act.body)
        refused[act.number] = tuple(reasons)
        words += [say("Act {act} gives it to {body}, which cannot decide it:", act=act.number, body=act.body), *reasons]
        act = _next_up(act, candidates, way, words)
    return _nobody(words, way, refused)


def _next_up(act: Act, candidates: Sequence[Act], way: Sequence[str], words: list[Sentence]) -> Act | None:
    """The act that governs for the giver of an act that failed; notes why there is none."""
    if act.giver is None:
        words.append(say("Above {body} there is no body.", body=act.body))
        return None
    if act.giver in way:
        words.append(say("{body} was asked already: these acts run in a circle.", body=act.giver))
        return None
    above = next((one for one in candidates if one.body == act.giver), None)
    words.append(
        say("It goes up to {body}.", body=act.giver)
        if above
        else say("It goes up to {body}, to which no act gives it.", body=act.giver)
    )
    return above


def why_not_under(act: Act, matter: Matter, *, on: date, spent: Spent, called_back: CallBack | None = None) -> list[Sentence]:
    """Every reason why a matter cannot be decided under an act on a day; empty means that it may.

    A matter at a ceiling is within it; one centime above is not.
    """
    reasons = _why_not_covered(act, matter)
    if not act.in_force(matter.opened):
        reasons.append(say("Act {act} is not in force on {day}.", act=act.number, day=matter.opened))
    if called_back is not None:
        reasons.append(say("{by} called the matter back on {day}.", by=called_back.by, day=called_back.on))
    if matter.amount_centimes < 0:
        reasons.append(say("The amount is below 0."))
    reasons += _above(act, matter, spent.get((act.number, on.year), NOTHING), on.year)
    reasons.extend(
        say("A condition is not met: {condition}", condition=condition.text)
        for condition in act.conditions
        if condition.code not in matter.fulfils
    )
    return reasons


def _above(act: Act, matter: Matter, spent: Centimes, year: int) -> list[Sentence]:
    reasons = []
    project, in_year, amount = act.ceiling_project_centimes, act.ceiling_year_centimes, matter.amount_centimes
    if project is not None and amount > project:
        reasons.append(say("{amount} is above the ceiling of {ceiling} a project.", amount=amount, ceiling=project))
    if in_year is not None and spent + amount > in_year:
        reasons.append(above_year(year, spent=spent, amount=amount, ceiling=in_year))
    return reasons


def above_year(year: int, *, spent: Centimes, amount: Centimes, ceiling: Centimes) -> Sentence:
    """Why an amount does not fit under the ceiling of a year."""
    return say(
        "With {spent} already decided in {year}, {amount} more is above the ceiling of {ceiling} a year.",
        spent=spent,
        year=str(year),
        amount=amount,
        ceiling=ceiling,
    )


def _why_not_covered(act: Act, matter: Matter) -> list[Sentence]:
    """What of a matter an act does not give."""
    number = act.number
    reasons = []
    if not _has(act.programmes, matter.programme):
        reasons.append(say("Act {act} does not give the programme {code}.", act=number, code=matter.programme))
    if not _has(act.axes, matter.axis):
        reasons.append(say("Act {act} does not give the axis {code}.", act=number, code=matter.axis))
    if not _has(act.matters, matter.matter):
        reasons.append(say("Act {act} does not give this kind of matter: {code}.", act=number, code=matter.matter))
    if not _has(act.kinds, matter.kind):
        reasons.append(say("Act {act} does not give this kind of project: {code}.", act=number, code=matter.kind))
    if not act.first <= matter.position <= act.last:
        reasons.append(say("The place lies outside the territory of act {act}.", act=number))
    return reasons


def _has(codes: frozenset[str], code: str) -> bool:
    return code in codes or codes == EVERY


def _why_none(matter: Matter, acts: Sequence[Act]) -> Iterator[Sentence]:
    """Why no act governs a matter: what each act in force lacks, and which would cover it on another day."""
    yield say("No act in force on {day} gives it to any body: nobody decides it.", day=matter.opened)
    for act in sorted(acts, key=precedence):
        missing = _why_not_covered(act, matter)
        if act.in_force(matter.opened):
            yield from missing
        elif not missing:
            yield say("Act {act} is not in force on {day}.", act=act.number, day=matter.opened)


def _found(
    act: Act,
    matter: Matter,
    on: date,
    spent: Spent,
    words: list[Sentence],
    way: Sequence[str],
    refused: Mapping[str, tuple[Sentence, ...]],
) -> Competence:
    project, in_year = act.ceiling_project_centimes, act.ceiling_year_centimes
    left_project_centimes = None if project is None else Centimes(project - matter.amount_centimes)
    used = spent.get((act.number, on.year), NOTHING)
    left_year_centimes = None if in_year is None else Centimes(in_year - used - matter.amount_centimes)
    words.append(
        say(
            "{body} decides it, under act {act} signed by {who} on {day}.",
            body=act.body,
            act=act.number,
            who=act.signed_by,
            day=act.signed_on,
        )
    )
    if left_project_centimes is not None:
        words.append(say("Left under the ceiling a project: {left}.", left=left_project_centimes))
    if left_year_centimes is not None:
        words.append(say("Left under the ceiling of {year}: {left}.", year=str(on.year), left=left_year_centimes))
    return Competence(act.body, act, left_project_centimes, left_year_centimes, tuple(words), tuple(way), refused)


def _nobody(words: list[Sentence], way: Sequence[str], refused: Mapping[str, tuple[Sentence, ...]]) -> Competence:
    return Competence(None, None, None, None, (*words, say("Nobody is competent: nothing passes.")), tuple(way), refused)
