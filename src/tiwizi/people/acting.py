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
    try:
        client_id = UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid4()
    body = {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in APART}
    return journal.once(client_id, command, {"path": request.path, **body}, act, by=request.actor, at=timezone.now())


def act_in(request: Request, permission: str, position: int) -> None:
    """The journal will name the role that lets the reader act at a position, for what may be done anywhere below its place.

    Raises PermissionDenied where no role reaches the position.
    """
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    role = next((role for role in fitting if role.position <= position <= role.last), None)
    if role is None:
        raise PermissionDenied(permission)
    request.role = role
    request.actor = Actor(account=str(request.user.pk), role=str(role))
