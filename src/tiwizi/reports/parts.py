"""What each recipient place gets, collected once from a plan's tables for all reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import polars as pl

from tiwizi.core.budget import allocation
from tiwizi.plan import Plan

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Component:
    """One component of a place's amount over all programmes; `people` is empty for a bound or rounding.

    `standing` is that of the figure that counts the people; `assumed` says that a parameter behind it is an assumption.
    """

    criterion: str
    amount_dh: int
    people: int | None
    by_programme: Mapping[str, int]
    standing: str | None = None
    assumed: bool = False


@dataclass(frozen=True)
class Interval:
    """A place's share (from 0 to 1) and rank under random weights, before bounds: the ends of the interval that holds nine
    draws in ten."""

    share_low: float
    share_high: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True)
class Part:
    """One place's part of the envelope.

    `row` and `parent` are rows of PLACES; `rank` is 1 for the largest amount, equal amounts have the rank of the first;
    `share` is of the envelope, from 0 to 1; `components` go from the largest amount down; `main` is the criterion, or
    bound, that gives the most.
    """

    place: str
    row: Row
    parent: Row | None
    people: int | None
    amount_dh: int
    dh_per_head: float | None
    rank: int
    share: float
    by_programme: Mapping[str, int]
    components: tuple[Component, ...]
    main: Component
    interval: Interval | None


@lru_cache(maxsize=4)
def parts(plan: Plan) -> Mapping[str, Part]:
    """The part of every recipient place by its code, from the largest amount down, equal amounts in the order of codes."""
    rows = {row["place"]: row for row in plan.places.iter_rows(named=True)}
    components = _components(plan)
    mains = dict(allocation.main_reason(plan.shares).select("place", "criterion").iter_rows())
    intervals = {
        row["place"]: Interval(row["share_low"], row["share_high"], row["rank_low"], row["rank_high"])
        for row in plan.targeting.intervals.iter_rows(named=True)
    }
    totals = allocation.totals(plan.shares).with_columns(rank=pl.col("amount_dh").rank("min", descending=True))
    by_place = {}
    for place, amount, rank in totals.sort(["amount_dh", "place"], descending=[True, False]).iter_rows():
        own, people = components[place], rows[place]["population"]
        by_place[place] = Part(
            place=place,
            row=rows[place],
            parent=rows.get(rows[place]["parent"]),
            people=people,
            amount_dh=amount,
            dh_per_head=amount / people if people else None,
            rank=int(rank),
            share=amount / plan.envelope_dh,
            by_programme={code: sum(component.by_programme.get(code, 0) for component in own) for code in plan.sub_envelopes},
            components=own,
            main=next(component for component in own if component.criterion == mains[place]),
            interval=intervals.get(place),
        )
    return MappingProxyType(by_place)


def _components(plan: Plan) -> dict[str, tuple[Component, ...]]:
    """The components of each place, summed over the programmes, from the largest amount down."""
    order = {criterion.code: index for index, criterion in enumerate(plan.rules.allocation.criteria)}
    marks = _marks(plan)
    amounts: dict[tuple[str, str], dict[str, int]] = {}
    people: dict[tuple[str, str], int | None] = {}
    for programme, place, criterion, amount, concerned in plan.shares.select(
        "programme", "place", "criterion", "amount_dh", "people"
    ).iter_rows():
        amounts.setdefault((place, criterion), {})[programme] = amount
        people[place, criterion] = concerned
    by_place: dict[str, list[Component]] = {}
    for (place, criterion), by_programme in amounts.items():
        standing, assumed = marks.get((place, criterion), (None, False))
        component = Component(
            criterion, sum(by_programme.values()), people[place, criterion], by_programme, standing=standing, assumed=assumed
        )
        by_place.setdefault(place, []).append(component)
    last = len(order)
    return {
        place: tuple(
            sorted(own, key=lambda component: (-component.amount_dh, order.get(component.criterion, last), component.criterion))
        )
        for place, own in by_place.items()
    }


def _marks(plan: Plan) -> dict[tuple[str, str], tuple[str, bool]]:
    """By place and criterion: the standing of the measure that counts its people, and whether it rests on an assumption."""
    names = pl.DataFrame({"criterion": list(plan.chosen), "measure": list(plan.chosen.values())})
    rows = names.join(plan.measures, on="measure").select("place", "criterion", "standing", "assumed")
    return {(place, criterion): (standing, assumed) for place, criterion, standing, assumed in rows.iter_rows()}
