"""The main job: from the census to an envelope shared over the places, with every reason.

`plan` joins the sources, the rulebook and the core. What it returns holds every table that a report, a page or a
notebook shows, so that nothing has to be computed again to be explained.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from tiwizi import store
from tiwizi.core.budget import allocation, targeting
from tiwizi.core.errors import BadData, BadRulebook, Problem, Refused, Sentence, say, say_count
from tiwizi.core.rulebook.rulebook import Rulebook, figures_numbers
from tiwizi.core.rulebook.subjects import Allocation, Number, Rules
from tiwizi.core.tables import BOUNDARIES, PURSES, SHARES
from tiwizi.plan.measuring import measure
from tiwizi.sources.files import read_table
from tiwizi.sources.territory import Citation, Territory, territory

Progress = Callable[[Sentence], None]
Previous = Mapping[str, Mapping[str, int]]

SEED: Final = 20260101
"""Where the draws start unless somebody asks for another start."""


@dataclass(frozen=True)
class Targeting:
    """What an economist asks of a formula, about one plan; places are ranked by their adjusted headcount at the union cutoff.

    `curve` has one row a value of the ranking, from the poorest, after a row of zeros: value, people, amount_dh, people_share
    and amount_share, cumulated. `intervals` has one row a place: share, share_low, share_high, rank, rank_low, rank_high
    under random weights, before bounds. Shares are from 0 to 1.
    """

    curve: pl.DataFrame
    intervals: pl.DataFrame
    concentration_index: float
    poorest_fifth_share: float
    cgh_ratio: float
    leakage_share: float
    shortfall_fall_share: float
    squared_fall_share: float


@dataclass(frozen=True, eq=False)
class Plan:
    """An envelope shared over the places of one level under a rulebook, with all that explains it; equal only to itself."""

    place: str
    envelope_dh: int
    on: date
    rulebook: Rulebook
    rules: Rules
    places: pl.DataFrame
    """PLACES: the place itself, what lies above it and all below it down to the level that shares."""
    sharing: tuple[str, ...]
    """Codes of the places that share, in order."""
    measures: pl.DataFrame
    """MEASURES of every sharing place."""
    chosen: Mapping[str, str]
    """The measure that counts the people of each criterion."""
    purses: pl.DataFrame
    sub_envelopes: Mapping[str, int]
    shares: pl.DataFrame
    targeting: Targeting
    boundaries: pl.DataFrame
    """BOUNDARIES of the sharing places, simplified for drawing; a place without an outline has no row."""
    notes: tuple[Sentence, ...]
    """What a reader must know: stand-ins, fallbacks, empty purses, doubts found in the data."""
    citations: tuple[Citation, ...]


def plan(
    place: str,
    *,
    envelope_dh: int,
    on: date,
    rulebook: Rulebook | None = None,
    previous: Previous | None = None,
    seed: int = SEED,
    progress: Progress = lambda _sentence: None,
) -> Plan:
    """The envelope shared over the places below one, by the rulebook's rules of the day.

    `previous` holds last year's amounts by programme, then place; without it nothing is held harmless. The same arguments
    give the same plan to the last bit: `seed` feeds the draws of the sensitivity analysis.
    Raises BadData for an unknown place, BadRulebook, and Refused where bounds do not fit the envelope.
    """
    book = rulebook or store.own()
    # The plan stands on the census, not on households: what judges them is not among its assumptions.
    rules = replace(book.on(on), deprivations=None)
    progress(say("Reading the census"))
    land = territory(place, book)
    sharing = _sharing(land, rules)
    # The outlines take as long as all the rest and need nothing of it, so they are read beside it.
    with ThreadPoolExecutor(max_workers=1) as beside:
        drawn = beside.submit(land.outlines, _tolerance_km(land, rules))
        progress(say("Measuring"))
        measured = measure(land, rules, rng=np.random.default_rng(seed))
        progress(say("Sharing the envelope"))
        made = assembled(
            place=place,
            envelope_dh=envelope_dh,
            on=on,
            rulebook=book,
            rules=rules,
            places=pl.concat([land.above, land.places]),
            sharing=sharing,
            measures=measured.measures,
            notes=measured.notes,
            citations=land.citations,
            previous=previous,
            seed=seed,
        )
        progress(say("Reading the outlines"))
        outlines = drawn.result()
    return replace(made, boundaries=outlines.filter(pl.col("place").is_in(sharing)))


def assembled(
    *,
    place: str,
    envelope_dh: int,
    on: date,
    rulebook: Rulebook,
    rules: Rules,
    places: pl.DataFrame,
    sharing: tuple[str, ...],
    measures: pl.DataFrame,
    boundaries: pl.DataFrame | None = None,
    notes: tuple[Sentence, ...] = (),
    citations: tuple[Citation, ...] = (),
    previous: Previous | None = None,
    seed: int = SEED,
    rng: np.random.Generator | None = None,
) -> Plan:
    """The plan of tables that are at hand already: no source is read. Raises as `plan` does.

    The tables of a plan give that plan again, to the last bit, where `seed` is the same: the draws of the weights start
    from it whatever was drawn for the measures. `rng` draws in its place. Without `boundaries` nothing can be drawn.
    """
    chosen = _chosen(measures, rules.allocation)
    purses = _purses(measures, chosen, sharing)
    sub_envelopes, shares = _shares(purses, rules, envelope_dh, sharing, previous)
    return Plan(
        place=place,
        envelope_dh=envelope_dh,
        on=on,
        rulebook=rulebook,
        rules=rules,
        places=places,
        sharing=sharing,
        measures=measures,
        chosen=chosen,
        purses=purses,
        sub_envelopes=sub_envelopes,
        shares=shares,
        targeting=_targeting(measures, purses, shares, rules, rng or np.random.default_rng(seed)),
        boundaries=pl.DataFrame(schema=BOUNDARIES.schema) if boundaries is None else boundaries,
        notes=(*notes, *_formula_notes(purses, rules, chosen), *_changed(rules, on)),
        citations=citations,
    )


@dataclass(frozen=True, eq=False)
class Shared:
    """What a change of the formula changes, without the draws that take longer: for who moves a weight and watches.

    `shares` is SHARES; `curve` as in Targeting; shares are from 0 to 1.
    """

    chosen: Mapping[str, str]
    purses: pl.DataFrame
    sub_envelopes: Mapping[str, int]
    shares: pl.DataFrame
    curve: pl.DataFrame
    concentration_index: float
    poorest_fifth_share: float
    cgh_ratio: float


def shared(
    measures: pl.DataFrame, rules: Rules, *, envelope_dh: int, sharing: tuple[str, ...], previous: Previous | None = None
) -> Shared:
    """The shares of an envelope and whom they reach, by these rules. Raises BadData and Refused as `plan` does."""
    chosen = _chosen(measures, rules.allocation)
    purses = _purses(measures, chosen, sharing)
    sub_envelopes, shares = _shares(purses, rules, envelope_dh, sharing, previous)
    curve = targeting.concentration_curve(
        allocation.totals(shares).select("place", "amount_dh"), _poverty(measures), poorer_when="high"
    )
    return Shared(
        chosen=chosen,
        purses=purses,
        sub_envelopes=sub_envelopes,
        shares=shares,
        curve=curve,
        concentration_index=targeting.concentration_index(curve),
        poorest_fifth_share=targeting.share_of_poorest(curve),
        cgh_ratio=targeting.targeting_ratio(curve),
    )


def with_formula(
    rules: Rules,
    *,
    weights: Mapping[str, int | Fraction] | None = None,
    floor_share: Fraction | None = None,
    cap_share: Fraction | None = None,
    hold_harmless_share: Fraction | None = None,
) -> Rules:
    """The rules with somebody's own numbers in the formula; what is not given stays the rulebook's.

    Raises Refused with every reason: an unknown criterion, a weight below 0, all weights 0, a share beyond its range, a cap of 0.
    """
    formula = rules.allocation
    own = {code: Fraction(value) for code, value in (weights or {}).items()}
    problems = _weights_wrong(own, formula)
    bounds = {"floor_share": floor_share, "cap_share": cap_share, "hold_harmless_share": hold_harmless_share}
    for name, share in bounds.items():
        if share is not None and not 0 <= share <= 1:
            problems.append(
                Problem(
                    what=say("{name} is {share}: a share lies between 0 and 1.", name=name, share=str(share)),
                    remedy=say("Write a percentage from 0 to 100."),
                )
            )
    if cap_share == 0:
        problems.append(
            Problem(
                what=say("the cap is 0: no place could receive anything."),
                remedy=say("Write a cap above 0, up to 100 percent."),
            )
        )
    if problems:
        raise Refused(problems)
    criteria = tuple(replace(one, weight=_own(one.weight, own[one.code])) if one.code in own else one for one in formula.criteria)
    changed: dict[str, Any] = {name: _own(getattr(formula, name), share) for name, share in bounds.items() if share is not None}
    return replace(rules, allocation=replace(formula, criteria=criteria, **changed))


def _own(one: Number, value: Fraction) -> Number:
    """A number with another value; one that nobody changed stays itself."""
    return one if one.value == value else replace(one, value=value)


def _weights_wrong(own: Mapping[str, Fraction], formula: Allocation) -> list[Problem]:
    known = {one.code: one.weight.value for one in formula.criteria}
    problems = [
        Problem(
            what=say("the formula has no criterion {criterion}.", criterion=code),
            remedy=say("Its criteria are: {known}.", known=", ".join(known)),
        )
        for code in own
        if code not in known
    ]
    problems += [
        Problem(what=say("the weight of {criterion} is below 0.", criterion=code), remedy=say("Write 0 to leave it out."))
        for code, value in own.items()
        if value < 0
    ]
    if not any(own.get(code, weight) for code, weight in known.items()):
        problems.append(Problem(what=say("all weights are 0."), remedy=say("Give a weight to one criterion at least.")))
    return problems


def previous_shares(path: Path) -> Previous:
    """Last year's amounts by programme, then place, from a file of shares (CSV, Excel or Parquet) as `plan --out` writes."""
    shares = read_table(path, SHARES)
    amounts: dict[str, dict[str, int]] = {}
    for programme, place, amount in (
        shares.group_by("programme", "place").agg(pl.col("amount_dh").sum()).sort("programme", "place").iter_rows()
    ):
        amounts.setdefault(programme, {})[place] = amount
    return amounts


