"""Who may do what: the roles, what each permits, and every reason why somebody may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from tiwizi.core.errors import Sentence, mark, say


@dataclass(frozen=True)
class RoleKind:
    """A role that somebody can have at a place: its name, what it does in words, and its permissions."""

    code: str
    name: str
    duties: str
    permissions: frozenset[str]

    @property
    def decides(self) -> bool:
        """Whether it decides, signs or keeps: an administrator holds no such role."""
        return not self.permissions.isdisjoint(DECIDING)

    @property
    def confirmed(self) -> bool:
        """Whether a second person confirms an invitation to it: it decides, or it invites others."""
        return self.decides or "people.invite" in self.permissions


DECIDING: Final = frozenset({"budgets.adopt", "committees.keep", "committees.sign", "places.change"})
"""The permissions that decide, sign or keep."""

_READS: Final = frozenset({"places.see", "measures.see", "budgets.see", "committees.see"})
# Who keeps a committee's record keeps that of the body at their own place, never that of another (committees.pages.roles).
_SECRETARY: Final = frozenset({"committees.keep", "committees.confirm", "matters.propose", "people.confirm"})

ROLES: Final[Mapping[str, RoleKind]] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            RoleKind(
                "administrator",
                mark("Administrator"),
                mark("Invites people, gives and ends their roles, watches the server; decides nothing of the programme."),
                frozenset({"places.see", "people.see", "people.invite", "people.confirm", "journal.see", "health.see"}),
            ),
            RoleKind(
                "officer",
                mark("Officer of the social-action division"),
                mark("Keeps the places and the figures, prepares the scenarios of the budget; adopts none."),
                _READS
                | {"places.change", "measures.run", "budgets.draft", "matters.propose"}
                | {"people.see", "people.confirm", "committees.confirm", "journal.see"},
            ),
            RoleKind(
                "provincial_secretary",
                mark("Secretary of the provincial committee"),
                mark(
                    "Keeps the provincial committee's members, sessions, votes and minutes, and prepares scenarios of the budget."
                ),
                _READS | _SECRETARY | {"budgets.draft", "budgets.adopt", "people.see", "journal.see"},
            ),
            RoleKind(
                "local_secretary",
                mark("Secretary of a local committee"),
                mark("Keeps the local committee's members, sessions, votes and minutes; reads the figures of its own places."),
                _READS | _SECRETARY | {"journal.see"},
            ),
            RoleKind(
                "chair",
                mark("Chair of a committee"),
                mark("Reads all that the committee has before it, and signs its minutes."),
                _READS | {"committees.sign", "committees.confirm", "people.confirm", "journal.see"},
            ),
            RoleKind(
                "analyst",
                mark("Analyst"),
                mark("Runs the measures and compares scenarios; changes no place and adopts nothing."),
                _READS | {"measures.run", "budgets.draft"},
            ),
            RoleKind("reader", mark("Reader"), mark("Reads the figures and the adopted shares of the place."), _READS),
        )
    }
)

PERMISSIONS: Final = frozenset().union(*(kind.permissions for kind in ROLES.values()))

PASSPHRASE_LEAST: Final = 12
"""Letters of the shortest passphrase."""


def why_not_invite(*, kind: str, in_scope: bool) -> list[Sentence]:
    """Every reason why nobody can be invited to this role by who asks; empty means that the invitation may go."""
    reasons = []
    if kind not in ROLES:
        reasons.append(say("There is no role {role}.", role=kind))
    if not in_scope:
        reasons.append(say("The place lies beyond your own."))
    return reasons


def why_not_invite_now(*, open_invitation: bool, already: bool) -> list[Sentence]:
    """Why this person cannot be invited to this role, or given it, as things stand."""
    reasons = []
    if open_invitation:
        reasons.append(say("An invitation to this role is already open for this address."))
    if already:
        reasons.append(say("This person already has this role there."))
    return reasons


def why_not_confirm_now(*, kind: str, confirmed: bool, used: bool, expires_at: datetime, at: datetime) -> list[Sentence]:
    """Why nobody at all can confirm an invitation in the state in which it is."""
    reasons = []
    if kind not in ROLES or not ROLES[kind].confirmed:
        reasons.append(say("An invitation to this role needs no second person."))
    if confirmed:
        reasons.append(say("This invitation is confirmed already."))
    return reasons + _why_closed(used=used, expires_at=expires_at, at=at)


def why_not_confirm(
    *, kind: str, own: bool, for_oneself: bool, confirmed: bool, used: bool, expires_at: datetime, at: datetime
) -> list[Sentence]:
    """Every reason why this person cannot confirm an invitation; empty means that its link may go."""
    reasons = why_not_confirm_now(kind=kind, confirmed=confirmed, used=used, expires_at=expires_at, at=at)
    if own:
        reasons.append(say("You sent this invitation: a second person confirms it."))
    if for_oneself:
        reasons.append(say("This invitation is addressed to you: somebody else confirms it."))
    return reasons


def why_not_hold(*, kind: str, others: Sequence[str]) -> list[Sentence]:
    """Why nobody can hold this role beside these others: who invites people decides nothing, and the reverse."""
    known = [ROLES[other] for other in others if other in ROLES]
    role = ROLES[kind]
    clash = role.decides and any("people.invite" in other.permissions for other in known)
    clash |= "people.invite" in role.permissions and any(other.decides for other in known)
    return [say("An administrator holds no role that decides, signs or keeps: give it to somebody else.")] if clash else []


def why_not_accept(*, used: bool, unconfirmed: bool, expires_at: datetime, at: datetime) -> list[Sentence]:
    """Every reason why an invitation cannot be accepted, or no longer."""
    reasons = [say("A second person has not confirmed this invitation yet.")] if unconfirmed else []
    return reasons + _why_closed(used=used, expires_at=expires_at, at=at)


def _why_closed(*, used: bool, expires_at: datetime, at: datetime) -> list[Sentence]:
    reasons = []
    if used:
        reasons.append(say("This invitation was already used: sign in instead."))
    if at >= expires_at:
        reasons.append(say("This invitation has expired: ask who sent it for a new one."))
    return reasons


def why_not_end(*, own: bool, ended: bool) -> list[Sentence]:
    """Every reason why a role cannot be ended."""
    reasons = why_ended(ended=ended)
    if own:
        reasons.append(say("Nobody ends their own role: ask another administrator."))
    return reasons


def why_ended(*, ended: bool) -> list[Sentence]:
    """Why nothing becomes of a role: that it has ended."""
    return [say("This role has already ended.")] if ended else []


def permits(kinds: Sequence[str], permission: str) -> bool:
    """Whether one of these roles permits it."""
    return any(permission in ROLES[kind].permissions for kind in kinds if kind in ROLES)
