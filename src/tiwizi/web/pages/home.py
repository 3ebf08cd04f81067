"""Home: what waits for the reader, by role, and the way to what they use most."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi import registration
from tiwizi.database.scope import within
from tiwizi.people.doors import Request, factor_missing, signed_in
from tiwizi.people.models import Role
from tiwizi.people.queries import scope_of
from tiwizi.people.rules import ROLES, permits
from tiwizi.registration import Task
from tiwizi.territories.models import Place


def tasks(roles: list[Role], *, at: datetime) -> list[Task]:
    """What waits for somebody with these roles, what holds up others first: each question in the scope of its permission."""
    waiting: list[Task] = []
    for question in registration.listed("questions"):
        if permits([role.kind for role in roles], question.permission):
            with within(scope_of(roles, question.permission)):
                waiting += question.ask(roles[0].account_id, at)
    return waiting


@signed_in
@require_GET
def home(request: Request) -> HttpResponse:
    """One list of what waits, each with the reason and one step; then the places of the reader's roles."""
    kinds = [ROLES[role.kind] for role in request.roles if role.kind in ROLES]
    with within(scope_of(request.roles, "places.see")):
        seats: list[Any] = list(Place.objects.filter(code__in={role.place for role in request.roles}, until=None))
    return render(
        request,
        "web/pages/home.html",
        {
            "kinds": kinds,
            "seats": seats,
            "tasks": tasks(request.roles, at=timezone.now()),
            "factor_missing": factor_missing(request.user),
        },
    )
