"""Vector tiles of the places that a reader may see: outlines, names, hamlets."""

import hashlib
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Q

from tiwizi.database.scope import current, everything
from tiwizi.journal.models import Entry
from tiwizi.territories import outlines, vector_tiles
from tiwizi.territories.models import Outline, Place
from tiwizi.territories.rules import settlements

LAST_ZOOM: Final = 14
NAMES_FROM: Final = 9
"""Zoom from which hamlets carry their names."""
DOT: Final = vector_tiles.EXTENT // 512
"""Points closer than this, a pixel of a tile drawn at 512, are indistinguishable."""
KEPT_FOR: Final = 24 * 60 * 60

_MEETING: Final = "west <= %s AND east >= %s AND south <= %s AND north >= %s"


def version() -> str:
    """A version that changes whenever outlines or places do, and differs by scope: the tag of every tile."""
    last = Outline.objects.aggregate(Max("pk"))["pk__max"], Place.objects.aggregate(Max("pk"))["pk__max"], Place.objects.count()
    with everything():
        # Every change of a place is on record, also those made from above. The last record's hash is taken, not its number,
        # which a reader could try out: it counts the acts of the whole office.
        acts = Entry.objects.filter(kind__in=("place", "import")).order_by("-number").values_list("hash", flat=True)
        latest = acts.first()
    return hashlib.sha256(f"{last} {latest} {current().ranges}".encode()).hexdigest()[:20]


def tile(z: int, x: int, y: int, *, levels: tuple[str, ...], on: date, state: str) -> bytes:
    """A tile of these levels on a day; empty bytes without any place. Cached for all readers of the same scope."""
    key = hashlib.sha256(f"tile {state} {z} {x} {y} {levels} {on}".encode()).hexdigest()
    cached: bytes | None = cache.get(key)
    if cached is None:
        cached = made(z, x, y, levels=levels, on=on)
        cache.set(key, cached, KEPT_FOR)
    return cached


def made(z: int, x: int, y: int, *, levels: tuple[str, ...], on: date) -> bytes:
    """The same tile, drawn now."""
    at = (z, x, y)
    layers = [_places(at, levels, on), _labels(at, levels, on), _hamlets(at, on)]
    return vector_tiles.tile([layer for layer in layers if layer])


def _places(at: tuple[int, int, int], levels: tuple[str, ...], on: date) -> bytes:
    west, south, east, north = vector_tiles.bounds(*at)
    rows: Any = Outline.objects.filter(band=outlines.band_of(at[0]), level__in=levels, since__lte=on)
    rows = rows.filter(Q(until=None) | Q(until__gt=on))
    if connection.vendor == "sqlite":
        where = "territories_outline.id IN (SELECT id FROM territories_outline_boxes WHERE " + _MEETING + ")"  # noqa: S608 # fixed
        values = [east, west, north, south]
    else:
        where = "box(point(west, south), point(east, north)) && box(point(%s, %s), point(%s, %s))"
        values = [west, south, east, north]
    rows = rows.extra(where=[where], params=values)  # noqa: S610 # the index of boxes; numbers are passed apart
    place_rows = list(rows.order_by("position").values_list("place_id", "level", "wkb", "west", "south", "east", "north"))
    if not place_rows:
        return b""
    shapes = shapely.from_wkb([bytes(row[2]) for row in place_rows])
    crossing = np.array([row[3] < west or row[4] < south or row[5] > east or row[6] > north for row in place_rows])
    shapes[crossing] = shapely.clip_by_rect(shapes[crossing], west, south, east, north)
    codes = dict(Place.objects.filter(pk__in=[row[0] for row in place_rows]).values_list("pk", "code"))
    tags = [{"code": codes[row[0]], "level": row[1]} for row in place_rows]
    return vector_tiles.polygons("places", shapes, [row[0] for row in place_rows], tags, at)


def _inside(at: tuple[int, int, int], on: date) -> Any:
    west, south, east, north = vector_tiles.bounds(*at, buffer=0)
    rows = Place.objects.filter(lon__gte=west, lon__lt=east, lat__gt=south, lat__lte=north, since__lte=on)
    return rows.filter(Q(until=None) | Q(until__gt=on))


def _labels(at: tuple[int, int, int], levels: tuple[str, ...], on: date) -> bytes:
    rows = list(
        _inside(at, on).filter(level__in=levels).values_list("pk", "lon", "lat", "level", "name_ar", "name_fr", "population")
    )
    places = np.array([(row[1], row[2]) for row in rows], dtype=np.float64).reshape(-1, 2)
    tags = [
        {"id": row[0], "level": row[3], "name_ar": row[4] or row[5], "name_fr": row[5] or row[4], "people": row[6] or 0}
        for row in rows
    ]
    return vector_tiles.points("labels", places, [row[0] for row in rows], tags, at)


def _hamlets(at: tuple[int, int, int], on: date) -> bytes:
    """The hamlets with a known position. At low zooms they are points without a name, one for several at the same spot."""
    rows = _inside(at, on).filter(level=settlements())
    if at[0] < NAMES_FROM:
        positions = np.array(list(rows.values_list("pk", "lon", "lat").order_by("pk")), dtype=np.float64).reshape(-1, 3)
        dots = vector_tiles.projected(positions[:, 1:], *at) // DOT
        _cells, first = np.unique(dots, axis=0, return_index=True)
        seen = np.sort(first)
        return vector_tiles.points(
            "hamlets", positions[seen, 1:], positions[seen, 0].astype(np.int64).tolist(), [{}] * len(seen), at
        )
    labelled = list(rows.values_list("pk", "lon", "lat", "code", "name_ar", "population"))
    places = np.array([(row[1], row[2]) for row in labelled], dtype=np.float64).reshape(-1, 2)
    tags: list[vector_tiles.Tags] = [{"id": row[0], "code": row[3], "name_ar": row[4], "people": row[5] or 0} for row in labelled]
    return vector_tiles.points("hamlets", places, [row[0] for row in labelled], tags, at)
