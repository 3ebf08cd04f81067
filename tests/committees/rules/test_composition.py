"""Who sits, and the rules of composition: truth tables on the rules of the committees, and laws that hold for any."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiwizi.committees.rules import composition
from tiwizi.committees.rules.composition import COLLEGES, CompositionRule, Mandate

ON = date(2026, 11, 23)
SIZE = CompositionRule("size", "members", "members", most=Fraction(25))
WOMEN = CompositionRule("women", "women", "share", least=Fraction(1, 5))
YOUNG = CompositionRule("young", "young", "share", least=Fraction(15, 100), younger_than=35)
ELECTED = CompositionRule("elected", "college", "share", most=Fraction(1, 3), college="elected")
CIVIL = CompositionRule("civil", "college", "members", least=Fraction(2), college="civil_society")


def members(women: int, men: int, *, born: int | None = 1970, college: composition.College = "administration") -> list[Mandate]:
    since = date(2026, 1, 1)
    return [Mandate(f"{college}{at}", college, "woman" if at < women else "man", born, since) for at in range(women + men)]


def check(rule: CompositionRule, seated: list[Mandate], *others: CompositionRule) -> composition.Check:
    return composition.composition(seated, [rule, *others], ON)[0]


def test_a_mandate_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    mandate = Mandate("a", "elected", "man", 1970, date(2026, 3, 1), date(2026, 4, 1))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [mandate.holds(day) for day in days] == [False, True, True, False]
    assert replace(mandate, until=None).holds(date(2099, 1, 1))


def test_who_sat_on_a_past_day_and_who_came_and_left_since() -> None:
    first = Mandate("a", "elected", "man", 1970, date(2025, 1, 1), date(2026, 1, 1))
    second = Mandate("b", "elected", "woman", 1980, date(2026, 1, 1))
    assert composition.sitting([first, second], date(2025, 12, 31)) == [first]
    assert composition.sitting([first, second], date(2026, 1, 1)) == [second]
    day = date(2026, 1, 1)
    assert composition.changes([second, first], since=day, until=date(2026, 1, 2)) == [(day, "left", "a"), (day, "came", "b")]
    assert composition.changes([second, first], since=date(2025, 1, 2), until=day) == []


@pytest.mark.parametrize(
    ("women", "men", "missing", "appoint", "replaced"),
    [
        (5, 20, 0, 0, 0),  # 5 of 25 is one fifth exactly
        (4, 20, 1, 1, 1),  # one fifth of 24 is 4.8: 5; of 25, 5
        (4, 16, 0, 0, 0),
        (3, 17, 1, 2, 1),  # 5 of 22 is above one fifth, 4 of 21 is not
        (0, 20, 4, 5, 4),
        (4, 21, 1, None, 1),  # 25 sit already: no room, a seat must pass to a woman
        (0, 0, 0, 0, 0),
    ],
)
def test_a_least_share_of_women(women: int, men: int, missing: int, appoint: int | None, replaced: int) -> None:
    made = check(WOMEN, members(women, men), SIZE)
    assert (made.missing, made.appoint, made.replace, made.over) == (missing, appoint, replaced, 0)
    assert made.met == (missing == 0)


@pytest.mark.parametrize(("most", "appoint"), [(22, 2), (21, None), (20, None), (19, None)])
def test_appointments_are_advised_only_where_the_largest_size_leaves_room(most: int, appoint: int | None) -> None:
    made = check(WOMEN, members(3, 17), replace(SIZE, most=Fraction(most)))
    assert (made.appoint, made.replace) == (appoint, 1)


def test_findings_and_remedies_say_how_many() -> None:
    made = check(WOMEN, members(3, 17), SIZE)
    assert str(made.finding) == "women: 3 of 20 members, where at least 4 are asked for: 1 too few."
    assert [str(one) for one in made.remedies] == [
        "New appointments that would mend it: 2. Of this kind: women.",
        "Seats that could pass to others: 1. To people of this kind: women.",
    ]
    assert str(check(WOMEN, members(5, 15)).finding) == "women: 5 of 20 members: the rule is met."
    assert check(WOMEN, members(5, 15)).remedies == ()


def test_the_largest_size() -> None:
    assert check(SIZE, members(0, 25)).met
    made = check(SIZE, members(0, 27))
    assert (made.over, made.appoint, made.replace) == (2, None, None)
    assert str(made.finding) == "all members: 27 of 27 members, where at most 25 may be: 2 too many."
    assert [str(one) for one in made.remedies] == ["Mandates to end: 2."]


@pytest.mark.parametrize(("born", "counted"), [(1991, 0), (1992, 1), (None, 0)])
def test_young_people_are_under_the_age_all_year(born: int | None, counted: int) -> None:
    made = check(YOUNG, members(0, 1, born=born))
    assert (made.counted, made.unknown) == (counted, int(born is None))


def test_what_is_not_recorded_counts_for_no_quota_and_is_asked_for() -> None:
    unknown = [replace(one, sex=None) for one in members(0, 2)]
    made = check(WOMEN, unknown)
    assert (made.counted, made.unknown, made.missing) == (0, 2, 1)
    assert str(made.remedies[0]) == "Record the sex and the birth year of 2 members: they may already count."


def test_colleges_have_a_least_and_a_most() -> None:
    seated = members(0, 5, college="elected") + members(0, 4)
    made = check(ELECTED, seated)
    assert (made.over, made.appoint, made.replace) == (2, 6, 2)  # 5 of 15 is one third; 3 of 9 too
    assert [str(one) for one in made.remedies] == [
        "New appointments that would mend it: 6. Of any other kind than: elected members.",
        "Seats that could pass to others: 2. From people of this kind: elected members.",
    ]
    few = check(CIVIL, seated)
    assert (few.missing, few.appoint, few.replace) == (2, 2, 2)
    assert check(CIVIL, members(0, 1)).replace is None, "one seat cannot pass to two people"


def test_a_most_in_members_is_mended_by_passing_seats_or_ending_mandates() -> None:
    rule = replace(ELECTED, unit="members", most=Fraction(1))
    made = check(rule, members(0, 3, college="elected"))
    assert (made.over, made.appoint, made.replace) == (2, None, 2)
    assert [str(one) for one in made.remedies] == [
        "Seats that could pass to others: 2. From people of this kind: elected members.",
        "Mandates to end: 2.",
    ]


def test_the_most_helpful_appointment_serves_several_rules_at_once() -> None:
    seated = members(0, 10)
    best = composition.helpful_appointments(seated, [WOMEN, YOUNG, CIVIL], ON)[0]
    assert (best.sex, best.young, best.college) == ("woman", True, "civil_society")
    assert best.short == best.now - 2  # 11 people ask for 3 women where 10 asked for 2
    assert composition.helpful_appointments(members(5, 15), [WOMEN], ON) == []
    assert composition.helpful_appointments(members(5, 20), [SIZE, WOMEN], ON) == []


NEW = Mandate("new", "elected", "woman", 1990, date(2026, 1, 1), date(2027, 1, 1), deputies=("d",))


@pytest.mark.parametrize(
    ("new", "others", "said"),
    [
        (NEW, [], []),
        (replace(NEW, until=date(2026, 1, 1)), [], ["The mandate ends on 2026-01-01, not after its first day 2026-01-01."]),
        (NEW, [replace(NEW, deputies=())], ["new already has a mandate in these days."]),
        (NEW, [replace(NEW, since=date(2027, 1, 1), until=None)], []),
        (NEW, [replace(NEW, since=date(2025, 1, 1), until=date(2026, 1, 1))], []),
        (NEW, [replace(NEW, since=date(2026, 12, 31), until=None)], ["new already has a mandate in these days."]),
        (replace(NEW, deputies=("new",)), [], ["new cannot be their own deputy."]),
        (NEW, [replace(NEW, person="d", deputies=())], ["d is a member in these days, and cannot sit as a deputy."]),
        (NEW, [replace(NEW, person="x", deputies=("new",))], ["new is a deputy in these days: end that first."]),
    ],
)
def test_why_not_appoint(new: Mandate, others: list[Mandate], said: list[str]) -> None:
    assert [str(one) for one in composition.why_not_appoint(new, others, [SIZE])] == said


def test_the_largest_size_holds_on_every_day_of_the_new_mandate() -> None:
    seated = members(0, 24)
    assert composition.why_not_appoint(NEW, seated, [SIZE]) == []
    late = replace(NEW, person="late", since=date(2026, 12, 31), until=None, deputies=())
    said = ["The committee would have 26 members; at most 25 may sit."]
    assert [str(one) for one in composition.why_not_appoint(NEW, [*seated, late], [SIZE])] == said
    after = replace(late, since=date(2027, 1, 1))
    assert composition.why_not_appoint(NEW, [*seated, after], [SIZE]) == []


shares = some.fractions(0, 1, max_denominator=12)


@given(some.integers(0, 12), some.integers(0, 12), shares)
def test_law_the_appointments_named_mend_a_least_share_and_one_fewer_does_not(women: int, men: int, least: Fraction) -> None:
    rule = replace(WOMEN, least=least)
    made = check(rule, members(women, men))
    assert made.met == (women >= least * (women + men))
    if made.appoint is None:
        assert least == 1
        return
    assert check(rule, members(women + made.appoint, men)).met
    assert made.appoint == 0 or not check(rule, members(women + made.appoint - 1, men)).met
    assert made.replace == made.missing
    assert check(rule, members(women + made.missing, men - made.missing)).met


@given(some.integers(0, 12), some.integers(0, 12), shares)
def test_law_the_appointments_named_mend_a_most_share_and_one_fewer_does_not(women: int, men: int, most: Fraction) -> None:
    rule = CompositionRule("few", "women", "share", most=most)
    made = check(rule, members(women, men))
    assert made.met == (women <= most * (women + men))
    if made.appoint is None:
        assert most == 0
        return
    assert check(rule, members(women, men + made.appoint)).met
    assert made.appoint == 0 or not check(rule, members(women, men + made.appoint - 1)).met
    assert check(rule, members(women - made.over, men + made.over)).met


mandates = some.builds(
    Mandate,
    some.sampled_from("abcdefgh"),
    some.sampled_from(COLLEGES),
    some.sampled_from(["woman", "man", None]),
    some.none() | some.integers(1950, 2008),
    some.dates(date(2026, 1, 1), date(2026, 1, 20)),
    some.none() | some.dates(date(2026, 1, 1), date(2026, 1, 20)),
)


@given(some.lists(mandates, max_size=12), some.randoms())
def test_law_the_order_of_the_members_does_not_matter(seated: list[Mandate], chance: object) -> None:
    rules = [SIZE, WOMEN, YOUNG, ELECTED, CIVIL]
    shuffled = list(seated)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    on = date(2026, 1, 10)
    assert composition.composition(seated, rules, on) == composition.composition(shuffled, rules, on)


@given(some.lists(mandates, max_size=8), some.dates(date(2026, 1, 1), date(2026, 1, 19)))
def test_law_those_who_sit_change_by_those_who_came_and_left(held: list[Mandate], day: date) -> None:
    real = [one for one in held if one.until is None or one.until > one.since]
    after = date.fromordinal(day.toordinal() + 1)
    was = sorted(one.person for one in composition.sitting(real, day))
    for _day, what, person in composition.changes(real, since=after, until=date.fromordinal(after.toordinal() + 1)):
        if what == "left":
            was.remove(person)
        else:
            was.append(person)
    assert sorted(was) == sorted(one.person for one in composition.sitting(real, after))
