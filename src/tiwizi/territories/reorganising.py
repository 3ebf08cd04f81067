"""Places through time: some end on a day and others take over their people, with the places below them; on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tiwizi.core.errors import Problem, Refused, Sentence, refuse, say
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.territories import commands, outlines, queries, rules
from tiwizi.territories.models import Boundary, Outline, Place, Succession


@dataclass(frozen=True)
class New:
    """A new place: its code, names and parent."""

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
    below: Mapping[str, str] | None = None,
    on: date,
    by: Actor,
    at: datetime,
    source: str,
) -> list[Place]:
    """Ends places on a day and creates others that take over their people: a split, a merger, a move to another parent.
    `people`: by (ending code, new code), how many pass. `below`: the new parent of each direct child of an ending place;
    children move with all below them and keep their codes. With a single new place all go to it. Raises Refused with every
    reason; returns the new places.
    """
    with transaction.atomic():
        seats = sorted({place.pk for place in before} | {new.parent.pk for new in after})
        # The second of two concurrent requests waits here, then sees the places ended and the slots of the parents taken.
        held = {place.pk: place for place in Place.objects.select_for_update().filter(pk__in=seats).order_by("pk")}
        live = [held[place.pk] for place in before if place.pk in held]
        refuse(rules.why_ended((place.code, place.until) for place in live))
        children = list(Place.objects.filter(parent__in=live, until=None).exclude(pk__in=[place.pk for place in live]))
        to = {child.code: after[0].code for child in children} if len(after) == 1 else dict(below or {})
        reasons = _why_not(live, after, held, children, to, people=people, on=on)
        refuse(reasons)
        begun = _begin(live, after, people=people, on=on, source=source)
        by_code = {place.code: place for place in begun}
        carried = _carry([(child, by_code[to[child.code]]) for child in children], on=on, source=source)
        _draw(live, begun, people=people)
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
                after={"until": on.isoformat(), "after": [new.code for new in begun], "carried": carried, "source": source},
            )
    return begun


def _why_not(
    live: Sequence[Place],
    after: Sequence[New],
    held: Mapping[int, Place],
    children: Sequence[Place],
    to: Mapping[str, str],
    *,
    people: Mapping[tuple[str, str], int],
    on: date,
) -> list[Sentence]:
    codes = [new.code for new in after]
    ending = {place.code for place in live}
    reasons = rules.why_not_reorganise(
        before=[(place.code, place.since, place.until) for place in live],
        after=codes,
        on=on,
        people=people,
        known=queries.taken(codes, on=on),
    )
    for new in after:
        parent = held[new.parent.pk]
        seat = rules.Seat(parent.code, parent.level, parent.since, parent.until)
        reasons += rules.why_not_under(code=new.code, level=new.level, parent=seat, ending=ending, on=on)
    reasons += rules.why_not_carry(
        below=[child.code for child in children],
        to=to,
        levels={child.code: child.level for child in children},
        after={new.code: new.level for new in after},
    )
    return reasons + [
        say("{code} began on that day or later: a place cannot end before it began.", code=child.code)
        for child in _all_below(children)
        if child.since >= on
    ]


def _all_below(children: Sequence[Place]) -> list[Place]:
    """These places and all in force below them, from the top down."""
    places = list(children)
    rank = list(children)
    while rank:
        rank = list(Place.objects.filter(parent__in=[place.pk for place in rank], until=None).order_by("position"))
        places += rank
    return places


def _begin(
    live: Sequence[Place], after: Sequence[New], *, people: Mapping[tuple[str, str], int], on: date, source: str
) -> list[Place]:
    for place in live:
        if not Place.objects.filter(pk=place.pk, until=None).update(until=on):
            raise Refused(Problem(what=say("{code} has already ended.", code=place.code)))
    Outline.objects.filter(place__in=live).update(until=on)
    slots = commands.slots_taken({new.parent.code: new.parent for new in after})
    begun = []
    for new in after:
        slots[new.parent.code] += 1
        row: dict[str, Any] = {"place": new.code, "level": new.level, "since": on}
        row |= {field: getattr(new, field) for field in ("name_ar", "name_fr", "name_en")}
        row["population"] = sum(count for (_one, other), count in people.items() if other == new.code)
        begun.append(commands.made(row, new.parent, slots[new.parent.code], source))
    commands.keep(begun, [])
    ends = {place.code: place for place in live}
    begins = {place.code: place for place in begun}
    Succession.objects.bulk_create(
        [
            Succession(before=ends[first], after=begins[other], position=ends[first].position, on=on, people=count, source=source)
            for (first, other), count in people.items()
            if first in ends and other in begins
        ]
    )
    return begun


def _carry(moves: Sequence[tuple[Place, Place]], *, on: date, source: str) -> int:
    """Ends these places and all below them and creates them again under others, rank by rank; returns their number."""
    count = 0
    while moves:
        Place.objects.filter(pk__in=[old.pk for old, _parent in moves]).update(until=on)
        Outline.objects.filter(place__in=[old.pk for old, _parent in moves]).update(until=on)
        slots = commands.slots_taken({parent.code: parent for _old, parent in moves})
        pairs = []
        for old, parent in moves:
            slots[parent.code] += 1
            row = {
                "place": old.code,
                "level": old.level,
                "since": on,
                **{field: getattr(old, field) for field in commands.FIELDS},
            }
            pairs.append((old, commands.made(row, parent, slots[parent.code], old.source)))
        commands.keep([new for _old, new in pairs], [])
        Succession.objects.bulk_create(
            [
                Succession(before=old, after=new, position=old.position, on=on, people=old.population or 0, source=source)
                for old, new in pairs
            ]
        )
        drawn = set(Boundary.objects.filter(place__in=[old.pk for old, _new in pairs]).values_list("place_id", flat=True))
        for old, new in pairs:
            if old.pk in drawn:
                outlines.passed_on([old], new)
        count += len(pairs)
        renewed = {old.pk: new for old, new in pairs}
        below = Place.objects.filter(parent__in=list(renewed), until=None).order_by("position")
        moves = [(child, renewed[child.parent_id or 0]) for child in below]
    return count


def _draw(live: Sequence[Place], begun: Sequence[Place], *, people: Mapping[tuple[str, str], int]) -> None:
    """A new place that alone takes over some others gets their outline; after a split the outlines are unknown until
    loaded."""
    for new in begun:
        ended = [place for place in live if (place.code, new.code) in people]
        if all((place.code, other.code) not in people for place in ended for other in begun if other is not new):
            outlines.passed_on(ended, new)
