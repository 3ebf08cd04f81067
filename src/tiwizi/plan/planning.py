"""The main task: from the census to an envelope allotted to places, with every reason.

`plan` joins the sources, the rulebook and the core. Its result contains every table that a report, a page or a notebook
shows, so that explaining it needs no further computation.
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
"""The default seed of the draws."""


@dataclass(frozen=True)
class Targeting:
    """The targeting figures of one plan; places are ranked by their adjusted headcount at the union cutoff.

    `curve` has one row per value of the ranking, from the poorest, after a row of zeros: value, people, amount_dh,
    people_share and amount_share, cumulated. `intervals` has one row per place: share, share_low, share_high, rank,
    rank_low, rank_high under random weights, before bounds. Shares are from 0 to 1.
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
    """An envelope allotted to the places of one level under a rulebook, with all explanations; equal only to itself."""

    place: str
    envelope_dh: int
    on: date
    rulebook: Rulebook
    rules: Rules
    places: pl.DataFrame
    """PLACES: the place itself, its ancestors, and all below it down to the recipients' level."""
    recipients: tuple[str, ...]
    """Codes of the places that receive a share, in order."""
    measures: pl.DataFrame
    """MEASURES of every recipient."""
    chosen: Mapping[str, str]
    """The measure that counts the people of each criterion."""
    purses: pl.DataFrame
    sub_envelopes: Mapping[str, int]
    shares: pl.DataFrame
    targeting: Targeting
    boundaries: pl.DataFrame
    """BOUNDARIES of the recipients, simplified for drawing; a place without an outline has no row."""
    notes: tuple[Sentence, ...]
    """What a reader must know: proxies, fallbacks, empty purses, doubtful data."""
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
    # The plan rests on the census, not on households: the rules that judge households are not among its assumptions.
    rules = replace(book.on(on), deprivations=None)
    progress(say("Reading the census"))
    land = territory(place, book)
    recipients = _recipients(land, rules)
    # Reading the outlines takes as long as all the rest and is independent of it, so it runs in parallel.
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
            recipients=recipients,
            measures=measured.measures,
            notes=measured.notes,
            citations=land.citations,
            previous=previous,
            seed=seed,
        )
        progress(say("Reading the outlines"))
        outlines = drawn.result()
    return replace(made, boundaries=outlines.filter(pl.col("place").is_in(recipients)))


