"""What part of all people, of the poor, and of poverty lives in each place or subgroup; over a crossing they add up to one."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tiwizi.core.poverty.estimates import COLUMNS, Domains, Reading, gathered, placed, sample_of
from tiwizi.core.poverty.sampling import Floats, Sample, share_interval, variances
from tiwizi.core.poverty.totals import Term, Totals


def shares(
    totals: Totals,
    *,
    over: Sequence[Sequence[str]],
    levels: pl.DataFrame | None = None,
    reading: Reading | None = None,
) -> pl.DataFrame:
    """One row per domain and share, in the columns of `estimates`.

    The shares are `population_share`, and at each cutoff `poor_share` (of poor people) and `poverty_share` (of deprivation
    borne by them: of the adjusted headcount, weighted by people).

    The error says how the part could differ in another sample: those who live elsewhere count in it too.
    """
    reading = reading or Reading()
    keys = placed(totals, levels)
    sample, unit = sample_of(totals, reading.lonely)
    whole = gathered(totals, keys, [], sample=sample, unit=unit)
    terms: list[tuple[str, str | None, str, Term]] = [("", None, "population_share", ("people",))]
    for scheme in totals.schemes:
        for cutoff in map(str, scheme.cutoffs):
            terms.append((scheme.name, cutoff, "poor_share", ("poor", scheme.name, cutoff)))
            terms.append((scheme.name, cutoff, "poverty_share", ("load", scheme.name, cutoff)))
    frames = [
        _shared(totals, gathered(totals, keys, list(crossing), sample=sample, unit=unit), whole, terms, reading)
        for crossing in over
    ]
    return pl.concat(frames, how="diagonal").select(*dict.fromkeys(name for crossing in over for name in crossing), *COLUMNS)


def _shared(
    totals: Totals, domains: Domains, whole: Domains, terms: list[tuple[str, str | None, str, Term]], reading: Reading
) -> pl.DataFrame:
    columns = [totals.terms[term] for *_, term in terms]
    base = whole.sums[0, columns].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(base > 0, domains.sums[:, columns] / base, np.nan)
    rows = domains.sums[:, totals.terms[("rows",)]]
    count = len(values)
    spread = np.repeat(np.arange(count), len(terms))
    parts: dict[str, object] = {
        "scheme": [scheme for scheme, *_ in terms] * count,
        "cutoff": [cutoff for _, cutoff, *_ in terms] * count,
        "measure": [measure for _, _, measure, _ in terms] * count,
        "value": values.ravel(),
        "observations": rows[spread],
        "people": (domains.sums[:, totals.terms[("people",)]] / totals.scale)[spread],
    }
    if domains.sample is not None:
        errors = _errors(domains, whole, columns, values, base, domains.sample)
        low, high = share_interval(
            values,
            errors,
            np.full((count, 1), float(whole.sums[0, totals.terms[("rows",)]])),
            degrees=domains.sample.degrees,
            confidence=reading.confidence,
        )
        parts |= {
            "error": errors.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "degrees": [domains.sample.degrees] * values.size,
        }
    frame = pl.DataFrame(parts).with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in COLUMNS.items() if name not in parts
    )
    frame = frame.with_columns(pl.col(pl.Float64).fill_nan(None)).cast(pl.Schema(COLUMNS))
    return pl.concat([domains.labels[spread], frame], how="horizontal") if domains.labels.width else frame


def _errors(domains: Domains, whole: Domains, columns: list[int], values: Floats, base: Floats, sample: Sample) -> Floats:
    """Standard errors of each domain's part: of its sum minus its part of the total, unit by unit."""
    inside, everyone = domains.pairs[:, columns].astype(np.float64), np.zeros((len(sample.stratum), len(columns)))
    everyone[whole.unit] = whole.pairs[:, columns]
    units = sample.units[sample.stratum]
    sums = np.zeros((len(sample.names), len(columns)))
    np.add.at(sums, sample.stratum, everyone)
    mean = (sums / sample.units[:, None])[sample.stratum]
    if sample.lonely == "centred":
        mean = np.where(units[:, None] == 1, 0.0, mean)
    alone = 1.0 if sample.lonely == "centred" else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(units > 1, units / (units - 1), alone) * sample.left[sample.stratum]
    factor = factor * sample.stretch
    own = variances(inside, unit=domains.unit, domain=domains.domain, domains=len(values), sample=sample)
    all_ = variances(
        everyone, unit=np.arange(len(everyone)), domain=np.zeros(len(everyone), dtype=np.int64), domains=1, sample=sample
    )
    both = np.zeros_like(values)
    np.add.at(both, domains.domain, inside * ((everyone - mean) * factor[:, None])[domains.unit])
    return np.asarray(np.sqrt(np.maximum(own - 2 * values * both + values**2 * all_, 0.0)) / base)
