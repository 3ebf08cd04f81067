"""Search for a place by its name, in any spelling."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.office.answers import language
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries
from tiwizi.territories.models import Place

MOST = 100


@page("places.see")
@require_GET
def search(request: Request) -> HttpResponse:
    """`?q=` is the query. Each match with the names of the ancestors that the reader may see."""
    typed = request.GET.get("q", "").strip()[:100]
    places = queries.search(typed, on=timezone.localdate(), language=language(), limit=MOST) if typed else []
    # One query for all the parents, and one for theirs.
    above: dict[int, Place] = {}
    wanted = {place.parent_id for place in places if place.parent_id}
    for _step in range(2):
        fresh = {place.pk: place for place in Place.objects.filter(pk__in=wanted - set(above))}
        above |= fresh
        wanted = {place.parent_id for place in fresh.values() if place.parent_id}
    rows = [{"place": place, "above": _chain(place, above)} for place in places]
    return render(request, "territories/pages/search.html", {"typed": typed, "rows": rows, "full": len(places) == MOST})


def _chain(place: Place, above: dict[int, Place]) -> list[Place]:
    chain: list[Place] = []
    here = above.get(place.parent_id or 0)
    while here is not None and len(chain) < 2:
        chain.append(here)
        here = above.get(here.parent_id or 0)
    return chain
