"""A scenario: sliders for its weights, its bounds, and what each place would get, recomputed while they move."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi import store
from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Adoption, Scenario, Share
from tiwizi.budgets.pages.exports import drawn, own_rows, taken_away
from tiwizi.budgets.pages.numbers import as_query, asked, mending, numbers_of, sliders
from tiwizi.budgets.pages.results import results
from tiwizi.budgets.pages.roles import permitted, role_at
from tiwizi.core.errors import Refused
from tiwizi.core.money import Centimes
from tiwizi.core.tables import SHARES
from tiwizi.office.answers import FORMATS, export, language, number_in
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.reports import chart
from tiwizi.reports.compare import curves
from tiwizi.reports.words import heading
from tiwizi.territories.models import Place


@page("budgets.see")
def scenario(request: Request, pk: int) -> HttpResponse:
    """GET shows it, or other numbers that the address says, and `?format=` takes it away; POST keeps what the sliders say, here
    or as a new scenario. Below the envelope's place: own shares."""
    current: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if request.method == "POST":
        if not permitted(request, "budgets.draft", current.envelope):
            raise PermissionDenied
        if "save_as" in request.POST:
            return HttpResponseRedirect(once(request, "draft scenario", lambda: _save_as(request, current)), status=303)
        return HttpResponseRedirect(once(request, "change scenario", lambda: _change(request, current)), status=303)
    adoption = Adoption.objects.filter(scenario=current).first()
    if not queries.seen_whole(current.envelope):
        return _from_below(request, current, adoption)
    drafts = role_at(request, "budgets.draft", current.position) is not None and current.adopted_at is None
    tried = numbers_of(request.GET, current) if drafts and asked(request.GET) else {}
    if as_query(tried, current) == as_query({}, current):
        tried = {}
    try:
        given = queries.shared_of(current, **tried)
    except Refused as error:
        if "format" in request.GET:
            raise
        # The numbers of the rulebook may not fit few places: the page opens all the same, so that they can be changed.
        refused = {"problems": error.problems, "mend": mending(current, tried) if drafts else {}}
        return render(
            request, "budgets/pages/scenario.html", _frame(request, current, adoption, tried) | {"drafts": drafts} | refused
        )
    if (answer := taken_away(current, given, adoption, request.GET.get("format", ""))) is not None:
        return answer
    shown = _frame(request, current, adoption, tried) | results(current, given, request.GET.dict())
    mapped = drawn(current, given, as_query(tried, current) if tried else {})
    return render(request, "budgets/pages/scenario.html", shown | {"drafts": drafts, "map": mapped, "trying": bool(tried)})


def _frame(request: Request, scenario: Scenario, adoption: Adoption | None, tried: dict[str, Any]) -> dict[str, Any]:
    """What the page shows whether or not the numbers can be met."""
    return {
        "scenario": scenario,
        "adoption": adoption,
        "sliders": sliders(scenario, tried),
        "others": Scenario.objects.filter(envelope=scenario.envelope).exclude(pk=scenario.pk),
        "adopts": role_at(request, "budgets.adopt", scenario.position) is not None,
        "formats": ("xlsx", "csv", "json"),
        "as_frozen": queries.as_frozen(scenario, adoption),
    }


def _change(request: Request, scenario: Scenario) -> str:
    commands.change(
        scenario,
        version=number_in(request, "version"),
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        name=request.POST.get("name", scenario.name),
        **numbers_of(request.POST, scenario),
    )
    messages.success(request, _("The scenario is kept."))
    return reverse("scenario", args=[scenario.pk])


def _save_as(request: Request, scenario: Scenario) -> str:
    """What the sliders say as a scenario of its own; under the name it had, a number is added."""
    name = request.POST.get("name", "").strip()
    if name == scenario.name:
        taken = set(Scenario.objects.filter(envelope=scenario.envelope).values_list("name", flat=True))
        name = next(f"{name[:110]} ({number})" for number in range(2, len(taken) + 3) if f"{name[:110]} ({number})" not in taken)
    made = commands.draft(
        scenario.envelope,
        run=scenario.run,
        name=name,
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        copy_of=scenario,
        **numbers_of(request.POST, scenario),
    )
    messages.success(request, _("A new scenario holds these numbers; the one before is as it was."))
    return reverse("scenario", args=[made.pk])


def _from_below(request: Request, scenario: Scenario, adoption: Adoption | None) -> HttpResponse:
    """What somebody of a place below sees: the frozen shares of their own places, and the totals that were published."""
    if adoption is None:
        raise Http404("a draft of a place above")
    frozen = Share.objects.filter(adoption=adoption.pk)
    if (kind := request.GET.get("format", "")) in FORMATS:
        names = ("place", "programme", "criterion", "amount_dh", "people")
        rows = frozen.values_list("place__code", *names[1:])
        frame = own_rows(rows, {name: SHARES.schema[name] for name in names})
        return export(frame, kind, name=f"scenario-{scenario.pk}", title=scenario.name, headers={}, personal=None)
    amounts = queries.adopted_amounts(adoption)
    places = sorted(Place.objects.filter(pk__in=frozen.values("place_id")), key=lambda place: (-amounts[place.code], place.code))
    rows = [
        {
            "place": place,
            "amount_dh": amounts[place.code],
            "a_head": amounts[place.code] / place.population if place.population else None,
        }
        for place in places
    ]
    seen = {"scenario": scenario, "adoption": adoption, "rows": rows, "total_centimes": Centimes.of_dh(sum(amounts.values()))}
    seen["heads"] = {name: heading(name, store.own_rules(), language()) for name in ("amount_dh", "dh_per_head")}
    return render(request, "budgets/pages/scenario_below.html", seen)


@page("budgets.see")
@require_GET
def curve(_request: Request, pk: int) -> HttpResponse:
    """The concentration curve of a scenario as a drawing, for who sees its whole place."""
    scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if not queries.seen_whole(scenario.envelope):
        raise Http404("curve")
    drawing = chart.svg(curves([(scenario.name, queries.shared_of(scenario).curve)], language()))
    return HttpResponse(drawing, content_type="image/svg+xml")
