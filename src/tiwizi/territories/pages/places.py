"""The tree of places: one place with those right below it, and the way up; to sort, to filter, to take away."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.answers import FORMATS, export, language
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries
from tiwizi.territories.models import Place

PER_PAGE = 100
SORTS = {"name": None, "code": ("code",), "population": ("-population", "code"), "households": ("-households", "code")}


@page("places.see")
@require_GET
def places(request: Request) -> HttpResponse:
    """`?place=` the one shown (else where the reader's tree begins), `?on=` the day, `?sort=`, `?page=`, `?format=`."""
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
        below = queries.tree(on=on)
        if here:
            below = below.filter(position__gte=here.position, position__lte=here.last)
        return export(
            queries.places_table(below), kind, name=f"places-{here.code if here else 'all'}", title=_("Places"), headers={}
        )
    sort = request.GET.get("sort", "name")
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
            "counts": _below(here, on) if here else [],
        },
    )


def day_of(request: Request) -> date:
    """The day asked for, else today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


def _below(here: Place, on: date) -> list[tuple[str, int]]:
    """How many places of each level lie below."""
    counts: dict[str, int] = {}
    below = queries.tree(on=on).filter(position__gt=here.position, position__lte=here.last)
    for level in below.order_by().values_list("level", flat=True):
        counts[level] = counts.get(level, 0) + 1
    return list(counts.items())
