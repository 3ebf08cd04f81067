"""Every reason for a refusal that the steps of sessions and matters give, word for word, at the edge of each bound."""

from datetime import date, timedelta
from typing import Any

import pytest

from tiwizi.committees.rules import steps as rules
from tiwizi.core.errors import Sentence, say

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOT_OPEN = "The session is not open."
VOTING = "A vote is open: declare its result first."

ALLOWED: dict[str, dict[str, Any]] = {
    "why_not_found": {"kind_known": True, "level_fits": True, "named": True, "above_fits": True, "taken": False},
    "why_not_seated_since": {"day": TODAY, "sat": None},
    "why_not_end_mandate": {"since": TODAY - DAY, "until": None, "ends": TODAY, "today": TODAY},
    "why_not_name_deputy": {"holds": True, "member": False, "deputy": False, "name": "Amina"},
    "why_not_plan": {"title": "Rights", "kind": "training", "year": 2026},
    "why_not_hold": {"held_on": TODAY, "today": TODAY, "came": 1},
    "why_not_propose": {
        "kind": "project", "kinds": ("project", "plan"), "titled": True, "amount_centimes": 1, "opened": TODAY, "today": TODAY,
    },
    "why_not_change": {"state": "waiting", "version": 3, "shown": 3, "sent": False},
    "why_not_put_on_agenda": {"session": "draft", "state": "waiting", "elsewhere": (), "competent": True, "words": ()},
    "why_not_prepare": {"day": TODAY, "today": TODAY, "state_of_first": None, "repeated": False},
    "why_not_take_up": {"session": "open", "state": "waiting", "before": ()},
    "why_not_take_back": {"session": "open", "number": 2, "waits": True, "voting": False},
    "why_not_note": {"session": "convened", "on_day": True, "voting": False, "seated": True, "name": "Amina"},
    "why_not_lapse": {"state": "convened", "day": TODAY, "on": TODAY, "quorate": False},
    "why_not_close": {"state": "open", "under_way": ()},
    "why_not_amend": {
        "session": "open", "state": "debated", "text": {"ar": "", "fr": "A"}, "amended": {"ar": "", "fr": "B"}, "voting": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("question", ALLOWED)
def test_what_may_be_done_has_no_reason_against_it(question: str) -> None:
    assert getattr(rules, question)(**ALLOWED[question]) == []


@pytest.mark.parametrize(
    ("question", "change", "reasons"),
    [
        ("why_not_found", {"kind_known": False}, ["The rulebook knows no such kind of committee."]),
        ("why_not_found", {"level_fits": False}, ["A committee of this kind does not sit at a place of this level."]),
        ("why_not_found", {"named": False}, ["Give its name in Arabic and in French: both stand on its minutes."]),
        ("why_not_found", {"above_fits": False}, ["It belongs to a committee of another kind."]),
        ("why_not_found", {"taken": True}, ["There is already a committee of this kind at this place."]),
        ("why_not_seated_since", {"sat": TODAY - DAY}, []),
        (
            "why_not_seated_since",
            {"sat": TODAY},
            ["The committee met on 2026-11-23: who could sit then stays as it was. Choose a later day."],
        ),
        ("why_not_end_mandate", {"until": TODAY + DAY}, []),
        ("why_not_end_mandate", {"until": TODAY}, ["This mandate ended on 2026-11-23."]),
        ("why_not_end_mandate", {"since": TODAY}, ["The mandate ends on 2026-11-23, not after its first day 2026-11-23."]),
        (
            "why_not_end_mandate",
            {"since": TODAY - 9 * DAY, "ends": TODAY - DAY},
            ["A mandate ends today or later: who sat on a past day stays as it was."],
        ),
        ("why_not_name_deputy", {"holds": False}, ["The mandate does not run on that day."]),
        ("why_not_name_deputy", {"member": True}, ["Amina is a member in these days, and cannot sit as a deputy."]),
        ("why_not_name_deputy", {"deputy": True}, ["Amina already stands in for a member."]),
        ("why_not_plan", {"title": " "}, ["An activity needs a title."]),
        ("why_not_plan", {"kind": "feast"}, ["There is no activity of the kind feast."]),
        ("why_not_plan", {"year": 2005}, []),
        ("why_not_plan", {"year": 2100}, []),
        ("why_not_plan", {"year": 2004}, ["The year lies between 2005 and 2100."]),
        ("why_not_plan", {"year": 2101}, ["The year lies between 2005 and 2100."]),
        (
            "why_not_hold",
            {"held_on": TODAY + DAY},
            ["The day is still to come: what is not held yet is not written down."],
        ),
        ("why_not_hold", {"came": 0}, ["Say how many women and men came."]),
        ("why_not_propose", {"kind": "feast"}, ["The rulebook knows no kind of matter feast."]),
        ("why_not_propose", {"titled": False}, ["Give a title, in Arabic or in French."]),
        ("why_not_propose", {"amount_centimes": -1}, ["The amount is below 0."]),
        ("why_not_propose", {"amount_centimes": 0}, ["Give the amount asked for."]),
        ("why_not_propose", {"kind": "plan", "amount_centimes": 0}, []),
        (
            "why_not_propose",
            {"opened": TODAY + DAY},
            ["The matter would begin on 2026-11-24, which is still to come."],
        ),
        ("why_not_change", {"state": "adjourned"}, []),
        ("why_not_change", {"state": "voting"}, ["In the state “being voted” a matter is changed by an amendment only."]),
        (
            "why_not_change",
            {"shown": 2},
            ["Somebody changed this matter after your page was loaded: load it again to see what."],
        ),
        (
            "why_not_change",
            {"sent": True},
            ["It is on an agenda that was sent out: from then on it is changed by an amendment only."],
        ),
        ("why_not_put_on_agenda", {"state": "adjourned"}, []),
        ("why_not_put_on_agenda", {"session": "convened"}, ["The agenda was sent out: nothing is added to it."]),
        ("why_not_put_on_agenda", {"state": "adopted"}, ["In the state “adopted” a matter does not come on an agenda."]),
        (
            "why_not_put_on_agenda",
            {"elsewhere": ("1/2026", "3/2026")},
            ["It is on the agenda of session 1/2026 already.", "It is on the agenda of session 3/2026 already."],
        ),
        ("why_not_put_on_agenda", {"words": [say("Nobody decides it.")]}, []),
        (
            "why_not_put_on_agenda",
            {"competent": False, "words": [say("Nobody decides it.")]},
            ["This committee is not competent for it:", "Nobody decides it."],
        ),
        ("why_not_prepare", {"day": TODAY - DAY}, ["The day of the session, 2026-11-22, is over."]),
        ("why_not_prepare", {"state_of_first": "lapsed"}, []),
        (
            "why_not_prepare",
            {"state_of_first": "closed"},
            ["Only a session that lapsed for want of a quorum is convened again."],
        ),
        ("why_not_prepare", {"repeated": True}, ["This session was convened again already."]),
        ("why_not_take_up", {"session": "suspended"}, [NOT_OPEN]),
        (
            "why_not_take_up",
            {"state": "debated"},
            [
                "In the state “debated” one cannot take up.",
                "That is done from the state “waiting”.",
                "That is done from the state “adjourned”.",
            ],
        ),
        (
            "why_not_take_up",
            {"before": (1, 3)},
            [f"Item {number} comes first: settle it, or move it down the agenda." for number in (1, 3)],
        ),
        ("why_not_take_back", {"session": "closed"}, [NOT_OPEN]),
        ("why_not_take_back", {"waits": False}, ["Amendment 2 is not waiting for a vote."]),
        ("why_not_take_back", {"voting": True}, [VOTING]),
        ("why_not_note", {"session": "open", "on_day": False}, []),
        ("why_not_note", {"on_day": False}, ["Presence is written down on the day of the session."]),
        ("why_not_note", {"session": "draft"}, ["In the state “in preparation” nobody's presence is written down."]),
        (
            "why_not_note",
            {"voting": True},
            ["A vote is open: declare its result, or leave it without effect, before anybody comes or goes."],
        ),
        ("why_not_note", {"seated": False}, ["Amina is not a member of this committee on this day."]),
        ("why_not_lapse", {"on": TODAY + DAY}, []),
        ("why_not_lapse", {"on": TODAY - DAY}, ["The session is convened for 2026-11-23, not for 2026-11-22."]),
        ("why_not_lapse", {"quorate": True}, ["There is a quorum: the session can open."]),
        (
            "why_not_lapse",
            {"state": "open"},
            [
                "In the state “open” one cannot record that the quorum is lacking.",
                "That is done from the state “convened”.",
            ],
        ),
        ("why_not_close", {"state": "suspended"}, []),
        (
            "why_not_close",
            {"state": "draft", "under_way": (1, 2)},
            [
                "In the state “in preparation” one cannot close.",
                "That is done from the state “open”.",
                "That is done from the state “suspended”.",
                "Item 1 is under way: decide it, adjourn it or withdraw it.",
                "Item 2 is under way: decide it, adjourn it or withdraw it.",
            ],
        ),
        ("why_not_amend", {"state": "amending"}, []),
        ("why_not_amend", {"session": "suspended"}, [NOT_OPEN]),
        ("why_not_amend", {"state": "waiting"}, ["In the state “waiting” no amendment is deposited."]),
        ("why_not_amend", {"voting": True}, [VOTING]),
    ],
)
def test_why_not(question: str, change: dict[str, Any], reasons: list[str]) -> None:
    assert texts(getattr(rules, question)(**ALLOWED[question] | change)) == reasons


@pytest.mark.parametrize("question", ALLOWED)
def test_every_reason_comes_at_once(question: str) -> None:
    """All that can be wrong at the same time is said in the order in which it is asked, none in place of another."""
    asked, reasons = ALL_WRONG[question]
    assert texts(getattr(rules, question)(**ALLOWED[question] | asked)) == reasons


ALL_WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "why_not_found": (
        {"kind_known": False, "level_fits": False, "named": False, "above_fits": False, "taken": True},
        [
            "The rulebook knows no such kind of committee.",
            "A committee of this kind does not sit at a place of this level.",
            "Give its name in Arabic and in French: both stand on its minutes.",
            "It belongs to a committee of another kind.",
            "There is already a committee of this kind at this place.",
        ],
    ),
    "why_not_seated_since": (
        {"sat": TODAY + DAY},
        ["The committee met on 2026-11-24: who could sit then stays as it was. Choose a later day."],
    ),
    "why_not_end_mandate": (
        {"since": TODAY, "until": TODAY - DAY, "ends": TODAY - 2 * DAY},
        [
            "This mandate ended on 2026-11-22.",
            "The mandate ends on 2026-11-21, not after its first day 2026-11-23.",
            "A mandate ends today or later: who sat on a past day stays as it was.",
        ],
    ),
    "why_not_name_deputy": (
        {"holds": False, "member": True, "deputy": True},
        [
            "The mandate does not run on that day.",
            "Amina is a member in these days, and cannot sit as a deputy.",
            "Amina already stands in for a member.",
        ],
    ),
    "why_not_plan": (
        {"title": "", "kind": "x", "year": 0},
        ["An activity needs a title.", "There is no activity of the kind x.", "The year lies between 2005 and 2100."],
    ),
    "why_not_hold": (
        {"held_on": TODAY + DAY, "came": -1},
        ["The day is still to come: what is not held yet is not written down.", "Say how many women and men came."],
    ),
    "why_not_propose": (
        {"kinds": (), "titled": False, "amount_centimes": 0, "opened": TODAY + DAY},
        [
            "The rulebook knows no kind of matter project.",
            "Give a title, in Arabic or in French.",
            "Give the amount asked for.",
            "The matter would begin on 2026-11-24, which is still to come.",
        ],
    ),
    "why_not_change": (
        {"state": "adopted", "shown": 4, "sent": True},
        [
            "In the state “adopted” a matter is changed by an amendment only.",
            "Somebody changed this matter after your page was loaded: load it again to see what.",
            "It is on an agenda that was sent out: from then on it is changed by an amendment only.",
        ],
    ),
    "why_not_put_on_agenda": (
        {"session": "open", "state": "voting", "elsewhere": ("2/2026",), "competent": False},
        [
            "The agenda was sent out: nothing is added to it.",
            "In the state “being voted” a matter does not come on an agenda.",
            "It is on the agenda of session 2/2026 already.",
            "This committee is not competent for it:",
        ],
    ),
    "why_not_prepare": (
        {"day": TODAY - DAY, "state_of_first": "open", "repeated": True},
        [
            "The day of the session, 2026-11-22, is over.",
            "Only a session that lapsed for want of a quorum is convened again.",
            "This session was convened again already.",
        ],
    ),
    "why_not_take_up": (
        {"session": "draft", "state": "adopted", "before": (1,)},
        [
            NOT_OPEN,
            "In the state “adopted” one cannot take up.",
            "That is done from the state “waiting”.",
            "That is done from the state “adjourned”.",
            "Item 1 comes first: settle it, or move it down the agenda.",
        ],
    ),
    "why_not_take_back": (
        {"session": "draft", "waits": False, "voting": True},
        [NOT_OPEN, "Amendment 2 is not waiting for a vote.", VOTING],
    ),
    "why_not_note": (
        {"session": "closed", "on_day": False, "voting": True, "seated": False},
        [
            "In the state “closed” nobody's presence is written down.",
            "A vote is open: declare its result, or leave it without effect, before anybody comes or goes.",
            "Amina is not a member of this committee on this day.",
        ],
    ),
    "why_not_lapse": (
        {"state": "draft", "on": TODAY - DAY, "quorate": True},
        [
            "In the state “in preparation” one cannot record that the quorum is lacking.",
            "That is done from the state “convened”.",
            "The session is convened for 2026-11-23, not for 2026-11-22.",
            "There is a quorum: the session can open.",
        ],
    ),
    "why_not_close": (
        {"state": "closed", "under_way": (4,)},
        [
            "In the state “closed” one cannot close.",
            "That is done from the state “open”.",
            "That is done from the state “suspended”.",
            "Item 4 is under way: decide it, adjourn it or withdraw it.",
        ],
    ),
    "why_not_amend": (
        {"session": "closed", "state": "adopted", "amended": {"ar": "", "fr": ""}, "voting": True},
        [NOT_OPEN, "In the state “adopted” no amendment is deposited.", "Write the resolution as it would read.", VOTING],
    ),
}


def texts(reasons: list[Sentence]) -> list[str]:
    return [str(reason) for reason in reasons]


@pytest.mark.parametrize(
    ("kind", "act", "state", "reasons"),
    [
        ("session", "cast", "open", []),
        ("session", "cast", "closed", [NOT_OPEN]),
        ("session", "note", "closed", ["In the state “closed” nobody's presence is written down."]),
        ("session", "note", "?", ["In the state “unknown” nobody's presence is written down."]),
        ("session", "open", "convened", []),
        ("matter", "adopt", "voting", []),
        ("matter", "change", "voting", ["In the state “being voted” a matter is changed by an amendment only."]),
    ],
)
def test_the_state_is_told_first(kind: rules.Kind, act: str, state: str, reasons: list[str]) -> None:
    assert texts(rules.why_not_now(kind, act, state)) == reasons


@pytest.mark.parametrize(
    ("kind", "state", "verb", "after"),
    [
        ("session", "open", "close", "closed"),
        ("matter", "voting", "adopt", "adopted"),
        ("matter", "open", "close", None),
        ("session", "draft", "open", None),
    ],
)
def test_where_a_verb_leads(kind: rules.Kind, state: str, verb: str, after: str | None) -> None:
    assert rules.after(kind, state, verb) == after


def test_an_amendment_out_of_turn_names_the_first_that_waits() -> None:
    asked = [rules.Amendment(1, False, 1), rules.Amendment(2, False, 3), rules.Amendment(3, False, 2, settled=True)]
    assert texts(rules.why_not_amendment(1, asked)) == ["Amendment 2 comes before amendment 1."]
    assert texts(rules.why_not_amendment(3, asked)) == ["Amendment 3 is not waiting for a vote."]
    assert rules.why_not_amendment(2, asked) == []
