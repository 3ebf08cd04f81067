"""A form acts once: its sender's id goes with the command, so that the same form sent twice gets the same answer."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.utils import timezone

from tiwizi.journal import commands as journal
from tiwizi.people.doors import Request

APART = ("csrfmiddlewaretoken", "client_id")


def once(request: Request, command: str, act: Callable[[], str]) -> str:
    """What `act` answered to this form: now, or when it came before. A form without an id acts each time it is sent."""
    try:
        client_id = UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid4()
    body = {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in APART}
    return journal.once(client_id, command, {"path": request.path, **body}, act, by=request.actor, at=timezone.now())
