"""Reading the places, always inside the scope: the tree on a day, what is searched, how a place came to be."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from tiwizi.core.folding import folded
from tiwizi.core.tables import PLACES
from tiwizi.scope import ScopedQuerySet
from tiwizi.territories import rules
from tiwizi.territories.models import Boundary, Place, Succession

_CODE = re.compile(r"(?=.*[0-9])[0-9A-Z]+([.][0-9A-Z-]+)*", re.ASCII)
SHORT = 2
"""Letters of the longest word that is looked for at the beginning of words only (core.folding.matches)."""


def tree(*, on: date) -> ScopedQuerySet[Place]:
    """The places in force on a day, in the order of the tree."""
    rows: ScopedQuerySet[Place] = Place.objects.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    return rows


def by_code(code: str, *, on: date) -> Place | None:
    """The place that a code means on a day; else the latest that had it."""
    found: Place | None = tree(on=on).filter(code=code).first() or Place.objects.filter(code=code).order_by("-since").first()
    return found


def path(place: Place) -> list[Place]:
    """The places above it that the reader may see, from the top down, and itself last."""
    above = Place.objects.filter(position__lt=place.position, last__gte=place.last).order_by("position")
    return [*above, place]


def children(place: Place, *, on: date) -> ScopedQuerySet[Place]:
    """The places right below it on a day."""
    return tree(on=on).filter(parent_id=place.pk)


def tops(*, on: date) -> list[Place]:
    """The highest places that the reader may see: where their tree begins."""
    seen: list[Place] = []
    for place in tree(on=on).exclude(level="douar").order_by("position"):
        if not seen or place.position > seen[-1].last:
            seen.append(place)
    return seen


def search(text: str, *, on: date, language: str, limit: int = 50) -> list[Place]:
    """Places whose names hold every word of what was typed, whatever its spelling; exact names first, then by level and name.

    A code, or its beginning, is found as such. Words of three folded letters and more are found by the trigram index,
    shorter ones only where a word begins.
    """
    if _CODE.fullmatch(text.strip()):
        return list(tree(on=on).filter(code__startswith=text.strip()).order_by("position")[:limit])
    words = folded(text).split()
    if not words:
        return []
    rows: Any = tree(on=on)
    for word in words:
        if len(word) > SHORT:
            rows = rows.filter(folded__contains=word)
        else:
            rows = rows.annotate(spaced=Concat(Value(" "), F("folded"))).filter(spaced__contains=f" {word}")
    longest = max(words, key=len)
    if connection.vendor == "sqlite" and len(longest) > SHORT:
        rows = rows.extra(  # the index of trigrams is a table of its own; the word is passed apart
            where=["territories_place.id IN (SELECT rowid FROM territories_place_trigrams WHERE folded MATCH %s)"],
            params=[f'"{longest}"'],
        )
    found = list(rows.order_by("level", "position")[:1000])
    key = " ".join(words)
    order = {level: index for index, level in enumerate(rules.LEVELS)}

    def rank(place: Place) -> tuple[Any, ...]:
        sort = place.sort_ar if language == "ar" else place.sort_fr
        return (f" {key} " not in f" {place.folded} ", order.get(place.level, 99), sort, place.code)

    return sorted(found, key=rank)[:limit]


def box(places: Sequence[Place]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the outlines below these places; none where nothing is drawn."""
    condition = Q(pk__in=[])
    for place in places:
        condition |= Q(position__gte=place.position, position__lte=place.last)
    edges = list(Boundary.objects.filter(condition).values_list("west", "south", "east", "north"))
    if not edges:
        return None
    west, south, east, north = zip(*edges, strict=True)
    return min(west), min(south), max(east), max(north)


def places_table(rows: ScopedQuerySet[Place]) -> pl.DataFrame:
    """These places as core.tables.PLACES; a parent beyond the scope is empty."""
    listed = list(rows)
    parents = dict(Place.objects.filter(pk__in={place.parent_id for place in listed}).values_list("pk", "code"))
    return PLACES.check(
        pl.DataFrame(
            [
                {
                    "place": place.code,
                    "level": place.level,
                    "parent": parents.get(place.parent_id or 0),
                    "name_ar": place.name_ar or None,
                    "name_fr": place.name_fr or None,
                    "name_en": place.name_en or None,
                    "milieu": place.milieu or None,
                    "kind": None,
                    "population": place.population,
                    "households": place.households,
                    "lon": place.lon,
                    "lat": place.lat,
                    "since": place.since,
                    "until": place.until,
                }
                for place in listed
            ],
            schema=PLACES.schema,
        )
    )


def history(place: Place) -> tuple[list[tuple[Place, int, date]], list[tuple[Place, int, date]]]:
    """The places that it came from and those that took it over, each with the people who passed and the day."""
    came = Succession.objects.filter(after=place)
    went = Succession.objects.filter(before=place)
    names = {
        one.pk: one
        for one in Place.objects.filter(
            pk__in={*came.values_list("before_id", flat=True), *went.values_list("after_id", flat=True)}
        )
    }
    return (
        [(names[one.before_id], one.people, one.on) for one in came if one.before_id in names],
        [(names[one.after_id], one.people, one.on) for one in went if one.after_id in names],
    )


def under(counts: dict[str, int], *, counted_on: date, boundaries_on: date) -> dict[str, int]:
    """Whole counts of one day under the boundaries of another, by code; the total holds exactly."""
    later = boundaries_on >= counted_on
    first, last = (counted_on, boundaries_on) if later else (boundaries_on, counted_on)
    steps = Succession.objects.filter(on__gt=first, on__lte=last).order_by("on" if later else "-on")
    codes = dict(Place.objects.values_list("pk", "code"))
    by_day: dict[date, dict[tuple[str, str], int]] = {}
    for step in steps:
        pair = (codes.get(step.before_id, ""), codes.get(step.after_id, ""))
        if all(pair):
            by_day.setdefault(step.on, {})[pair if later else (pair[1], pair[0])] = step.people
    result = dict(counts)
    for passed in by_day.values():
        result = rules.under(result, passed)
    return result
