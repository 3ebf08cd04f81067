"""In which of their roles somebody acts for a committee: the role must be at the committee's own place.

A secretary above sees the sessions of the local committees below, and keeps none of them; who keeps one does not
keep its neighbour.
"""

from django.core.exceptions import PermissionDenied

from tiwizi.committees.models import Body
from tiwizi.journal.commands import Actor
from tiwizi.people.acting import act_in as act_in
from tiwizi.people.doors import Request
from tiwizi.people.models import Role
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


def role_at(request: Request, permission: str, body: Body) -> Role | None:
    """The reader's role that gives a permission at the very place of a body."""
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    return next((role for role in fitting if (role.position, role.last) == (body.position, body.last)), None)


def keeps(request: Request, body: Body) -> bool:
    """Whether the reader keeps the record of this body."""
    return role_at(request, "committees.keep", body) is not None


def confirms(request: Request, body: Body) -> bool:
    """Whether the reader confirms, as a second person, what was signed on paper for this body."""
    fitting = (role for role in request.roles if "committees.confirm" in ROLES[role.kind].permissions)
    return any(role.position <= body.position <= role.last for role in fitting)


def act_for(request: Request, body: Body, permission: str = "committees.keep") -> None:
    """The journal will name the role that lets the reader act for this body. Raises PermissionDenied where none does."""
    role = role_at(request, permission, body)
    if role is None:
        raise PermissionDenied(permission)
    request.role = role
    request.actor = Actor(account=str(request.user.pk), role=str(role))


def act_at(request: Request, permission: str, place: Place) -> None:
    """As `act_for`, for a place that has no body yet. Raises PermissionDenied where no role is at the very place."""
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    role = next((role for role in fitting if (role.position, role.last) == (place.position, place.last)), None)
    if role is None:
        raise PermissionDenied(permission)
    request.role = role
    request.actor = Actor(account=str(request.user.pk), role=str(role))
