"""The runs that a reader may open, and asking for a new one."""

from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tiwizi.core.errors import Problem, Refused, TiwiziError, say
from tiwizi.measures import jobs, queries, rules
from tiwizi.measures.models import Dataset
from tiwizi.measures.pages import answers
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place

PER_PAGE: Final = 50
_TICKED: Final = ("places", "census", "distances")


@page("measures.see")
@require_GET
def runs(request: Request) -> HttpResponse:
    """Latest first; by state."""
    found = queries.runs_seen()
    state = request.GET.get("status", "")
    if state in rules.TRANSITIONS:
        found = found.filter(status=state)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    places = {place.pk: place for place in Place.objects.filter(pk__in={run.place_id for run in shown})}
    rows = [
        {
            "run": run,
            "place": places.get(run.place_id),
            "kind": answers.kind_name(run.kind),
            "status": answers.status_name(run.status),
        }
        for run in shown
    ]
    states = [(state, answers.status_name(state)) for state in rules.TRANSITIONS]
    return render(request, "measures/pages/runs.html", {"page": shown, "rows": rows, "states": states, "chosen": state})


@page("measures.run")
@require_http_methods(["GET", "POST"])
def run_new(request: Request) -> HttpResponse:
    """A place, a day and stored tables of that place; then the run that is computed from them."""
    asked = request.POST if request.method == "POST" else request.GET
    place = chosen_place(asked.get("place", ""))
    if request.method == "GET":
        return render(request, "measures/pages/run_new.html", _form(request, place))
    if place is None:
        raise Http404
    datasets = list(
        queries.datasets_seen().filter(pk__in=[one for one in asked.getlist("dataset") if one.isdecimal() and len(one) < 19])
    )
    on = day(asked.get("on", ""))
    kind = asked.get("kind", "census")
    # What the form ticks beforehand is for a run on the census: another kind leaves aside what it does not read.
    datasets = [one for one in datasets if one.table in rules.TAKEN.get(kind, (one.table,)) or one.table not in _TICKED]
    try:
        run = jobs.request_run(
            place, kind=kind, on=on, datasets=datasets, account=request.user, by=request.actor, at=timezone.now()
        )
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(one) for one in error.problems]}
        return render(request, "measures/pages/run_new.html", _form(request, place) | problems, status=409)
    response = redirect("run", run.pk)
    response.status_code = 303
    return response


def chosen_place(code: str) -> Place | None:
    """The place of a code, where the reader may change it."""
    found: Place | None = Place.objects.filter(code=code, until=None).first() if code else None
    return found


def day(text: str) -> date:
    """The day typed. Raises Refused for another text."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            Problem(what=say("{text} is not a day.", text=repr(text[:20])), remedy=say("Write it as 2026-11-23."))
        ) from error


def _form(request: Request, place: Place | None) -> dict[str, Any]:
    kept: list[Dataset] = []
    if place is not None:
        kept = list(queries.datasets_seen().filter(place=place.pk).exclude(table=rules.RULEBOOK))
    groups = [
        (table, [one for one in kept if one.table == table])
        for table in ("places", "census", "distances", rules.HOUSEHOLDS, "measures")
    ]
    return {
        "place": place,
        "places": places_of(request),
        "groups": [(table, found) for table, found in groups if found],
        "today": timezone.localdate().isoformat(),
        "kinds": [(kind, answers.kind_name(kind)) for kind in rules.NEEDED],
    }


def places_of(_request: Request) -> list[tuple[str, str, str]]:
    """The places that a run can be about: code, name and level, in the order of the tree; names alone occur twice."""
    levels = ("country", "region", "province", "cercle", "pachalik")
    rows = Place.objects.filter(level__in=levels, until=None).order_by("position")[:600]
    language = answers.language()
    return [
        (code, queries.name_in(language, *spelled) or code, level)
        for code, level, *spelled in rows.values_list("code", "level", "name_ar", "name_fr", "name_en")
    ]
