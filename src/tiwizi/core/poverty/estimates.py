"""Measures of poverty computed from totals: incidence, intensity, M0 and their parts, by place and subgroup, with their
errors.

Each measure is a ratio of two sums, so that one linearisation serves all: a unit's score is how much its own sums move the
ratio. Method: Alkire et al. (2015), chapters 5 and 8; variance of ratios under complex designs: Särndal et al. (1992),
section 5.6.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tiwizi.core.errors import BadData, Problem, say, say_count
from tiwizi.core.poverty.sampling import Floats, Ints, Lonely, Sample, changes_in, share_interval, variances, wald_interval
from tiwizi.core.poverty.totals import Scheme, Term, Totals

Kind = Literal["share", "mean", "total"]
Sums = Mapping[Term, float]

COLUMNS: Final[Mapping[str, type[pl.DataType]]] = {
    "scheme": pl.String,
    "cutoff": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "degrees": pl.Int64,
    "design_effect": pl.Float64,
    "flag": pl.String,
    "observations": pl.Int64,
    "people": pl.Float64,
}


@dataclass(frozen=True)
class Figure:
    """One measure as a ratio of two sums of terms; a total when there is no denominator.

    `kind` says which interval it takes. `spread` gives, for the design effect, the variance among people that a simple
    random sample of the same number of respondents would have: from the value and the domain's sums; None where no such
    figure is usual.
    """

    scheme: str
    cutoff: str | None
    measure: str
    above: Sums
    under: Sums | None
    kind: Kind
    spread: Literal["share", "score", "score of poor"] | None = None


@dataclass(frozen=True)
class Reading:
    """How errors are read: the confidence of intervals, what a single unit in a stratum adds, and the coefficients of
    variation from which to warn."""

    confidence: float = 0.95
    lonely: Lonely = "refuse"
    careful_cv: float = 0.15
    unreliable_cv: float = 0.30


@dataclass(frozen=True)
class Domains:
    """Totals gathered for one list of domains: `labels` one row per domain, `pairs` the (domain, unit) sums that are not
    empty."""

    labels: pl.DataFrame
    sums: Ints
    domain: Ints
    unit: Ints
    pairs: Floats
    sample: Sample | None


def estimates(
    totals: Totals,
    *,
    levels: pl.DataFrame | None = None,
    over: Sequence[Sequence[str]] = ((),),
    reading: Reading | None = None,
    figures: Sequence[Figure] | None = None,
) -> pl.DataFrame:
    """One row per domain and measure: the value, its standard error, its interval, design effect, flag, respondents and
    people.

    `over` lists crossings: each names columns of `levels` (one column per level, keyed by `place`: the place that contains
    the row's place), `place` itself, or subgroup columns of the totals; () is everyone. Columns left out of a crossing are
    null. `observations` counts the households that stand behind the figure, `people` those whom they stand for. `flag` is
    careful or unreliable by the coefficient of variation (for a share above one half, of its complement), and empty else; a
    domain inside one unit has an unknown error, and is unreliable. Where all households were counted there is no error of
    sampling: error, interval and design effect are null. Raises BadData when a place is not in `levels`, or a stratum has
    one unit and no rule says what it adds.
    """
    reading = reading or Reading()
    asked = list(figures if figures is not None else standard(totals))
    keys = placed(totals, levels)
    sample, unit = sample_of(totals, reading.lonely)
    frames = [
        _estimated(totals, gathered(totals, keys, list(crossing), sample=sample, unit=unit), asked, reading) for crossing in over
    ]
    columns = list(dict.fromkeys(name for crossing in over for name in crossing))
    return pl.concat(frames, how="diagonal").select(*columns, *COLUMNS)


def standard(totals: Totals) -> Iterator[Figure]:
    """Every measure of the totals: those without a cutoff once, the others for each scheme and cutoff."""
    people: Sums = {("people",): 1.0}
    for indicator in totals.indicators:
        yield Figure("", None, f"headcount_{indicator.code}", {("deprived", indicator.code): 1.0}, people, "share", "share")
    for scheme in totals.schemes:
        for cutoff in scheme.cutoffs:
            yield from _at(totals, scheme, str(cutoff))
        yield from _bands(scheme)


def _at(totals: Totals, scheme: Scheme, cutoff: str) -> Iterator[Figure]:
    here = (scheme.name, cutoff)
    scale = float(scheme.scale)
    people: Sums = {("people",): 1.0}
    poor: Sums = {("poor", *here): 1.0}
    load: Sums = {("load", *here): 1 / scale}
    yield Figure(*here, "headcount_ratio", poor, people, "share", "share")
    yield Figure(*here, "intensity", load, poor, "share", "score of poor")
    yield Figure(*here, "adjusted_headcount", load, people, "share", "score")
    yield Figure(*here, "poor_people", poor, None, "total")
    within: dict[str, dict[Term, float]] = {}
    for indicator in totals.indicators:
        if indicator.code not in scheme.weights:
            continue
        points = scheme.points(indicator.code)
        censored: Term = ("censored", *here, indicator.code)
        part: Sums = {censored: points / scale}
        within.setdefault(indicator.dimension, {})[censored] = points / scale
        yield Figure(*here, f"censored_headcount_{indicator.code}", {censored: 1.0}, people, "share", "share")
        yield Figure(*here, f"absolute_contribution_{indicator.code}", part, people, "share")
        yield Figure(*here, f"contribution_{indicator.code}", part, load, "share")
        if indicator.steps:
            yield Figure(
                *here, f"censored_gap_{indicator.code}", {("gap", *here, indicator.code): 1 / indicator.steps}, people, "share"
            )
            squared: Sums = {("squared gap", *here, indicator.code): 1 / indicator.steps**2}
            yield Figure(*here, f"censored_squared_gap_{indicator.code}", squared, people, "share")
    for dimension, parts in within.items():
        yield Figure(*here, f"contribution_{dimension}_dimension", parts, load, "share")
    yield from _gaps(totals, scheme, here)
    destitute: Sums = {("destitute", *here): 1.0}
    if ("destitute", *here) in totals.terms:
        yield Figure(*here, "destitution_headcount_ratio", destitute, people, "share", "share")
        yield Figure(*here, "destitution_adjusted_headcount", {("destitute load", *here): 1 / scale}, people, "share")


def _gaps(totals: Totals, scheme: Scheme, here: tuple[str, str]) -> Iterator[Figure]:
    """M1 and M2 where an indicator has a gap: the others count as a whole gap, as they do in M0."""
    if not any(indicator.steps for indicator in totals.indicators):
        return
    for measure, term, power in (("adjusted_gap", "gap", 1), ("adjusted_squared_gap", "squared gap", 2)):
        parts: dict[Term, float] = {}
        for indicator in totals.indicators:
            if indicator.code in scheme.weights:
                points = scheme.points(indicator.code) / scheme.scale
                parts[(term if indicator.steps else "censored", *here, indicator.code)] = points / (
                    indicator.steps**power if indicator.steps else 1
                )
        yield Figure(*here, measure, parts, {("people",): 1.0}, "share")


def _bands(scheme: Scheme) -> Iterator[Figure]:
    """People between a cutoff that is only counted and the poor (vulnerable), or at a higher one (severely poor)."""
    people: Sums = {("people",): 1.0}
    poor = min(scheme.cutoffs)
    for cutoff in scheme.counted:
        here: Term = ("poor", scheme.name, str(cutoff))
        if cutoff < poor:
            yield Figure(
                scheme.name,
                str(cutoff),
                "vulnerable_share",
                {here: 1.0, ("poor", scheme.name, str(poor)): -1.0},
                people,
                "share",
                "share",
            )
        else:
            yield Figure(scheme.name, str(cutoff), "severe_headcount_ratio", {here: 1.0}, people, "share", "share")


def sample_of(totals: Totals, lonely: Lonely) -> tuple[Sample | None, Ints]:
    """The design of the totals, and which of its units each row of them is; no design where all households were counted."""
    if totals.drawn == "all":
        return None, np.zeros(totals.keys.height, dtype=np.int64)
    # A unit stands in one stratum: its own name tells it from all others.
    unit, strata = _numbered(totals.keys["psu"]), totals.keys["stratum"].cast(pl.String)
    names, count = strata.unique().sort().to_list(), int(unit.max()) + 1 if len(unit) else 0
    stratum = np.zeros(count, dtype=np.int64)
    stratum[unit] = _numbered(strata)
    population = None
    if totals.population_psus is not None:
        population = np.full(len(names), np.inf)
        population[stratum[unit]] = totals.population_psus
    return Sample(stratum, tuple(names), population, lonely), unit


def _numbered(names: pl.Series) -> Ints:
    """Each name's place among the different ones, in their order."""
    return names.rank("dense").cast(pl.Int64).to_numpy() - 1


def gathered(totals: Totals, keys: pl.DataFrame, crossing: list[str], *, sample: Sample | None, unit: Ints) -> Domains:
    """The totals gathered for the domains of a crossing, in the order of their names; the units of each domain stay separate.

    A place that lies in no place of a level (a town in no district) belongs to no domain there.
    """
    if crossing:
        labels = keys.select(crossing).drop_nulls().unique().sort(crossing)
        places = keys.select(crossing).join(labels.with_row_index("domain"), on=crossing, how="left", maintain_order="left")
        domain = places["domain"].cast(pl.Int64).fill_null(-1).to_numpy()
    else:
        labels, domain = pl.DataFrame(), np.zeros(keys.height, dtype=np.int64)
    # One row per term, so that each is contiguous in memory.
    counts = totals.counts.T
    if not _in_order(domain, unit):
        order = np.lexsort((unit, domain))
        order = order[domain[order] >= 0]
        domain, unit, counts = domain[order], unit[order], counts[:, order]
    sums = np.zeros((labels.height if crossing else 1, len(counts)), dtype=np.int64)
    starts, firsts = changes_in(domain, unit), changes_in(domain)
    if not len(domain):
        return Domains(labels, sums, domain, unit, totals.counts[:0].astype(np.float64), sample)
    sums[domain[firsts]] = np.add.reduceat(counts, firsts, axis=1).T
    # Whole numbers below 2^53: as doubles they are the same numbers, and multiply faster.
    pairs = np.add.reduceat(counts, starts, axis=1) if len(starts) < len(domain) else counts
    return Domains(labels, sums, domain[starts], unit[starts], pairs.astype(np.float64).T, sample)


def _in_order(domain: Ints, unit: Ints) -> bool:
    if len(domain) and domain[0] < 0:
        return False
    later = domain[1:] > domain[:-1]
    return bool(np.all(later | ((domain[1:] == domain[:-1]) & (unit[1:] >= unit[:-1]))))


def linearised(domains: Domains, figures: Sequence[Figure], totals: Totals) -> tuple[Floats, Floats]:
    """Values, one row per domain and one column per figure, and scores, one row per pair of domain and unit (0 without
    anyone)."""
    values, scores = np.empty((len(domains.sums), len(figures))), np.empty((len(figures), len(domains.pairs)))
    present = np.bincount(domains.domain, minlength=len(values))
    for at, figure in enumerate(figures):
        top = _sum_of(figure.above, domains.sums, totals.terms)
        if figure.under is None:
            values[:, at] = top / float(totals.scale)
            scores[at] = _sum_of(figure.above, domains.pairs, totals.terms) / float(totals.scale)
            continue
        bottom = _sum_of(figure.under, domains.sums, totals.terms)
        with np.errstate(divide="ignore", invalid="ignore"):
            values[:, at] = top / bottom
        known = bottom > 0
        np.multiply(
            _sum_of(figure.under, domains.pairs, totals.terms),
            np.repeat(np.where(known, values[:, at], 0.0), present),
            out=scores[at],
        )
        np.subtract(_sum_of(figure.above, domains.pairs, totals.terms), scores[at], out=scores[at])
        scores[at] /= np.repeat(np.where(known, bottom, 1.0), present)
    return values, scores.T


def _sum_of(sums: Sums, counts: Floats | Ints, terms: Mapping[Term, int]) -> Floats:
    """For each row of counts, the weighted sum of some terms."""
    parts = [counts[:, terms[term]] * factor if factor != 1 else counts[:, terms[term]] for term, factor in sums.items()]
    return np.asarray(reduce(add, parts), dtype=np.float64)


def _estimated(totals: Totals, domains: Domains, figures: Sequence[Figure], reading: Reading) -> pl.DataFrame:
    values, scores = linearised(domains, figures, totals)
    # Floating-point error of the division must not push a share past its ends.
    shares = np.array([figure.kind == "share" for figure in figures])
    values = np.where(shares, np.clip(values, 0, 1), values)
    rows = domains.sums[:, totals.terms[("rows",)]].astype(np.float64)
    people = domains.sums[:, totals.terms[("people",)]] / totals.scale
    count = len(values)
    spread = np.repeat(np.arange(count), len(figures))
    parts: dict[str, object] = {
        "value": values.ravel(),
        "observations": rows.astype(np.int64)[spread],
        "people": people[spread],
    }
    if domains.sample is not None:
        parts |= _errors(totals, domains, figures, reading, values, scores, rows)
    figure_rows = pl.DataFrame(
        [(figure.scheme, figure.cutoff, figure.measure) for figure in figures],
        schema={"scheme": pl.String, "cutoff": pl.String, "measure": pl.String},
        orient="row",
    )
    frame = pl.DataFrame(parts).with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in COLUMNS.items()
        if name not in parts and name not in figure_rows.columns
    )
    frame = pl.concat([figure_rows[np.tile(np.arange(len(figures)), count)], frame], how="horizontal")
    frame = frame.select(*COLUMNS).with_columns(pl.col(pl.Float64).fill_nan(None)).cast(pl.Schema(COLUMNS))
    return pl.concat([domains.labels[spread], frame], how="horizontal") if domains.labels.width else frame