def _sharing(land: Territory, rules: Rules) -> tuple[str, ...]:
    codes = land.of_level(rules.allocation.level)["place"].to_list()
    if len(codes) < 2:
        raise Refused(
            Problem(
                what=say_count(
                    "there is nothing to share over in {place}: it holds {count} place of the level {level}.",
                    "there is nothing to share over in {place}: it holds {count} places of the level {level}.",
                    place=land.code,
                    count=len(codes),
                    level=rules.allocation.level,
                ),
                remedy=say("Name a place of a higher level."),
            )
        )
    return tuple(codes)


def _chosen(measures: pl.DataFrame, formula: Allocation) -> dict[str, str]:
    """The measure of each criterion: the first of those it names that says something of the places that share."""
    known = dict(measures.group_by("measure").agg(pl.col("value").count()).iter_rows())
    chosen: dict[str, str] = {}
    problems = []
    for criterion in formula.criteria:
        named = [name for name in criterion.measures if known.get(name, 0) > 0]
        if named:
            chosen[criterion.code] = named[0]
        else:
            problems.append(
                Problem(
                    what=say("no measure counts the people of the criterion {criterion}.", criterion=criterion.code),
                    where=[say("file {file}", file="allocation.toml")],
                    remedy=say(
                        "Name one of: {known}.", known=", ".join(sorted(name for name in known if name.endswith("_people")))
                    ),
                )
            )
    if problems:
        raise BadData(problems)
    return chosen


