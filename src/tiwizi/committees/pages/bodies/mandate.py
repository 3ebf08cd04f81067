"""One seat: its person, its deputies, and its end."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body, Deputy, Mandate
from tiwizi.committees.pages.bodies.body import day_of
from tiwizi.committees.pages.roles import act_for
from tiwizi.committees.pages.sessions.finding import number_in
from tiwizi.committees.queries.record import NO_RANK
from tiwizi.organisations.commands import register_person
from tiwizi.organisations.models import Person, Tie
from tiwizi.organisations.rules import TIES
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place


@page("committees.keep")
def mandate(request: Request, pk: int) -> HttpResponse:
    """GET shows it; POST ends it, or names or ends a deputy."""
    one: Mandate = get_object_or_404(Mandate.objects.select_related("person"), pk=pk)
    body: Body = get_object_or_404(Body.objects, pk=one.body_id)
    act_for(request, body)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in {"end", "deputy", "end_deputy"}:
            raise Http404(act)
        return HttpResponseRedirect(once(request, f"{act} mandate", lambda: _act(request, one, body, act)), status=303)
    ties = Tie.objects.filter(person=one.person_id).select_related("carrier")
    context = {
        "mandate": one,
        "body": body,
        "today": timezone.localdate(),
        "stands_in": one.rank < NO_RANK,
        "deputies": list(Deputy.objects.filter(mandate=one.pk).select_related("person")),
        "ties": [{"tie": tie, "kind": TIES[tie.kind]} for tie in ties],
    }
    return render(request, "committees/pages/bodies/mandate.html", context)


def _act(request: Request, one: Mandate, body: Body, act: str) -> str:
    by, at = request.actor, timezone.now()
    day: date = day_of(request.POST.get("day", ""), timezone.localdate())
    if act == "end":
        commands.end_mandate(one, until=day, by=by, at=at)
        return reverse("body", args=[body.pk])
    if act == "end_deputy":
        commands.end_deputy(
            get_object_or_404(Deputy.objects, pk=number_in(request, "deputy"), mandate=one.pk), until=day, by=by, at=at
        )
    else:
        place = Place.objects.get(pk=body.place_id)
        texts: dict[str, Any] = {name: request.POST.get(name, "")[:120] for name in ("name_ar", "name_fr")}
        sex = request.POST.get("sex", "")[:8]
        person: Person = register_person(place=place, sex=sex, birth_year=None, email="", by=by, at=at, **texts)
        commands.name_deputy(one, person, since=day, rank=one.deputies.count() + 1, by=by, at=at)
    return reverse("mandate", args=[one.pk])