def _errors(
    totals: Totals, domains: Domains, figures: Sequence[Figure], reading: Reading, values: Floats, scores: Floats, rows: Floats
) -> dict[str, object]:
    assert domains.sample is not None  # noqa: S101
    spread = variances(scores, unit=domains.unit, domain=domains.domain, domains=len(values), sample=domains.sample)
    # With a single unit the error of a ratio cannot be estimated: it is unknown, not zero.
    alone = np.bincount(domains.domain, minlength=len(values)) < 2
    errors = np.where(np.isnan(values) | alone[:, None], np.nan, np.sqrt(spread))
    degrees = domains.sample.degrees
    shares = np.array([figure.kind == "share" for figure in figures])
    low, high = wald_interval(values, errors, degrees=degrees, confidence=reading.confidence)
    # No figure is below zero.
    low = np.maximum(low, 0.0)
    bound = share_interval(values, errors, rows[:, None], degrees=degrees, confidence=reading.confidence)
    low, high = np.where(shares, bound[0], low), np.where(shares, bound[1], high)
    low, high = (np.where(np.isnan(errors), np.nan, end) for end in (low, high))
    return {
        "error": errors.ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
        "degrees": [degrees] * values.size,
        "design_effect": _effects(totals, domains, figures, values, errors, rows).ravel(),
        "flag": _flags(values, errors, shares, reading),
    }


