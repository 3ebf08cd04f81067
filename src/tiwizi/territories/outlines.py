"""Outlines for drawing: simplified level by level, neighbours together, so that a shared border stays one line."""

from collections.abc import Iterable
from typing import Final

import shapely

from tiwizi.territories.models import Boundary, Outline

BANDS: Final = ((0, 5, 0.02), (6, 7, 0.006), (8, 9, 0.0015), (10, 14, 0.0003))
"""First zoom, last zoom, and how far a line may be moved, in degrees: about half a pixel of the band's last zoom."""


def band_of(zoom: int) -> int:
    """The band that a zoom falls in."""
    return next(index for index, (_first, last, _degrees) in enumerate(BANDS) if zoom <= last)


def draw(levels: Iterable[str]) -> int:
    """Draws anew the outlines of these levels, for every band, and says how many there are."""
    count = 0
    for level in sorted(levels):
        rows = list(
            Boundary.objects.filter(place__level=level).values_list("place_id", "position", "wkb", "place__since", "place__until")
        )
        shapes = shapely.from_wkb([bytes(row[2]) for row in rows])
        Outline.objects.filter(level=level).delete()
        for band, (_first, _last, degrees) in enumerate(BANDS):
            # A large tolerance may leave nothing of a small island: it is drawn as it is.
            drawn = shapely.coverage_simplify(shapes, degrees)
            boxes = shapely.bounds(drawn)
            Outline.objects.bulk_create(
                [
                    Outline(
                        place_id=place,
                        position=position,
                        level=level,
                        band=band,
                        wkb=shapely.to_wkb(shape),
                        west=box[0],
                        south=box[1],
                        east=box[2],
                        north=box[3],
                        since=since,
                        until=until,
                    )
                    for (place, position, _wkb, since, until), shape, box in zip(rows, drawn, boxes.tolist(), strict=True)
                    if not shape.is_empty
                ],
                batch_size=500,
            )
            count += len(rows)
    return count
