"""Proposing a matter: first the place that it concerns, then what is asked."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.pages.matters.forms import MatterForm
from tiwizi.committees.pages.roles import act_in
from tiwizi.office.answers import language
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries as territories
from tiwizi.territories.models import Place

MOST: Final = 50


@page("matters.propose")
def matter_new(request: Request) -> HttpResponse:
    """`?q=` finds the place, `?place=` is the one chosen; then the form, which POST sends."""
    today = timezone.localdate()
    code = request.POST.get("place", "") or request.GET.get("place", "")
    place = territories.tree(on=today).filter(code=code.strip()).first() if code.strip() else None
    if place is None:
        return _choose(request, code)
    form = MatterForm(request.POST or None, on=today, initial={"kind": "project"})
    if request.method == "POST" and form.is_valid():
        act_in(request, "matters.propose", place.position)
        return HttpResponseRedirect(once(request, "propose matter", lambda: _propose(request, place, form)), status=303)
    return render(request, "committees/pages/matters/matter_new.html", {"form": form, "place": place})


def _choose(request: Request, code: str) -> HttpResponse:
    """The search for a place; a code that is not among the reader's places is said to be so."""
    if request.method == "POST" and not code:
        raise PermissionDenied
    today, typed = timezone.localdate(), request.GET.get("q", "").strip()[:100]
    found = territories.search(typed, on=today, language=language(), limit=MOST) if typed else []
    above = {one.pk: one for one in Place.objects.filter(pk__in={one.parent_id for one in found if one.parent_id})}
    context: dict[str, Any] = {
        "typed": typed,
        "unknown": code.strip()[:40],
        "rows": [{"place": one, "above": above.get(one.parent_id or 0)} for one in found],
        "tops": territories.tops(on=today),
        "full": len(found) == MOST,
    }
    return render(request, "committees/pages/matters/matter_new.html", context)


def _propose(request: Request, place: Place, form: MatterForm) -> str:
    made = commands.propose(
        kind=form.cleaned_data["kind"],
        place=place,
        opened=timezone.localdate(),
        carrier=form.cleaned_data["carrier"],
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        **form.fields_of_matter(),
    )
    return reverse("matter", args=[made.pk])