def _purses(measures: pl.DataFrame, chosen: Mapping[str, str], sharing: tuple[str, ...]) -> pl.DataFrame:
    """People concerned by each criterion; where a figure is missing nobody is counted, and a note says so."""
    names = pl.DataFrame({"criterion": list(chosen), "measure": list(chosen.values())})
    rows = names.join(measures, on="measure", maintain_order="left").filter(pl.col("place").is_in(sharing))
    return PURSES.check(rows.select("place", "criterion", people=pl.col("value").fill_null(0.0).cast(pl.Int64)))


def _shares(
    purses: pl.DataFrame, rules: Rules, envelope_dh: int, sharing: tuple[str, ...], previous: Previous | None
) -> tuple[dict[str, int], pl.DataFrame]:
    formula = rules.allocation
    step_dh = int(formula.rounding_step_dh)
    parts = {one.code: one.part.value for one in rules.programme.programmes}
    sub_envelopes = allocation.split(envelope_dh, parts, step_dh=step_dh)
    bounds = allocation.Bounds(
        floor_share=formula.floor_share.value,
        cap_share=formula.cap_share.value,
        hold_harmless_share=formula.hold_harmless_share.value if previous else Fraction(0),
    )
    weights = {code: formula.weights(code) for code in parts}

    def given(envelopes: Mapping[str, int]) -> pl.DataFrame:
        return allocation.allocate_programmes(
            purses,
            sub_envelopes=envelopes,
            weights=weights,
            bounds=bounds,
            step_dh=step_dh,
            places=sharing,
            previous=previous,
        )

    first = _twins(sub_envelopes, weights, previous)
    try:
        once = given({code: sub_envelopes[code] for code in first.values()})
    except Refused:
        # A reader is told what does not fit in every programme, not in one of each kind.
        once = given(sub_envelopes)
    by_programme = once.partition_by("programme", as_dict=True)
    kept = [by_programme[twin,].with_columns(programme=pl.lit(code)) for code, twin in first.items()]
    return sub_envelopes, pl.concat(kept)


