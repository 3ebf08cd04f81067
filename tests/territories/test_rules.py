"""Intervals, refusals, and counts under other boundaries."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core.errors import Refused
from tiwizi.territories import rules
from tiwizi.territories.rules import Interval, Known, Seat

OLD, DAY = date(2009, 1, 1), date(2015, 9, 1)
NOTHING_WRONG = {
    "before": [("A", OLD, None)],
    "after": ["B", "C"],
    "on": DAY,
    "people": {("A", "B"): 6, ("A", "C"): 4},
    "known": [],
}


@given(slots=st.lists(st.integers(1, rules.SLOTS - 1), min_size=1, max_size=rules.DEPTH), other=st.integers(1, rules.SLOTS - 1))
def test_a_place_lies_inside_the_one_above_and_apart_from_its_sisters(slots: list[int], other: int) -> None:
    here = rules.root()
    for slot in slots:
        inside = rules.interval(here, slot)
        assert here.holds(inside)
        assert here.position < inside.position
        if other != slot:
            sister = rules.interval(here, other)
            assert sister.last < inside.position or inside.last < sister.position
        here = inside


def test_a_tree_has_room_for_seven_levels_and_says_when_it_is_full() -> None:
    here = rules.root()
    for _level in range(rules.DEPTH):
        here = rules.interval(here, 1)
    with pytest.raises(Refused, match="no room below"):
        rules.interval(here, 1)
    for slot in (0, rules.SLOTS):
        with pytest.raises(Refused, match="more than 1023"):
            rules.interval(rules.root(), slot)
    assert rules.root() == Interval(2**60, 2**61 - 1)


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({}, []),
        ({"before": []}, ["Name at least one place that ends and one that begins."]),
        ({"before": [("A", OLD, DAY)]}, ["A has already ended."]),
        ({"before": [("A", DAY, None)]}, ["A began on that day or later: a place cannot end before it began."]),
        ({"people": {("A", "B"): 10}}, ["Nobody goes to C."]),
        ({"people": {("X", "B"): 1, ("X", "C"): 1}}, ["Nobody says where the people of A go."]),
        ({"known": ["B"]}, ["The code B is that of another place in force."]),
        ({"known": ["A"], "after": ["A"], "people": {("A", "A"): 5}}, []),
        ({"after": ["B", "B"], "people": {("A", "B"): 5}}, ["The code B stands twice among those that begin."]),
        ({"people": {("A", "B"): -1, ("A", "C"): 1}}, ["A number of people is below zero."]),
    ],
)
def test_why_not_reorganise(changed: dict[str, object], reasons: list[str]) -> None:
    reasons_given = rules.why_not_reorganise(**{**NOTHING_WRONG, **changed})  # type: ignore[arg-type]
    assert [str(reason) for reason in reasons_given] == reasons


def test_a_count_is_split_as_the_people_were() -> None:
    passed = {("A", "B"): 600, ("A", "C"): 400}
    assert rules.under({"A": 101, "D": 7}, passed) == {"B": 61, "C": 40, "D": 7}
    assert rules.under({"B": 61, "C": 40}, {("B", "A"): 600, ("C", "A"): 400}) == {"A": 101}


@given(
    counts=st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 10**7), min_size=1),
    passed=st.dictionaries(st.tuples(st.sampled_from("ABCD"), st.sampled_from("WXYZ")), st.integers(0, 10**6)),
)
def test_totals_of_a_year_hold_under_both_sets_of_boundaries(counts: dict[str, int], passed: dict[tuple[str, str], int]) -> None:
    later = rules.under(counts, passed)
    assert sum(later.values()) == sum(counts.values())
    assert all(count >= 0 for count in later.values())


KNOWN = {
    "05.301": Known("province"),
    "05.301.03": Known("cercle", "05.301"),
    "05.301.03.01": Known("commune", "05.301.03"),
}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"place": "05.301.03.01", "population": "12"}, []),
        ({"place": "05.301.03.99", "level": "commune", "parent": "05.301.03", "name_ar": "جديد"}, []),
        ({"place": "99", "level": "commune", "parent": "NEW", "name_ar": "جديد"}, []),
        ({"place": ""}, ["place: there is no code."]),
        (
            {"place": "SEEN", "level": "douar", "parent": "05.301.03.01", "name_ar": "x"},
            ["place: SEEN stands in a row above too."],
        ),
        ({"place": "05.301.03.01", "level": "douar"}, ["level: a place keeps its level, here commune."]),
        ({"place": "05.301.03.01", "level": "village"}, ["level: village is no level"]),
        ({"place": "99", "parent": "05.301.03", "name_fr": "x"}, ["level: a new place needs its level."]),
        ({"place": "99", "level": "douar", "name_fr": "x"}, ["parent: a new place needs the code of the place above it."]),
        (
            {"place": "99", "level": "douar", "parent": "05.311", "name_fr": "x"},
            ["parent: no place of yours has the code 05.311."],
        ),
        ({"place": "99", "level": "douar", "parent": "05.301.03.01"}, ["name_ar: a new place needs a name"]),
        (
            {"place": "99", "level": "commune", "parent": "LOW", "name_fr": "x"},
            ["parent: LOW is not of a higher level."],
        ),
        (
            {"place": "99", "level": "pachalik", "parent": "05.301.03", "name_fr": "x"},
            ["parent: 05.301.03 is not of a higher level."],
        ),
        ({"place": "05.301.03.01", "parent": "05.301.03"}, []),
        ({"place": "05.301", "parent": "05"}, []),
        ({"place": "05.301.03.01", "parent": "05.301"}, ["parent: this place lies under 05.301.03; a move is recorded"]),
        (
            {"place": "TAKEN", "level": "douar", "parent": "05.301.03.01", "name_fr": "x"},
            ["place: TAKEN is no place of yours, and no new place can have this code."],
        ),
        (
            {"place": "a/b", "level": "douar", "parent": "05.301.03.01", "name_fr": "x"},
            ["place: a/b may hold Latin letters, digits, dots and dashes only"],
        ),
        ({"place": "9" * 33, "level": "douar", "parent": "05.301.03.01", "name_fr": "x"}, ["place: 999"]),
        ({"place": "05.301", "name_ar": "a\x00b"}, ["name_ar: the name holds signs that cannot be seen"]),
        ({"place": "05.301", "name_fr": "x" * 121}, ["name_fr: the name is longer than 120 letters."]),
        ({"place": "05.301", "population": "-5"}, ["population: -5 is not a whole number"]),
        ({"place": "05.301", "households": "12.5"}, ["households: 12.5 is not a whole number"]),
        ({"place": "05.301", "population": "٣"}, ["population: ٣ is not a whole number"]),
        ({"place": "05.301", "population": "9" * 30}, ["population"]),
        ({"place": "05.301", "lon": "200", "lat": "32"}, ["lon: 200 is not a number of degrees"]),
        ({"place": "05.301", "lon": "nan", "lat": "32"}, ["lon: nan is not"]),
        ({"place": "05.301", "lon": "-5"}, ["lat: longitude and latitude come together."]),
        ({"place": "05.301", "milieu": "sea"}, ["milieu: sea is not urban, rural or mixed."]),
    ],
)
def test_row_errors(row: dict[str, str], wrong: list[str]) -> None:
    messages = [
        str(row_error)
        for row_error in rules.row_errors(row, known=KNOWN, new={"NEW": "cercle", "LOW": "douar"}, taken={"TAKEN"}, seen={"SEEN"})
    ]
    assert len(messages) == len(wrong)
    assert all(message.startswith(expected) for message, expected in zip(messages, wrong, strict=True))


@pytest.mark.parametrize(
    ("status", "errors", "changes", "count"),
    [("preview", 0, 1, 0), ("applied", 0, 1, 1), ("preview", 2, 1, 1), ("preview", 0, 0, 1), ("dropped", 1, 0, 3)],
)
def test_why_not_apply(status: str, errors: int, changes: int, count: int) -> None:
    assert len(rules.why_not_apply(status=status, errors=errors, changes=changes)) == count


@pytest.mark.parametrize(
    ("status", "changed", "standing", "count"),
    [("applied", 0, 0, 0), ("preview", 0, 0, 1), ("applied", 1, 1, 2), ("undone", 1, 1, 3)],
)
def test_why_not_undo(status: str, changed: int, standing: int, count: int) -> None:
    assert len(rules.why_not_undo(status=status, changed_since=changed, standing=standing)) == count
    again = rules.why_not_undo(status=status, changed_since=changed, standing=standing, newer=2)
    assert len(again) == count + 1
    assert "A newer import concerns 2 of its places: undo that one first." in map(str, again)


PARENT = Seat("05.301.03", "cercle", OLD, None)


@pytest.mark.parametrize(
    ("parent", "level", "ending", "reason"),
    [
        (PARENT, "commune", set(), ""),
        (PARENT, "commune", {"05.301.03"}, "which ends."),
        (PARENT, "cercle", set(), "only under a higher level."),
        (PARENT, "pachalik", set(), "only under a higher level."),
        (PARENT, "province", set(), "only under a higher level."),
        (Seat("P", "cercle", date(2016, 1, 1), None), "commune", set(), "which was not there on that day."),
        (Seat("P", "cercle", OLD, DAY), "commune", set(), "which was not there on that day."),
        (Seat("P", "cercle", DAY, date(2016, 1, 1)), "commune", set(), ""),
    ],
)
def test_why_not_under(parent: Seat, level: str, ending: set[str], reason: str) -> None:
    messages = [
        str(reason_given) for reason_given in rules.why_not_under(code="N", level=level, parent=parent, ending=ending, on=DAY)
    ]
    assert len(messages) == bool(reason)
    assert all(message.endswith(reason) for message in messages)


@pytest.mark.parametrize(
    ("below", "to", "reasons"),
    [
        ([], {}, []),
        (["D"], {"D": "B"}, []),
        (["D"], {}, ["Nobody says which new place takes over D."]),
        ([], {"D": "B"}, ["D does not lie right below a place that ends."]),
        (["D"], {"D": "X"}, ["D cannot pass to X, which does not begin."]),
        (["D"], {"D": "E"}, ["D cannot come under E: only under a higher level."]),
    ],
)
def test_why_not_carry(below: list[str], to: dict[str, str], reasons: list[str]) -> None:
    reasons_given = rules.why_not_carry(below=below, to=to, levels={"D": "douar"}, after={"B": "commune", "E": "douar"})
    assert [str(reason) for reason in reasons_given] == reasons


def test_a_code_that_cannot_stand_in_an_address_does_not_begin() -> None:
    reasons = rules.why_not_reorganise(before=[("A", OLD, None)], after=["a/b"], on=DAY, people={("A", "a/b"): 1}, known=[])
    assert [str(reason) for reason in reasons] == [
        "The code a/b may hold Latin letters, digits, dots and dashes only, 32 at most."
    ]
