"""Change of poverty between two rounds: absolute, relative and per year, with errors, and its decomposition.

The two rounds are stacked as one design, so that independent rounds and rounds that share units need one calculation only: a
shared unit's scores in both rounds are added before they are squared. Method: Alkire et al. (2015), chapter 9;
parts by place after Shapley: Shorrocks (2013), doi:10.1007/s10888-011-9214-z.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import polars as pl

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.core.poverty.estimates import Domains, Figure, Reading, gathered, linearised, placed, sample_of, standard
from tiwizi.core.poverty.sampling import Floats, Ints, Sample, changes_in, variances, wald_interval
from tiwizi.core.poverty.totals import Totals

Units = Literal["apart", "shared"]
"""Whether the rounds are independent samples, or the same primary sampling units (by stratum and unit) surveyed twice."""
_YEAR: Final = 365.2425


@dataclass(frozen=True)
class Round:
    """One survey or census: the name of its series, its day, and its totals."""

    series: str
    on: date
    totals: Totals


@dataclass(frozen=True)
class _Side:
    """One round over the common domains: the domain to which each pair belongs."""

    domains: Domains
    values: Floats
    scores: Floats
    domain: Ints


def changes(
    before: Round,
    after: Round,
    *,
    units: Units,
    levels: pl.DataFrame | None = None,
    over: Sequence[Sequence[str]] = ((),),
    reading: Reading | None = None,
) -> pl.DataFrame:
    """One row per domain and measure: `before`, `after`, and their change with its error and interval.

    `absolute` is after minus before; `relative` is that over before; `annual` the yearly rate that leads from one to the
    other. Errors are linearised; `significant` says whether the interval of the absolute change excludes zero. The changes
    of the absolute contributions add up to that of the adjusted headcount. Raises Refused where the series differ: figures
    of two series are never compared, whatever their names.
    """
    reading = reading or Reading()
    _refuse(before, after)
    figures = [figure for figure in standard(after.totals) if {*figure.above, *(figure.under or ())} <= set(before.totals.terms)]
    designs = [sample_of(survey.totals, reading.lonely) for survey in (before, after)]
    stacked, offsets = _stacked((before, after), designs, units, reading)
    years = (after.on - before.on).days / _YEAR
    keys = [placed(survey.totals, levels) for survey in (before, after)]
    frames = []
    for crossing in over:
        domain_lists = [
            gathered(survey.totals, key, list(crossing), sample=sample, unit=unit if offset is None else offset[unit])
            for survey, key, (sample, unit), offset in zip((before, after), keys, designs, offsets, strict=True)
        ]
        frames.append(_changed((before, after), domain_lists, figures, stacked, years, reading))
    columns = list(dict.fromkeys(name for crossing in over for name in crossing))
    return pl.concat(frames, how="diagonal").select(*columns, *_COLUMNS)


_COLUMNS: Final = (
    *("scheme", "cutoff", "measure", "before", "after", "absolute", "absolute_error", "absolute_low", "absolute_high"),
    *("significant", "relative", "relative_error", "annual", "annual_error"),
)


def _refuse(before: Round, after: Round) -> None:
    problems = []
    if before.series != after.series:
        problems.append(
            Problem(
                what=say("{one} and {other} are two series.", one=before.series, other=after.series),
                why=say("They ask or judge otherwise: their difference would not be a change of poverty."),
                remedy=say("Judge both rounds by the same rulebook and the same indicators."),
            )
        )
    if before.on >= after.on:
        problems.append(
            Problem(
                what=say("the first round ({before}) is not before the second ({after}).", before=before.on, after=after.on),
                remedy=say("Give the rounds in the order of their days."),
            )
        )
    if before.totals.schemes != after.totals.schemes:
        problems.append(
            Problem(
                what=say("the rounds were counted with other weights or cutoffs."), remedy=say("Count both with the same ones.")
            )
        )
    if problems:
        raise Refused(problems)


def _stacked(
    rounds: tuple[Round, Round], designs: Sequence[tuple[Sample | None, Ints]], units: Units, reading: Reading
) -> tuple[Sample | None, list[Ints | None]]:
    """The two designs as one, and for each round the stacked number of its units."""
    if any(sample is None for sample, _ in designs):
        return None, [None, None]
    frames = []
    for at, (survey, (sample, unit)) in enumerate(zip(rounds, designs, strict=True)):
        assert sample is not None  # noqa: S101
        keys = survey.totals.keys.select(pl.col("stratum", "psu").cast(pl.String)).with_columns(unit=unit, side=pl.lit(at))
        held = sample.population[sample.stratum[unit]] if sample.population is not None else np.inf
        frames.append(keys.with_columns(held=held).unique("unit", maintain_order=True))
    side = [] if units == "shared" else ["side"]
    table = pl.concat(frames)
    strata = table.select(*side, "stratum").unique(maintain_order=True).with_row_index("at")
    whole = table.unique([*side, "stratum", "psu"], maintain_order=True).with_row_index("number")
    whole = whole.join(strata, on=[*side, "stratum"], maintain_order="left")
    population = np.full(strata.height, np.inf)
    population[whole["at"].to_numpy()] = whole["held"].to_numpy()
    sample = Sample(
        whole["at"].to_numpy().astype(np.int64),
        tuple(strata["stratum"].to_list()),
        population if np.isfinite(population).any() else None,
        reading.lonely,
    )
    numbered = whole.select(*side, "stratum", "psu", "number")
    return sample, [
        frame.sort("unit")
        .join(numbered, on=[*side, "stratum", "psu"], how="left", maintain_order="left")["number"]
        .to_numpy()
        .astype(np.int64)
        for frame in frames
    ]


def _changed(
    rounds: tuple[Round, Round],
    domain_lists: Sequence[Domains],
    figures: list[Figure],
    sample: Sample | None,
    years: float,
    reading: Reading,
) -> pl.DataFrame:
    labels, maps = _common(domain_lists)
    count = labels.height if labels.width else 1
    first, second = (
        _Side(domains, _spread(values, at, count), scores, at[domains.domain])
        for domains, at, (values, scores) in (
            (domains, at, linearised(domains, figures, survey.totals))
            for survey, domains, at in zip(rounds, domain_lists, maps, strict=True)
        )
    )
    start, end = first.values, second.values
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = end / start
        rate = ratio ** (1 / years)
        ways = {
            "absolute": (end - start, -np.ones_like(start), np.ones_like(end)),
            "relative": (ratio - 1, -ratio / start, 1 / start),
            "annual": (rate - 1, -rate / start / years, rate / end / years),
        }
    spread = np.repeat(np.arange(count), len(figures))
    parts: dict[str, object] = {
        "scheme": [figure.scheme for figure in figures] * count,
        "cutoff": [figure.cutoff for figure in figures] * count,
        "measure": [figure.measure for figure in figures] * count,
        "before": start.ravel(),
        "after": end.ravel(),
    }
    for name, (value, first_factor, other) in ways.items():
        parts[name] = value.ravel()
        error = _error(first, second, first_factor, other, sample, count) if sample is not None else np.full(value.shape, np.nan)
        error = np.where(np.isnan(value), np.nan, error)
        parts[f"{name}_error"] = error.ravel()
        if name == "absolute":
            low, high = wald_interval(value, error, degrees=sample.degrees if sample else 0, confidence=reading.confidence)
            parts |= {"absolute_low": low.ravel(), "absolute_high": high.ravel(), "significant": ((low > 0) | (high < 0)).ravel()}
    frame = pl.DataFrame(parts).with_columns(pl.col(pl.Float64).fill_nan(None))
    if sample is None:
        frame = frame.with_columns(significant=pl.lit(None, dtype=pl.Boolean))
    return pl.concat([labels[spread], frame], how="horizontal") if labels.width else frame


def _common(domain_lists: Sequence[Domains]) -> tuple[pl.DataFrame, list[Ints]]:
    """The domains of either round, and the position among them of each round's own domains."""
    names = domain_lists[0].labels.columns
    if not names:
        return domain_lists[0].labels, [np.zeros(1, dtype=np.int64)] * 2
    labels = pl.concat([domains.labels for domains in domain_lists]).unique().sort(names)
    at = labels.with_row_index("common")
    return labels, [
        domains.labels.join(at, on=names, how="left", nulls_equal=True, maintain_order="left")["common"]
        .to_numpy()
        .astype(np.int64)
        for domains in domain_lists
    ]


