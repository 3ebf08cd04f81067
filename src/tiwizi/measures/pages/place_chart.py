"""The drawings of a place, each under its own address: drawn once, cached for everyone who sees the same figures."""

import json
from collections.abc import Callable
from typing import Final

from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from tiwizi import __version__
from tiwizi.measures import exploring, labels, queries
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers, place_ranks, place_trend
from tiwizi.people.doors import Request, page
from tiwizi.reports.drawings import trend_svg
from tiwizi.reports.intervals import interval_svg
from tiwizi.territories.models import Place

KEPT_S: Final = 90 * 24 * 60 * 60
Drawing = tuple[str, Callable[[], str]]
"""The content that determines a drawing, as text, and the function that draws it."""


@page("measures.see")
@require_GET
def place_chart(request: Request, code: str) -> HttpResponse:
    """A measure of a place over the years, or with `?drawing=rank` the ranks of the place and its siblings, as SVG."""
    place = Place.objects.filter(code=code).order_by("-since").first()
    run = queries.current_run()
    if place is None or run is None:
        raise Http404
    ranks = request.GET.get("drawing") == "rank"
    drawing = _ranks(run, place) if ranks else _trend(run, place, request.GET.get("measure", ""))
    if drawing is None:
        raise Http404
    content, draw = drawing
    # Keyed by content, not by place: readers who see fewer places see other figures, under another key.
    key = exploring.hash_of(f"{__version__} {ranks} {content}".encode())
    tag = f'"{key}"'
    response = HttpResponse(content_type="image/svg+xml", headers={"Cache-Control": "private, no-cache", "ETag": tag})
    unchanged: HttpResponse | None = get_conditional_response(request, etag=tag)
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    response.content = caches["drawings"].get_or_set(key, draw, KEPT_S)
    return response


def _above(place: Place) -> Place | None:
    return Place.objects.filter(pk=place.parent_id).first() if place.parent_id else None


def _trend(run: Run, place: Place, asked: str) -> Drawing | None:
    language = answers.language()
    rows = queries.of_place(run, place)
    measure = place_trend.chosen(asked, rows)
    shown = place_trend.trend(run, place, _above(place), measure, rows, queries.words_of(run), language)
    if shown is None:
        return None
    first, *beside = shown.drawn
    content = json.dumps([language, measure, shown.label, [[line.name, line.points] for line in shown.drawn]])

    def draw() -> str:
        return trend_svg(
            first.points,
            shown.label,
            language,
            share=labels.is_share(measure),
            name=first.name,
            beside=beside,
            as_text=lambda value: labels.shown(measure, value, language),
        )

    return content, draw


def _ranks(run: Run, place: Place) -> Drawing | None:
    language = answers.language()
    frame = place_ranks.sisters(run, place, _above(place), queries.of_place(run, place))
    if frame is None:
        return None
    names = {str(pk): name for pk, (_code, name) in queries.names(map(int, frame["place"]), language).items()}
    content = json.dumps([language, place.pk, frame.rows(), names])
    return content, lambda: interval_svg(frame, names, language, place=str(place.pk))