def _flags(values: Floats, errors: Floats, shares: NDArray[np.bool_], reading: Reading) -> pl.Series:
    base = np.where(shares & (values > 0.5), 1 - values, values)
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficient = errors / base
    unknown = np.isnan(errors) & ~np.isnan(values)
    at = (coefficient >= reading.careful_cv).astype(np.int64)
    at[unknown | (coefficient >= reading.unreliable_cv)] = 2
    return pl.Series(["", "careful", "unreliable"])[at.ravel()]


def _effects(totals: Totals, domains: Domains, figures: Sequence[Figure], values: Floats, errors: Floats, rows: Floats) -> Floats:
    """Variance divided by that of a simple random sample, with replacement, of as many weighted respondents."""
    effects = np.full(values.shape, np.nan)
    schemes = {scheme.name: scheme for scheme in totals.schemes}
    for at, figure in enumerate(figures):
        if figure.spread is None:
            continue
        value = values[:, at]
        with np.errstate(divide="ignore", invalid="ignore"):
            if figure.spread == "share":
                single = value * (1 - value) / (rows - 1)
            else:
                single = _score_spread(domains.sums, totals, figure, schemes[figure.scheme].scale) / (rows - 1)
                if figure.spread == "score of poor":
                    poor_rows = domains.sums[:, totals.terms[("poor rows", figure.scheme, str(figure.cutoff))]]
                    single = single * (rows - 1) / (poor_rows - 1)
            effects[:, at] = np.where(single > 0, errors[:, at] ** 2 / single, np.nan)
    return effects


