"""Making accounts, giving and ending roles, inviting, confirming, accepting: each one transaction, each act in the journal."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from tiwizi.core.errors import Problem, Refused, Sentence, refuse, say
from tiwizi.database import states
from tiwizi.database.scope import current, everything
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people import rules
from tiwizi.people.models import Account, Invitation, Role

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
    """An invitation and the token of its link, which goes by letter alone; none while a second person has to confirm it."""

    invitation: Invitation
    token: str | None


def create_account(
    *,
    email: str,
    name: str,
    passphrase: str | None,
    at: datetime,
    by: Actor | None,
    language: str = "ar",
    demonstration: bool = False,
) -> Account:
    """A new account without any role. Raises Refused for an address in use or a passphrase too weak.

    Without `by` the account opens itself. Without a passphrase its holder chooses one by a link that goes by letter.
    """
    account = Account(
        email=email.strip().lower(), name=name.strip(), language=language, demonstration=demonstration, created_at=at
    )
    weak = _passphrase_problems(passphrase, account) if passphrase is not None else []
    account.set_password(passphrase)
    with states.alone(account.email):
        if Account.objects.filter(email__iexact=account.email).exists():
            raise Refused(
                Problem(
                    what=say("there is already an account for this address."), remedy=say("Sign in, or ask for a new passphrase.")
                )
            )
        if weak:
            raise Refused(weak)
        account.save(force_insert=True)
        opener = by or Actor(account=str(account.pk), role="")
        journal.write("create account", by=opener, at=at, kind="account", object_id=str(account.pk), after={"language": language})
    return account


def give_role(account: Account, *, kind: str, place: Seat, since: date, by: Actor, at: datetime) -> Role:
    """The role of an account at a place, from a day on. Raises Refused with every reason against it."""
    role = Role(account=account, kind=kind, place=place.code, position=place.position, last=place.last, since=since)
    with states.alone(account.email.lower()):
        _refuse_role(account.email, kind, place, since=since, open_invitation=False)
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
    with states.held(role, lambda live: rules.why_ended(ended=live.until is not None)):
        refuse(rules.why_not_end(own=role.account_id == account.pk, ended=False))
        Role.objects.filter(pk=role.pk).update(until=on)
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
    """An invitation for fourteen days. Its link waits where a second person confirms it. Raises Refused with every reason."""
    address = email.strip().lower()
    # Until it is confirmed the link is one that nobody knows.
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
    with states.alone(address):
        same = Invitation.objects.filter(email=address, kind=kind, place=place.code, used_at=None, expires_at__gt=at)
        _refuse_role(address, kind, place, since=timezone.localdate(at), open_invitation=same.exists())
        invitation.save(force_insert=True)
        _write("invite", invitation, by=by, at=at, after={"role": kind})
    return Invited(invitation, None if invitation.unconfirmed else token)


def _refuse_role(email: str, kind: str, place: Seat, *, since: date, open_invitation: bool) -> None:
    """Raises Refused where this address may not get this role, by what it has now before anything else."""
    refuse(rules.why_not_invite_now(open_invitation=open_invitation, already=_has_role(email, kind, place)))
    refuse(rules.why_not_invite(kind=kind, in_scope=current().holds(place.position)))
    refuse(rules.why_not_hold(kind=kind, others=_held(email, since)))


def confirm(invitation: Invitation, *, by: Actor, account: Account, at: datetime) -> Invited:
    """A second person's word for an invitation, and the token of its link. Raises Refused; of two at once one confirms."""
    token = secrets.token_urlsafe(32)
    with states.held(invitation, lambda live: _why_not_confirm_now(live, at=at)) as live:
        refuse(why_not_confirm(live, account=account, at=at))
        Invitation.objects.filter(pk=live.pk).update(confirmed_by=account, confirmed_at=at, token_hash=hashed(token))
        _write("confirm invitation", invitation, by=by, at=at, after={"confirmed_by": account.pk})
    invitation.refresh_from_db()
    return Invited(invitation, token)


def why_not_confirm(invitation: Invitation, *, account: Account, at: datetime) -> list[Sentence]:
    """Every reason why this account cannot confirm this invitation."""
    return rules.why_not_confirm(
        kind=invitation.kind,
        own=invitation.by_id == account.pk,
        for_oneself=invitation.email == account.email.lower(),
        confirmed=invitation.confirmed_at is not None,
        used=invitation.used_at is not None,
        expires_at=invitation.expires_at,
        at=at,
    )


