"""Bootstrap errors of poverty figures: the sample redrawn many times, as a check on the linearised errors.

In each stratum of n units, n - 1 are drawn with replacement and their weights rescaled to n: the rescaled bootstrap of Rao
and Wu (1988), doi:10.1080/01621459.1988.10478591. Units of the stratum outside the area are drawn too, and count nothing in
it. The factor shrinks with the surveyed part of the stratum. A stratum of one unit is unchanged: it adds nothing.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, say, say_count
from tiwizi.core.poverty.estimates import Domains, Reading, gathered, placed, sample_of
from tiwizi.core.poverty.sampling import Floats
from tiwizi.core.poverty.totals import Totals
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.survey.assessing import Assessment, levels_of, reading_of
from tiwizi.survey.by_area import by_area

MEASURES: Final = ("headcount_ratio", "intensity", "adjusted_headcount")
FEWEST: Final = 50
"""Fewer draws do not show where 95 in 100 lie."""
_AREA: Final = "drawn area"
_EVERYONE: Final = "everyone"
_PEOPLE: Final = "people"
_DRAWN: Final = ("bootstrap_error", "bootstrap_low", "bootstrap_high", "replicates")
_RETURNS: Final = {
    "at": pl.Int64,
    "measure": pl.String,
    "bootstrap_error": pl.Float64,
    "bootstrap_low": pl.Float64,
    "bootstrap_high": pl.Float64,
    "replicates": pl.Int64,
}


def bootstrap(
    totals: Totals,
    figures: pl.DataFrame,
    *,
    over: Sequence[Sequence[str]],
    levels: pl.DataFrame | None = None,
    reading: Reading | None = None,
    replicates: int = 200,
    seed: int = 1,
    workers: int = 1,
    spark: Any = None,
) -> pl.DataFrame:
    """The figures H, A and M0 of the crossings of `over`, each with the error and the interval of `replicates` drawn samples.

    `figures` has the rows of an assessment: value, linearised error and interval stand beside `bootstrap_error` (the
    standard deviation of the replicates), `bootstrap_low` and `bootstrap_high` (percentiles at the reading's confidence) and
    `replicates`, those in which the figure exists; all are null where a figure is withheld. `spark` is a session that runs
    the work. The same seed gives the same bits wherever it runs. Raises BadData below 50 replicates or a seed below 0,
    Refused where all households were counted.
    """
    reading = reading or Reading()
    _refuse(totals, replicates, seed)
    keys = placed(totals, levels)
    sample, unit = sample_of(totals, reading.lonely)
    work = partial(replicated, cutoffs=_cutoffs(totals), replicates=replicates, confidence=reading.confidence)
    frames = []
    for crossing in over:
        domains = gathered(totals, keys, list(crossing), sample=sample, unit=unit)
        rows: Any = _rows(domains, totals)
        if spark is not None:
            rows = spark.createDataFrame(rows.to_arrow())
        drawn = by_area(rows, work, area=_AREA, returns=_RETURNS, seed=seed, workers=workers)
        frames.append(_beside(figures, drawn, domains.labels, totals, list(crossing)))
    columns = list(dict.fromkeys(name for crossing in over for name in crossing))
    return pl.concat(frames, how="diagonal_relaxed").select(*columns, *_TOLD, *_DRAWN)


def assessed_again(
    made: Assessment, *, rules: Deprivations, over: Sequence[Sequence[str]], places: pl.DataFrame | None = None, **drawing: Any
) -> pl.DataFrame:
    """The rows of `bootstrap` for everyone and the crossings of an assessment.

    `drawing` holds its replicates, seed, workers and spark.
    """
    return bootstrap(
        made.totals,
        made.figures,
        over=list(dict.fromkeys([(), *(tuple(crossing) for crossing in over)])),
        levels=levels_of(places) if places is not None else None,
        reading=reading_of(rules),
        **drawing,
    )


def replicated(
    rows: pl.DataFrame, draws: np.random.Generator, *, cutoffs: Sequence[int], replicates: int, confidence: float
) -> pl.DataFrame:
    """One row per cutoff and measure of one area: error and ends of the interval over the samples drawn.

    `rows` are the area's units: `stratum`, `units` of the stratum, `left` (the part not surveyed), and their sums.
    """
    names = [name for at in cutoffs for name in (f"poor_{at}", f"load_{at}")]
    sums = np.zeros((replicates, 1 + len(names)))
    for (_, units, left), part in rows.group_by("stratum", "units", "left", maintain_order=True):
        own = part.select(_PEOPLE, *names).to_numpy().astype(np.float64)
        sums += _drawn(own, int(units), float(left), replicates, draws)
    figures = []
    for number, at in enumerate(cutoffs):
        poor, load = sums[:, 1 + 2 * number], sums[:, 2 + 2 * number]
        for measure, above, under in zip(MEASURES, (poor, load, load), (sums[:, 0], poor, sums[:, 0]), strict=True):
            there = under > 0
            figures.append({"at": at, "measure": measure} | _spread(above[there] / under[there], confidence))
    return pl.DataFrame(figures, schema=_RETURNS)


def _drawn(own: Floats, units: int, left: float, replicates: int, draws: np.random.Generator) -> Floats:
    """The stratum's sums in each replicate."""
    if units < 2:
        return np.broadcast_to(own.sum(axis=0), (replicates, own.shape[1]))
    chances = np.full(len(own) + 1, 1 / units)
    chances[-1] = max((units - len(own)) / units, 0.0)
    times = draws.multinomial(units - 1, chances, size=replicates)[:, :-1].astype(np.float64)
    reach = np.sqrt(left)
    # Without the threads of the linear algebra library, whose number would change the last bits.
    again = np.einsum("ru,ut->rt", times, own, optimize=False) * (units / (units - 1))
    return np.asarray((1 - reach) * own.sum(axis=0) + reach * again)


def _spread(values: Floats, confidence: float) -> dict[str, Any]:
    if len(values) < 2:
        return {"bootstrap_error": None, "bootstrap_low": None, "bootstrap_high": None, "replicates": len(values)}
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return {
        "bootstrap_error": float(values.std(ddof=1)),
        "bootstrap_low": float(low),
        "bootstrap_high": float(high),
        "replicates": len(values),
    }


def _cutoffs(totals: Totals) -> list[int]:
    return list(range(sum(len(scheme.cutoffs) for scheme in totals.schemes)))


def _named(totals: Totals) -> list[tuple[str, str, int]]:
    return [(scheme.name, str(cutoff), scheme.scale) for scheme in totals.schemes for cutoff in scheme.cutoffs]


def _rows(domains: Domains, totals: Totals) -> pl.DataFrame:
    """One row per unit of a domain: the domain's label, the stratum, and the sums that the measures need."""
    assert domains.sample is not None  # noqa: S101
    sample = domains.sample
    stratum = sample.stratum[domains.unit]
    columns: dict[str, Any] = {
        _AREA: _labels(domains.labels, len(domains.sums))[domains.domain],
        "stratum": stratum,
        "unit": domains.unit,
        "units": sample.units[stratum],
        "left": sample.left[stratum],
        _PEOPLE: domains.pairs[:, totals.terms[("people",)]] / totals.scale,
    }
    for at, (scheme, cutoff, scale) in enumerate(_named(totals)):
        columns[f"poor_{at}"] = domains.pairs[:, totals.terms["poor", scheme, cutoff]] / totals.scale
        columns[f"load_{at}"] = domains.pairs[:, totals.terms["load", scheme, cutoff]] / (totals.scale * scale)
    return pl.DataFrame(columns)


def _labels(labels: pl.DataFrame, count: int) -> pl.Series:
    """A label for each domain, which with the seed determines its draws."""
    if not labels.width:
        return pl.Series([_EVERYONE] * count)
    return labels.select(pl.concat_str(pl.all().cast(pl.String), separator="\x1f").alias(_AREA))[_AREA]


def _beside(
    figures: pl.DataFrame, drawn: pl.DataFrame, labels: pl.DataFrame, totals: Totals, crossing: list[str]
) -> pl.DataFrame:
    cutoffs = pl.DataFrame(
        [(at, scheme, cutoff) for at, (scheme, cutoff, _) in enumerate(_named(totals))],
        schema={"at": pl.Int64, "scheme": pl.String, "cutoff": pl.String},
        orient="row",
    )
    labelled = (
        pl.DataFrame(labels).with_columns(_labels(labels, 1).alias(_AREA))
        if labels.width
        else pl.DataFrame({_AREA: ["everyone"]})
    )
    drawn = drawn.join(cutoffs, on="at").join(labelled, on=_AREA)
    keys = figures.columns[: figures.columns.index("scheme")]
    rows = figures.filter(
        pl.col("measure").is_in(MEASURES),
        *(pl.col(name).is_not_null() if name in crossing else pl.col(name).is_null() for name in keys),
    )
    on = [*crossing, "scheme", "cutoff", "measure"]
    compared = rows.join(drawn.select(*on, *_DRAWN), on=on, how="left", maintain_order="left")
    if "withheld" in compared.columns:
        compared = compared.with_columns(pl.when(~pl.col("withheld")).then(pl.col(name)).alias(name) for name in _DRAWN)
    return compared.select(*crossing, *_TOLD, *_DRAWN)


_TOLD: Final = ("scheme", "cutoff", "measure", "value", "error", "low", "high")


def _refuse(totals: Totals, replicates: int, seed: int) -> None:
    if totals.drawn == "all":
        raise Refused(
            [
                Problem(
                    what=say("all households were counted: there is no sample to draw again."),
                    remedy=say("Leave the bootstrap out, or say which column holds the sampling weight."),
                )
            ]
        )
    if replicates < FEWEST or seed < 0:
        raise BadData(
            Problem(
                what=say_count(
                    "{count} replicate from the seed {seed}: at least {fewest}, from a seed of 0 or more.",
                    "{count} replicates from the seed {seed}: at least {fewest}, from a seed of 0 or more.",
                    count=replicates,
                    seed=seed,
                    fewest=FEWEST,
                ),
                remedy=say("Ask for 200 replicates; keep the seed, so that the same file gives the same table."),
            )
        )