def _twins(
    sub_envelopes: Mapping[str, int], weights: Mapping[str, Mapping[str, Fraction]], previous: Previous | None
) -> dict[str, str]:
    """By programme, the first one with the same money, weights and past: it gets the same shares, computed once."""
    seen: dict[Any, str] = {}
    last = {} if previous is None else previous
    return {
        code: seen.setdefault((amount, tuple(weights[code].items()), code in last, frozenset(last.get(code, {}).items())), code)
        for code, amount in sub_envelopes.items()
    }


def _targeting(
    measures: pl.DataFrame, purses: pl.DataFrame, shares: pl.DataFrame, rules: Rules, rng: np.random.Generator
) -> Targeting:
    formula = rules.allocation
    amounts = allocation.totals(shares).select("place", "amount_dh")
    poverty = _poverty(measures)
    curve = targeting.concentration_curve(amounts, poverty, poorer_when="high")
    cost = float(formula.shortfall_cost_dh)
    shortfalls = poverty.select("place", "people", shortfall_dh=pl.col("value") * cost)
    leak = targeting.leakage(amounts, shortfalls)
    intervals = targeting.share_intervals(
        purses,
        weights={one.code: one.weight.value for one in formula.criteria},
        draws=int(formula.draws),
        rng=rng,
        concentration=float(formula.concentration),
    )
    return Targeting(
        curve=curve,
        intervals=intervals,
        concentration_index=targeting.concentration_index(curve),
        poorest_fifth_share=targeting.share_of_poorest(curve),
        cgh_ratio=targeting.targeting_ratio(curve),
        leakage_share=leak.leakage_share,
        shortfall_fall_share=leak.shortfall_fall_share,
        squared_fall_share=leak.squared_fall_share,
    )


def _poverty(measures: pl.DataFrame) -> pl.DataFrame:
    """By what places are ranked when one asks whom the money reaches."""
    return measures.filter(pl.col("measure") == "adjusted_headcount_union").select(
        "place", "people", pl.col("value").fill_null(0.0)
    )


def _tolerance_km(land: Territory, rules: Rules) -> float:
    """How far an outline may be moved for drawing: a pixel or so of a page-wide map, by how far down the place lies."""
    ranks = rules.programme.ranks
    return {0: 1.5, 1: 0.5}.get(min(ranks[level] for level in land.places["level"]), 0.1)


def _formula_notes(purses: pl.DataFrame, rules: Rules, chosen: Mapping[str, str]) -> list[Sentence]:
    weights = {one.code: one.weight.value for one in rules.allocation.criteria}
    empty = [
        say("Nobody is concerned by the criterion {criterion} here: its purse goes to the others.", criterion=code)
        for code in allocation.empty_purses(purses, weights)
    ]
    fallbacks = [
        say(
            "{criterion} is counted by {used}, because {wanted} is not known here.",
            criterion=criterion.code,
            used=chosen[criterion.code],
            wanted=criterion.measures[0],
        )
        for criterion in rules.allocation.criteria
        if chosen[criterion.code] != criterion.measures[0]
    ]
    return [*empty, *fallbacks]


def _changed(rules: Rules, on: date) -> list[Sentence]:
    """Which numbers differ from those of the rulebook that Tiwizi carries for the same programme."""
    try:
        carried = store.rulebook(rules.programme.code).on(on)
    except BadRulebook:
        return []
    values = {number.key: number.value for number in figures_numbers(carried)}
    return [
        say(
            "{label}: {value} here, {carried} in the rulebook that Tiwizi carries.",
            label=number.label,
            value=str(number.value),
            carried=str(values[number.key]),
        )
        for number in figures_numbers(rules)
        if number.key in values and values[number.key] != number.value
    ]