def _spread(values: Floats, at: Ints, count: int) -> Floats:
    out = np.full((count, values.shape[1]), np.nan)
    out[at] = values
    return out


def _error(first: _Side, second: _Side, first_factor: Floats, other: Floats, sample: Sample, count: int) -> Floats:
    """Standard errors of one * first + other * second, for each domain and figure."""
    scores = np.concatenate([first_factor[first.domain] * first.scores, other[second.domain] * second.scores])
    domain = np.concatenate([first.domain, second.domain])
    unit = np.concatenate([first.domains.unit, second.domains.unit])
    order = np.lexsort((unit, domain))
    domain, unit = domain[order], unit[order]
    if not len(order):
        return np.zeros_like(first.values)
    starts = changes_in(domain, unit)
    added = np.add.reduceat(np.nan_to_num(scores[order], posinf=0.0, neginf=0.0), starts, axis=0)
    return np.sqrt(variances(added, unit=unit[starts], domain=domain[starts], domains=count, sample=sample))


def change_by_place(change: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, *, place: str) -> pl.DataFrame:
    """One row per place and cutoff: the part of the overall change of M0 that happened inside it, and the part due to people
    moving.

    `change` holds the rows of `changes` over (`place`,), `before` and `after` those of `parts.shares`. `within` is its own
    change at its mean share of the people, `between` the change of that share at its mean poverty; over all places the two
    add up to the overall change. A place missing from one round is left out.
    """
    population = [
        table.filter((pl.col("measure") == "population_share") & pl.col(place).is_not_null()).select(
            place, pl.col("value").alias(name)
        )
        for name, table in (("first", before), ("second", after))
    ]
    depth = change.filter((pl.col("measure") == "adjusted_headcount") & pl.col(place).is_not_null())
    joined = depth.join(population[0], on=place).join(population[1], on=place)
    return joined.select(
        "scheme",
        "cutoff",
        place,
        within=(pl.col("first") + pl.col("second")) / 2 * pl.col("absolute"),
        between=(pl.col("before") + pl.col("after")) / 2 * (pl.col("second") - pl.col("first")),
    )
