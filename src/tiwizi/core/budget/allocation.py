"""The budget formula: an envelope, people concerned and bounds -> shares whose sum is exact.

Each criterion has a weight, so a purse: its part of the envelope. A purse is split over the places in proportion to the
people concerned there, so that each unit of money has one sentence: "1,104,000 because 2,310 poor people live here". Floors,
hold-harmless (a guaranteed part of last year's amount) and caps are then met by water-filling, and amounts are rounded to a
step by largest remainder; both are rows of the explanation. Amounts are whole units of the currency and every sum is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from operator import index

import polars as pl

from tiwizi.core.arithmetic import in_proportion, largest_remainder, water_fill
from tiwizi.core.budget.bounds import NO_BOUNDS, Bounds, Terms, mended, money_problems, read_terms
from tiwizi.core.budget.purses import Purses, read_purses, whole_weights
from tiwizi.core.errors import Problem, Refused, say
from tiwizi.core.tables import PURSES, SHARES

__all__ = [
    "COMPONENTS",
    "NO_BOUNDS",
    "Bounds",
    "allocate",
    "allocate_programmes",
    "empty_purses",
    "feasible_bounds",
    "main_reason",
    "split",
    "totals",
]

BOUND_ROWS = ("floor", "hold_harmless", "cap")
ROUNDING = "rounding"
COMPONENTS = (*BOUND_ROWS, ROUNDING)


def allocate(
    purses: pl.DataFrame,
    *,
    envelope_dh: int,
    weights: Mapping[str, Fraction],
    bounds: Bounds = NO_BOUNDS,
    step_dh: int = 1,
    places: Sequence[str] | None = None,
    previous: Mapping[str, int] | None = None,
    programme: str = "all",
) -> pl.DataFrame:
    """The shares: one row per place and component, whole units; a place's rows sum to its amount, all to the envelope.

    Rows are ordered by place code, then the criteria in the order of `weights`, then floor, hold_harmless, cap and rounding
    where they are not 0. Each of the three bound rows sums to 0 over the places; each purse's rows sum to the purse.

    Purses: the envelope split by weight (weights need not sum to 1), then by people concerned; a place without a row counts
    0. Where nobody is concerned anywhere, the purse goes to the others by their weights (see `empty_purses`). Bounds: each
    place gets `clip(level * entitlement, low, high)`, one level for all; the rows show what changes when the floor applies,
    then hold-harmless, then the cap. `previous` is last year's amount by place; a missing place had none. A place where
    nobody is concerned by any criterion gets its least and no more. Rounding: each amount is its exact quota rounded down or
    up to a multiple of `step_dh`, by largest remainder, equal remainders in the order of codes. Least amounts are rounded up
    to the step and the cap down, so rounding keeps them. The remainder of an envelope that is no multiple of the step goes,
    in the rounding row, to the place with the largest entitlement (the last by code among equals, the first having been
    served already); caps leave room for it.

    Laws: more people concerned in one place, all else equal, never lowers its amount; equal places are at most one step
    apart. Limit: as with any method that rounds each quota down or up, a larger envelope, or people who rise in
    several places at once, may cost a place one step (Balinski and Young 1982, Fair Representation).

    Refused, with every reason and the least change that mends it: bounds that do not fit the envelope.
    """
    if taken := [name for name in COMPONENTS if name in weights]:
        remedy = say("Give the criterion another name.")
        raise Refused(Problem(what=say("{name} is the name of a bound.", name=taken[0]), where=[say("weights")], remedy=remedy))
    read = read_purses(purses, weights, places)
    terms = read_terms(read, envelope_dh, step_dh, bounds, previous)
    if problems := mended(terms, bounds)[1]:
        raise Refused(problems)
    parts = _purse_parts(read, terms.envelope_dh)
    raw = [sum(column) for column in zip(*parts, strict=True)]
    return _share_rows(read, programme, parts, _changes(terms, bounds, raw))


def feasible_bounds(
    purses: pl.DataFrame,
    *,
    envelope_dh: int,
    weights: Mapping[str, Fraction],
    bounds: Bounds,
    step_dh: int = 1,
    places: Sequence[str] | None = None,
    previous: Mapping[str, int] | None = None,
) -> Bounds:
    """The bounds as they are where `allocate` takes them, else changed as little as it needs, to the millionth.

    The floor is lowered first, as far as the floors alone must; then hold-harmless; then the cap is raised.
    """
    terms = read_terms(read_purses(purses, weights, places), envelope_dh, step_dh, bounds, previous)
    return mended(terms, bounds)[0]


def empty_purses(purses: pl.DataFrame, weights: Mapping[str, Fraction]) -> tuple[str, ...]:
    """The criteria with a weight that concern nobody anywhere: `allocate` gives their part to the others."""
    return read_purses(purses, weights).empty


def split(envelope_dh: int, weights: Mapping[str, Fraction], *, step_dh: int = 1) -> dict[str, int]:
    """The envelope split by weight into multiples of the step, by name, for instance by programme; the sum is exact.

    Largest remainder, equal remainders in the order of names. The remainder of an envelope that is no multiple of the step
    goes to the largest weight (the last by name among equals).
    """
    if problems := money_problems(envelope_dh, step_dh):
        raise Refused(problems)
    names = sorted(weights)
    numerators = whole_weights({name: weights[name] for name in names})
    steps, spare_dh = divmod(index(envelope_dh), index(step_dh))
    amounts = [index(step_dh) * part for part in in_proportion(steps, numerators)]
    amounts[_last_largest(numerators)] += spare_dh
    by_name = dict(zip(names, amounts, strict=True))
    return {name: by_name[name] for name in weights}


def allocate_programmes(
    purses: pl.DataFrame,
    *,
    sub_envelopes: Mapping[str, int],
    weights: Mapping[str, Mapping[str, Fraction]],
    bounds: Bounds = NO_BOUNDS,
    step_dh: int = 1,
    places: Sequence[str] | None = None,
    previous: Mapping[str, Mapping[str, int]] | None = None,
) -> pl.DataFrame:
    """The shares of every programme: each sub-envelope shared by `allocate` with its programme's own weights.

    Weights are by programme, then criterion; `previous` by programme, then place. Sums are exact for each programme and
    purse, and over all. Bounds hold inside each programme. Refused with the reasons of every programme at once.
    """
    if missing := sorted(set(sub_envelopes) - set(weights)):
        remedy = say("Give a weight to each of its criteria, or give it no sub-envelope.")
        raise Refused(
            Problem(what=say("it has no weights."), where=[say("programme {programme}", programme=name)], remedy=remedy)
            for name in missing
        )
    purses = PURSES.check(purses)
    everywhere = purses["place"].unique().to_list() if places is None else places
    elsewhere = {criterion for own in weights.values() for criterion in own}
    frames, problems = [], []
    for programme, envelope_dh in sub_envelopes.items():
        others = elsewhere - set(weights[programme])
        try:
            frames.append(
                allocate(
                    purses.filter(~pl.col("criterion").is_in(list(others))),
                    envelope_dh=envelope_dh,
                    weights=weights[programme],
                    bounds=bounds,
                    step_dh=step_dh,
                    places=everywhere,
                    previous=None if previous is None else previous.get(programme),
                    programme=programme,
                )
            )
        except Refused as refused:
            problems += [
                replace(problem, where=[say("programme {programme}", programme=programme), *problem.where])
                for problem in refused.problems
            ]
    if problems:
        raise Refused(problems)
    return pl.concat(frames) if frames else pl.DataFrame(schema=SHARES.schema)


def totals(shares: pl.DataFrame, *, by_programme: bool = False) -> pl.DataFrame:
    """One row per place, in the order of codes (or per programme and place, programmes in their given order): its
    amount_dh."""
    keys = ["programme", "place"] if by_programme else ["place"]
    summed = shares.group_by(keys, maintain_order=True).agg(pl.col("amount_dh").sum())
    return summed if by_programme else summed.sort("place")


def main_reason(shares: pl.DataFrame) -> pl.DataFrame:
    """One row per place, in the order of codes: the component that gives it most over all programmes, with its people.

    A criterion, or floor or hold_harmless where one of them gives more than any criterion (people is then empty); never
    the rounding. Among equals a criterion goes first, and the one with the most people. Columns place, criterion,
    amount_dh, people.
    """
    return (
        shares.filter(pl.col("criterion") != ROUNDING)
        .group_by("place", "criterion")
        .agg(pl.col("amount_dh").sum(), pl.col("people").max())
        .sort(["place", "amount_dh", "people", "criterion"], descending=[False, True, True, False], nulls_last=True)
        .unique("place", keep="first", maintain_order=True)
    )


def _last_largest(values: Sequence[int]) -> int:
    return max(range(len(values)), key=lambda position: (values[position], position))


def _purse_parts(read: Purses, envelope_dh: int) -> list[list[int]]:
    """Amounts by criterion, then place: the envelope by weight, then each purse by people concerned."""
    purses = split(envelope_dh, dict(zip(read.criteria, map(Fraction, read.weights), strict=True)))
    return [
        in_proportion(purse, people) if purse else [0] * len(people)
        for purse, people in zip(purses.values(), read.people, strict=True)
    ]


def _changes(terms: Terms, bounds: Bounds, raw: Sequence[int]) -> dict[str, list[int]]:
    """The change that each bound in force, then rounding, makes to the amounts from the purses; by component, then place."""
    whole, weights, step = terms.steps * terms.step_dh, terms.entitlements, terms.step_dh
    floors, least = [terms.floor(bounds) * step] * len(weights), [low * step for low in terms.least(bounds)]
    none, all_of_it, cap = [0] * len(weights), [whole] * len(weights), [terms.cap(bounds) * step] * len(weights)
    stages = {"floor": (floors, all_of_it), "hold_harmless": (least, all_of_it), "cap": (least, cap)}
    in_force = (bounds.floor_share > 0, bounds.hold_harmless_share > 0, bounds.cap_share < 1)
    quotas = water_fill(whole, weights, none, all_of_it)
    start = now = largest_remainder(*quotas)
    changes = {}
    for (name, limits), wanted in zip(stages.items(), in_force, strict=True):
        if wanted:
            quotas = water_fill(whole, weights, *limits)
            before, now = now, largest_remainder(*quotas)
            changes[name] = [after - amount for after, amount in zip(now, before, strict=True)]
    final = [step * steps for steps in largest_remainder(quotas[0], quotas[1] * step)]
    final[_last_largest(weights)] += terms.spare_dh
    changes[ROUNDING] = [f - n + s - r for f, n, s, r in zip(final, now, start, raw, strict=True)]
    return changes


def _share_rows(
    read: Purses, programme: str, parts: Sequence[Sequence[int]], changes: Mapping[str, Sequence[int]]
) -> pl.DataFrame:
    names = (*read.criteria, *changes)
    size = len(read.places)
    people = [number for row in read.people for number in row] + [None] * (size * len(changes))
    frame = pl.DataFrame(
        {
            "programme": [programme] * (size * len(names)),
            "place": read.places * len(names),
            "criterion": [name for name in names for _ in read.places],
            "amount_dh": [amount for row in (*parts, *changes.values()) for amount in row],
            "people": people,
        },
        schema=SHARES.schema,
    )
    keep = pl.col("people").is_not_null() | (pl.col("amount_dh") != 0)
    return frame.filter(keep).sort("place", maintain_order=True)
