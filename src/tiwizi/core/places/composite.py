"""A composite index of development, and how much its ranks depend on the choices made.

The steps are those of the OECD and JRC Handbook on Constructing Composite Indicators (2008, doi:10.1787/9789264043466-en):
normalise, weigh, aggregate, then test the sensitivity. Indicators are aggregated inside their dimension, dimensions into
the index.
"""

from datetime import date
from itertools import product
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from tiwizi.core.errors import BadData, Problem, rows_sentence, say
from tiwizi.core.rulebook.subjects import Index, IndexIndicator
from tiwizi.core.tables import CENSUS, figures

Floats = npt.NDArray[np.float64]
Normalisation = Literal["goalposts", "min_max", "z_score", "rank", "percentile"]
Weighting = Literal["equal", "given", "entropy"]
Mean = Literal["arithmetic", "geometric"]

NORMALISATIONS: Final[tuple[Normalisation, ...]] = ("goalposts", "min_max", "z_score", "rank", "percentile")
WEIGHTINGS: Final[tuple[Weighting, ...]] = ("equal", "given", "entropy")
MEANS: Final[tuple[Mean, ...]] = ("arithmetic", "geometric")

# A geometric mean is 0 as soon as one part is: as the UNDP does for income, each part keeps a hundredth at least.
GEOMETRIC_LEAST: Final = 0.01


def normalise(values: Floats, *, method: Normalisation, direction: Literal["up", "down"], low: float, high: float) -> Floats:
    """Values of one indicator on one scale where more is better, by the method named.

    goalposts: (value - low) / (high - low), clipped to 0 and 1. min_max: the same between the least and greatest value found.
    z_score: deviations from the mean in standard deviations, set around 0.5 with a sixth each and clipped to 0 and 1, so that
    it can be averaged with the others. rank: from 0 (worst) to 1 (best), equal values sharing their mean rank.
    percentile: the share of places that are worse. `low` and `high` serve goalposts only. A constant indicator says
    nothing: 0.5 for all, except with goalposts.
    """
    if method == "goalposts":
        scaled = np.clip((values - low) / (high - low), 0.0, 1.0)
        return scaled if direction == "up" else 1.0 - scaled
    if np.max(values) == np.min(values):
        return np.full(values.shape, 0.5)
    better = values if direction == "up" else -values
    if method == "min_max":
        return np.asarray((better - np.min(better)) / (np.max(better) - np.min(better)))
    if method == "z_score":
        return np.asarray(np.clip(0.5 + (better - better.mean()) / better.std() / 6.0, 0.0, 1.0))
    ordered = np.sort(better)
    below, upto = np.searchsorted(ordered, better, "left"), np.searchsorted(ordered, better, "right")
    if method == "rank":
        return ((below + upto - 1) / 2.0) / (len(values) - 1)
    return below / len(values)


def entropy_weights(scores: Floats) -> Floats:
    """Weights of the columns by how much they tell places apart (Shannon entropy); they sum to 1, 0 for a constant column.

    `scores`: places x parts, not negative. Method: Zeleny (1982), Multiple Criteria Decision Making; Zou, Yun and Sun (2006),
    doi:10.1016/S1001-0742(06)60032-6. Where no column tells anything, all weigh the same.
    """
    totals = scores.sum(axis=0)
    parts = scores / np.where(totals > 0, totals, 1.0)
    logs = np.log(parts, out=np.zeros_like(parts), where=parts > 0)
    entropy = -(parts * logs).sum(axis=0) / np.log(max(len(scores), 2))
    tells = np.where(totals > 0, np.clip(1.0 - entropy, 0.0, None), 0.0)
    tells[tells < 1e-12] = 0.0
    return tells / tells.sum() if tells.sum() > 0 else np.full(scores.shape[1], 1.0 / scores.shape[1])


def aggregate(scores: Floats, weights: Floats, *, mean: Mean) -> Floats:
    """The weighted mean of the columns: arithmetic lets one part make up for another, geometric hardly does.

    `scores`: places x parts, 0 to 1; `weights`: parts, or draws x parts, which need not sum to 1. The geometric mean counts
    a part under 0.01 as 0.01. Returns places, or draws x places.
    """
    shares = weights / weights.sum(axis=-1, keepdims=True)
    parts = scores if mean == "arithmetic" else np.log(np.maximum(scores, GEOMETRIC_LEAST))
    # Added part by part, not as a matrix product, whose last bits depend on the machine and on the number of rows.
    total = sum(shares[..., part, None] * parts[:, part] for part in range(scores.shape[1]))
    return np.asarray(total if mean == "arithmetic" else np.exp(total))


