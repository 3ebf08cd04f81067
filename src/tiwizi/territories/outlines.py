"""Outlines for drawing: simplified level by level, neighbours together, so that a shared border stays one line."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import shapely

from tiwizi.territories.models import Boundary, Outline, Place

BANDS: Final = ((0, 5, 0.02), (6, 7, 0.006), (8, 9, 0.0015), (10, 14, 0.0003))
"""First zoom, last zoom, and how far a line may be moved, in degrees: about half a pixel of the band's last zoom."""


def band_of(zoom: int) -> int:
    """The band that a zoom falls in."""
    return next(index for index, (_first, last, _degrees) in enumerate(BANDS) if zoom <= last)


def draw(levels: Iterable[str]) -> int:
    """Simplifies the outlines of these levels again, for every band, and returns their number."""
    count = 0
    for level in sorted(levels):
        rows = list(
            Boundary.objects.filter(place__level=level).values_list("place_id", "position", "wkb", "place__since", "place__until")
        )
        Outline.objects.filter(level=level).delete()
        # Places of the same day are adjacent; ended ones overlap their successors, and are simplified separately.
        for end in {row[4] for row in rows}:
            count += _draw_day(level, [row for row in rows if row[4] == end or _stood_beside(row, end)], end)
    return count


def _stood_beside(row: tuple[Any, ...], end: date | None) -> bool:
    """Whether a place still existed on the last day of those that ended on a day."""
    since, until = row[3], row[4]
    return end is not None and since < end and (until is None or until > end)


def _draw_day(level: str, rows: Sequence[tuple[Any, ...]], end: date | None) -> int:
    shapes = shapely.from_wkb([bytes(row[2]) for row in rows])
    ends = [bool(row[4] == end) for row in rows]
    for band, (_first, _last, degrees) in enumerate(BANDS):
        drawn = shapely.coverage_simplify(shapes, degrees)
        fresh = [
            outline(place, position, level, band, shape, (since, until))
            for (place, position, _wkb, since, until), shape, own in zip(rows, drawn, ends, strict=True)
            if own and not shape.is_empty
        ]
        Outline.objects.bulk_create(fresh, batch_size=500)
    return ends.count(True) * len(BANDS)


def outline(place: int, position: int, level: str, band: int, shape: Any, life: tuple[date, date | None]) -> Outline:
    """An outline for a band, with its box, not yet kept; `life` is that of the place."""
    west, south, east, north = shape.bounds
    return Outline(
        place_id=place,
        position=position,
        level=level,
        band=band,
        wkb=shapely.to_wkb(shape),
        west=west,
        south=south,
        east=east,
        north=north,
        since=life[0],
        until=life[1],
    )


def passed_on(before: Sequence[Place], after: Place) -> None:
    """Draws a place that took over the whole ground of others: theirs together, for every band, so that neighbours still fit."""
    grounds = list(Boundary.objects.filter(place__in=before))
    if len(grounds) < len(before):
        return
    shape = shapely.union_all(shapely.from_wkb([bytes(ground.wkb) for ground in grounds]))
    west, south, east, north = shape.bounds
    Boundary.objects.create(
        place=after,
        position=after.position,
        wkb=shapely.to_wkb(shape),
        west=west,
        south=south,
        east=east,
        north=north,
        area_km2=sum(ground.area_km2 for ground in grounds),
        source=grounds[0].source,
    )
    if after.lon is None:
        inside = shapely.point_on_surface(shape)
        after.lon, after.lat = inside.x, inside.y
        after.save(update_fields=["lon", "lat"])
    drawn: dict[int, list[Any]] = {}
    for earlier in Outline.objects.filter(place__in=before):
        drawn.setdefault(earlier.band, []).append(shapely.from_wkb(bytes(earlier.wkb)))
    Outline.objects.bulk_create(
        [
            outline(after.pk, after.position, after.level, band, shapely.union_all(shapes), (after.since, None))
            for band, shapes in drawn.items()
        ]
    )
