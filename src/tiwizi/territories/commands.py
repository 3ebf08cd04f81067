"""Changing the places: loading a tree, and ending some places for others; each one transaction, on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import polars as pl
import shapely
from django.db import transaction
from django.db.models import Max

from tiwizi.core.errors import BadData, Problem, Refused, Sentence, say
from tiwizi.core.folding import folded, sort_key
from tiwizi.core.tables import BOUNDARIES, PLACES
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.scope import everything
from tiwizi.territories import outlines, rules
from tiwizi.territories.models import Boundary, Place, Succession

BATCH: Final = 2000
FIELDS: Final = ("name_ar", "name_fr", "name_en", "milieu", "population", "households", "lon", "lat")
DERIVED: Final = ("folded", "sort_ar", "sort_fr")


@dataclass(frozen=True)
class Loaded:
    """How many places a load made and changed, and how many outlines it kept."""

    made: int
    changed: int
    outlines: int


def load(
    places: pl.DataFrame, boundaries: pl.DataFrame | None = None, *, by: Actor, at: datetime, source: str, bounds_source: str = ""
) -> Loaded:
    """Brings a whole tree: new places find their slot under their parent, known ones take the new names and counts.

    `places` has the columns of core.tables.PLACES, parents included or already there; `boundaries` those of BOUNDARIES. Loading
    the same again changes nothing. Raises BadData for a place whose parent nobody knows.
    """
    rows = sorted(PLACES.check(places).iter_rows(named=True), key=lambda row: (rules.LEVELS.index(row["level"]), row["place"]))
    with everything(), transaction.atomic():
        known = {place.code: place for place in Place.objects.filter(until=None)}
        fresh, changed = _sorted_out(rows, known, source)
        # Level by level, so that the place above has its number in the table before those below name it.
        for level in rules.LEVELS:
            of_level = [place for place in fresh if place.level == level]
            for place in of_level:
                place.parent_id = known[place.parent.code].pk if place.parent else None
            made = Place.objects.bulk_create(of_level, batch_size=BATCH)
            known.update({place.code: place for place in made})
        if changed:
            Place.objects.bulk_update(changed, [*FIELDS, *DERIVED], batch_size=500)
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
    """The places to make, each under its parent in the next free slot, and the known ones that change."""
    slots = {row["parent_id"]: row["most"] for row in Place.objects.values("parent_id").annotate(most=Max("slot"))}
    taken = {code: slots.get(place.pk, 0) for code, place in known.items()}
    fresh: list[Place] = []
    changed: list[Place] = []
    standing = dict(known)
    for row in rows:
        code, above = row["place"], row["parent"]
        if code in known:
            if set_facts(known[code], row):
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


def made(row: Mapping[str, Any], parent: Place | None, slot: int, source: str) -> Place:
    """A place of a row, in a slot of its parent, not yet kept."""
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
    """Takes names and counts from a row, and what is searched and sorted by; says whether anything changed."""
    before = [getattr(place, field) for field in (*FIELDS, *DERIVED)]
    for field in FIELDS:
        value = row.get(field)
        if field in ("lon", "lat") and value is None:
            continue  # the point found inside its outline stays
        setattr(place, field, value if value is not None or field in ("population", "households", "lon", "lat") else "")
    keys = [folded(name) for name in (place.name_ar, place.name_fr, place.name_en) if name]
    place.folded = " ".join(dict.fromkeys([*keys, place.code]))[:400]
    place.sort_ar = sort_key(place.name_ar or place.name_fr or place.code, "ar")[:160]
    place.sort_fr = sort_key(place.name_fr or place.name_ar or place.code, "fr")[:160]
    return before != [getattr(place, field) for field in (*FIELDS, *DERIVED)]


def _keep_boundaries(boundaries: pl.DataFrame, known: Mapping[str, Place], source: str) -> int:
    """Keeps outlines that are new, and simplifies those of the levels concerned with their neighbours."""
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
    Boundary.objects.filter(place__in=[one.place for one in fresh]).delete()
    Boundary.objects.bulk_create(fresh, batch_size=200)
    if fresh:
        outlines.draw({one.place.level for one in fresh})
    return len(fresh)


@dataclass(frozen=True)
class New:
    """A place that begins: its code, names and the place above it."""

    code: str
    level: str
    parent: Place
    name_ar: str = ""
    name_fr: str = ""
    name_en: str = ""


def reorganise(
    before: Sequence[Place],
    after: Sequence[New],
    *,
    people: Mapping[tuple[str, str], int],
    on: date,
    by: Actor,
    at: datetime,
    source: str,
) -> list[Place]:
    """Ends places on a day and begins others that take over their people: a split, a merger, a move to another place above.

    `people`: by (code that ends, code that begins), how many pass. What stood below a place that ends must be ended or moved
    with it. Raises Refused with every reason; gives the places that began.
    """
    with transaction.atomic():
        # Of two at once, the second waits here and then finds the places ended.
        live = list(Place.objects.select_for_update().filter(pk__in=[place.pk for place in before]))
        reasons = rules.why_not_reorganise(
            before=[(place.code, place.since, place.until) for place in live],
            after=[new.code for new in after],
            on=on,
            people=people,
            known=Place.objects.filter(code__in=[new.code for new in after], until=None).values_list("code", flat=True),
        )
        reasons += _below(live)
        if reasons:
            raise Refused([Problem(what=reason) for reason in reasons])
        for place in live:
            if not Place.objects.filter(pk=place.pk, until=None).update(until=on):
                raise Refused(Problem(what=say("{code} has already ended.", code=place.code)))
        begun = [_begin(new, people, on, source) for new in after]
        codes = {place.code: place for place in live}
        for new in begun:
            Succession.objects.bulk_create(
                [
                    Succession(before=codes[one], after=new, position=codes[one].position, on=on, people=count, source=source)
                    for (one, other), count in people.items()
                    if other == new.code and one in codes
                ]
            )
        for place in live:
            journal.write(
                "end place",
                by=by,
                at=at,
                kind="place",
                object_id=place.code,
                place=place.code,
                position=place.position,
                before={"until": None},
                after={"until": on.isoformat(), "after": [new.code for new in begun]},
            )
    return begun


def _below(places: Sequence[Place]) -> list[Sentence]:
    ending = {place.pk for place in places}
    return [
        say("{code} still has {count} places below it: end or move them first.", code=place.code, count=count)
        for place in places
        if (count := Place.objects.filter(parent=place, until=None).exclude(pk__in=ending).count())
    ]


def _begin(new: New, people: Mapping[tuple[str, str], int], on: date, source: str) -> Place:
    slot = (Place.objects.filter(parent=new.parent).aggregate(most=Max("slot"))["most"] or 0) + 1
    row: dict[str, Any] = {
        "place": new.code,
        "level": new.level,
        "since": on,
        "name_ar": new.name_ar,
        "name_fr": new.name_fr,
        "name_en": new.name_en,
    }
    row["population"] = sum(count for (_one, other), count in people.items() if other == new.code)
    place = made(row, new.parent, slot, source)
    place.save(force_insert=True)
    return place
