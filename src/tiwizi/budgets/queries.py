"""Reading scenarios: the figures behind them, the plan that they make, and what of it a reader may see."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl
from django.db.models import Count, Max, Sum

from tiwizi import plan as planning
from tiwizi import store
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.core.budget import allocation
from tiwizi.core.budget.allocation import Bounds
from tiwizi.core.errors import TiwiziError
from tiwizi.core.rulebook.rulebook import Rulebook
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.core.tables import BOUNDARIES, MEASURES, SHARES
from tiwizi.database.scope import current, everything
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.measures.queries import Cache
from tiwizi.measures.results import rulebook_of
from tiwizi.measures.rules import UNRELIABLE
from tiwizi.plan import Allotment, Plan
from tiwizi.reports.parts import Part, parts
from tiwizi.sources.territory import citations
from tiwizi.territories.models import Boundary, Place
from tiwizi.territories.queries import places_table
from tiwizi.territories.rules import settlements

SEED: Final = 20260101
RANKED_BY: Final = "adjusted_headcount_union"


@dataclass(frozen=True)
class Ground:
    """What scenarios of one run and place stand on: the rules, the places that share, their figures."""

    book: Rulebook
    rules: Rules
    on: date
    """The day of the run, whose rules and places hold."""
    recipients: tuple[str, ...]
    measures: pl.DataFrame
    people: Mapping[str, int]
    numbers: Mapping[str, int]
    """Place.pk by code."""
    doubtful: Mapping[str, int]
    """Of how many places the figures of a criterion are unreliable estimates, by the criterion's code; only where some are."""


_grounds: Cache[Ground] = Cache(8)
_plans: Cache[Plan] = Cache(8)
_shared: Cache[Allotment] = Cache(32)


def forget() -> None:
    """Empties what is kept, for who changes the database below the office."""
    _grounds.clear()
    _plans.clear()
    _shared.clear()


def ground(run_id: int, place_id: int) -> Ground:
    """What a run gives for the places below a place. The caller has seen that the reader may: see `seen_whole`."""
    return _grounds.get((run_id, place_id), lambda: _ground(run_id, place_id))


def _ground(run_id: int, place_id: int) -> Ground:
    with everything():
        run, place = Run.objects.get(pk=run_id), Place.objects.get(pk=place_id)
        book = _book(run)
        rules = book.on(run.on)
        below = {"position__gte": place.position, "position__lte": place.last, "level": rules.allocation.level}
        wanted = {name for criterion in rules.allocation.criteria for name in criterion.measures} | {RANKED_BY}
        rows = Figure.objects.filter(run=run_id, measure__in=wanted, **below).values_list(
            "place_id", "measure", "value", "low", "high", "people", "as_of", "series", "standing", "assumed", "source", "flag"
        )
        # The places of the run itself, not those of today: a scenario stays what it was when a place is split after it.
        seats = {
            pk: (code, people)
            for pk, code, people in Place.objects.filter(**below).order_by("code").values_list("pk", "code", "population")
        }
        measures = pl.DataFrame(
            [(*row, seats[row[0]][0]) for row in rows if row[0] in seats],
            schema={"pk": pl.Int64, **_figures(), "flag": pl.String, "place": pl.String},
            orient="row",
        )
    # Of a measure that a run gives for several days, the latest counts.
    latest = measures.filter(pl.col("as_of") == pl.col("as_of").max().over("measure"))
    counted = set(latest["pk"].to_list())
    codes = {pk: code for pk, (code, _people) in seats.items() if pk in counted}
    return Ground(
        book=book,
        rules=rules,
        on=run.on,
        recipients=tuple(codes.values()),
        measures=MEASURES.check(latest.select(MEASURES.schema.keys()).sort("place", "measure")),
        people={code: seats[pk][1] or 0 for pk, code in codes.items()},
        numbers={code: pk for pk, code in codes.items()},
        doubtful=_doubtful(latest, rules),
    )


def _doubtful(figures: pl.DataFrame, rules: Rules) -> dict[str, int]:
    unreliable = figures.filter((pl.col("flag") == UNRELIABLE) & pl.col("value").is_not_null())
    counts = {
        criterion.code: unreliable.filter(pl.col("measure").is_in(list(criterion.measures)))["pk"].n_unique()
        for criterion in rules.allocation.criteria
    }
    return {code: count for code, count in counts.items() if count}


def _figures() -> dict[str, Any]:
    """The columns of MEASURES apart from the place."""
    return {name: kind for name, kind in MEASURES.schema.items() if name != "place"}


def _book(run: Run) -> Rulebook:
    reference = run.inputs.get("rulebook")
    if reference:
        return rulebook_of(bytes(Dataset.objects.get(pk=reference["id"]).content))
    return store.carried(run.rulebook) or store.rulebook(run.rulebook)