def ranks(index: Floats) -> npt.NDArray[np.int64]:
    """Rank of each place along the last axis, 1 for the highest; equal values share the better rank."""
    ordered = np.sort(-index, axis=-1)
    if index.ndim == 1:
        return np.searchsorted(ordered, -index, "left") + 1
    return np.stack([np.searchsorted(row, -values, "left") + 1 for row, values in zip(ordered, index, strict=True)])


def composite_index(census: pl.DataFrame, *, index: Index, year: int) -> pl.DataFrame:
    """One row per place, by code: place, population, index (0 to 1), rank (1 the highest) and one column per dimension.

    Every indicator is needed: a place that lacks one has null everywhere (`incomplete` names them). With goalposts and given
    or equal weights the index of a place does not depend on which others are there; with other methods it does.
    """
    table, values = _values(census, index, year)
    whole = ~np.isnan(values).any(axis=1)
    if not whole.any():
        raise BadData(_nothing(index))
    dimensions = _dimensions(values[whole], index, index.normalisation, index.weighting)
    score = aggregate(dimensions, _dimension_weights(dimensions, index, index.weighting), mean=index.mean)
    complete = (
        table.filter(pl.Series(whole))
        .select("place")
        .with_columns(
            index=pl.Series(score),
            rank=pl.Series(ranks(score)),
            **{dimension.code: pl.Series(dimensions[:, column]) for column, dimension in enumerate(index.dimensions)},
        )
    )
    return table.select("place", "population").join(complete, on="place", how="left", maintain_order="left")


def incomplete(census: pl.DataFrame, *, index: Index, year: int) -> list[str]:
    """Codes of the places that lack an indicator, so that no index can be given."""
    table, values = _values(census, index, year)
    return table.filter(pl.Series(np.isnan(values).any(axis=1)))["place"].to_list()


def rank_intervals(
    census: pl.DataFrame,
    *,
    index: Index,
    year: int,
    draws: int,
    rng: np.random.Generator,
    concentration: float,
    level: float = 0.9,
    chunk: int = 256,
) -> pl.DataFrame:
    """How each place's index and rank move with the choices: one row per place whose indicators are all known.

    Columns: index_low, index_high, rank_low, rank_high: the ends of the central interval that holds `level` of the draws of
    the dimensions' weights, from the Dirichlet law whose mean is the given weights (the higher the concentration, the
    closer); and rank_least, rank_most over every choice of normalisation, weighting and mean. Method: Saisana, Saltelli and
    Tarantola (2005), doi:10.1111/j.1467-985X.2005.00350.x. Leaves out errors of the indicators. Any `chunk` gives the same
    bits.
    """
    table, values = _values(census, index, year)
    whole = ~np.isnan(values).any(axis=1)
    if not whole.any():
        raise BadData(_nothing(index))
    known = values[whole]
    dimensions = _dimensions(known, index, index.normalisation, index.weighting)
    given = _dimension_weights(dimensions, index, index.weighting)
    drawn = rng.dirichlet(concentration * given / given.sum(), size=draws)
    drawn_index = np.empty((draws, len(known)))
    drawn_rank = np.empty((draws, len(known)), dtype=np.int32)
    for start in range(0, draws, chunk):
        part = slice(start, start + chunk)
        drawn_index[part] = aggregate(dimensions, drawn[part], mean=index.mean)
        drawn_rank[part] = _fast_ranks(drawn_index[part])
    cut = int(draws * (1 - level) / 2 + 1e-9)
    index_low, index_high = _ends(drawn_index, cut)
    rank_low, rank_high = _ends(drawn_rank, cut)
    choices = np.stack([_ranks_under(known, index, *choice) for choice in product(NORMALISATIONS, WEIGHTINGS, MEANS)])
    return (
        table.filter(pl.Series(whole))
        .select("place")
        .with_columns(
            index_low=pl.Series(index_low),
            index_high=pl.Series(index_high),
            rank_low=pl.Series(rank_low.astype(np.int64)),
            rank_high=pl.Series(rank_high.astype(np.int64)),
            rank_least=pl.Series(choices.min(axis=0)),
            rank_most=pl.Series(choices.max(axis=0)),
        )
    )


