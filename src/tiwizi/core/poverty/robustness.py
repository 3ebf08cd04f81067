"""How far a ranking of places depends on one cutoff or one set of weights: figures by variant -> ranks, agreement, dominance.

A variant is one way to compute the same figure: a poverty cutoff k, a weight scheme. The first variant is the baseline.
Method: Alkire et al. (2015), Multidimensional Poverty Measurement and Analysis, Oxford University Press,
doi:10.1093/acprof:oso/9780199689491.001.0001, chapter 8.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, say, say_count
from tiwizi.core.tables import Column, Table

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ties = Literal["min", "average", "max", "dense"]

TIES: Final[tuple[Ties, ...]] = ("min", "average", "max", "dense")
# Rows of the matrix of pairs that are compared at a time: some megabytes whatever the number of places.
_BLOCK: Final = 256

FIGURES = Table(
    "figures",
    "one figure about one place, computed in one way",
    ("place", "variant"),
    (
        Column("place", "text", "code of the place"),
        Column("variant", "text", "the cutoff or the weights it is computed with"),
        Column("value", "float", "the figure"),
        Column("se", "float", "its standard error", nullable=True, least=0, optional=True),
    ),
)


@dataclass(frozen=True)
class RankRobustness:
    """How a ranking of places holds under other variants.

    `ranks`: place, variant, value, rank (1 for the highest value). `agreement`: one row per variant after the baseline, with
    kendall_tau_b and spearman_rho (-1 to 1, 1 for the same order; null where all values of a variant are equal). `pairs`:
    of how many pairs of places the baseline says which is higher; `surviving_share`: of these, the share that every variant
    orders strictly in the same way. `significant_pairs` and `significant_surviving_share`: the same of the pairs whose
    difference is significant at the baseline; None without standard errors. A share of no pairs is None.
    """

    baseline: str
    ranks: pl.DataFrame
    agreement: pl.DataFrame
    pairs: int
    surviving_share: float | None
    significant_pairs: int | None
    significant_surviving_share: float | None


@dataclass(frozen=True)
class Dominance:
    """Which places are at least as high as others in every variant.

    `pairs`: place, over: one row per pair in which `place` is at least as high as `over` in every variant and higher in one.
    `compared`: the number of pairs of places; `ordered_share`: the share of them in which one place dominates the other,
    from 0 to 1.
    """

    pairs: pl.DataFrame
    compared: int
    ordered_share: float


def rank_robustness(figures: pl.DataFrame, *, ties: Ties, level: float = 0.95) -> RankRobustness:
    """How far the ranks and pairwise comparisons of the first variant hold in all the others.

    `figures` holds place, variant, value and, where errors are known, se; the baseline is the variant of the first row.
    Equal values share a rank as `ties` says (min: 1, 1, 3; max: 2, 2, 3; average: 1.5, 1.5, 3; dense: 1, 1, 2); Spearman's
    coefficient always takes average ranks. A difference at the baseline is significant when it exceeds the two-sided normal
    quantile of `level` times the root of the sum of both squared errors: the covariance of two places is left out, which
    errs on the side of fewer pairs when they share clusters. Refused without two variants and two places. Sources: Kendall
    (1945), doi:10.1093/biomet/33.3.239, for tau-b; Spearman (1904), doi:10.2307/1412159; the share of pairwise comparisons
    and its significant version, Alkire et al. (2015), section 8.1.
    """
    if ties not in TIES:
        raise Refused(_cannot("ties", ties))
    if not 0 < level < 1:
        raise Refused(_cannot("level", level))
    read = _read(figures)
    counts = _counts(read, NormalDist().inv_cdf((1 + level) / 2))
    average = [_ranks(values, "average") for values in read.values]
    agreement = pl.DataFrame(
        {
            "variant": read.variants[1:],
            "kendall_tau_b": [_tau_b(*counts.kendall[variant]) for variant in range(1, len(read.variants))],
            "spearman_rho": [_correlation(average[0], ranks) for ranks in average[1:]],
        },
        schema={"variant": pl.String, "kendall_tau_b": pl.Float64, "spearman_rho": pl.Float64},
    )
    ranks = pl.DataFrame(
        {
            "place": read.places * len(read.variants),
            "variant": np.repeat(read.variants, len(read.places)).tolist(),
            "value": read.values.ravel(),
            "rank": np.concatenate([_ranks(values, ties) for values in read.values]),
        }
    )
    known = read.errors is not None
    sure = counts.significant if known else None
    return RankRobustness(
        baseline=read.variants[0],
        ranks=ranks,
        agreement=agreement,
        pairs=counts.ordered,
        surviving_share=counts.surviving / counts.ordered if counts.ordered else None,
        significant_pairs=sure,
        significant_surviving_share=counts.sure_surviving / sure if sure else None,
    )


def dominance(figures: pl.DataFrame) -> Dominance:
    """Which of two places is at least as high in every variant, and higher in one: a comparison that no choice of k undoes.

    `figures` holds place, variant (each cutoff k) and value (H or M0, where high is poor). Places of equal values
    throughout are not ordered. With 1,503 places there may be a million pairs. Only the variants given are compared, and
    sampling errors are left out. Source: Alkire et al. (2015), section 8.1; Alkire and Foster (2011),
    doi:10.1016/j.jpubeco.2010.11.006.
    """
    read = _read(figures)
    blocks = [np.empty((2, 0), dtype=np.intp)]
    for rows, columns, pairs in _blocks(len(read.places)):
        over, under = pairs.copy(), pairs.copy()
        for values in read.values:
            over &= values[rows, None] >= values[None, columns]
            under &= values[rows, None] <= values[None, columns]
        over, under = over & ~under, under & ~over
        blocks.append(np.argwhere(over).T + rows.start)
        blocks.append(np.argwhere(under).T[::-1] + rows.start)
    higher, other = np.concatenate(blocks, axis=1)
    order = np.lexsort((other, higher))
    places = pl.Series(read.places, dtype=pl.String)
    return Dominance(
        pairs=pl.DataFrame({"place": places.gather(higher[order]), "over": places.gather(other[order])}),
        compared=math.comb(len(read.places), 2),
        ordered_share=higher.size / math.comb(len(read.places), 2),
    )


@dataclass(frozen=True)
class _Read:
    """Values and errors as variants x places; places in the order of their codes, variants in that of the rows."""

    places: list[str]
    variants: list[str]
    values: Floats
    errors: Floats | None


@dataclass(frozen=True)
class _Counts:
    """Numbers of pairs: ordered at the baseline, surviving in all variants, and both again where the baseline is significant.

    `kendall`: by variant, concordant less discordant pairs with the baseline, and pairs untied in the baseline and in it.
    """

    ordered: int
    surviving: int
    significant: int
    sure_surviving: int
    kendall: list[tuple[int, int, int]]


def _read(figures: pl.DataFrame) -> _Read:
    """The figures as matrices; BadData where a place lacks a variant, Refused without anything to compare."""
    table = FIGURES.check(figures)
    variants: list[str] = table["variant"].unique(maintain_order=True).to_list()
    places: list[str] = table["place"].unique().sort().to_list()
    if len(variants) < 2 or len(places) < 2:
        raise Refused(
            Problem(
                what=say(
                    "too little to compare: {places}, {variants}.",
                    places=say_count("{count} place", "{count} places", count=len(places)),
                    variants=say_count("{count} variant", "{count} variants", count=len(variants)),
                ),
                where=[say("table {table}", table=FIGURES.name)],
                why=say("Robustness compares an order of places with another."),
                remedy=say("Give two places and two variants at least, the baseline first."),
            )
        )
    grid = pl.DataFrame({"variant": variants}).join(pl.DataFrame({"place": places}), how="cross")
    missing = grid.join(table, on=["variant", "place"], how="anti", maintain_order="left")
    if missing.height:
        raise BadData(_missing(missing))
    full = grid.join(table, on=["variant", "place"], how="left", maintain_order="left")
    shape = (len(variants), len(places))
    return _Read(places, variants, full["value"].to_numpy().reshape(shape), _errors(full, shape))


def _errors(full: pl.DataFrame, shape: tuple[int, int]) -> Floats | None:
    """Errors of the baseline's figures; None when none is known, BadData when only some are."""
    if "se" not in full.columns:
        return None
    errors = full["se"].head(shape[1])
    rows = errors.is_null().arg_true().to_list()
    if len(rows) == shape[1]:
        return None
    if rows:
        raise BadData(
            Problem(
                what=say("{place} has no standard error at the baseline.", place=full["place"][rows[0]]),
                where=[say("table {table}", table=FIGURES.name), say("column {column}", column="se")],
                why=say("Its comparisons would be left out without a word."),
                remedy=say("Give each figure of the first variant its error, or none of them."),
            )
        )
    return errors.to_numpy()