def _score_spread(sums: Ints, totals: Totals, figure: Figure, scale: int) -> Floats:
    """Variance among people of the censored score, among all or among the poor."""
    here = (figure.scheme, str(figure.cutoff))
    base = sums[:, totals.terms[("people",) if figure.spread == "score" else ("poor", *here)]]
    mean = sums[:, totals.terms[("load", *here)]] / scale / base
    return np.asarray(sums[:, totals.terms[("squares", *here)]] / scale**2 / base - mean**2)


def placed(totals: Totals, levels: pl.DataFrame | None) -> pl.DataFrame:
    """The keys of the totals with a column for each level that lies above their places."""
    if levels is None:
        return totals.keys
    lost = totals.keys["place"].unique().sort().to_list()
    known = set(levels["place"].to_list())
    strange = [place for place in lost if place not in known]
    if strange:
        raise BadData(
            Problem(
                what=say_count(
                    "{count} place is not in the tree: {names}.",
                    "{count} places are not in the tree: {names}.",
                    count=len(strange),
                    names=", ".join(map(str, strange[:3])),
                ),
                where=[say("column {column}", column="place")],
                remedy=say("Write the codes of the tree, or give the tree of the day of the survey."),
            )
        )
    return totals.keys.join(levels.unique("place"), on="place", how="left", maintain_order="left")