def index_measures(
    scored: pl.DataFrame, intervals: pl.DataFrame, *, line: float, as_of: date, series: str, source: str, assumed: bool
) -> pl.DataFrame:
    """Rows of MEASURES: `development_index` and `development_rank` (1 the highest; low and high of both under random
    weights), `development_rank_by_choices` (the same rank; low and high over every choice of normalisation, weighting and
    mean), `people_below_development_line` (all the people of a place under the line) and `development_shortfall_people`
    (people times the relative distance to the line, rounded half up, so that no place drops abruptly at the line). `people`
    is the population.
    """
    joined = scored.join(intervals, on="place", how="left", maintain_order="left")
    people = pl.col("population")
    gap = ((line - pl.col("index")) / line).clip(0, None)
    # Rounded to remove floating-point error, so that a place on the line is not counted under it.
    below = pl.when(pl.col("index").round(9) < line).then(people).otherwise(0)
    rows = [
        _row(joined, "development_index", pl.col("index"), pl.col("index_low"), pl.col("index_high")),
        _row(joined, "development_rank", pl.col("rank"), pl.col("rank_low"), pl.col("rank_high")),
        _row(joined, "development_rank_by_choices", pl.col("rank"), pl.col("rank_least"), pl.col("rank_most")),
        _row(joined, "people_below_development_line", pl.when(pl.col("index").is_not_null()).then(below)),
        _row(joined, "development_shortfall_people", ((gap * people).round(6) + 0.5).floor()),
    ]
    return figures(pl.concat(rows), as_of=as_of, series=series, source=source, standing="computed", assumed=assumed)


def _row(
    frame: pl.DataFrame, measure: str, value: pl.Expr, low: pl.Expr | None = None, high: pl.Expr | None = None
) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.Float64)
    return frame.select(
        "place",
        measure=pl.lit(measure),
        value=value.cast(pl.Float64),
        low=nothing if low is None else low.cast(pl.Float64),
        high=nothing if high is None else high.cast(pl.Float64),
        people="population",
    )


def _indicators(index: Index) -> list[IndexIndicator]:
    return [indicator for dimension in index.dimensions for indicator in dimension.indicators]


def _values(census: pl.DataFrame, index: Index, year: int) -> tuple[pl.DataFrame, Floats]:
    table = CENSUS.check(census).filter((pl.col("year") == year) & (pl.col("milieu") == "total")).sort("place")
    columns = [indicator.column for indicator in _indicators(index)]
    return table, table.select(
        pl.col(column).cast(pl.Float64).alias(f"{number}") for number, column in enumerate(columns)
    ).to_numpy()


def _dimensions(values: Floats, index: Index, normalisation: Normalisation, weighting: Weighting) -> Floats:
    """Scores of the dimensions, places x dimensions; inside a dimension the mean is always arithmetic."""
    scores = np.stack(
        [
            normalise(
                values[:, column],
                method=normalisation,
                direction=indicator.direction,
                low=float(indicator.low),
                high=float(indicator.high),
            )
            for column, indicator in enumerate(_indicators(index))
        ],
        axis=1,
    )
    columns, start = [], 0
    for dimension in index.dimensions:
        part = scores[:, start : start + len(dimension.indicators)]
        start += len(dimension.indicators)
        given = np.array([float(indicator.weight) for indicator in dimension.indicators])
        columns.append(aggregate(part, _weights(part, given, weighting), mean="arithmetic"))
    return np.stack(columns, axis=1)


def _weights(scores: Floats, given: Floats, weighting: Weighting) -> Floats:
    if weighting == "equal":
        return np.ones(scores.shape[1])
    return given if weighting == "given" else entropy_weights(scores)


def _dimension_weights(dimensions: Floats, index: Index, weighting: Weighting) -> Floats:
    return _weights(dimensions, np.array([float(dimension.weight) for dimension in index.dimensions]), weighting)


def _ranks_under(
    values: Floats, index: Index, normalisation: Normalisation, weighting: Weighting, mean: Mean
) -> npt.NDArray[np.int64]:
    dimensions = _dimensions(values, index, normalisation, weighting)
    return ranks(aggregate(dimensions, _dimension_weights(dimensions, index, weighting), mean=mean))


def _fast_ranks(index: Floats) -> npt.NDArray[np.int32]:
    """Ranks as `ranks` gives them, draw by draw, with one sort per draw."""
    order = np.argsort(-index, axis=1)
    ordered = np.take_along_axis(index, order, axis=1)
    places = np.arange(1, index.shape[1] + 1, dtype=np.int32)
    first = np.broadcast_to(places, order.shape).copy()
    first[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    ranked = np.empty_like(first)
    np.put_along_axis(ranked, order, np.maximum.accumulate(first, axis=1), axis=1)
    return ranked


def _ends(values: npt.NDArray[Any], cut: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The order statistics that leave out `cut` draws at each end, by place."""
    sides = np.partition(values, (cut, len(values) - 1 - cut), axis=0)
    return sides[cut], sides[len(values) - 1 - cut]


def _nothing(index: Index) -> Problem:
    return Problem(
        what=say("no place has all the indicators of the index."),
        where=[say("table {table}", table="census"), rows_sentence([0])],
        remedy=say(
            "Choose indicators that the census gives: {columns}.",
            columns=", ".join(indicator.column for indicator in _indicators(index)),
        ),
    )
