"""The page of a place: its figures of both censuses, what changed, its rank, its douars with their distances."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.core.folding import folded
from tiwizi.core.published import DOUAR_MEASURES
from tiwizi.core.subjects import Rules
from tiwizi.language import number
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.queries import Row
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place
from tiwizi.territories.queries import path

EXPORTED: Final = ("value", "low", "high", "people", "series", "standing", "assumed", "source")


@page("measures.see")
@require_GET
def place(request: Request, code: str) -> HttpResponse:
    """What the current run says of one place; `?format=` takes its figures away."""
    found = Place.objects.filter(code=code).order_by("-since").first()
    if found is None:
        raise Http404
    run = queries.current_run()
    rows = queries.of_place(run, found) if run is not None else []
    kind = request.GET.get("format", "")
    if kind in answers.FORMATS:
        return answers.export(_frame(found, rows), kind, name=f"{code}-figures", title=code)
    language = answers.language()
    context: dict[str, Any] = {
        "place": found,
        "name": found.name(language),
        "run": run,
        "path": path(found),
        "children": queries.children_of(found),
        "neighbours": queries.neighbours_of(found),
        "today": timezone.localdate().isoformat(),
        "exports": answers.FORMATS[:3],
    }
    if run is not None:
        words = queries.words_of(run)
        context["level_name"] = answers.level_name(found.level, words)
        context |= _figures(run, found, rows, words, language)
        context |= _douars(request.GET, run, found, words, language)
    part = "_douars" if request.headers.get("HX-Request") else ""
    return render(request, f"measures/pages/place{part}.html", context)


def _frame(place: Place, rows: list[tuple[str, date, Row]]) -> pl.DataFrame:
    said = [
        {"place": place.code, "measure": measure, "as_of": day, **{name: getattr(row, name) for name in EXPORTED}}
        for measure, day, row in rows
    ]
    return pl.DataFrame(said, infer_schema_length=None)


def _figures(run: Run, place: Place, rows: list[tuple[str, date, Row]], words: Rules, language: str) -> dict[str, Any]:
    """Groups of measures, each with a cell a year; the change is between the first and the last year of one series."""
    by_measure = queries.trends(rows)
    days = sorted({day for _measure, day, _row in rows})
    ranked = queries.ranks(run, place.level)
    groups = [
        (title, [_line(measure, name, by_measure[measure], days, ranked, language) for measure, name in measures])
        for title, measures in labels.grouped(by_measure, words, language)
    ]
    return {
        "groups": groups,
        "years": [day.year for day in days],
        "sources": sorted({row.source for _measure, _day, row in rows}),
        "marked": {
            "proxy": any(row.standing == "proxy" for _measure, _day, row in rows),
            "assumed": any(row.assumed for _measure, _day, row in rows),
        },
    }


def _line(
    measure: str, name: str, found: Mapping[tuple[str, date], Row], days: list[date], ranked: Any, language: str
) -> dict[str, Any]:
    (series, last), row = max(found.items(), key=lambda one: one[0][1])
    own = {day: value for (of, day), value in found.items() if of == series}
    first = min(own)
    rank = ranked(measure, last, series, row.value)
    return {
        "measure": measure,
        "name": name,
        "values": [labels.shown(measure, own[day].value, language) if day in own else "" for day in days],
        "change": labels.change(measure, own[first].value, row.value, language) if len(own) > 1 else "",
        "rank": number(rank[0], language) if rank and rank[1] > 1 else "",
        "of": number(rank[1], language) if rank else "",
        "interval": f"{labels.shown(measure, row.low, language)} – {labels.shown(measure, row.high, language)}"
        if row.low is not None and row.high is not None
        else "",
        "proxy": row.standing == "proxy",
        "assumed": row.assumed,
        "unit": labels.unit(measure, language),
    }


def _douars(asked: Mapping[str, str], run: Run, place: Place, words: Rules, language: str) -> dict[str, Any]:
    """The douars of a commune or of a cercle, found by name and sorted by name, people or a distance."""
    if place.level in ("country", "region", "province"):
        return {"douars": None}
    figures = queries.douars_of(run, place)
    columns = [name for name in DOUAR_MEASURES if any(name in one for one in figures.values())]
    wanted = folded(asked.get("douar", "")[:60])
    rows = Place.objects.filter(pk__in=list(figures)).order_by("sort_ar", "pk")
    if wanted:
        rows = rows.filter(folded__contains=wanted)
    sort = asked.get("sort", "")
    name = sort.removeprefix("-")
    spelled = [
        (pk, code, queries.name_in(language, *names) or code)
        for pk, code, *names in rows.values_list("pk", "code", "name_ar", "name_fr", "name_en")
    ]
    if name in columns:
        known = [one for one in spelled if figures[one[0]].get(name) is not None]
        rest = [one for one in spelled if figures[one[0]].get(name) is None]
        spelled = sorted(known, key=lambda one: figures[one[0]][name] or 0.0, reverse=sort.startswith("-")) + rest
    return {
        "douars": [
            {
                "code": code,
                "name": said,
                "values": [labels.shown(column, figures[pk].get(column), language) for column in columns],
            }
            for pk, code, said in spelled
        ],
        "douar_columns": [
            {"code": one, "label": labels.label(one, words, language), "next": one if sort == f"-{one}" else f"-{one}"}
            for one in columns
        ],
        "douar_asked": asked.get("douar", ""),
        "douar_total": len(figures),
        "sort": sort,
    }
