"""Loading a tree of places: one transaction, on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl
import shapely
from django.db import transaction
from django.db.models import Max

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.folding import folded, sort_key
from tiwizi.core.tables import BOUNDARIES, PLACES
from tiwizi.database.scope import everything
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.sources import texts
from tiwizi.territories import outlines, rules
from tiwizi.territories.models import Boundary, Place

BATCH: Final = 2000
FIELDS: Final = ("name_ar", "name_fr", "name_en", "milieu", "population", "households", "lon", "lat")
DERIVED: Final = ("folded", "sort_ar", "sort_fr")


@dataclass(frozen=True)
class Loaded:
    """The numbers of places that a load created and changed, and of outlines that it stored."""

    made: int
    changed: int
    outlines: int


def load(
    places: pl.DataFrame, boundaries: pl.DataFrame | None = None, *, by: Actor, at: datetime, source: str, bounds_source: str = ""
) -> Loaded:
    """Loads a whole tree: new places get a slot under their parent, known ones take the new names and counts.

    `places` has the columns of core.tables.PLACES, parents included or already loaded; `boundaries` those of BOUNDARIES.
    Loading the same again changes nothing, and places ended in the office stay ended. Raises BadData for a place with an
    unknown parent, or that would move.
    """
    levels, checked = list(rules.ranks()), texts.frame_checked(PLACES.check(places), PLACES.name)
    rows = sorted(checked.iter_rows(named=True), key=lambda row: (levels.index(row["level"]), row["place"]))
    with everything(), transaction.atomic():
        known = {place.code: place for place in Place.objects.filter(until=None)}
        fresh, changed = _sorted_out(rows, known, source)
        keep(fresh, changed)
        known.update({place.code: place for place in fresh})
        drawn = _keep_boundaries(boundaries, known, bounds_source) if boundaries is not None else 0
        if fresh or changed or drawn:
            top = min((*fresh, *changed, *known.values()), key=lambda place: place.position)
            journal.write(
                "load places",
                by=by,
                at=at,
                kind="place",
                object_id=top.code,
                place=top.code,
                position=top.position,
                after={"made": len(fresh), "changed": len(changed), "outlines": drawn, "source": source},
            )
    return Loaded(len(fresh), len(changed), drawn)


def _sorted_out(rows: Sequence[Mapping[str, Any]], known: dict[str, Place], source: str) -> tuple[list[Place], list[Place]]:
    """The places to create, each under its parent in the next free slot, and the known ones that change."""
    taken = slots_taken(known)
    ended = set(Place.objects.exclude(until=None).order_by().values_list("code", "since"))
    fresh: list[Place] = []
    changed: list[Place] = []
    standing = dict(known)
    for row in rows:
        code, above = row["place"], row["parent"]
        if (code, row["since"]) in ended or (code in known and known[code].since > row["since"]):
            continue  # it was ended in the office: the table describes an earlier state
        if code in known:
            _refuse_move(known[code], row, known)
            # The point computed inside its outline stays when the table has none.
            point = {"lon": known[code].lon, "lat": known[code].lat} if row["lon"] is None else {}
            if set_facts(known[code], {**row, **point}):
                changed.append(known[code])
            continue
        if above is not None and above not in standing:
            raise BadData(
                Problem(
                    what=say("no place has the code {code}.", code=above),
                    where=[say("table {table}", table="places"), say("column {column}", column="parent")],
                    remedy=say("Bring the places above together with those below."),
                )
            )
        parent = standing.get(above) if above else None
        place = made(row, parent, taken.get(above, 0) + 1 if above else 1, source)
        if above:
            taken[above] = place.slot
        standing[code] = place
        fresh.append(place)
    return fresh, changed


def _refuse_move(place: Place, row: Mapping[str, Any], known: Mapping[str, Place]) -> None:
    above = known.get(row["parent"] or "")
    if place.level != row["level"] or (above is not None and above.pk != place.parent_id):
        raise BadData(
            Problem(
                what=say("{code} lies elsewhere in the office, or at another level.", code=place.code),
                where=[say("table {table}", table="places"), say("column {column}", column="parent")],
                why=say("Its interval is given once: a place that moves ends, and another begins."),
                remedy=say("Record the move on the page of its history first."),
            )
        )


def slots_taken(known: Mapping[str, Place]) -> dict[str, int]:
    """The last slot ever used under each of these places."""
    slots = dict(Place.objects.order_by().values_list("parent_id").annotate(most=Max("slot")))
    return {code: slots.get(place.pk, 0) for code, place in known.items()}


def keep(fresh: Sequence[Place], changed: Sequence[Place]) -> None:
    """Saves new places from the top down, so that a parent has its number before its children refer to it; then the changed
    ones."""
    ranks = rules.ranks()
    for rank in sorted({ranks[place.level] for place in fresh}):
        of_rank = [place for place in fresh if ranks[place.level] == rank]
        for place in of_rank:
            # Set again: the parent got its number after this place was created.
            place.parent = place.parent
        Place.objects.bulk_create(of_rank, batch_size=BATCH)
    Place.objects.bulk_update(changed, [*FIELDS, *DERIVED], batch_size=500)


def made(row: Mapping[str, Any], parent: Place | None, slot: int, source: str) -> Place:
    """A place from a row, in a slot of its parent, not yet saved."""
    seat = rules.interval(rules.Interval(parent.position, parent.last), slot) if parent else rules.root()
    place = Place(
        code=row["place"],
        level=row["level"],
        parent=parent,
        slot=slot,
        position=seat.position,
        last=seat.last,
        since=row["since"],
        until=row.get("until"),
        source=source,
    )
    set_facts(place, row)
    return place


def set_facts(place: Place, row: Mapping[str, Any]) -> bool:
    """Sets names, counts, and search and sort keys from a row; returns whether anything changed."""
    before = [getattr(place, field) for field in (*FIELDS, *DERIVED)]
    for field in FIELDS:
        value = row.get(field)
        setattr(place, field, value if value is not None or field in ("population", "households", "lon", "lat") else "")
    keys = [folded(name) for name in (place.name_ar, place.name_fr, place.name_en) if name]
    place.folded = " ".join(dict.fromkeys([*keys, place.code]))[:400]
    place.sort_ar = sort_key(place.name_ar or place.name_fr or place.code, "ar")[:160]
    place.sort_fr = sort_key(place.name_fr or place.name_ar or place.code, "fr")[:160]
    return before != [getattr(place, field) for field in (*FIELDS, *DERIVED)]


def _keep_boundaries(boundaries: pl.DataFrame, known: Mapping[str, Place], source: str) -> int:
    """Saves new outlines, and simplifies those of the levels concerned together with their neighbours."""
    held = dict(Boundary.objects.values_list("place_id", "wkb"))
    fresh = []
    placed = []
    for row in BOUNDARIES.check(boundaries).iter_rows(named=True):
        place = known.get(row["place"])
        if place is None or bytes(held.get(place.pk, b"")) == row["geometry"]:
            continue
        shape = shapely.from_wkb(row["geometry"])
        west, south, east, north = shape.bounds
        if place.lon is None:
            inside = shapely.point_on_surface(shape)
            place.lon, place.lat = inside.x, inside.y
            placed.append(place)
        fresh.append(
            Boundary(
                place=place,
                position=place.position,
                wkb=row["geometry"],
                west=west,
                south=south,
                east=east,
                north=north,
                area_km2=row["area_km2"],
                source=source,
            )
        )
    Place.objects.bulk_update(placed, ["lon", "lat"], batch_size=500)
    Boundary.objects.filter(place__in=[boundary.place for boundary in fresh]).delete()
    Boundary.objects.bulk_create(fresh, batch_size=200)
    if fresh:
        outlines.draw({boundary.place.level for boundary in fresh})
    return len(fresh)
