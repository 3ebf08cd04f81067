"""A scenario: sliders for its weights, its bounds, and what each place would get, recomputed while they move."""

from typing import Any

import polars as pl
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.answers import FORMATS, export, language
from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Adoption, Scenario, Share
from tiwizi.budgets.pages.numbers import numbers_of, sliders
from tiwizi.budgets.pages.results import results
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.reports import chart
from tiwizi.reports.compare import curves
from tiwizi.territories.models import Place


@page("budgets.see")
def scenario(request: Request, pk: int) -> HttpResponse:
    """GET shows it, `?format=` takes its shares away; POST keeps what the sliders say. Below the envelope's place: own shares."""
    one: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    whole = queries.seen_whole(one.envelope)
    drafts = whole and one.adopted_at is None and permits([role.kind for role in request.roles], "budgets.draft")
    if request.method == "POST":
        if not drafts:
            raise PermissionDenied
        return HttpResponseRedirect(once(request, "change scenario", lambda: _change(request, one)), status=303)
    adoption = Adoption.objects.filter(scenario=one).first()
    if not whole:
        return _from_below(request, one, adoption)
    given = queries.shared_of(one)
    if (kind := request.GET.get("format", "")) in FORMATS:
        return export(given.shares, kind, name=f"scenario-{one.pk}", title=one.name, headers={})
    shown = results(one, given) | {
        "drafts": drafts,
        "adoption": adoption,
        "sliders": sliders(one),
        "others": Scenario.objects.filter(envelope=one.envelope).exclude(pk=one.pk),
        "adopts": permits([role.kind for role in request.roles], "budgets.adopt"),
        "formats": ("xlsx", "csv", "json"),
    }
    return render(request, "budgets/pages/scenario.html", shown)


def _change(request: Request, one: Scenario) -> str:
    version = int(request.POST.get("version") or 0)
    commands.change(
        one,
        version=version,
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        name=request.POST.get("name", one.name),
        **numbers_of(request.POST, one),
    )
    messages.success(request, _("The scenario is kept."))
    return reverse("scenario", args=[one.pk])


def _from_below(request: Request, one: Scenario, adoption: Adoption | None) -> HttpResponse:
    """What somebody of a place below sees: the frozen shares of their own places, and the totals that were published."""
    if adoption is None:
        raise Http404("a draft of a place above")
    amounts = queries.adopted_amounts(adoption)
    if (kind := request.GET.get("format", "")) in FORMATS:
        return export(_own_rows(adoption), kind, name=f"scenario-{one.pk}", title=one.name, headers={})
    places = Place.objects.filter(code__in=amounts, until=None)
    rows = [
        {
            "place": place,
            "amount_dh": amounts[place.code],
            "a_head": amounts[place.code] / place.population if place.population else None,
        }
        for place in sorted(places, key=lambda place: (-amounts[place.code], place.code))
    ]
    shown: dict[str, Any] = {"scenario": one, "adoption": adoption, "rows": rows, "total_dh": sum(amounts.values())}
    return render(request, "budgets/pages/scenario_below.html", shown)


def _own_rows(adoption: Adoption) -> pl.DataFrame:
    rows = Share.objects.filter(adoption=adoption.pk).values_list("place__code", "programme", "criterion", "amount_dh", "people")
    names = ("place", "programme", "criterion", "amount_dh", "people")
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], infer_schema_length=None)


@page("budgets.see")
@require_GET
def curve(_request: Request, pk: int) -> HttpResponse:
    """The concentration curve of a scenario as a drawing, for who sees its whole place."""
    one: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if not queries.seen_whole(one.envelope):
        raise Http404("curve")
    drawing = chart.svg(curves([(one.name, queries.shared_of(one).curve)], language()))
    return HttpResponse(drawing, content_type="image/svg+xml")