def rules_for(base: Ground, scenario: Scenario, **numbers: Any) -> Rules:
    """The rules with a scenario's numbers, or with others that somebody tries."""
    return planning.with_formula(
        base.rules,
        weights=numbers.get("weights", scenario.weights),
        floor_share=Fraction(numbers.get("floor_share", scenario.floor_share)),
        cap_share=Fraction(numbers.get("cap_share", scenario.cap_share)),
        hold_harmless_share=Fraction(numbers.get("hold_harmless_share", scenario.hold_harmless_share)),
    )


def shared_of(scenario: Scenario, **numbers: Any) -> Allotment:
    """What a scenario gives, or would give with other numbers, quickly. Raises Refused for bounds that do not fit."""
    base = ground(scenario.run_id, scenario.envelope.place_id)
    rules, amount = rules_for(base, scenario, **numbers), scenario.envelope.amount_dh
    formula = rules.allocation
    chosen = (*(criterion.weight.value for criterion in formula.criteria), formula.floor_share.value, formula.cap_share.value)
    # Who moves a slider asks each time for the same shares to compare with.
    key = (scenario.run_id, scenario.envelope.place_id, amount, chosen, formula.hold_harmless_share.value)
    return _shared.get((*key, scenario.pk if scenario.previous else None), lambda: _computed(base, rules, scenario))


def _computed(base: Ground, rules: Rules, scenario: Scenario) -> Allotment:
    return planning.allotment(
        base.measures, rules, envelope_dh=scenario.envelope.amount_dh, recipients=base.recipients, previous=scenario.previous
    )


def anew(scenario: Scenario) -> tuple[Ground, Allotment]:
    """What a scenario stands on and gives, read and computed again with nothing from memory: this is what an adoption freezes."""
    base = _ground(scenario.run_id, scenario.envelope.place_id)
    return base, _computed(base, rules_for(base, scenario), scenario)


def mended(scenario: Scenario, **numbers: Any) -> dict[str, Fraction]:
    """The bounds to change, as little as the envelope needs, where they are what hinders; empty where that does not help."""
    free = {"floor_share": 0, "cap_share": 1, "hold_harmless_share": 0}
    base = ground(scenario.run_id, scenario.envelope.place_id)
    try:
        asked = _bounds(rules_for(base, scenario, **numbers), scenario)
        fitting = _fitting(base, scenario, shared_of(scenario, **numbers | free), rules_for(base, scenario, **numbers), asked)
        changed = {name: getattr(fitting, name) for name in free if getattr(fitting, name) != getattr(asked, name)}
        shared_of(scenario, **numbers | changed)
    except TiwiziError:
        return {}
    return changed


def _bounds(rules: Rules, scenario: Scenario) -> Bounds:
    formula = rules.allocation
    return Bounds(
        floor_share=formula.floor_share.value,
        cap_share=formula.cap_share.value,
        hold_harmless_share=formula.hold_harmless_share.value if scenario.previous else Fraction(0),
    )


def _fitting(base: Ground, scenario: Scenario, free: Allotment, rules: Rules, bounds: Bounds) -> Bounds:
    """Bounds that fit every programme at once: what one needs is asked of the next, until none needs more."""
    before = None
    while bounds != before:
        before = bounds
        for programme, amount in free.sub_envelopes.items():
            weights = rules.allocation.weights(programme)
            bounds = allocation.feasible_bounds(
                free.purses.filter(pl.col("criterion").is_in(list(weights))),
                envelope_dh=amount,
                weights=weights,
                bounds=bounds,
                step_dh=int(rules.allocation.rounding_step_dh),
                places=base.recipients,
                previous=(scenario.previous or {}).get(programme),
            )
    return bounds


def plan_of(scenario: Scenario) -> Plan:
    """The whole plan of a scenario, with its draws, places and outlines; the shares of an adopted one are those that were
    frozen, whatever would be computed today. The caller has seen that the reader may."""
    return _plans.get((scenario.pk, scenario.version, scenario.adopted_at), lambda: _plan(scenario))


