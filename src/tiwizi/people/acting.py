"""A form acts once: its sender's id goes with the command, so that the same form sent twice gets the same answer."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from tiwizi.journal import commands as journal
from tiwizi.people.doors import Request

APART = ("csrfmiddlewaretoken", "client_id")


def downloaded(request: Request, kind: str, object_id: str, *, place: str, position: int) -> None:
    """Writes down that a file with personal data was taken away: by whom, which one; nothing of what is in it."""
    with transaction.atomic():
        journal.write(
            "download", by=request.actor, at=timezone.now(), kind=kind, object_id=object_id, place=place, position=position
        )


def once(request: Request, command: str, act: Callable[[], str]) -> str:
    """What `act` answered to this form: now, or when it came before. A form without an id acts each time it is sent."""
    try:
        client_id = UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid4()
    body = {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in APART}
    return journal.once(client_id, command, {"path": request.path, **body}, act, by=request.actor, at=timezone.now())
