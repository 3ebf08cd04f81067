"""Reads of places, always inside the scope: the tree on a day, search, the history of a place."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat

from tiwizi.core.folding import folded
from tiwizi.core.tables import PLACES
from tiwizi.database.scope import ScopedQuerySet, everything
from tiwizi.territories import rules
from tiwizi.territories.models import Boundary, Place, Succession

_CODE = re.compile(r"(?=.*[0-9])[0-9A-Z]+([.][0-9A-Z-]+)*", re.ASCII)
SHORT = 2
"""Letters of the longest word that only matches at the beginning of words (core.folding.matches)."""


def tree(*, on: date) -> ScopedQuerySet[Place]:
    """The places in force on a day, in the order of the tree."""
    rows: ScopedQuerySet[Place] = Place.objects.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    return rows


def by_code(code: str, *, on: date) -> Place | None:
    """The place with this code on a day; else the latest that had it."""
    place: Place | None = tree(on=on).filter(code=code).first() or Place.objects.filter(code=code).order_by("-since").first()
    return place


def taken(codes: Iterable[str], *, on: date) -> set[str]:
    """Those of these codes that no new place can use on a day: another place has them then or later, anywhere. The only
    answer that reaches beyond the scope: a code is unique in the whole country.
    """
    with everything():
        held = Place.objects.filter(Q(until=None) | Q(until__gt=on) | Q(since__gte=on)).values_list("code", flat=True)
        return set(codes) & set(held.order_by())


def path(place: Place) -> list[Place]:
    """The ancestors that the reader may see, from the top down, and the place itself last."""
    above = Place.objects.filter(position__lt=place.position, last__gte=place.last).order_by("position")
    return [*above, place]


def children(place: Place, *, on: date) -> ScopedQuerySet[Place]:
    """The direct children of a place on a day."""
    return tree(on=on).filter(parent_id=place.pk)


def tops(*, on: date) -> list[Place]:
    """The highest places that the reader may see: where their tree begins."""
    highest: list[int] = []
    end = -1
    for number, position, last in (
        tree(on=on).exclude(level=rules.settlements()).order_by("position").values_list("pk", "position", "last")
    ):
        if position > end:
            highest.append(number)
            end = last
    return list(Place.objects.filter(pk__in=highest).order_by("position"))


def search(text: str, *, on: date, language: str, limit: int = 50) -> list[Place]:
    """Places whose names contain every word of the query, whatever its spelling; exact names first, then by level and name.

    A code, or its beginning, matches too. Words of three folded letters and more are found by the trigram index,
    shorter ones only where a word begins.
    """
    if _CODE.fullmatch(text.strip()):
        return list(tree(on=on).filter(code__startswith=text.strip()).order_by("position")[:limit])
    words = folded(text).split()
    if not words:
        return []
    rows: Any = tree(on=on).annotate(spaced=Concat(Value(" "), F("folded"), Value(" ")))
    for word in words:
        rows = rows.filter(folded__contains=word) if len(word) > SHORT else rows.filter(spaced__contains=f" {word}")
    longest = max(words, key=len)
    if connection.vendor == "sqlite" and len(longest) > SHORT:
        rows = rows.extra(  # the trigram index is a table of its own; the word is a bound parameter
            where=["territories_place.id IN (SELECT rowid FROM territories_place_trigrams WHERE folded MATCH %s)"],
            params=[f'"{longest}"'],
        )
    # Ranked by the database, before the limit: a large place is not lost behind a thousand hamlets.
    levels = list(rules.ranks())
    exact = Case(When(spaced__contains=f" {' '.join(words)} ", then=0), default=1)
    rank = Case(*(When(level=level, then=number) for number, level in enumerate(levels)), default=len(levels))
    return list(rows.order_by(exact, rank, "sort_ar" if language == "ar" else "sort_fr", "code")[:limit])


def box(places: Sequence[Place]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the outlines below these places; none without outlines."""
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


Steps = list[tuple[Place, int, date]]


def histories(lives: Sequence[Place]) -> list[tuple[Steps, Steps]]:
    """For each place its predecessors and successors, with the people who passed and the day."""
    wanted = [place.pk for place in lives]
    steps = list(Succession.objects.filter(Q(before__in=wanted) | Q(after__in=wanted)).order_by("on", "pk"))
    ends = {step.before_id for step in steps} | {step.after_id for step in steps}
    names = {place.pk: place for place in Place.objects.filter(pk__in=ends)}
    return [
        (
            [(names[step.before_id], step.people, step.on) for step in steps if step.after_id == pk and step.before_id in names],
            [(names[step.after_id], step.people, step.on) for step in steps if step.before_id == pk and step.after_id in names],
        )
        for pk in wanted
    ]


def under(counts: dict[str, int], *, counted_on: date, boundaries_on: date) -> dict[str, int]:
    """Integer counts of one day under the boundaries of another, by code; the total is preserved exactly."""
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


def population_under(*, counted_on: date, boundaries_on: date) -> dict[str, int]:
    """People of each place, counted on one day, under the boundaries of another, by code; the total of a level is preserved
    exactly. Places with unknown population are left out.
    """
    rows = tree(on=counted_on).values_list("code", "population").order_by()
    counts = {code: people for code, people in rows if people is not None}
    return under(counts, counted_on=counted_on, boundaries_on=boundaries_on)
