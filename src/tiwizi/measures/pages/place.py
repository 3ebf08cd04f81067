"""The page of a place: its figures of both censuses, what changed, its rank, its hamlets with their distances."""

from datetime import date
from typing import Final

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.measures import queries
from tiwizi.measures.pages import answers, place_ranks, place_trend
from tiwizi.measures.pages.place_figures import figures
from tiwizi.measures.pages.place_hamlets import hamlets
from tiwizi.measures.queries import Row
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place
from tiwizi.territories.queries import path

EXPORTED: Final = ("value", "low", "high", "people", "series", "standing", "assumed", "source", "flag")


@page("measures.see")
@require_GET
def place(request: Request, code: str) -> HttpResponse:
    """The figures of the current run about one place; `?format=` exports them, `?measure=` chooses the one to draw."""
    latest = Place.objects.filter(code=code).order_by("-since").first()
    if latest is None:
        raise Http404
    run = queries.current_run()
    rows = queries.of_place(run, latest) if run is not None else []
    kind = request.GET.get("format", "")
    if kind in answers.FORMATS:
        return answers.export(_frame(latest, rows), kind, name=f"{code}-figures", title=code)
    language = answers.language()
    above = path(latest)
    parent = next((one for one in above if one.pk == latest.parent_id), None)
    context: Context = {"place": latest, "name": latest.name(language), "run": run, "path": above, "parent": parent}
    part = {"trend-part": "_trend", "hamlet-table": "_hamlets"}.get(request.headers.get("HX-Target", ""), "")
    if not request.headers.get("HX-Request"):
        part = ""
    if run is not None:
        words = queries.words_of(run)
        context["level_name"] = answers.level_name(latest.level, words)
        if part in ("", "_trend"):
            context |= place_trend.context(request.GET, run, latest, parent, rows, words, language)
        if part in ("", "_hamlets"):
            context |= hamlets(request.GET, run, latest, words, language)
        if not part:
            context |= figures(run, latest, rows, words, language)
            context |= place_ranks.context(run, latest, parent, rows, language)
    if not part:
        context |= {
            "children": queries.children_of(latest),
            "neighbours": queries.neighbours_of(latest),
            "today": timezone.localdate().isoformat(),
            "exports": answers.FORMATS[:3],
        }
    return render(request, f"measures/pages/place{part}.html", context)


def _frame(place: Place, rows: list[tuple[str, date, Row]]) -> pl.DataFrame:
    frame_rows = [
        {"place": place.code, "measure": measure, "as_of": day, **{name: getattr(row, name) for name in EXPORTED}}
        for measure, day, row in rows
    ]
    return pl.DataFrame(frame_rows, infer_schema_length=None)
