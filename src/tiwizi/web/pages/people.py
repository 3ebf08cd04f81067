"""Who has which role at the reader's places, and which invitations wait."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.people import queries
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Invitation
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


@page("people.see")
@require_GET
def people(request: Request) -> HttpResponse:
    """The roles in the order of the tree; those that ended last, until when."""
    roles = list(queries.roles_seen())
    places = {place.code: place for place in Place.objects.filter(code__in={role.place for role in roles})}
    invitations = Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now())
    return render(
        request,
        "web/pages/people.html",
        {
            "rows": [{"role": role, "place": places.get(role.place), "kind": ROLES[role.kind]} for role in roles],
            "invitations": invitations,
            "kinds": ROLES.values(),
        },
    )
