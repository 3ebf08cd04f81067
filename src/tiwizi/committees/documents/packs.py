"""What a session's pack takes from elsewhere: a map of the place of a matter, and the sheets that apps above declare."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

import shapely

from tiwizi import registration
from tiwizi.committees.models import Body, Matter
from tiwizi.core.errors import say
from tiwizi.language import text
from tiwizi.territories.models import Boundary, Place

Extra = Callable[[Body, str], dict[str, dict[str, Any]]]
"""Sheets by an ASCII name, as plain texts for the typesetter, for a body and a language."""

WIDE: Final = 600
"""Units of a drawing's longer side."""


def extras(body: Body, language: str) -> dict[str, dict[str, Any]]:
    """The sheets that apps above add for a body."""
    found: dict[str, dict[str, Any]] = {}
    for extra in registration.listed("pack_sheets"):
        found |= extra(body, language)
    return found


@dataclass(frozen=True)
class Drawing:
    """A drawing, and its description in words."""

    svg: bytes
    description: str


def maps(matter_id: int, language: str) -> Drawing | None:
    """Where the place of a matter lies among its neighbours; None where no outline is known."""
    matter = Matter.objects.get(pk=matter_id)
    own = Place.objects.filter(pk=matter.place_id).first()
    seat = (
        own if own is None or Boundary.objects.filter(place=own.pk).exists() else Place.objects.filter(pk=own.parent_id).first()
    )
    if seat is None:
        return None
    around = Place.objects.filter(parent=seat.parent_id, until=None).values_list("pk", flat=True)
    rows = {row.place_id: shapely.from_wkb(bytes(row.wkb)) for row in Boundary.objects.filter(place__in=list(around))}
    if seat.pk not in rows:
        return None
    spot = (own.lon, own.lat) if own is not None and own.pk != seat.pk and own.lon and own.lat else None
    words = say("{place} among the places around it", place=seat.name(language))
    return Drawing(_svg(rows, seat.pk, spot).encode(), text(words, language))


def _svg(rows: dict[int, Any], chosen: int, spot: tuple[float, float] | None) -> str:
    west, south, east, north = shapely.total_bounds(list(rows.values()))
    # Degrees of longitude are shorter than those of latitude, by the cosine of the latitude: near enough for a locator.
    narrow = cos(radians((south + north) / 2))
    scale = WIDE / max((east - west) * narrow, north - south)

    def at(lon: float, lat: float) -> str:
        return f"{(lon - west) * narrow * scale:.1f},{(north - lat) * scale:.1f}"

    drawn = []
    for number, shape in sorted(rows.items()):
        rings = [ring for part in getattr(shape, "geoms", [shape]) for ring in (part.exterior, *part.interiors)]
        path = " ".join("M" + " ".join(at(*point[:2]) for point in ring.simplify(0.003).coords) + "Z" for ring in rings)
        fill = "#1f5f6b" if number == chosen else "#e6edef"
        drawn.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="#ffffff" stroke-width="1.5"/>')
    if spot is not None:
        x, y = at(*spot).split(",")
        drawn.append(f'<circle cx="{x}" cy="{y}" r="9" fill="#d98e04" stroke="#ffffff" stroke-width="3"/>')
    width, height = (east - west) * narrow * scale, (north - south) * scale
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">{"".join(drawn)}</svg>'