def _counts(read: _Read, quantile: float) -> _Counts:
    """Counts over every pair of places, some rows of the matrix of pairs at a time."""
    ordered = surviving = significant = sure_surviving = 0
    kendall = np.zeros((len(read.variants), 3), dtype=np.int64)
    for rows, columns, pairs in _blocks(len(read.places)):
        base = _signs(read.values[0], rows, columns) * pairs
        same = base != 0
        sure = same.copy()
        if read.errors is not None:
            margin = quantile * np.hypot(read.errors[rows, None], read.errors[None, columns])
            sure &= np.abs(read.values[0, rows, None] - read.values[0, None, columns]) > margin
        untied = int(np.count_nonzero(base))
        ordered, significant = ordered + untied, significant + int(np.count_nonzero(sure))
        for variant, values in enumerate(read.values):
            signs = _signs(values, rows, columns) * pairs
            kendall[variant] += ((base * signs).sum(dtype=np.int64), untied, np.count_nonzero(signs))
            same &= signs == base
        surviving += int(np.count_nonzero(same))
        sure_surviving += int(np.count_nonzero(same & sure))
    return _Counts(ordered, surviving, significant, sure_surviving, [(int(s), int(a), int(b)) for s, a, b in kendall])


def _blocks(count: int) -> Iterator[tuple[slice, slice, Flags]]:
    """Rows, columns, and which of these pairs is one place with a later one: each pair of places once over all blocks."""
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        yield slice(start, stop), slice(start, count), np.triu(np.ones((stop - start, count - start), dtype=np.bool_), 1)


