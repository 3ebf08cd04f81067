"""Who sits on a committee on a day, which rules of composition are met, by how much, and what appointment would mend them.

Rules are data: a largest size, a least share of women, a least share of people under an age, the least and most of a college.
What no public source states is an assumption of the rulebook, never of this module.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal, get_args

from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.organisations.rules import SEXES, Sex

College = Literal["elected", "administration", "civil_society", "co_opted"]
Counts = Literal["members", "women", "young", "college"]

COLLEGES: Final = get_args(College)

COLLEGE_NAMES: Final[Mapping[str, Sentence]] = {
    "elected": say("elected members"),
    "administration": say("members for the administration"),
    "civil_society": say("members for civil society"),
    "co_opted": say("co-opted members"),
}


@dataclass(frozen=True)
class Mandate:
    """One person's seat, from the day `since` up to the day before `until`; `deputies` may sit in their place, in this order.

    A sex or a birth year that is not known counts for no quota: a quota is met by what is recorded.
    """

    person: str
    college: College
    sex: Sex | None
    birth_year: int | None
    since: date
    until: date | None = None
    deputies: tuple[str, ...] = ()

    def holds(self, on: date) -> bool:
        """Whether the mandate runs on a day: its first day does, the day `until` no longer."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class CompositionRule:
    """One bound on who sits: at least `least` and at most `most` of those counted, in members or as a share of all members.

    `young` counts people under `younger_than` years, `college` those of `college`.
    """

    code: str
    counts: Counts
    unit: Literal["members", "share"]
    least: Fraction | None = None
    most: Fraction | None = None
    college: College | None = None
    younger_than: int | None = None


@dataclass(frozen=True)
class Check:
    """One rule, met or not: `counted` of `members` sit, `missing` are too few and `over` too many without changing the size.

    `unknown` members lack the sex or birth year that the rule counts. `appoint` is how many new members would mend it (of the
    kind where too few sit, of others where too many do; None where no number would, or where the largest size leaves no room),
    `replace` how many seats passed to others would (None where that cannot).
    """

    rule: CompositionRule
    counted: int
    members: int
    missing: int
    over: int
    unknown: int
    appoint: int | None
    replace: int | None
    finding: Sentence
    remedies: tuple[Sentence, ...]

    @property
    def met(self) -> bool:
        """Whether neither too few nor too many sit."""
        return not self.missing and not self.over


def sitting(mandates: Iterable[Mandate], on: date) -> list[Mandate]:
    """The mandates that run on a day, past or to come, in the order given."""
    return [mandate for mandate in mandates if mandate.holds(on)]


def changes(mandates: Iterable[Mandate], *, since: date, until: date) -> list[tuple[date, Literal["came", "left"], str]]:
    """Who came and who left from `since` up to the day before `until`, oldest first; on one day, those who left come first."""
    found: list[tuple[date, Literal["came", "left"], str]] = []
    for mandate in mandates:
        found.append((mandate.since, "came", mandate.person))
        if mandate.until is not None:
            found.append((mandate.until, "left", mandate.person))
    return sorted((one for one in found if since <= one[0] < until), key=lambda one: (one[0], one[1] != "left", one[2]))


def composition(mandates: Iterable[Mandate], rules: Sequence[CompositionRule], on: date) -> list[Check]:
    """One check a rule, in their order, of those who sit on a day.

    Of nobody, any share is met: an empty committee fails by its least size and its quorum. A share asks for whole people: at
    least one fifth of 24 is 5, at most one third of 10 is 3.
    """
    seated = sitting(mandates, on)
    sizes = [rule.most for rule in rules if rule.counts == "members" and rule.unit == "members" and rule.most is not None]
    room = max(0, floor(min(sizes)) - len(seated)) if sizes else None
    return [_check(rule, seated, on, room) for rule in rules]