def _plan(scenario: Scenario) -> Plan:
    base = ground(scenario.run_id, scenario.envelope.place_id)
    with everything():
        seat = Place.objects.get(pk=scenario.envelope.place_id)
        run = Run.objects.get(pk=scenario.run_id)
        above = Place.objects.filter(position__lte=seat.position, last__gte=seat.last)
        inside = Place.objects.filter(position__gt=seat.position, position__lte=seat.last)
        between = inside.filter(until=None).exclude(level__in=(settlements(), base.rules.allocation.level))
        below = inside.filter(pk__in=base.numbers.values())
        places = pl.concat([places_table(above), places_table(between), places_table(below)])
        outlines = Boundary.objects.filter(place__in=base.numbers.values()).values_list("place__code", "wkb", "area_km2")
        boundaries = pl.DataFrame(
            [(code, bytes(wkb), area) for code, wkb, area in outlines], schema=BOUNDARIES.schema, orient="row"
        )
        frozen = _frozen(scenario, base.rules)
    made = planning.assembled(
        place=seat.code,
        envelope_dh=scenario.envelope.amount_dh,
        on=run.on,
        rulebook=base.book,
        rules=rules_for(base, scenario),
        places=places,
        recipients=base.recipients,
        measures=base.measures,
        previous=scenario.previous,
        boundaries=boundaries,
        rng=np.random.default_rng(SEED),
        citations=citations(base.rules if base.rules.territory else store.own_rules(), distances="distances" in run.inputs),
    )
    return made if frozen is None else replace(made, shares=frozen)


def _frozen(scenario: Scenario, rules: Rules) -> pl.DataFrame | None:
    """Every share that was frozen with a scenario, as the core orders them; None of a draft. Read without a scope."""
    adoption = Adoption.objects.filter(scenario=scenario.pk).first()
    if adoption is None:
        return None
    rows = Share.objects.filter(adoption=adoption.pk).order_by("pk")
    columns = ("programme", "place__code", "criterion", "amount_dh", "people")
    frame = pl.DataFrame(list(rows.values_list(*columns)), schema=SHARES.schema, orient="row")
    # They were written place by place; the core has them programme by programme, in the order of the rulebook.
    order = {programme.code: at for at, programme in enumerate(rules.programme.programmes)}
    return frame.sort(pl.col("programme").replace_strict(order, return_dtype=pl.Int64), "place", maintain_order=True)


@lru_cache(maxsize=32)
def amounts_of(given: Allotment) -> Mapping[str, int]:
    """What each place gets, by its code, in whole units."""
    return MappingProxyType(dict(allocation.totals(given.shares).select("place", "amount_dh").iter_rows()))


@lru_cache(maxsize=32)
def mains_of(given: Allotment) -> Mapping[str, str]:
    """The component that gives each place most, by the place's code."""
    return MappingProxyType(dict(allocation.main_reason(given.shares).select("place", "criterion").iter_rows()))


@lru_cache(maxsize=32)
def _fingerprint(given: Allotment) -> str:
    return sha256_of(given.shares)


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
    latest: Adoption | None = Adoption.objects.filter(envelope=envelope.pk).order_by("-number").first()
    return latest


def in_force_by_envelope() -> dict[int, Adoption]:
    """The adoption in force of each envelope that the reader sees, by the envelope's number."""
    return {adoption.envelope_id: adoption for adoption in Adoption.objects.order_by("number")}


def scenarios_by_envelope() -> dict[int, int]:
    """How many scenarios the reader sees of each envelope, by the envelope's number."""
    return dict(Scenario.objects.order_by().values_list("envelope").annotate(count=Count("pk")))


def sha256_of(shares: pl.DataFrame) -> str:
    """The fingerprint of shares: of their rows as JSON, in the order of places, programmes and criteria."""
    rows = shares.select("place", "programme", "criterion", "amount_dh", "people").sort("place", "programme", "criterion").rows()
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def as_frozen(scenario: Scenario, adoption: Adoption | None) -> bool:
    """Whether what is computed today is what was adopted, to the last bit; so too where nothing is."""
    if adoption is None:
        return True
    try:
        return _fingerprint(shared_of(scenario)) == adoption.shares_sha256
    except TiwiziError:
        return False


def meanwhile(envelope: Envelope) -> tuple[str, str]:
    """Which scenario is in force and who adopted it, for who is told that they came second."""
    latest = Adoption.objects.filter(envelope=envelope.pk).select_related("by").order_by("-number").first()
    if latest is None:
        return "", ""
    scenario = Scenario.objects.filter(pk=latest.scenario_id).first()
    return (scenario.name if scenario else ""), str(latest.by)


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


def adopted_below(first: int, last: int) -> list[tuple[Place, int]]:
    """What each place between two positions gets under the latest adoption of its envelope's year, the most first."""
    latest = {adoption.envelope_id: adoption.pk for adoption in Adoption.objects.order_by("at")}
    rows = Share.objects.filter(adoption__in=list(latest.values())[-1:], position__gte=first, position__lte=last)
    sums = list(rows.order_by().values_list("place").annotate(total=Sum("amount_dh")).order_by("-total", "place"))
    places = Place.objects.in_bulk([number for number, _total in sums])
    return [(places[number], total) for number, total in sums if number in places]
