"""In which of their roles somebody acts for a committee: the role must be at the committee's own place.

A secretary above sees the sessions of the local committees below, and keeps none of them; who keeps one does not
keep its neighbour.
"""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404

from tiwizi.committees.models import Body, Matter
from tiwizi.office.acts import ActsPage, Target
from tiwizi.people.acting import act_as, role_above
from tiwizi.people.acting import act_in as act_in
from tiwizi.people.doors import Request
from tiwizi.people.models import Role
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


def role_at(request: Request, permission: str, body: Body | Place) -> Role | None:
    """The reader's role that gives a permission at the very place of a body, or at a place."""
    fitting = (role for role in request.roles if permission in ROLES[role.kind].permissions)
    return next((role for role in fitting if (role.position, role.last) == (body.position, body.last)), None)


class BodyPage(ActsPage[Target]):
    """The page of something of a committee: its acts are done in a role at the committee's own place."""

    permission = "committees.see"
    acting: ClassVar[str] = "committees.keep"
    body: Body
    """The committee, which `find` sets."""

    def role_for(self, permission: str) -> Role | None:
        """The reader's role at the place of the committee."""
        return role_at(self.request, permission, self.body)


class MatterPage(ActsPage[Matter]):
    """A page of a matter: who may propose at its place acts on it."""

    permission = "committees.see"
    acting: ClassVar[str] = "matters.propose"

    def find(self, **captured: Any) -> Matter:
        matter: Matter = get_object_or_404(Matter.objects, pk=captured["pk"])
        return matter

    def role_for(self, permission: str) -> Role | None:
        """The reader's role that reaches the place of the matter."""
        return role_above(self.request, permission, self.object.position)


def keeps(request: Request, body: Body) -> bool:
    """Whether the reader keeps the record of this body."""
    return role_at(request, "committees.keep", body) is not None


def act_for(request: Request, body: Body, permission: str = "committees.keep") -> None:
    """The journal will name the role that lets the reader act for this body. Raises PermissionDenied where none does."""
    act_as(request, role_at(request, permission, body), permission)


def act_at(request: Request, permission: str, place: Place) -> None:
    """As `act_for`, for a place that has no body yet."""
    act_as(request, role_at(request, permission, place), permission)