def _why_not_confirm_now(invitation: Invitation, *, at: datetime) -> list[Sentence]:
    return rules.why_not_confirm_now(
        kind=invitation.kind,
        confirmed=invitation.confirmed_at is not None,
        used=invitation.used_at is not None,
        expires_at=invitation.expires_at,
        at=at,
    )


def send_again(invitation: Invitation, *, by: Actor, at: datetime) -> Invited:
    """A new link for an invitation whose letter was lost; the link before no longer holds. Raises Refused."""
    token = secrets.token_urlsafe(32)
    with states.held(invitation, lambda live: why_not_accept(live, at=at)):
        Invitation.objects.filter(pk=invitation.pk).update(token_hash=hashed(token))
        _write("send invitation again", invitation, by=by, at=at)
    return Invited(invitation, token)


def why_not_accept(invitation: Invitation, *, at: datetime) -> list[Sentence]:
    """Every reason why this invitation cannot be accepted now."""
    return rules.why_not_accept(
        used=invitation.used_at is not None, unconfirmed=invitation.unconfirmed, expires_at=invitation.expires_at, at=at
    )


def accept(token: str, *, passphrase: str = "", account: Account | None = None, on: date, at: datetime) -> Account:
    """The act of who is invited: opens their account, or adds the role to their account, signed in. Raises Refused.

    An address that has an account accepts with `account`, who has signed in with the second factor: a passphrase typed here is
    never compared with that of an account.
    """
    shown = waiting(token)
    if shown is None:
        raise Refused(_NO_LINK)
    # A link used twice at once opens one account: the second one waits, and is told. So does who comes with a link that
    # a new letter ends meanwhile.
    with (
        everything(),
        states.alone(shown.email),
        states.held(shown, lambda live: _why_not_follow(live, token, at=at)) as invitation,
    ):
        Invitation.objects.filter(pk=invitation.pk).update(used_at=at)
        known = account_of(invitation)
        if known is None:
            known = create_account(email=invitation.email, name=invitation.name, passphrase=passphrase, at=at, by=None)
        elif account is None or account.pk != known.pk:
            raise Refused(
                Problem(what=say("this address already has an account."), remedy=say("Sign in to it, then open the link again."))
            )
        actor = Actor(account=str(known.pk), role="")
        _write("accept invitation", invitation, by=actor, at=at, after={"account": known.pk})
        seat = _Seat(invitation.place, invitation.position, invitation.last)
        give_role(known, kind=invitation.kind, place=seat, since=on, by=actor, at=at)
    return known


_NO_LINK: Final = Problem(what=say("no invitation has this link."), remedy=say("Ask who sent it for a new one."))


def _why_not_follow(invitation: Invitation, token: str, *, at: datetime) -> list[Sentence]:
    """Why the link of this token cannot be followed: what became of the invitation, or a new link took its place."""
    if invitation.token_hash != hashed(token):
        raise Refused(_NO_LINK)
    return why_not_accept(invitation, at=at)


def account_of(invitation: Invitation) -> Account | None:
    """The account that the invited address has already."""
    return Account.objects.filter(email__iexact=invitation.email).first()


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


def _held(email: str, on: date) -> list[str]:
    """The kinds of role that the account of an address holds on a day or will, anywhere."""
    with everything():
        return list(
            Role.objects.filter(account__email__iexact=email)
            .filter(Q(until=None) | Q(until__gt=on))
            .values_list("kind", flat=True)
        )


def _write(command: str, invitation: Invitation, *, by: Actor, at: datetime, after: dict[str, Any] | None = None) -> None:
    journal.write(
        command,
        by=by,
        at=at,
        kind="invitation",
        object_id=str(invitation.pk),
        place=invitation.place,
        position=invitation.position,
        after=after,
    )


def _passphrase_problems(passphrase: str, account: Account) -> list[Problem]:
    try:
        validate_password(passphrase, account)
    except ValidationError as error:
        # Django says these in the reader's language by itself.
        return [Problem(what=Sentence(message.replace("{", "{{").replace("}", "}}"), {})) for message in error.messages]
    return []
