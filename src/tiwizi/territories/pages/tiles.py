"""Tiles of the map, in the scope of the reader."""

from django.http import Http404, HttpResponse
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET

from tiwizi.office.answers import day_of
from tiwizi.people.doors import Request, page
from tiwizi.territories import rules
from tiwizi.territories import tiles as drawing


@page("places.see")
@require_GET
def tiles(request: Request, z: int, x: int, y: int) -> HttpResponse:
    """One tile: `?levels=` which outlines (else those that share), `?on=` the day. 304 when the reader has it already."""
    if z > drawing.LAST_ZOOM or not (x < 2**z and y < 2**z):
        raise Http404(f"{z}/{x}/{y}")
    wanted = tuple(level for level in request.GET.get("levels", rules.unit()).split(",") if level in rules.ranks())
    state = drawing.version()
    on = day_of(request)
    tag = f'"{state}-{z}-{x}-{y}-{"-".join(wanted)}-{on}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    # The tag of a compressed response comes back marked as weak.
    if tag in {held.removeprefix("W/") for held in parse_etags(request.headers.get("If-None-Match", ""))}:
        return HttpResponse(status=304, headers=headers)
    content = drawing.tile(z, x, y, levels=wanted, on=on, state=state)
    if not content:
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(content, content_type="application/vnd.mapbox-vector-tile", headers=headers)
