"""Ending somebody's role."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiwizi.people import commands
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Role


@page("people.invite")
@require_POST
def end_role(request: Request, pk: int) -> HttpResponse:
    """Ends it from today on."""
    role: Role = get_object_or_404(Role.objects, pk=pk)
    commands.end_role(role, by=request.actor, account=request.user, on=timezone.localdate(), at=timezone.now())
    messages.success(request, _("The role has ended."))
    return HttpResponseRedirect(reverse("people"), status=303)
