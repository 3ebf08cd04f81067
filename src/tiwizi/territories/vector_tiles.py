"""Mapbox Vector Tiles (specification 2.1), written from whole arrays at once so that a tile of all places of a country is quick.

A tile is a protocol buffer of layers; a layer holds its features, their keys and values; a feature an id, tags and a geometry of
commands in whole numbers of 1/4096 of the tile, each point as its step from the one before. Left out: what our maps do not use
(lines, several points in one feature, values that are neither text nor whole numbers).
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

EXTENT: Final = 4096
BUFFER: Final = 64
"""How far beyond its edge a tile is drawn, so that outlines do not show at the seams."""

Whole = npt.NDArray[np.int64]
Tags = dict[str, Any]
"""What a tile says about one feature."""


def bounds(z: int, x: int, y: int, *, buffer: int = BUFFER) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile with its buffer, in degrees."""
    part = buffer / EXTENT
    count = 2**z

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / count))))

    west, east = ((x - part) / count * 360 - 180, (x + 1 + part) / count * 360 - 180)
    return west, latitude(y + 1 + part), east, latitude(y - part)


def projected(coordinates: npt.NDArray[np.float64], z: int, x: int, y: int) -> Whole:
    """Longitudes and latitudes as whole steps inside a tile, rows downwards."""
    count = 2.0**z
    latitudes = np.radians(np.clip(coordinates[:, 1], -85.0511, 85.0511))
    columns = (coordinates[:, 0] + 180) / 360 * count - x
    rows = (1 - np.arcsinh(np.tan(latitudes)) / math.pi) / 2 * count - y
    return np.rint(np.column_stack([columns, rows]) * EXTENT).astype(np.int64)


def tile(layers: Sequence[bytes]) -> bytes:
    """A tile of these layers."""
    return b"".join(_field(3, layer) for layer in layers)