def assembled(
    *,
    place: str,
    envelope_dh: int,
    on: date,
    rulebook: Rulebook,
    rules: Rules,
    places: pl.DataFrame,
    recipients: tuple[str, ...],
    measures: pl.DataFrame,
    boundaries: pl.DataFrame | None = None,
    notes: tuple[Sentence, ...] = (),
    citations: tuple[Citation, ...] = (),
    previous: Previous | None = None,
    seed: int = SEED,
    rng: np.random.Generator | None = None,
) -> Plan:
    """The plan from given tables: no source is read. Raises as `plan` does.

    The tables of a plan give the same plan again, to the last bit, with the same `seed`: the draws of the weights depend
    only on it. `rng` replaces it. Without `boundaries` nothing can be drawn.
    """
    chosen = _chosen(measures, rules.allocation)
    purses = _purses(measures, chosen, recipients)
    sub_envelopes, shares = _shares(purses, rules, envelope_dh, recipients, previous)
    return Plan(
        place=place,
        envelope_dh=envelope_dh,
        on=on,
        rulebook=rulebook,
        rules=rules,
        places=places,
        recipients=recipients,
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
class Allotment:
    """The result of a changed formula without the slower draws, for interactive trials of weights.

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


def allotment(
    measures: pl.DataFrame, rules: Rules, *, envelope_dh: int, recipients: tuple[str, ...], previous: Previous | None = None
) -> Allotment:
    """The shares of an envelope and whom they reach, by these rules. Raises BadData and Refused as `plan` does."""
    chosen = _chosen(measures, rules.allocation)
    purses = _purses(measures, chosen, recipients)
    sub_envelopes, shares = _shares(purses, rules, envelope_dh, recipients, previous)
    curve = targeting.concentration_curve(
        allocation.totals(shares).select("place", "amount_dh"), _poverty(measures), poorer_when="high"
    )
    return Allotment(
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
    """The rules with other numbers in the formula; numbers not given stay the rulebook's.

    Raises Refused with every reason: an unknown criterion, a weight below 0, all weights 0, a share beyond its range, a cap
    of 0.
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
    criteria = tuple(
        replace(criterion, weight=_own(criterion.weight, own[criterion.code])) if criterion.code in own else criterion
        for criterion in formula.criteria
    )
    changed: dict[str, Any] = {name: _own(getattr(formula, name), share) for name, share in bounds.items() if share is not None}
    return replace(rules, allocation=replace(formula, criteria=criteria, **changed))


def _own(number: Number, value: Fraction) -> Number:
    """A number with another value; the same object when unchanged."""
    return number if number.value == value else replace(number, value=value)


def _weights_wrong(own: Mapping[str, Fraction], formula: Allocation) -> list[Problem]:
    known = {criterion.code: criterion.weight.value for criterion in formula.criteria}
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


def _recipients(land: Territory, rules: Rules) -> tuple[str, ...]:
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
    """The measure of each criterion: the first of its measures with figures for the recipients."""
    known = dict(measures.group_by("measure").agg(pl.col("value").count()).iter_rows())
    chosen: dict[str, str] = {}
    problems = []
    for criterion in formula.criteria:
        candidates = [name for name in criterion.measures if known.get(name, 0) > 0]
        if candidates:
            chosen[criterion.code] = candidates[0]
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


def _purses(measures: pl.DataFrame, chosen: Mapping[str, str], recipients: tuple[str, ...]) -> pl.DataFrame:
    """People concerned by each criterion; where a figure is missing nobody is counted, and a note says so."""
    names = pl.DataFrame({"criterion": list(chosen), "measure": list(chosen.values())})
    rows = names.join(measures, on="measure", maintain_order="left").filter(pl.col("place").is_in(recipients))
    return PURSES.check(rows.select("place", "criterion", people=pl.col("value").fill_null(0.0).cast(pl.Int64)))


def _shares(
    purses: pl.DataFrame, rules: Rules, envelope_dh: int, recipients: tuple[str, ...], previous: Previous | None
) -> tuple[dict[str, int], pl.DataFrame]:
    formula = rules.allocation
    step_dh = int(formula.rounding_step_dh)
    parts = {programme.code: programme.part.value for programme in rules.programme.programmes}
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
            places=recipients,
            previous=previous,
        )

    first = _twins(sub_envelopes, weights, previous)
    try:
        once = given({code: sub_envelopes[code] for code in first.values()})
    except Refused:
        # The reasons of every programme are reported, not of one of each kind only.
        once = given(sub_envelopes)
    by_programme = once.partition_by("programme", as_dict=True)
    repeated = [by_programme[twin,].with_columns(programme=pl.lit(code)) for code, twin in first.items()]
    return sub_envelopes, pl.concat(repeated)


def _twins(
    sub_envelopes: Mapping[str, int], weights: Mapping[str, Mapping[str, Fraction]], previous: Previous | None
) -> dict[str, str]:
    """By programme, the first one with the same money, weights and past amounts: its shares are the same, computed once."""
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
        weights={criterion.code: criterion.weight.value for criterion in formula.criteria},
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
    """The measure that ranks places for the targeting figures."""
    return measures.filter(pl.col("measure") == "adjusted_headcount_union").select(
        "place", "people", pl.col("value").fill_null(0.0)
    )


def _tolerance_km(land: Territory, rules: Rules) -> float:
    """How far an outline may be moved for drawing: a pixel or so of a page-wide map, by how far down the place lies."""
    ranks = rules.programme.ranks
    return {0: 1.5, 1: 0.5}.get(min(ranks[level] for level in land.places["level"]), 0.1)


def _formula_notes(purses: pl.DataFrame, rules: Rules, chosen: Mapping[str, str]) -> list[Sentence]:
    weights = {criterion.code: criterion.weight.value for criterion in rules.allocation.criteria}
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
    """Which numbers differ from those of the rulebook included in Tiwizi for the same programme."""
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
