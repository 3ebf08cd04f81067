"""The founding of an office: its first people, before anybody could invite or confirm. Done once, on the server, in writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.database.scope import everything
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people import commands
from tiwizi.people.commands import Seat
from tiwizi.people.models import Account, Founding, Role
from tiwizi.people.rules import ROLES

MACHINE: Final = Actor(account="founding", role="")


@dataclass(frozen=True)
class Founder:
    """Somebody whom the founding decision names, and as what."""

    email: str
    name: str
    kind: str


def why_not_found(*, founded: bool, people: Sequence[Founder], reference: str) -> list[Sentence]:
    """Every reason why an office cannot be founded so; empty means that it may."""
    if founded:
        return [say("This office is founded already: people are invited to it, and a second person confirms them.")]
    reasons = []
    if len(reference.strip()) < 3:
        reasons.append(say("Name the decision that founds the office: its number, or its title and day."))
    kinds = [founder.kind for founder in people]
    unknown = [kind for kind in kinds if kind not in ROLES]
    reasons += [say("There is no role {role}.", role=kind) for kind in unknown]
    if not any("people.invite" in ROLES[kind].permissions for kind in kinds if kind in ROLES):
        reasons.append(say("An office begins with an administrator."))
    if not any(ROLES[kind].decides for kind in kinds if kind in ROLES):
        reasons.append(say("An office begins with a second person, who confirms whom the administrator invites."))
    if len({founder.email.strip().lower() for founder in people}) < len(people):
        reasons.append(say("Each of the founders has an address of their own."))
    return reasons


def found(place: Seat, people: Sequence[Founder], *, reference: str, on: date, at: datetime) -> list[Account]:
    """The founders' accounts with their roles. Raises Refused where the office is founded already.

    The accounts have no passphrase: each founder asks for a link at "I have forgotten my passphrase", which goes by letter.
    """
    with transaction.atomic(), everything():
        refuse(why_not_found(founded=is_founded(), people=people, reference=reference))
        declare(place, reference=reference, demonstration=False, by=MACHINE, at=at)
        made = []
        for founder in people:
            account = commands.create_account(email=founder.email, name=founder.name, passphrase=None, at=at, by=MACHINE)
            commands.give_role(account, kind=founder.kind, place=place, since=on, by=MACHINE, at=at)
            made.append(account)
    return made


def declare(place: Seat, *, reference: str, demonstration: bool, by: Actor, at: datetime) -> Founding:
    """The founding on record; of a demonstration too, where what is tried is marked as such."""
    with transaction.atomic():
        made = Founding(pk=1, place=place.code, reference=reference.strip(), demonstration=demonstration, at=at)
        made.save(force_insert=True)
        journal.write(
            "found office",
            by=by,
            at=at,
            kind="office",
            object_id="1",
            place=place.code,
            position=place.position,
            after={"reference": made.reference, "demonstration": demonstration},
        )
    return made


def is_founded() -> bool:
    """Whether the office has begun, by its founding or by roles given before there was one."""
    with everything():
        return Founding.objects.exists() or Account.objects.exists() or Role.objects.exists()


def is_demonstration() -> bool:
    """Whether this office is a demonstration, where an adoption may be tried without a committee."""
    return Founding.objects.filter(demonstration=True).exists()