@dataclass(frozen=True)
class Profile:
    """Somebody who could be appointed: `short` is what all rules together would still lack, `now` what they lack without."""

    sex: Sex
    young: bool
    college: College
    short: int
    now: int


def helpful_appointments(mandates: Iterable[Mandate], rules: Sequence[CompositionRule], on: date) -> list[Profile]:
    """Who, appointed alone, would bring the rules taken together nearer, the most helpful first; none where nobody would.

    Nearer means fewer people too few or too many, summed over the rules. `young` is under every age that the rules name.
    """
    seated = sitting(mandates, on)
    now = _short(composition(seated, rules, on))
    ages = [rule.younger_than for rule in rules if rule.younger_than is not None]
    born = {True: on.year - min(ages) + 1, False: on.year - max(ages) - 1} if ages else {False: None}
    profiles = []
    for college in COLLEGES:
        for sex in SEXES:
            for young, year in born.items():
                more = [*seated, Mandate("", college, sex, year, on)]
                profiles.append(Profile(sex, young, college, _short(composition(more, rules, on)), now))
    # A tie goes to the profile that asks for least: the stable order of the lists above.
    return sorted((profile for profile in profiles if profile.short < now), key=lambda profile: profile.short)


def why_not_appoint(new: Mandate, mandates: Iterable[Mandate], rules: Sequence[CompositionRule]) -> list[Sentence]:
    """Every reason why this mandate cannot be given; empty means that it may. Only the largest size forbids, quotas advise."""
    others = list(mandates)
    reasons = []
    if new.until is not None and new.until <= new.since:
        reasons.append(say("The mandate ends on {until}, not after its first day {since}.", until=new.until, since=new.since))
    if any(other.person == new.person and _meet(other, new) for other in others):
        reasons.append(say("{person} already has a mandate in these days.", person=new.person))
    if new.person in new.deputies:
        reasons.append(say("{person} cannot be their own deputy.", person=new.person))
    seated = {other.person for other in others if _meet(other, new)} - {new.person}
    reasons.extend(
        say("{person} is a member in these days, and cannot sit as a deputy.", person=person)
        for person in new.deputies
        if person in seated
    )
    if any(new.person in other.deputies and _meet(other, new) for other in others):
        reasons.append(say("{person} is a deputy in these days: end that first.", person=new.person))
    return reasons + _too_large(new, others, rules)


def _too_large(new: Mandate, others: Sequence[Mandate], rules: Sequence[CompositionRule]) -> list[Sentence]:
    # The committee only grows on the first day of a mandate: these days are enough to find its largest size.
    days = [new.since, *(other.since for other in others if new.holds(other.since))]
    largest = max(len(sitting(others, day)) for day in days) + 1
    return [
        say_count(
            "The committee would have {count} member; at most {most} may sit.",
            "The committee would have {count} members; at most {most} may sit.",
            count=largest,
            most=floor(rule.most),
        )
        for rule in rules
        if rule.counts == "members" and rule.unit == "members" and rule.most is not None and largest > rule.most
    ]


def _meet(one: Mandate, other: Mandate) -> bool:
    return (one.until is None or other.since < one.until) and (other.until is None or one.since < other.until)


def _counted(rule: CompositionRule, mandate: Mandate, on: date) -> bool | None:
    """Whether a member is of the kind that a rule counts; None where that is not recorded."""
    if rule.counts == "women":
        return None if mandate.sex is None else mandate.sex == "woman"
    if rule.counts == "young":
        # Only the birth year is kept: the age reached in the year, so that whoever counts as young is so on each of its days.
        return None if mandate.birth_year is None else on.year - mandate.birth_year < (rule.younger_than or 0)
    return rule.counts == "members" or mandate.college == rule.college


