"""The tree of places: one place with those right below it, and the way up; to sort, to filter, to take away."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tiwizi.answers import FORMATS, language
from tiwizi.core.errors import mark
from tiwizi.office import lists
from tiwizi.office.lists import Cell
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries, rules
from tiwizi.territories.models import Place
from tiwizi.territories.titles import TITLES

MILIEUX: Final = {"urban": mark("urban"), "rural": mark("rural"), "mixed": mark("urban and rural")}
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


def day_of(request: Request, name: str = "on") -> date:
    """The day asked for, else today."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return timezone.localdate()


def above(rows: Sequence[Place]) -> list[Cell | None]:
    """The place above each, none where it lies beyond the scope."""
    parents = {place.pk: place for place in Place.objects.filter(pk__in={row.parent_id for row in rows})}
    cells = {pk: Cell(place.name(language()), code=place.code) for pk, place in parents.items()}
    return [cells.get(row.parent_id or 0) for row in rows]


COLUMNS: Final[Sequence[lists.Column]] = (
    lists.Link("name", _("Place"), lists.in_language("name"), url=lambda place: f"?place={place.code}"),
    lists.Name("place", TITLES["place"], lambda place: place.code),
    lists.Words("level", TITLES["level"], words=rules.LEVEL_NAMES),
    lists.PerPage("parent", TITLES["parent"], compute=above),
    lists.Text("name_ar", TITLES["name_ar"]),
    lists.Text("name_fr", TITLES["name_fr"]),
    lists.Text("name_en", TITLES["name_en"]),
    lists.Words("milieu", TITLES["milieu"], words=MILIEUX),
    lists.Number("population", TITLES["population"]),
    lists.Number("households", TITLES["households"]),
    lists.Decimals("lon", TITLES["lon"]),
    lists.Decimals("lat", TITLES["lat"]),
    lists.Day("since", _("Since")),
    lists.Day("until", _("Until")),
)
"""The columns of a file of places, which an import takes back in any language."""


def _export(request: Request, kind: str, here: Place | None, on: date) -> HttpResponse:
    """All below the place. With `?boundaries=` the places of that day, and their people as counted on the day of `?on=`."""
    columns, drawn = COLUMNS, on
    if "boundaries" in request.GET:
        drawn = day_of(request, "boundaries")
        people = queries.population_under(counted_on=on, boundaries_on=drawn)
        counted = lists.Number("population", TITLES["population"], lambda place: people.get(place.code))
        columns = tuple(counted if one.name == "population" else one for one in COLUMNS)
    below = queries.tree(on=drawn)
    if here:
        below = below.filter(position__gte=here.position, position__lte=here.last)
    name = f"places-{here.code if here else 'all'}"
    return lists.file_of(request, kind, columns, list(below), name=name, title=_("Places"))


def _below(here: Place, on: date) -> list[tuple[str, int]]:
    """How many places of each level lie below, from the top down."""
    below = queries.tree(on=on).filter(position__gt=here.position, position__lte=here.last)
    counts = dict(below.order_by().values_list("level").annotate(count=Count("pk")))
    return sorted(counts.items(), key=lambda one: rules.LEVELS.index(one[0]))
