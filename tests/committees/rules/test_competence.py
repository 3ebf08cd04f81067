"""Who may decide what: truth tables with the expected reasons, ceilings to the centime and the day, and laws of delegation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiwizi.committees.rules import competence, delegation
from tiwizi.committees.rules.competence import EVERY, Act, CallBack, Competence, Condition, Matter, Spent
from tiwizi.core.errors import Sentence
from tiwizi.core.money import Centimes

ON = date(2026, 6, 1)
DAY = timedelta(days=1)
DH = 100

FOUNDING = Act(
    number="1",
    giver=None,
    body="province",
    programmes=EVERY,
    axes=EVERY,
    matters=EVERY,
    kinds=EVERY,
    ceiling_project_centimes=None,
    ceiling_year_centimes=None,
    first=0,
    last=999,
    since=date(2026, 1, 1),
    until=None,
    signed_by="the wali",
    signed_on=date(2025, 12, 1),
)
LOCAL = replace(
    FOUNDING,
    number="2",
    giver="province",
    body="Aguelmous",
    programmes=frozenset({"1", "3"}),
    matters=frozenset({"approval"}),
    kinds=frozenset({"well", "track"}),
    ceiling_project_centimes=Centimes(300_000 * DH),
    ceiling_year_centimes=Centimes(1_000_000 * DH),
    first=100,
    last=199,
    until=date(2027, 1, 1),
    signed_by="the governor",
    signed_on=date(2025, 12, 15),
)
ACTS = (FOUNDING, LOCAL)
WELL = Matter("P1", "approval", "1", "1.1", "well", Centimes(200_000 * DH), 150, date(2026, 5, 1), carrier="commune")


def decided(
    matter: Matter = WELL, acts: Sequence[Act] = ACTS, on: date = ON, spent: Spent | None = None, **others: Any
) -> Competence:
    return competence.competent_body(matter, acts, on=on, spent=spent or {}, **others)


def texts(sentences: Sequence[Sentence]) -> list[str]:
    return [str(one) for one in sentences]


def test_the_local_committee_decides_within_its_act_and_the_words_say_so() -> None:
    made = decided(spent={("2", 2026): Centimes(500_000 * DH), ("2", 2025): Centimes(1_000_000 * DH)})
    assert (made.body, made.act, made.way_up) == ("Aguelmous", LOCAL, ())
    assert (made.left_project_centimes, made.left_year_centimes) == (100_000 * DH, 300_000 * DH)
    assert texts(made.words) == [
        "The procedure is that of 2026-05-01, when the matter began.",
        "Aguelmous decides it, under act 2 signed by the governor on 2025-12-15.",
        "Left under the ceiling a project: 100000.00.",
        "Left under the ceiling of 2026: 300000.00.",
    ]


@pytest.mark.parametrize(
    ("change", "spent", "reason"),
    [
        ({"amount_centimes": Centimes(300_000 * DH)}, 0, None),
        ({"amount_centimes": Centimes(300_000 * DH + 1)}, 0, "300000.01 is above the ceiling of 300000.00 a project."),
        ({}, 800_000 * DH, None),
        (
            {},
            800_000 * DH + 1,
            "With 800000.01 already decided in 2026, 200000.00 more is above the ceiling of 1000000.00 a year.",
        ),
        ({"amount_centimes": Centimes(200_000 * DH - 1)}, 800_000 * DH + 1, None),
    ],
)
def test_ceilings_hold_to_the_centime_and_what_is_above_goes_up(change: dict[str, Any], spent: int, reason: str | None) -> None:
    made = decided(replace(WELL, **change), spent={("2", 2026): Centimes(spent)})
    if reason is None:
        assert made.body == "Aguelmous"
        return
    assert (made.body, made.act, made.way_up) == ("province", FOUNDING, ("Aguelmous",))
    assert (made.left_project_centimes, made.left_year_centimes) == (None, None)
    assert texts(made.refused["2"]) == [reason]
    assert texts(made.words)[1:] == [
        "Act 2 gives it to Aguelmous, which cannot decide it:",
        reason,
        "It goes up to province.",
        "province decides it, under act 1 signed by the wali on 2025-12-01.",
    ]


def test_nothing_is_spent_where_there_is_no_entry() -> None:
    """To the centime: a body that has decided nothing yet has its whole ceiling."""
    full = replace(LOCAL, ceiling_project_centimes=None)
    cases: list[Spent] = [{}, {("2", 2025): Centimes(1)}, {("1", 2026): Centimes(1)}]
    for spent in cases:
        made = decided(replace(WELL, amount_centimes=Centimes(1_000_000 * DH)), acts=(FOUNDING, full), spent=spent)
        assert (made.body, made.left_project_centimes, made.left_year_centimes) == ("Aguelmous", None, 0)
        assert (
            decided(replace(WELL, amount_centimes=Centimes(1_000_000 * DH + 1)), acts=(FOUNDING, full), spent=spent).body
            == "province"
        )
    assert decided(replace(WELL, amount_centimes=Centimes(0))).left_year_centimes == 1_000_000 * DH
    assert (
        decided(replace(WELL, amount_centimes=Centimes(1)), spent={("2", 2026): Centimes(1)}).left_year_centimes
        == 1_000_000 * DH - 2
    )


def test_the_ceiling_of_a_year_is_of_the_year_of_the_decision() -> None:
    spent: Spent = {("2", 2026): Centimes(1_000_000 * DH)}
    assert decided(spent=spent, on=date(2026, 12, 31)).body == "province"
    assert decided(spent=spent, on=date(2027, 1, 1)).body == "Aguelmous"


@pytest.mark.parametrize(
    ("opened", "body"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "Aguelmous"),
        (date(2026, 12, 31), "Aguelmous"),
        (date(2027, 1, 1), "province"),
    ],
)
def test_acts_hold_from_their_first_day_to_the_day_before_their_end(opened: date, body: str | None) -> None:
    assert decided(replace(WELL, opened=opened), on=date(2027, 6, 1)).body == body


def test_a_matter_under_way_keeps_the_act_under_which_it_began() -> None:
    revoked = replace(LOCAL, revoked_on=date(2026, 5, 2))
    newer = replace(LOCAL, number="3", since=date(2026, 5, 2), signed_on=date(2026, 5, 2), ceiling_project_centimes=Centimes(1))
    acts = (FOUNDING, revoked, newer)
    assert decided(acts=acts, on=date(2027, 6, 1)).act == revoked
    assert decided(replace(WELL, opened=date(2026, 5, 2)), acts=acts).body == "province"
    assert (
        decided(replace(WELL, opened=date(2026, 5, 1)), acts=(FOUNDING, replace(LOCAL, revoked_on=date(2026, 5, 1)))).body
        == "province"
    )


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"position": 100}, "Aguelmous"),
        ({"position": 199}, "Aguelmous"),
        ({"position": 99}, "province"),
        ({"position": 200}, "province"),
        ({"position": 1000}, None),
        ({"programme": "2"}, "province"),
        ({"matter": "multi-year plan"}, "province"),
        ({"kind": "ambulance"}, "province"),
    ],
)
def test_what_an_act_does_not_name_it_does_not_give(change: dict[str, Any], body: str | None) -> None:
    assert decided(replace(WELL, **change)).body == body


def test_no_act_means_that_nothing_passes_and_says_why() -> None:
    assert texts(decided(acts=()).words)[1:] == [
        "No act in force on 2026-05-01 gives it to any body: nobody decides it.",
        "Nobody is competent: nothing passes.",
    ]
    lacking = replace(WELL, programme="9", axis="9", matter="plan", kind="ship", position=5)
    narrow = replace(LOCAL, axes=frozenset({"1.1"}))
    assert texts(decided(lacking, acts=(narrow,)).words)[2:-1] == [
        "Act 2 does not give the programme 9.",
        "Act 2 does not give the axis 9.",
        "Act 2 does not give this kind of matter: plan.",
        "Act 2 does not give this kind of project: ship.",
        "The place lies outside the territory of act 2.",
    ]
    ended = replace(LOCAL, until=date(2026, 2, 1))
    assert texts(decided(acts=(ended,)).words)[2:-1] == ["Act 2 is not in force on 2026-05-01."]


def test_an_empty_set_gives_nothing() -> None:
    for part in ("programmes", "axes", "matters", "kinds"):
        empty: dict[str, Any] = {part: frozenset()}
        assert decided(acts=(replace(LOCAL, **empty),)).body is None


def test_a_condition_not_met_sends_the_matter_up() -> None:
    asked = replace(LOCAL, conditions=(Condition("upkeep", "An upkeep agreement is signed."),))
    made = decided(acts=(FOUNDING, asked))
    assert (made.body, texts(made.refused["2"])) == ("province", ["A condition is not met: An upkeep agreement is signed."])
    assert decided(replace(WELL, fulfils=frozenset({"upkeep"})), acts=(FOUNDING, asked)).body == "Aguelmous"


def test_a_matter_cannot_be_decided_before_it_begins_nor_for_less_than_nothing() -> None:
    assert texts(decided(on=date(2026, 4, 30)).words)[0] == "The matter begins on 2026-05-01, after 2026-04-30."
    assert decided(on=date(2026, 4, 30)).body is None
    assert decided(on=date(2026, 5, 1)).body == "Aguelmous"
    assert decided(replace(WELL, amount_centimes=Centimes(-1))).body is None


BACK = CallBack("P1", "Aguelmous", date(2026, 5, 20), "province")


def test_one_matter_is_called_back_from_a_day_on_and_no_other() -> None:
    assert decided(call_backs=[BACK], on=date(2026, 5, 19)).body == "Aguelmous"
    made = decided(call_backs=[BACK], on=date(2026, 5, 20))
    assert (made.body, texts(made.refused["2"])) == ("province", ["province called the matter back on 2026-05-20."])
    assert decided(replace(WELL, code="P2"), call_backs=[BACK]).body == "Aguelmous"


LAND = "A condition is not met: The land is free."
PROJECT = "1000000.01 is above the ceiling of 300000.00 a project."
YEAR = "With {spent} already decided in 2026, 1000000.01 more is above the ceiling of 1000000.00 a year."
CONDITIONED = replace(LOCAL, conditions=(Condition("upkeep", "Upkeep is agreed."), Condition("land", "The land is free.")))


@pytest.mark.parametrize(
    ("act", "matter", "spent", "back", "reasons"),
    [
        ({}, {}, {}, None, []),
        ({}, {"amount_centimes": Centimes(0)}, {}, None, []),
        ({}, {"amount_centimes": Centimes(-1)}, {}, None, ["The amount is below 0."]),
        ({"since": date(2026, 5, 1)}, {}, {}, None, []),
        ({"since": date(2026, 5, 2)}, {}, {}, None, ["Act 2 is not in force on 2026-05-01."]),
        ({"until": date(2026, 5, 2)}, {}, {}, None, []),
        ({"until": date(2026, 5, 1)}, {}, {}, None, ["Act 2 is not in force on 2026-05-01."]),
        ({"revoked_on": date(2026, 5, 2)}, {}, {}, None, []),
        ({"revoked_on": date(2026, 5, 1)}, {}, {}, None, ["Act 2 is not in force on 2026-05-01."]),
        # In force by one of its two ends is not in force.
        ({"until": date(2026, 5, 1), "revoked_on": date(2026, 9, 1)}, {}, {}, None, ["Act 2 is not in force on 2026-05-01."]),
        ({}, {}, {}, BACK, ["province called the matter back on 2026-05-20."]),
        ({}, {"fulfils": frozenset()}, {}, None, ["A condition is not met: Upkeep is agreed.", LAND]),
        ({}, {"fulfils": frozenset({"upkeep"})}, {}, None, [LAND]),
        ({}, {"fulfils": frozenset({"upkeep", "land", "more"})}, {}, None, []),
        ({}, {"position": 99}, {}, None, ["The place lies outside the territory of act 2."]),
        ({}, {"amount_centimes": Centimes(1_000_000 * DH + 1)}, {}, None, [PROJECT, YEAR.format(spent="0.00")]),
        (
            {},
            {"amount_centimes": Centimes(1_000_000 * DH + 1)},
            {("2", 2026): Centimes(1), ("2", 2025): Centimes(9)},
            None,
            [PROJECT, YEAR.format(spent="0.01")],
        ),
        # A code beside the star is one code, not all.
        ({"axes": frozenset({"*", "1.1"})}, {}, {}, None, []),
        ({"axes": frozenset({"*", "2.2"})}, {}, {}, None, ["Act 2 does not give the axis 1.1."]),
    ],
)
def test_why_not_under(
    act: dict[str, Any], matter: dict[str, Any], spent: Spent, back: CallBack | None, reasons: list[str]
) -> None:
    asked = replace(WELL, **{"fulfils": frozenset({"upkeep", "land"}), **matter})
    found = competence.why_not_under(replace(CONDITIONED, **act), asked, on=ON, spent=spent, called_back=back)
    assert texts(found) == reasons


def test_every_reason_against_an_act_is_said_at_once_and_in_order() -> None:
    act = replace(
        CONDITIONED,
        axes=frozenset(),
        until=date(2026, 2, 1),
        ceiling_project_centimes=Centimes(0),
        ceiling_year_centimes=Centimes(0),
    )
    asked = replace(
        WELL, programme="9", matter="plan", kind="ship", position=5, amount_centimes=Centimes(1), fulfils=frozenset({"upkeep"})
    )
    assert texts(competence.why_not_under(act, asked, on=ON, spent={}, called_back=BACK)) == [
        "Act 2 does not give the programme 9.",
        "Act 2 does not give the axis 1.1.",
        "Act 2 does not give this kind of matter: plan.",
        "Act 2 does not give this kind of project: ship.",
        "The place lies outside the territory of act 2.",
        "Act 2 is not in force on 2026-05-01.",
        "province called the matter back on 2026-05-20.",
        "0.01 is above the ceiling of 0.00 a project.",
        "With 0.00 already decided in 2026, 0.01 more is above the ceiling of 0.00 a year.",
        LAND,
    ]
    asked = replace(asked, amount_centimes=Centimes(-1))
    assert "The amount is below 0." in texts(competence.why_not_under(act, asked, on=ON, spent={}))


def test_of_several_acts_of_which_none_governs_each_says_what_it_lacks() -> None:
    ended = replace(LOCAL, number="3", until=date(2026, 2, 1), signed_on=date(2025, 12, 20))
    elsewhere = replace(ended, number="4", first=0, last=9)
    other = replace(LOCAL, number="5", kinds=frozenset({"ship"}), axes=frozenset({"9"}), first=120, last=180)
    assert texts(decided(acts=(ended, elsewhere, other)).words) == [
        "The procedure is that of 2026-05-01, when the matter began.",
        "No act in force on 2026-05-01 gives it to any body: nobody decides it.",
        "Act 5 does not give the axis 1.1.",
        "Act 5 does not give this kind of project: well.",
        "Act 3 is not in force on 2026-05-01.",
        "Nobody is competent: nothing passes.",
    ]


def test_what_was_found_on_the_way_up_is_kept_whoever_decides() -> None:
    capped = replace(FOUNDING, ceiling_project_centimes=Centimes(250_000 * DH))
    dear = replace(WELL, amount_centimes=Centimes(350_000 * DH))
    nobody = decided(dear, acts=(capped, LOCAL))
    assert (nobody.act, nobody.left_project_centimes, nobody.left_year_centimes) == (None, None, None)
    assert {act: texts(reasons) for act, reasons in nobody.refused.items()} == {
        "2": ["350000.00 is above the ceiling of 300000.00 a project."],
        "1": ["350000.00 is above the ceiling of 250000.00 a project."],
    }
    early = decided(on=date(2026, 4, 30))
    assert (early.way_up, early.refused, len(early.words)) == ((), {}, 2)


def test_a_matter_above_every_ceiling_is_decided_by_nobody() -> None:
    capped = replace(FOUNDING, ceiling_project_centimes=Centimes(1_000_000 * DH))
    made = decided(replace(WELL, amount_centimes=Centimes(1_000_000 * DH + 1)), acts=(capped, LOCAL))
    assert (made.body, made.way_up) == (None, ("Aguelmous", "province"))
    assert texts(made.words)[-2:] == ["Above province there is no body.", "Nobody is competent: nothing passes."]
    assert decided(replace(WELL, amount_centimes=Centimes(1_000_000 * DH)), acts=(capped, LOCAL)).body == "province"


def test_the_way_up_stops_where_the_giver_has_no_act_or_acts_run_in_a_circle() -> None:
    dear = replace(WELL, amount_centimes=Centimes(400_000 * DH))
    alone = decided(dear, acts=(LOCAL,))
    assert (alone.body, texts(alone.words)[-2]) == (None, "It goes up to province, to which no act gives it.")
    back = replace(LOCAL, number="3", giver="Aguelmous", body="province", first=0)
    circle = decided(dear, acts=(LOCAL, back))
    assert (circle.body, texts(circle.words)[-2]) == (None, "Aguelmous was asked already: these acts run in a circle.")


OTHER = replace(LOCAL, number="0", body="other", ceiling_project_centimes=None)


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"last": 198, "signed_on": date(2025, 12, 1)}, "other"),
        ({"last": 200, "signed_on": date(2025, 12, 31)}, "Aguelmous"),
        ({"signed_on": date(2025, 12, 16)}, "other"),
        ({"signed_on": date(2025, 12, 14)}, "Aguelmous"),
        ({}, "other"),
        ({"number": "3"}, "Aguelmous"),
    ],
)
def test_acts_that_overlap_are_settled_by_territory_then_signature_then_number(change: dict[str, Any], body: str) -> None:
    other = replace(OTHER, **change)
    assert decided(acts=(FOUNDING, LOCAL, other)).body == body
    assert decided(acts=(other, LOCAL, FOUNDING)).body == body


def test_the_order_of_settling_is_declared() -> None:
    wider = replace(OTHER, last=200, signed_on=date(2025, 12, 31))
    assert decided(acts=(LOCAL, wider), settled_by=["signature", "territory"]).body == "other"


def test_the_ceiling_of_an_older_act_never_revives() -> None:
    stricter = replace(LOCAL, number="3", signed_on=date(2025, 12, 20), ceiling_project_centimes=Centimes(100_000 * DH))
    made = decided(acts=(FOUNDING, LOCAL, stricter))
    assert (made.body, list(made.refused)) == ("province", ["3"])


def parts(*amounts: int, **change: Any) -> list[Matter]:
    return [
        replace(WELL, code=f"S{number}", amount_centimes=Centimes(amount * DH), **change) for number, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("matters", "flagged"),
    [
        (parts(150_000, 150_000), 0),
        (parts(150_000, 150_001), 1),
        (parts(300_000, 1), 1),
        (parts(300_001, 1), 0),
        (parts(300_000), 0),
        (parts(100_000, 100_000, 100_000), 0),
        (parts(200_000) + parts(200_000, carrier="another"), 0),
        (parts(200_000) + parts(200_000, position=151), 0),
        (parts(200_000) + parts(200_000, kind="track"), 0),
        (parts(200_000, opened=date(2026, 12, 31)) + parts(200_000, opened=date(2027, 1, 1)), 0),
        (parts(200_000, opened=date(2026, 1, 1)) + parts(200_000, opened=date(2026, 12, 31)), 1),
        (parts(200_000, 200_000, carrier=""), 0),
    ],
)
def test_projects_split_to_stay_under_a_ceiling_are_flagged(matters: list[Matter], flagged: int) -> None:
    assert len(delegation.splits(matters, ceiling_centimes=Centimes(300_000 * DH))) == flagged


def test_a_flag_says_what_is_seen_and_stands_on_the_path() -> None:
    said = "commune asked 2 times in 2026 for one kind in a place, each within 300000.00: 350000.00 in all (P1, S0)."
    path = delegation.decision_path(WELL, ACTS, on=ON, spent={}, others=[WELL, *parts(150_000)])
    assert texts(path) == [
        "Matter P1: 200000.00, programme 1, kind well.",
        *texts(decided().words),
        said,
    ]
    assert texts(delegation.decision_path(WELL, ACTS, on=ON, spent={}, others=parts(100_000))) == texts(path)[:-1]


def test_the_path_says_which_of_two_acts_governs_and_by_which_rule() -> None:
    path = texts(delegation.decision_path(WELL, (*ACTS, replace(OTHER, last=198)), on=ON, spent={}))
    assert path[1] == "Act 0 governs before act 2: its territory is narrower."
    assert len(delegation.decision_path(WELL, (), on=ON, spent={})) == 4


def test_who_decides_what_is_a_table_of_the_acts_in_force() -> None:
    ended = replace(LOCAL, number="9", until=ON)
    rows = delegation.who_decides_what((LOCAL, ended, FOUNDING), ON)
    assert [(row.body, row.act, row.ceiling_project_centimes, row.until) for row in rows] == [
        ("province", "1", None, None),
        ("Aguelmous", "2", 300_000 * DH, date(2027, 1, 1)),
    ]
    assert (rows[1].programmes, rows[1].kinds, rows[0].axes) == (("1", "3"), ("track", "well"), ("*",))
    assert [row.act for row in delegation.who_decides_what((LOCAL, ended), ON - DAY)] == ["2", "9"]
    assert delegation.who_decides_what([replace(LOCAL, revoked_on=date(2026, 9, 1))], ON)[0].until == date(2026, 9, 1)


def test_overlaps_are_listed_with_the_act_that_governs() -> None:
    other = replace(OTHER, number="3", first=150, last=160, since=date(2026, 3, 1))
    found = delegation.overlaps((FOUNDING, LOCAL, other))
    assert [(one.first, one.second, one.since, one.until, one.rule) for one in found] == [
        ("3", "2", date(2026, 3, 1), date(2027, 1, 1), "territory")
    ]
    assert str(found[0].words) == "Act 3 governs before act 2: its territory is narrower."
    for apart in ({"first": 200, "last": 300}, {"kinds": frozenset({"school"})}, {"since": date(2027, 1, 1), "until": None}):
        assert delegation.overlaps((FOUNDING, LOCAL, replace(other, **apart))) == []
    assert [one.rule for one in delegation.overlaps((LOCAL, replace(LOCAL, number="3", kinds=EVERY)))] == ["number"]
    assert delegation.overlaps((LOCAL, replace(LOCAL, number="3", kinds=frozenset()))) == []


def test_gaps_are_listed_by_day() -> None:
    year = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}
    assert delegation.gaps(ACTS, [WELL], **year) == []
    holed = (
        replace(LOCAL, until=date(2026, 3, 1)),
        replace(LOCAL, number="3", since=date(2026, 4, 1), revoked_on=date(2026, 12, 1)),
    )
    found = delegation.gaps(holed, [WELL, replace(WELL, kind="school")], **year)
    assert [(one.matter.kind, one.since, one.until) for one in found] == [
        ("well", date(2026, 3, 1), date(2026, 4, 1)),
        ("well", date(2026, 12, 1), date(2027, 1, 1)),
        ("school", date(2026, 1, 1), date(2027, 1, 1)),
    ]


def test_an_act_that_gives_what_its_giver_does_not_hold_is_listed() -> None:
    assert delegation.unfounded(ACTS, ON) == []
    said = ["Act 2 gives what province does not hold on 2026-06-01."]
    assert texts(delegation.unfounded((LOCAL,), ON)) == said
    assert texts(delegation.unfounded((replace(FOUNDING, programmes=frozenset({"1"})), LOCAL), ON)) == said
    assert texts(delegation.unfounded((replace(FOUNDING, last=198), LOCAL), ON)) == said
    assert delegation.unfounded((replace(FOUNDING, programmes=frozenset({"1", "3"})), LOCAL), ON) == []


NEW = replace(LOCAL, number="7")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"number": "2"}, ["There is already an act 2."]),
        ({"until": date(2026, 1, 1)}, ["The act ends on 2026-01-01, not after its first day 2026-01-01."]),
        ({"signed_on": date(2026, 1, 1)}, []),
        ({"signed_on": date(2026, 1, 2)}, ["The act would hold before it is signed: what was decided then does not change."]),
        ({"last": 99}, ["The territory is empty."]),
        ({"kinds": frozenset()}, ["The act names none of: kinds of project."]),
        ({"kinds": frozenset({"*", "well"})}, ["The act names both all and some of: kinds of project."]),
        ({"ceiling_project_centimes": Centimes(-1)}, ["A ceiling is below 0."]),
        (
            {"ceiling_year_centimes": Centimes(-1)},
            ["A ceiling is below 0.", "The ceiling a project is above the ceiling a year."],
        ),
        ({"ceiling_project_centimes": Centimes(1_000_000 * DH)}, []),
        ({"ceiling_project_centimes": Centimes(1_000_000 * DH + 1)}, ["The ceiling a project is above the ceiling a year."]),
        ({"ceiling_project_centimes": None}, []),
        ({"last": 1000}, ["Act 7 gives what province does not hold on 2026-01-01."]),
        ({"since": date(2025, 12, 31)}, ["Act 7 gives what province does not hold on 2025-12-31."]),
        ({"body": "province"}, ["province cannot give to province, which is not below it."]),
        (
            {"giver": "Aguelmous", "body": "province"},
            ["Aguelmous cannot give to province, which is not below it."],
        ),
        ({"giver": None, "body": "region"}, []),
    ],
)
def test_why_not_sign(change: dict[str, Any], said: list[str]) -> None:
    assert texts(delegation.why_not_sign(replace(NEW, **change), ACTS)) == said


@pytest.mark.parametrize(
    ("act", "since", "signed_on", "said"),
    [
        (LOCAL, ON, ON, []),
        (LOCAL, ON - DAY, ON, ["The revocation would hold before it is signed: what was decided then does not change."]),
        (LOCAL, date(2026, 12, 31), ON, []),
        (LOCAL, date(2027, 1, 1), ON, ["Act 2 ends by itself on 2027-01-01."]),
        (replace(LOCAL, revoked_on=ON), ON, ON, ["Act 2 was revoked already, from 2026-06-01 on."]),
    ],
)
def test_why_not_revoke(act: Act, since: date, signed_on: date, said: list[str]) -> None:
    assert texts(delegation.why_not_revoke(act, since=since, signed_on=signed_on)) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"decided": True}, ["The matter is decided: a decision is not called back."]),
        ({"on": date(2026, 4, 30)}, ["The matter begins on 2026-05-01, after 2026-04-30."]),
        ({"by": "Aguelmous"}, ["Aguelmous is not above Aguelmous, and cannot call its matters back."]),
        ({"by": "Mrirt"}, ["Mrirt is not above Aguelmous, and cannot call its matters back."]),
        ({"call_backs": [BACK]}, ["The matter was called back from Aguelmous already."]),
        ({"holder": decided(acts=())}, ["Nobody holds this matter."]),
    ],
)
def test_why_not_call_back(change: dict[str, Any], said: list[str]) -> None:
    asked: Mapping[str, Any] = {"holder": decided(), "by": "province", "acts": ACTS, "on": ON, "decided": False}
    assert texts(delegation.why_not_call_back(WELL, **{**asked, **change})) == said


BODIES = ["region", "province", "x", "y"]
DATES = some.dates(date(2026, 1, 1), date(2026, 1, 12))
CODES = some.sampled_from([EVERY, frozenset({"1"}), frozenset({"1", "2"}), frozenset()])
CEILINGS = some.none() | some.integers(0, 20).map(Centimes)
ANY_ACTS = some.lists(
    some.builds(
        Act,
        number=some.sampled_from("123456789"),
        giver=some.none() | some.sampled_from(BODIES),
        body=some.sampled_from(BODIES),
        programmes=CODES,
        axes=some.just(EVERY),
        matters=some.just(EVERY),
        kinds=CODES,
        ceiling_project_centimes=CEILINGS,
        ceiling_year_centimes=CEILINGS,
        first=some.integers(0, 5),
        last=some.integers(3, 9),
        since=DATES,
        until=some.none() | DATES,
        signed_by=some.just("somebody"),
        signed_on=DATES,
        revoked_on=some.none() | DATES,
    ),
    max_size=7,
    unique_by=lambda act: act.number,
)
ANY_MATTER = some.builds(
    Matter,
    code=some.just("P"),
    matter=some.just("approval"),
    programme=some.sampled_from("12"),
    axis=some.just("a"),
    kind=some.sampled_from("12"),
    amount_centimes=some.integers(0, 25).map(Centimes),
    position=some.integers(0, 9),
    opened=DATES,
)
ANY_SPENT = some.dictionaries(some.tuples(some.sampled_from("123456789"), some.just(2026)), some.integers(0, 20).map(Centimes))
END = date(2026, 1, 31)


@given(ANY_ACTS, ANY_MATTER, ANY_SPENT, some.randoms())
def test_law_whoever_decides_does_so_under_an_act_that_gives_it(
    acts: list[Act], matter: Matter, spent: Spent, chance: Any
) -> None:
    made = decided(matter, acts, END, spent)
    shuffled = list(acts)
    chance.shuffle(shuffled)
    assert decided(matter, shuffled, END, spent).act == made.act
    assert made.words
    if made.act is None:
        assert str(made.words[-1]) == "Nobody is competent: nothing passes."
        return
    act = made.act
    assert act.since <= matter.opened
    assert act.until is None or matter.opened < act.until
    assert act.revoked_on is None or matter.opened < act.revoked_on
    assert act.first <= matter.position <= act.last
    assert act.ceiling_project_centimes is None or matter.amount_centimes <= act.ceiling_project_centimes
    assert (
        act.ceiling_year_centimes is None
        or spent.get((act.number, 2026), 0) + matter.amount_centimes <= act.ceiling_year_centimes
    )
    assert act.body not in made.way_up


@given(ANY_ACTS, ANY_MATTER, ANY_SPENT)
def test_law_a_matter_above_a_body_s_ceiling_goes_up_or_nowhere(acts: list[Act], matter: Matter, spent: Spent) -> None:
    made = decided(matter, acts, END, spent)
    if made.act is None or made.act.ceiling_project_centimes is None:
        return
    dear = decided(replace(matter, amount_centimes=Centimes(made.act.ceiling_project_centimes + 1)), acts, END, spent)
    assert dear.body is None or dear.body != made.body
    assert made.body in dear.way_up


@given(ANY_ACTS, ANY_MATTER, ANY_ACTS)
def test_law_no_later_act_changes_a_matter_that_began_before_it(acts: list[Act], matter: Matter, later: list[Act]) -> None:
    future = [replace(act, number=f"9{act.number}", since=matter.opened + DAY) for act in later]
    assert decided(matter, acts + future, END).act == decided(matter, acts, END).act


@given(ANY_ACTS, ANY_MATTER)
def test_law_nobody_decides_without_an_act(acts: list[Act], matter: Matter) -> None:
    idle = [act for act in acts if not act.in_force(matter.opened)]
    assert decided(matter, idle, END).body is None


@given(ANY_ACTS, ANY_MATTER)
def test_law_gaps_are_the_days_on_which_no_act_governs(acts: list[Act], matter: Matter) -> None:
    first, end = date(2026, 1, 1), date(2026, 1, 15)
    found = delegation.gaps(acts, [matter], since=first, until=end)
    for number in range(14):
        day = first + number * DAY
        inside = [gap for gap in found if gap.since <= day < gap.until]
        assert len(inside) == (0 if competence.governing(acts, matter, day) else 1)


@given(ANY_ACTS, ANY_MATTER, DATES)
def test_law_two_acts_that_govern_one_matter_are_listed_as_an_overlap(acts: list[Act], matter: Matter, day: date) -> None:
    listed = {(one.first, one.second) for one in delegation.overlaps(acts)}
    flat = [replace(act, giver=None) for act in acts]
    assert listed <= {(one.first, one.second) for one in delegation.overlaps(flat)}
    governs = competence.governing(flat, matter, day)
    pairs = {(one.number, other.number) for at, one in enumerate(governs) for other in governs[at + 1 :]}
    assert pairs <= {(one.first, one.second) for one in delegation.overlaps(flat)}