def _signs(values: Floats, rows: slice, columns: slice) -> npt.NDArray[np.int8]:
    """1 where the row's place is higher than the column's, -1 where it is lower, 0 where they are exactly equal."""
    row_values, other = values[rows, None], values[None, columns]
    return (row_values > other).view(np.int8) - (row_values < other).view(np.int8)


def _tau_b(balance: int, untied: int, untied_other: int) -> float | None:
    return balance / math.sqrt(untied * untied_other) if untied and untied_other else None


def _ranks(values: Floats, ties: Ties) -> npt.NDArray[Any]:
    """Ranks from 1 for the highest value."""
    from scipy import stats  # a slow import that only this needs

    return np.asarray(stats.rankdata(-values, method=ties))


def _correlation(first: Floats, other: Floats) -> float | None:
    """Pearson's coefficient; None when one of the two is constant."""
    a, b = first - first.mean(), other - other.mean()
    spread = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return max(-1.0, min(1.0, float((a * b).sum()) / spread)) if spread else None


def _missing(missing: pl.DataFrame) -> Problem:
    return Problem(
        what=say_count(
            "{count} figure is missing, that of {place} for the variant {variant}.",
            "{count} figures are missing; the first is that of {place} for the variant {variant}.",
            count=missing.height,
            place=missing["place"][0],
            variant=missing["variant"][0],
        ),
        where=[say("table {table}", table=FIGURES.name)],
        why=say("An order of places compares with another only over the same places."),
        remedy=say("Compute each variant for every place, or leave the place out of all."),
    )


def _cannot(name: str, value: object) -> Problem:
    return Problem(
        what=say("{value} cannot be used.", value=value),
        where=[say("parameter {name}", name=name)],
        remedy=say("Ties are min, average, max or dense; a level lies between 0 and 1, for instance 0.95 for 95 %."),
    )
