"""Poverty place by place, from a run on households: the map, the composition, each figure with its interval."""

from typing import Final

import polars as pl
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.language import number
from tiwizi.measures import exploring, household_results, labels, queries, rules
from tiwizi.measures.exploring import Chosen
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.explorer import legend_of, map_of
from tiwizi.measures.poverty_figures import figures, parts_of
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.reports.poverty_chart import contributions_svg
from tiwizi.territories.models import Place

PER_PAGE: Final = 50
COLUMNS: Final = {
    "households": (
        "headcount_ratio",
        "intensity",
        "adjusted_headcount",
        "vulnerable_share",
        "severe_headcount_ratio",
        "poor_people",
    ),
    "change": ("headcount_ratio_change", "headcount_ratio_annual_change", "intensity_change", "adjusted_headcount_change"),
}
_drawn: queries.Cache[str] = queries.Cache(64)


@page("measures.see")
@require_GET
def poverty(request: Request, pk: int) -> HttpResponse:
    """One row per place of the chosen level, the poorest first; withheld places have no figure; `?format=` exports the
    table."""
    run = _done(pk)
    asked = answers.filled(request.GET)
    chosen = _chosen(run, asked)
    language = answers.language()
    wide = figures(run, chosen.level, COLUMNS[run.kind], language)
    title = _("Change of poverty") if run.kind == "change" else _("Poverty from households")
    if asked.get("format") in answers.FORMATS:
        return answers.export(wide.drop("pk"), asked["format"], name=f"poverty-{run.pk}-{chosen.level}", title=title)
    shown = Paginator(wide.rows(named=True), PER_PAGE).get_page(asked.get("page"))
    words = queries.words_of(run)
    made = exploring.classed(chosen, chosen.rows)
    context = {
        "run": run,
        "title": title,
        "chosen": chosen,
        "levels": [(level, answers.level_name(level, words)) for level in chosen.levels],
        "level_name": answers.level_name(chosen.level, words),
        "measures": [(name, labels.label(name, words, language)) for name in COLUMNS[run.kind]],
        "heads": [_heads()[name] for name in COLUMNS[run.kind]],
        "label": labels.label(chosen.measure, words, language),
        "rows": [_row(row, run, chosen, made, language) for row in shown],
        "page": shown,
        "unasked": max(_places_of(run, chosen.level) - wide.height, 0),
        "withheld": wide.filter(pl.col(COLUMNS[run.kind][0]).is_null()).height,
        "made_up": any(row.source.startswith(household_results.MADE_UP) for row in chosen.rows),
        "series": _series(run, next((row.series for row in chosen.rows), "")),
        "chart": f"{reverse('poverty_chart', args=[run.pk])}?{urlencode({'level': chosen.level, 'language': language})}",
        "indicators": _table_of_parts(run, chosen.level, language) if run.kind == "households" else [],
        "legend": legend_of(chosen, made, language),
        "doubtful": number(len(exploring.doubtful(chosen.rows)), language) if exploring.doubtful(chosen.rows) else "",
        "flagged": answers.flagged((flag for name in COLUMNS[run.kind] for flag in wide[f"{name}_flag"]), words),
        **map_of(chosen, language),
    }
    return render(request, "measures/pages/poverty.html", context)


@page("measures.see")
@require_GET
def poverty_chart(request: Request, pk: int) -> HttpResponse:
    """The composition of poverty in each place of the level, as a drawing."""
    run = _done(pk)
    chosen, language = _chosen(run, answers.filled(request.GET)), answers.language()
    parts = parts_of(run, chosen.level, language)
    if run.kind != "households" or parts.is_empty():
        raise Http404
    key = (run.pk, chosen.level, language, tuple(parts["name"].unique().sort()))
    response = HttpResponse(_drawn.get(key, lambda: contributions_svg(parts, language)), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _series(run: Run, series: str) -> str:
    """The series in the reader's language; one without some indicators keeps its name, which says so."""
    judging = queries.words_of(run).deprivations
    return judging.label.in_(answers.language()) if judging is not None and series == judging.series else series


def _places_of(run: Run, level: str) -> int:
    """The number of places of the level that the reader sees inside the run's."""
    inside = Place.objects.filter(level=level, position__gte=run.position, position__lte=run.reach, since__lte=run.on)
    return int(inside.exclude(until__lte=run.on).count())


def _heads() -> dict[str, str]:
    """Short titles of the columns: the full ones are in the choice above the map."""
    return {
        "headcount_ratio": _("Poor (H)"),
        "intensity": _("Intensity (A)"),
        "adjusted_headcount": _("M0"),
        "vulnerable_share": _("Vulnerable"),
        "severe_headcount_ratio": _("Severely poor"),
        "poor_people": _("Poor people"),
        "headcount_ratio_change": _("Change of H"),
        "headcount_ratio_annual_change": _("Relative change a year"),
        "intensity_change": _("Change of A"),
        "adjusted_headcount_change": _("Change of M0"),
    }


def _done(pk: int) -> Run:
    run: Run = get_object_or_404(Run.objects, pk=pk, status=rules.DONE, kind__in=COLUMNS)
    return run


def _chosen(run: Run, asked: dict[str, str]) -> Chosen:
    measure = asked.get("measure") if asked.get("measure") in COLUMNS[run.kind] else COLUMNS[run.kind][0]
    chosen = exploring.choose(
        {"run": str(run.pk), "measure": str(measure), "level": asked.get("level", ""), "place": asked.get("place", "")}
    )
    # Without a figure of this measure, another measure would have been chosen.
    if chosen is None or chosen.run.pk != run.pk or chosen.measure not in COLUMNS[run.kind]:
        raise Http404
    return chosen


def _row(row: Context, run: Run, chosen: Chosen, made: rules.Classes, language: str) -> Context:
    cells = []
    for name in COLUMNS[run.kind]:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        ends = (
            f"{labels.shown(name, low, language)} – {labels.shown(name, high, language)}"
            if low is not None and high is not None
            else ""
        )
        cells.append({"value": labels.shown(name, row[name], language), "interval": ends, "flag": row[f"{name}_flag"]})
    value = row[chosen.measure]
    shown = {"pk": row["pk"], "code": row["place"], "name": row["name"], "cells": cells, "swatch": made.swatch(made.of(value))}
    return shown | {"doubtful": row[f"{chosen.measure}_flag"] == rules.UNRELIABLE}


def _table_of_parts(run: Run, level: str, language: str) -> list[Context]:
    """Each indicator with its average contribution over the places shown, for readers who do not see the drawing."""
    parts = parts_of(run, level, language)
    means = parts.group_by("indicator", maintain_order=True).agg(pl.col("value").mean())
    return [{"name": name, "value": labels.shown("adjusted_headcount", value, language)} for name, value in means.iter_rows()]
