"""In which of their roles somebody acts on an envelope: one that gives the permission there, not at some other place."""

from tiwizi.budgets.models import Envelope
from tiwizi.journal.commands import Actor
from tiwizi.people.doors import Request
from tiwizi.people.models import Role
from tiwizi.people.rules import ROLES


def role_at(request: Request, permission: str, position: int) -> Role | None:
    """The widest of the reader's roles that gives a permission at this position."""
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    return next((role for role in fitting if role.position <= position <= role.last), None)


def permitted(request: Request, permission: str, envelope: Envelope) -> bool:
    """Whether the reader may do this to an envelope; if so, the journal will name the role that lets them."""
    role = role_at(request, permission, envelope.position)
    if role is None:
        return False
    request.role = role
    request.actor = Actor(account=str(request.user.pk), role=str(role))
    return True
