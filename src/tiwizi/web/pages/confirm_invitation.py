"""A second person confirms an invitation to a role that decides, signs, keeps or invites; and a lost letter is sent again."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiwizi.people import commands, letters
from tiwizi.people.commands import Invited
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Invitation
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


@page("people.confirm")
@require_http_methods(["GET", "POST"])
def confirm_invitation(request: Request, pk: int) -> HttpResponse:
    """GET shows who is invited to what, by whom; POST confirms, and the letter leaves."""
    invitation: Invitation = get_object_or_404(Invitation.objects.select_related("by"), pk=pk)
    now = timezone.now()
    if request.method == "POST":
        _send(request, commands.confirm(invitation, by=request.actor, account=request.user, at=now))
        return HttpResponseRedirect(reverse("home"), status=303)
    shown = {
        "invitation": invitation,
        "kind": ROLES[invitation.kind],
        "place": Place.objects.filter(code=invitation.place, until=None).first(),
        "reasons": commands.why_not_confirm(invitation, account=request.user, at=now),
    }
    return render(request, "web/pages/confirm_invitation.html", shown)


@page("people.invite")
@require_POST
def send_invitation(request: Request, pk: int) -> HttpResponse:
    """A new link in a new letter; the one before no longer holds."""
    invitation: Invitation = get_object_or_404(Invitation.objects, pk=pk)
    _send(request, commands.send_again(invitation, by=request.actor, at=timezone.now()))
    return HttpResponseRedirect(reverse("people"), status=303)


def _send(request: Request, made: Invited) -> None:
    letters.send_invitation(made.invitation, settings.ADDRESS + reverse("invitation", args=[made.token]))
    messages.success(request, _("A letter with the link is on its way."))
    if letters.folder():
        messages.info(request, _("Letters are files on the server: %(folder)s") % {"folder": letters.folder()})
