"""One's own account: who one is here, in which roles, in which language, and how it is protected."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiwizi.people.doors import Request, signed_in
from tiwizi.people.rules import ROLES


@signed_in
@require_GET
def account(request: Request) -> HttpResponse:
    """Shows it; each change has a page of its own."""
    roles = [{"role": role, "kind": ROLES[role.kind]} for role in request.roles if role.kind in ROLES]
    return render(request, "people/pages/account.html", {"roles": roles, "factor": is_mfa_enabled(request.user)})
