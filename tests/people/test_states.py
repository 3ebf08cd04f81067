"""Every act in every state of an invitation, a role, an address and the office: what is refused changes and writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.people import commands, founding
from tiwizi.people.commands import INVITATION_LASTS
from tiwizi.people.founding import Founder
from tiwizi.people.models import Account, Founding, Invitation, Role
from tiwizi.territories.models import Place

PHRASE = "cedar-falcon-olive-71"
ADDRESS = "new@example.org"
LATER = AT + timedelta(days=1)
TOO_LATE = AT + INVITATION_LASTS
DONE = ""
"""The act is allowed."""

UNCONFIRMED = "A second person has not confirmed this invitation yet."
CONFIRMED = "This invitation is confirmed already."
USED = "This invitation was already used: sign in instead."
EXPIRED = "This invitation has expired: ask who sent it for a new one."
NEEDS_NONE = "An invitation to this role needs no second person."
OPEN = "An invitation to this role is already open for this address."
ALREADY = "This person already has this role there."
BEYOND = "The place lies beyond your own."
ENDED = "This role has already ended."
FOUNDED = "This office is founded already: people are invited to it, and a second person confirms them."
IN_USE = "there is already an account for this address."

INVITATIONS = {
    #                      confirm                  send_again               accept                   invite
    "open": (NEEDS_NONE, DONE, DONE, OPEN),
    "accepted": (f"{NEEDS_NONE}|{USED}", USED, USED, ALREADY),
    "expired": (f"{NEEDS_NONE}|{EXPIRED}", EXPIRED, EXPIRED, DONE),
    "waiting": (DONE, UNCONFIRMED, UNCONFIRMED, OPEN),
    "waiting, expired": (EXPIRED, f"{UNCONFIRMED}|{EXPIRED}", f"{UNCONFIRMED}|{EXPIRED}", DONE),
    "confirmed": (CONFIRMED, DONE, DONE, OPEN),
    "confirmed, accepted": (f"{CONFIRMED}|{USED}", USED, USED, ALREADY),
    "confirmed, expired": (f"{CONFIRMED}|{EXPIRED}", EXPIRED, EXPIRED, DONE),
}
ROLES = {
    #           end    give
    "none": (None, DONE),
    "in force": (DONE, ALREADY),
    "ended": (ENDED, DONE),
}


@dataclass(frozen=True)
class Here:
    """The tree, who invites, and who confirms."""

    tree: Tree
    admin: Account
    chair: Account


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def here(db: None) -> Here:
    tree = trees.tree()
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    return Here(tree, admin, trees.account("chair@example.org", ("chair", tree.province)))


def rows() -> dict[str, Any]:
    """All there is of people, and how long the journal is."""
    tables = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in (Account, Role, Invitation)}
    return {**tables, "founding": Founding.objects.count(), "journal": Entry.objects.count()}


def expect(act: Callable[[], object], reasons: str) -> None:
    """The act is done where no reason is named; else it gives these reasons, and changes and writes nothing."""
    before = rows()
    if reasons == DONE:
        act()
        assert Entry.objects.count() > before["journal"]
        return
    with pytest.raises(Refused) as refused:
        act()
    assert "|".join(str(problem.what) for problem in refused.value.problems) == reasons
    assert rows() == before


def invitation(here: Here, state: str) -> tuple[Invitation, str, Any]:
    """An invitation brought to a state by the acts that lead there, the token of its link, and the moment of the next act.

    What is given is the object as it was before the last act: the database knows better.
    """
    kind = "local_secretary" if state.startswith(("waiting", "confirmed")) else "reader"
    made = commands.invite(email=ADDRESS, name="N", kind=kind, place=here.tree.near, by=MACHINE, account=here.admin, at=AT)
    stale, token = Invitation.objects.get(pk=made.invitation.pk), made.token or ""
    if state.startswith("waiting"):
        token = "known"
        Invitation.objects.filter(pk=stale.pk).update(token_hash=commands.hashed(token))
    if state.startswith("confirmed"):
        token = commands.confirm(made.invitation, by=MACHINE, account=here.chair, at=AT).token or ""
    if state.endswith("accepted"):
        commands.accept(token, passphrase=PHRASE, on=ON, at=LATER)
    return stale, token, TOO_LATE if state.endswith("expired") else LATER


@pytest.mark.parametrize("state", INVITATIONS)
@pytest.mark.parametrize("act", ["confirm", "send_again", "accept", "invite"])
def test_an_invitation(here: Here, act: str, state: str) -> None:
    stale, token, at = invitation(here, state)
    kind = stale.kind
    acts: dict[str, Callable[[], object]] = {
        "confirm": lambda: commands.confirm(stale, by=MACHINE, account=here.chair, at=at),
        "send_again": lambda: commands.send_again(stale, by=MACHINE, at=at),
        "accept": lambda: commands.accept(token, passphrase=PHRASE, on=ON, at=at),
        "invite": lambda: commands.invite(
            email=ADDRESS, name="N", kind=kind, place=here.tree.near, by=MACHINE, account=here.admin, at=at
        ),
    }
    expect(acts[act], INVITATIONS[state][list(acts).index(act)])


@pytest.mark.parametrize("state", INVITATIONS)
def test_the_state_of_an_invitation_is_told_before_who_may_not_confirm_it(here: Here, state: str) -> None:
    stale, _token, at = invitation(here, state)
    reasons = INVITATIONS[state][0] or "You sent this invitation: a second person confirms it."
    expect(lambda: commands.confirm(stale, by=MACHINE, account=here.admin, at=at), reasons)


@pytest.mark.parametrize("state", INVITATIONS)
def test_the_state_of_an_invitation_is_told_before_a_place_beyond_ones_own(here: Here, state: str) -> None:
    stale, _token, at = invitation(here, state)
    wide = Place(code=here.tree.near.code, position=here.tree.province.position, last=here.tree.province.last)
    with scope.within(trees.of(here.tree.near)):
        expect(
            lambda: commands.invite(email=ADDRESS, name="N", kind=stale.kind, place=wide, by=MACHINE, account=here.admin, at=at),
            INVITATIONS[state][3] or BEYOND,
        )


@pytest.mark.parametrize("state", INVITATIONS)
def test_the_state_of_an_invitation_is_told_before_what_is_wrong_with_its_acceptance(here: Here, state: str) -> None:
    _stale, token, at = invitation(here, state)
    if INVITATIONS[state][2] != DONE:
        expect(lambda: commands.accept(token, passphrase="short", on=ON, at=at), INVITATIONS[state][2])


@pytest.mark.parametrize(("act", "state"), [("end", "in force"), ("end", "ended"), *(("give", state) for state in ROLES)])
def test_a_role(here: Here, act: str, state: str) -> None:
    who = trees.account("who@example.org")
    stale = Role()
    if state != "none":
        stale = commands.give_role(who, kind="reader", place=here.tree.near, since=ON, by=MACHINE, at=AT)
    if state == "ended":
        commands.end_role(Role.objects.get(pk=stale.pk), by=MACHINE, account=here.admin, on=ON + timedelta(days=1), at=LATER)
    reasons = ROLES[state][["end", "give"].index(act)]
    assert reasons is not None
    if act == "give":
        expect(lambda: commands.give_role(who, kind="reader", place=here.tree.near, since=ON, by=MACHINE, at=LATER), reasons)
    else:
        expect(lambda: commands.end_role(stale, by=MACHINE, account=here.admin, on=ON, at=LATER), reasons)


@pytest.mark.parametrize("state", ROLES)
def test_the_state_of_a_role_is_told_before_a_place_beyond_ones_own(here: Here, state: str) -> None:
    who = trees.account("who@example.org")
    if state != "none":
        made = commands.give_role(who, kind="reader", place=here.tree.near, since=ON, by=MACHINE, at=AT)
    if state == "ended":
        commands.end_role(made, by=MACHINE, account=here.admin, on=ON, at=LATER)
    wide = Place(code=here.tree.near.code, position=here.tree.province.position, last=here.tree.province.last)
    with scope.within(trees.of(here.tree.near)):
        expect(
            lambda: commands.give_role(who, kind="reader", place=wide, since=ON, by=MACHINE, at=LATER), ROLES[state][1] or BEYOND
        )


@pytest.mark.parametrize(("ended", "reasons"), [(False, "Nobody ends their own role: ask another administrator."), (True, ENDED)])
def test_the_state_of_a_role_is_told_before_whose_it_is(here: Here, ended: bool, reasons: str) -> None:
    own = Role.objects.get(account=here.chair)
    if ended:
        commands.end_role(own, by=MACHINE, account=here.admin, on=ON, at=LATER)
    expect(lambda: commands.end_role(own, by=MACHINE, account=here.chair, on=ON, at=LATER), reasons)


@pytest.mark.parametrize(("address", "reasons"), [(ADDRESS, DONE), ("Chair@example.org ", IN_USE)])
def test_an_address(here: Here, address: str, reasons: str) -> None:
    expect(lambda: commands.create_account(email=address, name="N", passphrase=PHRASE, at=AT, by=MACHINE), reasons)
    if reasons != DONE:
        # Nothing else that is wrong is looked at.
        expect(lambda: commands.create_account(email=address, name="N", passphrase="short", at=AT, by=MACHINE), reasons)


@pytest.mark.parametrize("founded", [False, True])
def test_an_office(db: None, founded: bool) -> None:
    tree = trees.tree()
    people = [Founder("admin@example.org", "A", "administrator"), Founder("gov@example.org", "G", "chair")]
    if founded:
        founding.found(tree.province, people, reference="Arrêté 12/2026", on=ON, at=AT)
        # Nothing else that is wrong is looked at.
        expect(lambda: founding.found(tree.province, [], reference="", on=ON, at=AT), FOUNDED)
    else:
        expect(lambda: founding.found(tree.province, people, reference="Arrêté 12/2026", on=ON, at=AT), DONE)
