"""Reading scenarios: the figures behind them, the plan that they make, and what of it a reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import polars as pl
from django.db.models import Max

from tiwizi import plan as planning
from tiwizi import store
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.core.rulebook import Rulebook
from tiwizi.core.subjects import Rules
from tiwizi.core.tables import BOUNDARIES, MEASURES
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.measures.queries import Kept
from tiwizi.measures.results import rulebook_of
from tiwizi.plan import Plan, Shared
from tiwizi.reports.parts import Part, parts
from tiwizi.scope import current, everything
from tiwizi.sources.territory import CENSUS, DOUARS, OUTLINES
from tiwizi.territories.models import Boundary, Place
from tiwizi.territories.queries import places_table

SEED: Final = 20260101
RANKED_BY: Final = "adjusted_headcount_union"


@dataclass(frozen=True)
class Ground:
    """What scenarios of one run and place stand on: the rules, the places that share, their figures."""

    book: Rulebook
    rules: Rules
    sharing: tuple[str, ...]
    measures: pl.DataFrame
    people: Mapping[str, int]
    numbers: Mapping[str, int]
    """Place.pk by code."""


_grounds: Kept[Ground] = Kept(8)
_plans: Kept[Plan] = Kept(8)


def forget() -> None:
    """Empties what is kept, for who changes the database below the office."""
    _grounds.clear()
    _plans.clear()


def ground(run_id: int, place_id: int) -> Ground:
    """What a run gives for the places below a place. The caller has seen that the reader may: see `seen_whole`."""
    return _grounds.get((run_id, place_id), lambda: _ground(run_id, place_id))


def _ground(run_id: int, place_id: int) -> Ground:
    with everything():
        run, place = Run.objects.get(pk=run_id), Place.objects.get(pk=place_id)
        book = _book(run)
        rules = book.on(run.on)
        below = {"position__gte": place.position, "position__lte": place.last, "level": rules.allocation.level}
        seats = list(Place.objects.filter(**below, until=None).order_by("code").values_list("pk", "code", "population"))
        wanted = {name for one in rules.allocation.criteria for name in one.measures} | {RANKED_BY}
        rows = Figure.objects.filter(run=run_id, measure__in=wanted, **below).values_list(
            "place_id", "measure", "value", "low", "high", "people", "as_of", "series", "standing", "assumed", "source"
        )
        codes = {pk: code for pk, code, _people in seats}
        measures = pl.DataFrame(
            [(codes[row[0]], *row[1:]) for row in rows if row[0] in codes], schema=MEASURES.schema, orient="row"
        )
    # Of a measure that a run gives for several days, the latest counts.
    latest = measures.filter(pl.col("as_of") == pl.col("as_of").max().over("measure"))
    return Ground(
        book=book,
        rules=rules,
        sharing=tuple(codes.values()),
        measures=MEASURES.check(latest.sort("place", "measure")),
        people={code: people or 0 for _pk, code, people in seats},
        numbers={code: pk for pk, code in codes.items()},
    )


def _book(run: Run) -> Rulebook:
    kept = run.inputs.get("rulebook")
    if kept:
        return rulebook_of(bytes(Dataset.objects.get(pk=kept["id"]).content))
    return store.rulebook(run.rulebook)


def rules_for(scenario: Scenario, **numbers: Any) -> Rules:
    """The rules with a scenario's numbers, or with others that somebody tries."""
    return planning.with_formula(
        ground(scenario.run_id, scenario.envelope.place_id).rules,
        weights=numbers.get("weights", scenario.weights),
        floor_share=Fraction(numbers.get("floor_share", scenario.floor_share)),
        cap_share=Fraction(numbers.get("cap_share", scenario.cap_share)),
        hold_harmless_share=Fraction(numbers.get("hold_harmless_share", scenario.hold_harmless_share)),
    )


def shared_of(scenario: Scenario, **numbers: Any) -> Shared:
    """What a scenario gives, or would give with other numbers, quickly. Raises Refused for bounds that do not fit."""
    base = ground(scenario.run_id, scenario.envelope.place_id)
    return planning.shared(
        base.measures,
        rules_for(scenario, **numbers),
        envelope_dh=scenario.envelope.amount_dh,
        sharing=base.sharing,
        previous=scenario.previous,
    )


def plan_of(scenario: Scenario) -> Plan:
    """The whole plan of a scenario, with its draws, places and outlines. The caller has seen that the reader may."""
    return _plans.get((scenario.pk, scenario.version, scenario.adopted_at), lambda: _plan(scenario))


def _plan(scenario: Scenario) -> Plan:
    base = ground(scenario.run_id, scenario.envelope.place_id)
    with everything():
        seat = Place.objects.get(pk=scenario.envelope.place_id)
        run = Run.objects.get(pk=scenario.run_id)
        above = Place.objects.filter(position__lte=seat.position, last__gte=seat.last)
        below = Place.objects.filter(position__gt=seat.position, position__lte=seat.last, until=None).exclude(level="douar")
        places = pl.concat([places_table(above), places_table(below)])
        outlines = Boundary.objects.filter(place__in=base.numbers.values()).values_list("place__code", "wkb", "area_km2")
        boundaries = pl.DataFrame(
            [(code, bytes(wkb), area) for code, wkb, area in outlines], schema=BOUNDARIES.schema, orient="row"
        )
    return planning.assembled(
        place=seat.code,
        envelope_dh=scenario.envelope.amount_dh,
        on=run.on,
        rulebook=base.book,
        rules=rules_for(scenario),
        places=places,
        sharing=base.sharing,
        measures=base.measures,
        previous=scenario.previous,
        boundaries=boundaries,
        rng=np.random.default_rng(SEED),
        citations=(CENSUS, DOUARS, OUTLINES) if "distances" in run.inputs else (CENSUS, OUTLINES),
    )


def seen_whole(envelope: Envelope) -> bool:
    """Whether the reader's scope holds the envelope's whole place, so that all its shares are theirs to see."""
    return current().holds(envelope.position)


def parts_seen(scenario: Scenario) -> dict[str, Part]:
    """What each place in the reader's scope gets and why, largest first. Nothing of other places leaves this function."""
    own = set(
        Place.objects.filter(pk__in=ground(scenario.run_id, scenario.envelope.place_id).numbers.values()).values_list(
            "code", flat=True
        )
    )
    return {code: part for code, part in parts(plan_of(scenario)).items() if code in own}


def in_force(envelope: Envelope) -> Adoption | None:
    """The adoption in force: the latest, where there is one."""
    found: Adoption | None = Adoption.objects.filter(envelope=envelope.pk).order_by("-number").first()
    return found


def number_in_force(envelope: Envelope) -> int:
    """The number of the adoption in force, 0 where there is none."""
    return Adoption.objects.filter(envelope=envelope.pk).aggregate(last=Max("number"))["last"] or 0


def adopted_amounts(adoption: Adoption) -> dict[str, int]:
    """What each place in the reader's scope got, by code, as it was frozen."""
    codes = dict(
        Place.objects.filter(pk__in=Share.objects.filter(adoption=adoption.pk).values_list("place_id", flat=True)).values_list(
            "pk", "code"
        )
    )
    amounts: dict[str, int] = {}
    for place, amount in Share.objects.filter(adoption=adoption.pk).values_list("place_id", "amount_dh"):
        amounts[codes[place]] = amounts.get(codes[place], 0) + amount
    return amounts