def polygons(name: str, shapes: Any, ids: Sequence[int], tags: Sequence[Tags], at: tuple[int, int, int]) -> bytes:
    """A layer of polygons, given in degrees; those that vanish at this scale are left out. Empty where none remains."""
    parts, of_shape = shapely.get_parts(shapely.orient_polygons(np.asarray(shapes, dtype=object)), return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    if not len(rings):
        return b""
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    steps = projected(points, *at)
    # The last point of a ring repeats its first: the command that closes the ring stands for it.
    keep = np.ones(len(steps), dtype=bool)
    same = (of_ring[1:] == of_ring[:-1]) & (steps[1:] == steps[:-1]).all(axis=1)
    keep[1:] = ~same
    starts = np.searchsorted(of_ring, np.arange(len(rings)))
    ends = np.append(starts[1:], len(steps)) - 1
    keep[ends] = False
    sizes = np.add.reduceat(keep.astype(np.int64), starts)
    ring_of_shape = of_shape[of_part]
    geometries = _ring_commands(steps, keep, starts, sizes, ring_of_shape, len(ids))
    return _layer(name, geometries, ids, tags, kind=3)


def points(
    name: str, coordinates: npt.NDArray[np.float64], ids: Sequence[int], tags: Sequence[Tags], at: tuple[int, int, int]
) -> bytes:
    """A layer of points, given in degrees. Empty where there is none."""
    if not len(ids):
        return b""
    steps = _zigzag(projected(coordinates, *at))
    stream = np.column_stack([np.full(len(steps), 9, dtype=np.int64), steps]).ravel()
    encoded, offsets = _varints(stream)
    edges = offsets[::3]
    geometries = [encoded[start:end] for start, end in zip(edges, np.append(edges[1:], len(encoded)), strict=True)]
    if not any(tags):
        return _bare_points(name, geometries, ids)
    return _layer(name, geometries, ids, tags, kind=1)


def _bare_points(name: str, geometries: Sequence[bytes], ids: Sequence[int]) -> bytes:
    """A layer of points without tags: of the hamlets of a country there are many, and each is a few bytes, shorter than 128."""
    numbers, starts = _varints(np.asarray(ids, dtype=np.int64))
    ends = np.append(starts[1:], len(numbers)).tolist()
    spans = zip(geometries, starts.tolist(), ends, strict=True)
    bodies = [b"\x08" + numbers[start:end] + b"\x18\x01\x22" + bytes((len(name),)) + name for name, start, end in spans]
    features = b"".join([bytes((0x12, len(body))) + body for body in bodies])
    return b"\x78\x02" + _field(1, name.encode()) + features + b"\x28" + _varint(EXTENT)


def _ring_commands(
    steps: Whole, keep: npt.NDArray[np.bool_], starts: Whole, sizes: Whole, shape_of_ring: Whole, count: int
) -> list[bytes]:
    """The geometry of each shape: for each ring a move, its lines, and the closing; the pen moves on from ring to ring."""
    good = sizes >= 3
    kept_steps = steps[keep]
    wanted = np.repeat(good, sizes)
    used, lengths, shape = kept_steps[wanted], sizes[good], shape_of_ring[good]
    if not len(lengths):
        return [b""] * count
    begin = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    before = np.vstack([[0, 0], used[:-1]])
    # The pen starts each shape at the corner of the tile.
    new_shape = np.concatenate([[True], shape[1:] != shape[:-1]])
    before[begin[new_shape]] = 0
    deltas = _zigzag(used - before)
    # Each ring adds: 9 dx dy | (n-1 lines) dx dy ... | 15, so two numbers for each point and three more.
    total = 2 * lengths + 3
    where = np.concatenate([[0], np.cumsum(total)[:-1]])
    stream = np.empty(int(total.sum()), dtype=np.int64)
    stream[where] = 9
    stream[where + 3] = ((lengths - 1) << 3) | 2
    stream[where + total - 1] = 15
    index = np.arange(len(used))
    ring = np.repeat(np.arange(len(lengths)), lengths)
    inside = index - begin[ring]
    slot = where[ring] + np.where(inside == 0, 1, 4 + 2 * (inside - 1))
    stream[slot], stream[slot + 1] = deltas[:, 0], deltas[:, 1]
    encoded, offsets = _varints(stream)
    edges = np.append(offsets[where[new_shape]], len(encoded))
    geometries = [b""] * count
    for number, point in enumerate(shape[new_shape].tolist()):
        geometries[point] = encoded[edges[number] : edges[number + 1]]
    return geometries


def _layer(name: str, geometries: Sequence[bytes], ids: Sequence[int], tags: Sequence[Tags], *, kind: int) -> bytes:
    keys: dict[str, int] = {}
    values: dict[Any, int] = {}
    features = []
    for geometry, number, own in zip(geometries, ids, tags, strict=True):
        if not geometry:
            continue
        numbers = [
            part
            for key, value in own.items()
            if value is not None
            for part in (keys.setdefault(key, len(keys)), values.setdefault(value, len(values)))
        ]
        packed = b"".join(map(_varint, numbers))
        body = b"\x08" + _varint(number) + (_field(2, packed) if packed else b"") + bytes((0x18, kind)) + _field(4, geometry)
        features.append(_field(2, body))
    if not features:
        return b""
    written = [b"\x78\x02", _field(1, name.encode()), *features, *(_field(3, key.encode()) for key in keys)]
    written += [_field(4, _value(value)) for value in values]
    return b"".join([*written, b"\x28", _varint(EXTENT)])


def _value(value: Any) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else b"\x28" + _varint(int(value))


def _field(number: int, content: bytes) -> bytes:
    return bytes(((number << 3) | 2,)) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _zigzag(values: Whole) -> Whole:
    return (values << 1) ^ (values >> 63)


def _varints(values: Whole) -> tuple[bytes, Whole]:
    """Whole numbers of at most 35 bits in base 128, and where each begins."""
    length = np.ones(len(values), dtype=np.int64)
    for digits in range(1, 5):
        length += values >= 1 << (7 * digits)
    offsets = np.concatenate([[0], np.cumsum(length)])
    written = np.empty(int(offsets[-1]), dtype=np.uint8)
    for digit in range(5):
        have = length > digit
        more = np.where(length[have] > digit + 1, 0x80, 0)
        written[offsets[:-1][have] + digit] = ((values[have] >> (7 * digit)) & 0x7F) | more
    return written.tobytes(), offsets[:-1]
