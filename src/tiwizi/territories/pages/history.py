"""The history of a place: its predecessors and successors."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.people.doors import Request, page
from tiwizi.territories import queries
from tiwizi.territories.models import Place


@page("places.see")
@require_GET
def history(request: Request, code: str) -> HttpResponse:
    """Every place that had this code, latest first, each with its predecessors and successors."""
    lives = list(Place.objects.filter(code=code).order_by("-since"))
    if not lives:
        raise Http404(code)
    steps = zip(lives, queries.histories(lives), strict=True)
    rows = [{"place": place, "came": came, "went": went} for place, (came, went) in steps]
    return render(
        request,
        "territories/pages/history.html",
        {"here": lives[0], "rows": rows, "path": queries.path(lives[0])[:-1], "today": timezone.localdate()},
    )
