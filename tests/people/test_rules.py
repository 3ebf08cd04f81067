"""Who may do what: the roles against each other, and every reason of a refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tiwizi.core.errors import Sentence
from tiwizi.people import rules

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_who_prepares_a_share_does_not_adopt_it_and_who_invites_decides_nothing() -> None:
    held = {code: kind.permissions for code, kind in rules.ROLES.items()}
    assert [code for code, given in held.items() if "budgets.adopt" in given] == ["provincial_secretary"]
    assert held["administrator"] & {"budgets.draft", "budgets.adopt", "measures.run", "places.change"} == set()
    assert held["reader"] == {"places.see", "measures.see", "budgets.see", "committees.see"}
    assert [code for code, given in held.items() if "committees.keep" in given] == ["provincial_secretary", "local_secretary"]
    assert [code for code, given in held.items() if "committees.sign" in given] == ["chair"]
    assert all(kind.duties.endswith(".") for kind in rules.ROLES.values())


KING, BEYOND = "There is no role king.", "The place lies beyond your own."
OPEN, ALREADY = "An invitation to this role is already open for this address.", "This person already has this role there."


@pytest.mark.parametrize(
    ("kind", "in_scope", "reasons"),
    [("reader", True, []), ("king", True, [KING]), ("reader", False, [BEYOND]), ("king", False, [KING, BEYOND])],
)
def test_why_not_invite(kind: str, in_scope: bool, reasons: list[str]) -> None:
    assert [str(reason) for reason in rules.why_not_invite(kind=kind, in_scope=in_scope)] == reasons


@pytest.mark.parametrize(
    ("open_invitation", "already", "reasons"),
    [(False, False, []), (True, False, [OPEN]), (False, True, [ALREADY]), (True, True, [OPEN, ALREADY])],
)
def test_why_not_invite_now(open_invitation: bool, already: bool, reasons: list[str]) -> None:
    said = rules.why_not_invite_now(open_invitation=open_invitation, already=already)
    assert [str(reason) for reason in said] == reasons


@pytest.mark.parametrize(
    ("used", "left", "count"),
    [(False, timedelta(seconds=1), 0), (False, timedelta(0), 1), (True, timedelta(days=1), 1), (True, timedelta(0), 2)],
)
def test_why_not_accept(used: bool, left: timedelta, count: int) -> None:
    assert len(rules.why_not_accept(used=used, unconfirmed=False, expires_at=AT + left, at=AT)) == count
    unconfirmed = rules.why_not_accept(used=used, unconfirmed=True, expires_at=AT + left, at=AT)
    assert len(unconfirmed) == count + 1
    assert str(unconfirmed[0]) == "A second person has not confirmed this invitation yet."


@pytest.mark.parametrize(("own", "ended", "count"), [(False, False, 0), (True, False, 1), (False, True, 1), (True, True, 2)])
def test_why_not_end(own: bool, ended: bool, count: int) -> None:
    assert len(rules.why_not_end(own=own, ended=ended)) == count


def test_which_roles_a_second_person_confirms_and_which_decide() -> None:
    decide = {"officer", "provincial_secretary", "local_secretary", "chair"}
    assert {code for code, kind in rules.ROLES.items() if kind.decides} == decide
    confirmed = {code for code, kind in rules.ROLES.items() if kind.confirmed}
    assert confirmed == decide | {"administrator"}
    # Whoever confirms was confirmed: nobody makes a second person alone.
    assert {code for code, kind in rules.ROLES.items() if "people.confirm" in kind.permissions} == confirmed


@pytest.mark.parametrize(
    ("kind", "others", "refused"),
    [
        ("administrator", [], False),
        ("administrator", ["reader", "analyst", "administrator"], False),
        ("administrator", ["reader", "chair"], True),
        ("chair", ["administrator"], True),
        ("local_secretary", ["administrator"], True),
        ("officer", ["administrator"], True),
        ("reader", ["administrator"], False),
        ("chair", ["provincial_secretary", "unknown"], False),
    ],
)
def test_why_not_hold(kind: str, others: list[str], refused: bool) -> None:
    assert bool(rules.why_not_hold(kind=kind, others=others)) is refused


@pytest.mark.parametrize("kind", ["chair", "reader", "unknown"])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("for_oneself", [False, True])
@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_why_not_confirm(kind: str, own: bool, for_oneself: bool, confirmed: bool, used: bool, late: bool) -> None:
    expires_at = AT if late else AT + timedelta(seconds=1)
    said = rules.why_not_confirm(
        kind=kind, own=own, for_oneself=for_oneself, confirmed=confirmed, used=used, expires_at=expires_at, at=AT
    )
    assert len(said) == sum((kind != "chair", own, for_oneself, confirmed, used, late))


def texts(reasons: list[Sentence]) -> list[str]:
    return [str(reason) for reason in reasons]


def test_every_reason_about_invitations_and_roles_in_its_words_and_order() -> None:
    late: dict[str, Any] = {"expires_at": AT, "at": AT}
    soon: dict[str, Any] = {"expires_at": AT + timedelta(seconds=1), "at": AT}
    used = "This invitation was already used: sign in instead."
    expired = "This invitation has expired: ask who sent it for a new one."
    assert texts(rules.why_not_invite(kind="king", in_scope=False)) == [
        "There is no role king.",
        "The place lies beyond your own.",
    ]
    assert texts(rules.why_not_invite_now(open_invitation=True, already=True)) == [
        "An invitation to this role is already open for this address.",
        "This person already has this role there.",
    ]
    wrong: dict[str, Any] = {"confirmed": True, "used": True, **late}
    now = ["An invitation to this role needs no second person.", "This invitation is confirmed already.", used, expired]
    assert texts(rules.why_not_confirm_now(kind="reader", **wrong)) == now
    assert texts(rules.why_not_confirm(kind="reader", own=True, for_oneself=True, **wrong)) == [
        *now,
        "You sent this invitation: a second person confirms it.",
        "This invitation is addressed to you: somebody else confirms it.",
    ]
    assert texts(rules.why_not_hold(kind="chair", others=["administrator"])) == [
        "An administrator holds no role that decides, signs or keeps: give it to somebody else."
    ]
    waiting = "A second person has not confirmed this invitation yet."
    assert texts(rules.why_not_accept(used=True, unconfirmed=True, **late)) == [waiting, used, expired]
    assert rules.why_not_accept(used=False, unconfirmed=False, **soon) == []
    assert texts(rules.why_not_end(own=True, ended=True)) == [
        "This role has already ended.",
        "Nobody ends their own role: ask another administrator.",
    ]
    assert (texts(rules.why_ended(ended=True)), rules.why_ended(ended=False)) == (["This role has already ended."], [])


def test_a_permission_is_of_one_of_the_roles() -> None:
    assert rules.permits(["unknown", "reader", "chair"], "committees.sign")
    assert not rules.permits(["unknown", "reader"], "committees.sign")
    assert not rules.permits([], "places.see")
