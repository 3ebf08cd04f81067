"""The explorer: one measure of every place of a level, as a map and a table side by side, in classes that a person can change."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.language import number
from tiwizi.measures import exploring, labels, queries
from tiwizi.measures.exploring import Chosen
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.place_figures import interval
from tiwizi.measures.queries import Row
from tiwizi.measures.rules import FEWEST, MOST, Classes
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.territories.rules import drawn_as, settlements, unit

PER_PAGE: Final = 50
TILES: Final = "/territories/tiles/{z}/{x}/{y}.pbf?on="


@page("measures.see")
@require_GET
def explorer(request: Request) -> HttpResponse:
    """The map and the table of the choice; `?format=` exports the whole table."""
    asked = answers.filled(request.GET)
    chosen = exploring.choose(asked)
    if chosen is None:
        return render(request, "measures/pages/explorer.html", {"chosen": None})
    language = answers.language()
    rows = chosen.rows
    if asked.get("format") in answers.FORMATS:
        title = labels.label(chosen.measure, queries.words_of(chosen.run), language)
        frame = exploring.table(chosen, exploring.in_order(chosen, rows, language), language)
        name = f"{chosen.measure}-{chosen.level}-{chosen.as_of.year}"
        return answers.export(frame, asked["format"], name=name, title=title)
    made = exploring.classed(chosen, rows)
    shown = Paginator(exploring.in_order(chosen, rows, language), PER_PAGE).get_page(asked.get("page"))
    every = {"proxy": all(row.standing == "proxy" for row in rows), "assumed": all(row.assumed for row in rows)}
    table_rows = _rows(chosen, list(shown), made, language, every)
    context = {"chosen": chosen, "page": shown, "rows": table_rows, "every": every, "per_page": PER_PAGE}
    context["ends"] = any(row.low is not None and row.high is not None for row in rows)
    context |= _choices(chosen, made, language) | map_of(chosen, language) | {"legend": legend_of(chosen, made, language)}
    part = "_part" if request.headers.get("HX-Request") else ""
    return render(request, f"measures/pages/explorer{part}.html", context)


@page("measures.see")
@require_GET
def measure_values(request: Request) -> HttpResponse:
    """The classes of a map and the class of each place, as JSON; unchanged ones are not sent again."""
    chosen = exploring.choose(answers.filled(request.GET))
    tag, content = ('"none"', b'{"classes":[],"values":{}}')
    if chosen is not None:
        tag, content = exploring.map_values(chosen, answers.language())
    response = HttpResponse(content, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = tag
    answer: HttpResponse = get_conditional_response(request, etag=tag, response=response) or response
    return answer


def _rows(chosen: Chosen, rows: Sequence[Row], made: Classes, language: str, every: Mapping[str, bool]) -> list[Context]:
    """Rows of the table; a mark common to all figures is shown once above them instead."""
    names = queries.names([row.place for row in rows], language)
    measure = chosen.measure
    return [
        {
            "pk": row.place,
            "code": names[row.place][0],
            "name": names[row.place][1],
            "value": labels.shown(measure, row.value, language),
            "swatch": made.swatch(made.of(row.value)),
            "interval": interval(measure, row.low, row.high, language),
            "people": number(row.people, language),
            "proxy": row.standing == "proxy" and not every["proxy"],
            "assumed": row.assumed and not every["assumed"],
            "flag": row.flag if row.value is not None else None,
        }
        for row in rows
        if row.place in names
    ]


def legend_of(chosen: Chosen, made: Classes, language: str) -> list[Context]:
    """The classes in words with how many places are in each; last, those without a figure."""
    labels = exploring.class_labels(made, chosen.measure, language)
    return [
        {"swatch": made.swatch(at), "label": text, "count": number(count, language)}
        for at, (text, count) in enumerate(zip(labels, made.counts, strict=True))
    ] + ([{"swatch": None, "label": _("not known"), "count": number(made.missing, language)}] if made.missing else [])


def _choices(chosen: Chosen, made: Classes, language: str) -> Context:
    words = queries.words_of(chosen.run)
    return {
        "label": labels.label(chosen.measure, words, language),
        "unit": labels.unit(chosen.measure, language),
        "groups": labels.grouped({entry.measure for entry in chosen.known}, words, language),
        "levels": [(level, answers.level_name(level, words)) for level in chosen.levels],
        "level_name": answers.level_name(chosen.level, words),
        "methods": [
            ("quantile", _("as many places in each")),
            ("equal", _("of equal width")),
            ("manual", _("at breaks of my own")),
        ],
        "counts": range(FEWEST, MOST + 1),
        "breaks": exploring.breaks_text(made, chosen.measure),
        "places": exploring.places_to_choose(language),
        "sources": answers.sources_named(row.source for row in chosen.rows),
        "flagged": answers.flagged((row.flag for row in chosen.rows if row.value is not None), words),
        "doubtful": number(len(exploring.doubtful(chosen.rows)), language) if exploring.doubtful(chosen.rows) else "",
        "marked": {
            "proxy": any(row.standing == "proxy" for row in chosen.rows),
            "assumed": any(row.assumed for row in chosen.rows),
        },
    }


def map_of(chosen: Chosen, language: str) -> Context:
    """The data of the map of a choice: its tiles, its values, its extent."""
    asked: dict[str, str | int] = {
        "run": chosen.run.pk,
        "measure": chosen.measure,
        "level": chosen.level,
        "year": chosen.as_of.year,
        "method": chosen.method,
        "classes": chosen.count,
        "breaks": exploring.breaks_text(Classes(chosen.breaks, (), 0, None, None), chosen.measure),
        "place": chosen.place.code if chosen.place else "",
        "language": language,
    }
    box = queries.bounds(chosen.place, chosen.run)
    return {
        "values": f"{reverse('measure_values')}?{urlencode({key: value for key, value in asked.items() if value})}",
        "tiles": f"{TILES}{chosen.run.on.isoformat()}",
        "bounds": ",".join(f"{edge:.4f}" for edge in box) if box else "",
        "hamlets": chosen.level == settlements(),
        "unit_level": unit(),
        "map_level": drawn_as(chosen.level),
        "exports": answers.FORMATS[:3],
    }
