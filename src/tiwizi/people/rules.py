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


_READS: Final = frozenset({"places.see", "measures.see", "budgets.see", "committees.see"})
# Who keeps a committee's record keeps that of the body at their own place, never that of another (committees.pages.roles).
_SECRETARY: Final = frozenset({"committees.keep", "matters.propose"})

ROLES: Final[Mapping[str, RoleKind]] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            RoleKind(
                "administrator",
                mark("Administrator"),
                mark("Invites people, gives and ends their roles, watches the server; decides nothing of the programme."),
                frozenset({"places.see", "people.see", "people.invite", "journal.see", "health.see"}),
            ),
            RoleKind(
                "officer",
                mark("Officer of the social-action division"),
                mark("Keeps the places and the figures, prepares the scenarios of the budget; adopts none."),
                _READS | {"places.change", "measures.run", "budgets.draft", "matters.propose", "people.see", "journal.see"},
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
                _READS | {"committees.sign", "journal.see"},
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


def why_not_invite(*, kind: str, in_scope: bool, open_invitation: bool, already: bool) -> list[Sentence]:
    """Every reason why this person cannot be invited to this role; empty means that the invitation may go."""
    reasons = []
    if kind not in ROLES:
        reasons.append(say("There is no role {role}.", role=kind))
    if not in_scope:
        reasons.append(say("The place lies beyond your own."))
    if open_invitation:
        reasons.append(say("An invitation to this role is already open for this address."))
    if already:
        reasons.append(say("This person already has this role there."))
    return reasons


def why_not_accept(*, used: bool, expires_at: datetime, at: datetime) -> list[Sentence]:
    """Every reason why an invitation can no longer be accepted."""
    reasons = []
    if used:
        reasons.append(say("This invitation was already used: sign in instead."))
    if at >= expires_at:
        reasons.append(say("This invitation has expired: ask who sent it for a new one."))
    return reasons


def why_not_end(*, own: bool, ended: bool) -> list[Sentence]:
    """Every reason why a role cannot be ended."""
    reasons = []
    if own:
        reasons.append(say("Nobody ends their own role: ask another administrator."))
    if ended:
        reasons.append(say("This role has already ended."))
    return reasons


def permits(kinds: Sequence[str], permission: str) -> bool:
    """Whether one of these roles permits it."""
    return any(permission in ROLES[kind].permissions for kind in kinds if kind in ROLES)
