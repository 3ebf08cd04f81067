"""The tree of places: one place with those right below it, and the way up; to sort, to filter, to take away."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.office.answers import FORMATS, day_of, export, language
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries, rules
from tiwizi.territories.models import Place

PER_PAGE = 100
SORTS = {"name": None, "code": ("code",), "population": ("-population", "code"), "households": ("-households", "code")}


@page("places.see")
@require_GET
def places(request: Request) -> HttpResponse:
    """`?place=` the one shown (else where the reader's tree begins), `?level=` all of a level below it, not only those
    right below, `?on=` the day, `?sort=`, `?page=`, `?format=`.
    """
    on = day_of(request)
    here, tops = None, []
    if code := request.GET.get("place", "").strip():
        here = queries.by_code(code, on=on)
        if here is None:
            raise Http404(code)
    else:
        tops = queries.tops(on=on)
        here = tops[0] if len(tops) == 1 else None
    if (kind := request.GET.get("format", "")) in FORMATS:
        return _export(request, kind, here, on)
    sort = request.GET.get("sort", "name")
    counts = _below(here, on) if here else []
    level = request.GET.get("level", "")
    level = level if level in dict(counts) else ""
    if here and level:
        rows = queries.tree(on=on).filter(position__gt=here.position, position__lte=here.last, level=level)
    else:
        rows = queries.children(here, on=on) if here else Place.objects.filter(pk__in=[place.pk for place in tops])
    by_name = ("sort_ar" if language() == "ar" else "sort_fr", "code")
    shown = Paginator(rows.order_by(*(SORTS.get(sort) or by_name)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "territories/pages/places.html",
        {
            "here": here,
            "path": queries.path(here)[:-1] if here else [],
            "page": shown,
            "on": on,
            "today": timezone.localdate(),
            "sort": sort,
            "counts": counts,
            "level": level,
        },
    )


def _export(request: Request, kind: str, here: Place | None, on: date) -> HttpResponse:
    """All below the place. With `?boundaries=` the places of that day, and their people as counted on the day of `?on=`."""
    people, drawn = None, on
    if "boundaries" in request.GET:
        drawn = day_of(request, "boundaries")
        people = queries.population_under(counted_on=on, boundaries_on=drawn)
    below = queries.tree(on=drawn)
    if here:
        below = below.filter(position__gte=here.position, position__lte=here.last)
    name = f"places-{here.code if here else 'all'}"
    return export(queries.places_table(below, people=people), kind, name=name, title=_("Places"), headers={})


def _below(here: Place, on: date) -> list[tuple[str, int]]:
    """How many places of each level lie below, from the top down."""
    below = queries.tree(on=on).filter(position__gt=here.position, position__lte=here.last)
    counts = dict(below.order_by().values_list("level").annotate(count=Count("pk")))
    return sorted(counts.items(), key=lambda one: rules.LEVELS.index(one[0]))
