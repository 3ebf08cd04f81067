"""Reading accounts and roles."""

from datetime import date

from django.db.models import Q

from tiwizi.database.scope import Scope, ScopedQuerySet, everything
from tiwizi.people.models import Account, Role
from tiwizi.people.rules import ROLES


def roles_of(account: Account, *, on: date) -> list[Role]:
    """The roles that an account has on a day, widest place first. The one read of roles that no scope bounds: one's own."""
    with everything():
        rows = Role.objects.filter(account_id=account.pk, since__lte=on).filter(Q(until=None) | Q(until__gt=on))
        return sorted(rows, key=lambda role: (role.position - role.last, role.position, role.kind))


def scope_of(roles: list[Role], permission: str) -> Scope:
    """The places where these roles give a permission."""
    return Scope(tuple((role.position, role.last) for role in roles if permission in ROLES[role.kind].permissions))


def roles_seen() -> ScopedQuerySet[Role]:
    """Every role inside the scope in force, with its account."""
    rows: ScopedQuerySet[Role] = Role.objects.select_related("account").order_by("position", "kind", "account__name")
    return rows


def sees_whole_office(scope: Scope) -> bool:
    """Whether nobody has a role beyond these places: what counts the whole office is told to no one else."""
    with everything():
        seats = list(Role.objects.filter(until=None).values_list("position", flat=True).distinct())
    return all(scope.holds(position) for position in seats)
