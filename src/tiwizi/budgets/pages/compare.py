"""Two scenarios side by side: who gains, who loses, and whom the money reaches in each."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.answers import FORMATS, export, language
from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.results import reaches
from tiwizi.core import allocation
from tiwizi.people.doors import Request, page
from tiwizi.reports import chart
from tiwizi.reports.compare import compared, curves
from tiwizi.territories.models import Place


def _two(request: Request) -> tuple[Scenario, Scenario]:
    """`?one=&other=`: two scenarios of one envelope that the reader sees whole; else there is no such page."""
    found = []
    for name in ("one", "other"):
        number = request.GET.get(name, "")
        one: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=int(number) if number.isdigit() else 0)
        found.append(one)
    if found[0].envelope_id != found[1].envelope_id or not queries.seen_whole(found[0].envelope):
        raise Http404("compare")
    return found[0], found[1]


@page("budgets.see")
@require_GET
def compare(request: Request) -> HttpResponse:
    """The table, the largest gain first; `?format=` takes it away."""
    one, other = _two(request)
    given = [queries.shared_of(scenario) for scenario in (one, other)]
    amounts = [dict(allocation.totals(shared.shares).select("place", "amount_dh").iter_rows()) for shared in given]
    frame = compared(amounts[0], amounts[1])
    if (kind := request.GET.get("format", "")) in FORMATS:
        return export(frame, kind, name=f"compare-{one.pk}-{other.pk}", title=_("Two scenarios"), headers={})
    places = {place.code: place for place in Place.objects.filter(code__in=frame["place"].to_list(), until=None)}
    people = queries.ground(one.run_id, one.envelope.place_id).people
    rows: list[dict[str, Any]] = [
        {**row, "place": places[row["place"]]} for row in frame.iter_rows(named=True) if row["place"] in places
    ]
    gain = [row for row in rows if row["difference_dh"] > 0]
    lose = [row for row in rows if row["difference_dh"] < 0]
    return render(
        request,
        "budgets/pages/compare.html",
        {
            "one": one,
            "other": other,
            "rows": rows,
            "gain": {
                "count": len(gain),
                "people": sum(people.get(row["place"].code, 0) for row in gain),
                "dh": sum(row["difference_dh"] for row in gain),
            },
            "lose": {
                "count": len(lose),
                "people": sum(people.get(row["place"].code, 0) for row in lose),
                "dh": sum(row["difference_dh"] for row in lose),
            },
            "reaches": list(zip(reaches(given[0]), reaches(given[1]), strict=True)),
            "scenarios": Scenario.objects.filter(envelope=one.envelope),
            "formats": ("xlsx", "csv", "json"),
        },
    )


@page("budgets.see")
@require_GET
def compare_curves(request: Request) -> HttpResponse:
    """Both concentration curves as one drawing."""
    both = _two(request)
    drawing = chart.svg(curves([(scenario.name, queries.shared_of(scenario).curve) for scenario in both], language()))
    return HttpResponse(drawing, content_type="image/svg+xml")
