"""Making accounts, giving and ending roles, inviting and accepting: each one transaction and one entry in the journal."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from tiwizi.core.errors import Problem, Refused, Sentence, refuse, say
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people import rules
from tiwizi.people.models import Account, Invitation, Role
from tiwizi.scope import current, everything

INVITATION_LASTS: Final = timedelta(days=14)


class Seat(Protocol):
    """A place as people need it: its code and its interval."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def position(self) -> int:
        """Its position."""

    @property
    def last(self) -> int:
        """The last position inside it."""


@dataclass(frozen=True)
class Invited:
    """An invitation and the token of its link, which is shown once and not kept."""

    invitation: Invitation
    token: str


def create_account(
    *, email: str, name: str, passphrase: str, at: datetime, by: Actor, language: str = "ar", demonstration: bool = False
) -> Account:
    """A new account without any role. Raises Refused for an address in use or a passphrase too weak."""
    account = Account(
        email=email.strip().lower(), name=name.strip(), language=language, demonstration=demonstration, created_at=at
    )
    problems = _passphrase_problems(passphrase, account)
    if Account.objects.filter(email__iexact=account.email).exists():
        problems.append(
            Problem(
                what=say("there is already an account for this address."), remedy=say("Sign in, or ask for a new passphrase.")
            )
        )
    if problems:
        raise Refused(problems)
    account.set_password(passphrase)
    with transaction.atomic():
        account.save(force_insert=True)
        journal.write("create account", by=by, at=at, kind="account", object_id=str(account.pk), after={"language": language})
    return account


def give_role(account: Account, *, kind: str, place: Seat, since: date, by: Actor, at: datetime) -> Role:
    """The role of an account at a place, from a day on. Raises Refused for an unknown role, a foreign place, or twice."""
    already = _has_role(account.email, kind, place)
    refuse(rules.why_not_invite(kind=kind, in_scope=current().holds(place.position), open_invitation=False, already=already))
    role = Role(account=account, kind=kind, place=place.code, position=place.position, last=place.last, since=since)
    with transaction.atomic():
        role.save(force_insert=True)
        journal.write(
            "give role",
            by=by,
            at=at,
            kind="role",
            object_id=str(role.pk),
            place=place.code,
            position=place.position,
            after={"account": account.pk, "role": kind, "since": since.isoformat()},
        )
    return role


def end_role(role: Role, *, by: Actor, account: Account, on: date, at: datetime) -> None:
    """Ends a role on a day. Raises Refused for one's own role, or one that has ended."""
    with transaction.atomic():
        refuse(rules.why_not_end(own=role.account_id == account.pk, ended=role.until is not None))
        # Compare and set: of two at once the second finds it ended.
        if not Role.objects.filter(pk=role.pk, until=None).update(until=on):
            refuse(rules.why_not_end(own=False, ended=True))
        journal.write(
            "end role",
            by=by,
            at=at,
            kind="role",
            object_id=str(role.pk),
            place=role.place,
            position=role.position,
            before={"until": None},
            after={"until": on.isoformat()},
        )


def invite(*, email: str, name: str, kind: str, place: Seat, by: Actor, account: Account, at: datetime) -> Invited:
    """An invitation for fourteen days, and the token of its link. Raises Refused with every reason."""
    address = email.strip().lower()
    same = Invitation.objects.filter(email=address, kind=kind, place=place.code, used_at=None, expires_at__gt=at)
    refuse(
        rules.why_not_invite(
            kind=kind,
            in_scope=current().holds(place.position),
            open_invitation=same.exists(),
            already=_has_role(address, kind, place),
        )
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=address,
        name=name.strip(),
        kind=kind,
        place=place.code,
        position=place.position,
        last=place.last,
        token_hash=hashed(token),
        by=account,
        at=at,
        expires_at=at + INVITATION_LASTS,
    )
    with transaction.atomic():
        invitation.save(force_insert=True)
        journal.write(
            "invite",
            by=by,
            at=at,
            kind="invitation",
            object_id=str(invitation.pk),
            place=place.code,
            position=place.position,
            after={"role": kind},
        )
    return Invited(invitation, token)


def accept(token: str, *, passphrase: str, on: date, at: datetime) -> Account:
    """Opens the account of an invitation, or adds its role to the account of that address, whose passphrase must then fit."""
    with transaction.atomic(), everything():
        invitation = waiting(token)
        if invitation is None:
            raise Refused(Problem(what=say("no invitation has this link."), remedy=say("Ask who sent it for a new one.")))
        refuse(rules.why_not_accept(used=invitation.used_at is not None, expires_at=invitation.expires_at, at=at))
        # Compare and set: a link used twice at once opens one account.
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at):
            refuse(rules.why_not_accept(used=True, expires_at=invitation.expires_at, at=at))
        actor = Actor(account=str(invitation.by_id), role="")
        account = Account.objects.filter(email__iexact=invitation.email).first()
        if account is None:
            account = create_account(email=invitation.email, name=invitation.name, passphrase=passphrase, at=at, by=actor)
        elif not account.check_password(passphrase):
            raise Refused(
                Problem(
                    what=say("this address already has an account, with another passphrase."),
                    remedy=say("Type the passphrase of that account."),
                )
            )
        seat = _Seat(invitation.place, invitation.position, invitation.last)
        give_role(account, kind=invitation.kind, place=seat, since=on, by=actor, at=at)
    return account


def waiting(token: str) -> Invitation | None:
    """The invitation of a link, whatever became of it; read by who holds the link, whatever their place."""
    with everything():
        found: Invitation | None = Invitation.objects.filter(token_hash=hashed(token)).first()
    return found


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class _Seat:
    code: str
    position: int
    last: int


def _has_role(email: str, kind: str, place: Seat) -> bool:
    own = Q(account__email__iexact=email, kind=kind, place=place.code, until=None)
    return bool(Role.objects.filter(own).exists())


def _passphrase_problems(passphrase: str, account: Account) -> list[Problem]:
    try:
        validate_password(passphrase, account)
    except ValidationError as error:
        # Django says these in the reader's language by itself.
        return [Problem(what=Sentence(message.replace("{", "{{").replace("}", "}}"), {})) for message in error.messages]
    return []
