"""The matters of the reader's places: what waits for whom, what was decided; to filter, search, sort and take away."""

from typing import Any, Final

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Matter, Resolution
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import steps as rules
from tiwizi.committees.rules.competence import dirhams
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office.answers import FORMATS, export, language
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.territories.models import Place

PER_PAGE: Final = 50
EXPORTED: Final = 5_000
SORTS: Final = {
    "latest": ("-opened", "-pk"),
    "oldest": ("opened", "pk"),
    "amount": ("-amount", "pk"),
    "code": ("code",),
    "state": ("state", "opened", "pk"),
}
FILTERS: Final = ("state", "kind", "programme")


@page("committees.see")
@require_GET
def matters(request: Request) -> HttpResponse:
    """`?q=` title or code, `?state=`, `?kind=`, `?programme=`, `?place=` (all below it too), `?year=`, `?sort=`, `?page=`,
    `?format=`.
    """
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "place", "year", *FILTERS)}
    asked["sort"] = sort = request.GET.get("sort", "") if request.GET.get("sort") in SORTS else "latest"
    found = filtered(Matter.objects.all(), asked).order_by(*SORTS[sort])
    if (kind := request.GET.get("format", "")) in FORMATS:
        return export(_table(rows_of(list(found[:EXPORTED]))), kind, name="matters", title=_("Matters"), headers={})
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    words = queries.words_on(timezone.localdate())
    context = {
        "rows": rows_of(list(shown)),
        "page": shown,
        "asked": asked,
        "filters": any(asked[name] for name in ("q", "place", "year", *FILTERS)),
        "states": [(code, rules.STATES[code]) for code in _states()],
        "kinds": [(code, label.in_(language())) for code, label in words.matters.items()],
        "programmes": [(code, label.in_(language())) for code, label in words.programmes.items()],
        "years": sorted({day.year for day in Matter.objects.dates("opened", "year")}, reverse=True),
        "proposes": permits([role.kind for role in request.roles], "matters.propose"),
    }
    return render(request, "committees/pages/matters/matters.html", context)


def _states() -> list[str]:
    steps = [step for step in rules.STEPS if step.kind == "matter"]
    return list(dict.fromkeys([step.before for step in steps] + [step.after for step in steps]))


def filtered(rows: ScopedQuerySet[Matter], asked: dict[str, str]) -> ScopedQuerySet[Matter]:
    """Those of these matters that the filter asks for."""
    for name in FILTERS:
        if asked[name]:
            rows = rows.filter(**{name: asked[name]})
    if asked["year"].isdigit() and len(asked["year"]) == 4:
        rows = rows.filter(opened__year=int(asked["year"]))
    if asked["place"]:
        seat = Place.objects.filter(code=asked["place"]).order_by("-since").first()
        rows = rows.filter(position__gte=seat.position, position__lte=seat.last) if seat else rows.none()
    return queries.searched(rows, asked["q"])


def rows_of(found: list[Matter]) -> list[dict[str, Any]]:
    """Each matter with its place, its words, and whom it waits for or who decided it: as many queries for one as for many."""
    on, spoken = timezone.localdate(), language()
    words, places, bodies = queries.words_on(on), queries.places_of(found), queries.bodies_by_code()
    by_pk = {body.pk: body for body in bodies.values()}
    resolutions = queries.resolutions_of(found)
    open_ones = [one for one in found if one.state not in queries.DECIDED]
    competent = queries.competences(open_ones, on)
    rows = []
    for one in found:
        decided: Resolution | None = resolutions.get(one.pk)
        holder = competent.get(one.pk)
        row = {
            "matter": one,
            "title": one.title(spoken),
            "place": places.get(one.place_id),
            "state": rules.STATES[one.state],
            "kind": words.named("matters", one.kind, spoken),
            "programme": words.named("programmes", one.programme, spoken) if one.programme else "",
            "waits": holder is not None,
            "body": bodies.get(str.__str__(holder.body)) if holder and holder.body else None,
            "act": holder.act.number if holder and holder.act else "",
            "resolution": decided,
        }
        row["decided_by"] = by_pk.get(decided.body_id) if decided else None
        rows.append(row)
    return rows


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """One row a matter; money in dirhams with two decimals."""
    names = ("code", "kind", "title_ar", "title_fr", "programme", "axis", "project_kind", "state", "opened")
    schema: dict[str, Any] = dict.fromkeys(names, pl.String) | {
        "opened": pl.Date,
        "place": pl.String,
        "amount_dh": pl.Decimal(18, 2),
    }
    schema |= dict.fromkeys(("waits_for", "act", "resolution", "decided_by"), pl.String)
    listed = [
        {name: getattr(row["matter"], name) for name in names}
        | {
            "place": row["matter"].place_code,
            "amount_dh": dirhams(row["matter"].amount),
            "waits_for": row["body"].code if row["body"] else None,
            "act": row["act"] or None,
            "resolution": row["resolution"].number if row["resolution"] else None,
            "decided_by": row["decided_by"].code if row["decided_by"] else None,
        }
        for row in rows
    ]
    return pl.DataFrame(listed, schema=schema, orient="row")
