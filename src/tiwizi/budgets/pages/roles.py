"""In which of their roles somebody acts on an envelope: one that gives the permission there, not at some other place."""

from tiwizi.budgets.models import Envelope
from tiwizi.people.acting import act_as
from tiwizi.people.acting import role_above as role_at
from tiwizi.people.doors import Request

__all__ = ["permitted", "role_at"]


def permitted(request: Request, permission: str, envelope: Envelope) -> bool:
    """Whether the reader may do this to an envelope; if so, the journal will name the role that lets them."""
    role = role_at(request, permission, envelope.position)
    if role is not None:
        act_as(request, role, permission)
    return role is not None