def _check(rule: CompositionRule, seated: Sequence[Mandate], on: date, room: int | None) -> Check:
    tally = Counter(_counted(rule, mandate, on) for mandate in seated)
    counted, members = tally[True], len(seated)
    whole = members if rule.unit == "share" else 1
    needed = None if rule.least is None else ceil(rule.least * whole)
    allowed = None if rule.most is None else floor(rule.most * whole)
    missing = max(0, (needed or 0) - counted)
    over = 0 if allowed is None else max(0, counted - allowed)
    appoint = _appoint(rule, counted, members, missing, over)
    if appoint is not None and room is not None and appoint > room:
        appoint = None
    change = missing or over
    replace = change if rule.counts != "members" and change <= (members - counted if missing else counted) else None
    finding = _finding(rule, counted, members, needed, allowed)
    remedies = _remedies(rule, missing, over, appoint, replace, tally[None])
    return Check(rule, counted, members, missing, over, tally[None], appoint, replace, finding, remedies)


def _appoint(rule: CompositionRule, counted: int, members: int, missing: int, over: int) -> int | None:
    """The fewest appointments that mend a rule: of its kind where too few sit, of others where too many do."""
    if not missing and not over:
        return 0
    if missing and rule.unit == "members":
        return missing
    if missing and rule.least is not None and rule.least < 1:
        return ceil((rule.least * members - counted) / (1 - rule.least))
    if over and rule.unit == "share" and rule.most:
        return ceil(counted / rule.most - members)
    return None


def _finding(rule: CompositionRule, counted: int, members: int, needed: int | None, allowed: int | None) -> Sentence:
    kind = kind_name(rule)
    if needed is not None and counted < needed:
        return say_count(
            "{kind}: {counted} of {count} member, where at least {needed} are asked for: {missing} too few.",
            "{kind}: {counted} of {count} members, where at least {needed} are asked for: {missing} too few.",
            kind=kind,
            counted=counted,
            count=members,
            needed=needed,
            missing=needed - counted,
        )
    if allowed is not None and counted > allowed:
        return say_count(
            "{kind}: {counted} of {count} member, where at most {allowed} may be: {over} too many.",
            "{kind}: {counted} of {count} members, where at most {allowed} may be: {over} too many.",
            kind=kind,
            counted=counted,
            count=members,
            allowed=allowed,
            over=counted - allowed,
        )
    return say_count(
        "{kind}: {counted} of {count} member: the rule is met.",
        "{kind}: {counted} of {count} members: the rule is met.",
        kind=kind,
        counted=counted,
        count=members,
    )


def _remedies(
    rule: CompositionRule, missing: int, over: int, appoint: int | None, replace: int | None, unknown: int
) -> tuple[Sentence, ...]:
    kind = kind_name(rule)
    found = []
    if missing and unknown:
        found.append(
            say_count(
                "Record the sex and the birth year of {count} member, who may already count.",
                "Record the sex and the birth year of {count} members: they may already count.",
                count=unknown,
            )
        )
    if missing and appoint is not None:
        found.append(say("New appointments that would mend it: {count}. Of this kind: {kind}.", count=appoint, kind=kind))
    if over and appoint is not None:
        found.append(
            say("New appointments that would mend it: {count}. Of any other kind than: {kind}.", count=appoint, kind=kind)
        )
    if missing and replace is not None:
        found.append(say("Seats that could pass to others: {count}. To people of this kind: {kind}.", count=replace, kind=kind))
    if over and replace is not None:
        found.append(say("Seats that could pass to others: {count}. From people of this kind: {kind}.", count=replace, kind=kind))
    if over and rule.unit == "members":
        found.append(say("Mandates to end: {count}.", count=over))
    return tuple(found)


def _short(checks: Iterable[Check]) -> int:
    return sum(check.missing + check.over for check in checks)


def kind_name(rule: CompositionRule) -> Sentence:
    """What a rule counts, in words."""
    if rule.counts == "women":
        return say("women")
    if rule.counts == "young":
        return say_count("people under {count} year", "people under {count} years", count=rule.younger_than or 0)
    return COLLEGE_NAMES[rule.college] if rule.counts == "college" and rule.college is not None else say("all members")
