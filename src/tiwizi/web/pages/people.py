"""Who has which role at the reader's places, and which invitations wait."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office import lists
from tiwizi.office.lists.columns import Said
from tiwizi.people import queries
from tiwizi.people.models import Invitation, Role
from tiwizi.people.rules import ROLES
from tiwizi.territories.lists import PlaceName


def _roles() -> Mapping[str, Said]:
    return {code: kind.name for code, kind in ROLES.items()}


class People(lists.ListPage[Role]):
    """The roles in the order of the tree, each with until when; the invitations that wait; what each role does."""

    permission = "people.see"
    name = "people"
    personal = True
    title, heading, caption = _("People"), _("People and their roles"), _("Who has which role at your places")
    columns = (
        lists.Text("account__name", _("Name"), heads_row=True),
        lists.Flag("made_up", _("Made up"), lambda role: role.account.demonstration, yes=_("made up"), under="account__name"),
        lists.Words("kind", _("Role"), words=_roles),
        PlaceName("place", _("Place"), code="place", by_code=True),
        lists.Day("since", _("Since")),
        lists.Day("until", _("Until")),
        lists.Template("end", _("Change"), template="web/parts/role_end.html", permission="people.invite"),
    )
    actions = (lists.Action("invite", _("Invite somebody"), permission="people.invite", primary=True),)
    empty = _("Nobody has a role at your places yet.")
    below = "web/parts/invitations.html"

    def rows(self) -> ScopedQuerySet[Role]:
        """Every role of the scope, with its account."""
        return queries.roles_seen()

    def more(self) -> dict[str, Any]:
        """The invitations that wait, and the kinds of roles."""
        waiting = Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now())
        return {"invitations": waiting, "kinds": ROLES.values()}


people = People.view()
