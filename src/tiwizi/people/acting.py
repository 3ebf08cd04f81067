"""What a request leaves on record: a form acts once, whoever sends it twice; a file with names of people is not taken unseen."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people.doors import Request
from tiwizi.people.models import Role
from tiwizi.people.rules import ROLES

APART = ("csrfmiddlewaretoken", "client_id")


@dataclass(frozen=True)
class Personal:
    """A file that carries names of people, as the journal calls it when somebody takes it away: which one, of which place."""

    request: Request
    kind: str
    object_id: str
    place: str
    position: int

    def record(self) -> None:
        """Writes down that it was taken away, and by whom; nothing of what is in it."""
        with transaction.atomic():
            journal.write(
                "download",
                by=self.request.actor,
                at=timezone.now(),
                kind=self.kind,
                object_id=self.object_id,
                place=self.place,
                position=self.position,
            )


def once(request: Request, command: str, act: Callable[[], str]) -> str:
    """What `act` answered to this form: now, or when it came before. A form without an id acts each time it is sent."""
    return once_prepared(request, command, lambda: act)


def once_prepared(request: Request, command: str, prepare: Callable[[], Callable[[], str]]) -> str:
    """The same for an act that needs something slow: `prepare` does it outside the transaction, and gives the act."""
    try:
        client_id = UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid4()
    request.taken = str(client_id)
    body = {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in APART}
    sent = {"path": request.path, **body}
    return journal.once_prepared(client_id, command, sent, prepare, by=request.actor, at=timezone.now())


def role_above(request: Request, permission: str, position: int) -> Role | None:
    """The reader's role that gives a permission at its place and anywhere below, where that reaches the position."""
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    return next((role for role in fitting if role.position <= position <= role.last), None)


def act_as(request: Request, role: Role | None, permission: str) -> None:
    """The journal will name this role, which lets the reader act. Raises PermissionDenied where there is none."""
    if role is None:
        raise PermissionDenied(permission)
    request.role = role
    request.actor = Actor(account=str(request.user.pk), role=str(role))


def act_in(request: Request, permission: str, position: int) -> None:
    """Acts at a position, in the role that reaches it. Raises PermissionDenied where none does."""
    act_as(request, role_above(request, permission, position), permission)
