"""Whether the ranking of places by poverty holds at other cutoffs and other weights, from one more scan of the households."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from tiwizi.core.poverty.deprivation import AnyFrame, Indicator, deprivations, indicators, lazy, unanswered, without
from tiwizi.core.poverty.estimates import estimates
from tiwizi.core.poverty.robustness import Dominance, RankRobustness, dominance, rank_robustness
from tiwizi.core.poverty.totals import Drawn, Scheme, totals
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.survey.assessing import drawn_of, levels_of, reading_of, scheme_of
from tiwizi.survey.publication import published

CUTOFFS: Final = tuple(Fraction(share, 20) for share in (4, 5, 6, 7, 8, 9, 10))
"""From a fifth to a half: where the cutoffs of published measures lie."""


@dataclass(frozen=True)
class Robust:
    """How far the ranking of places by the adjusted headcount holds over cutoffs and over weights, and which place dominates
    which. Places that may not be published are left out; `places` counts the others.
    """

    over_cutoffs: RankRobustness
    over_weights: RankRobustness
    dominance: Dominance
    places: int


def robustness(
    households: AnyFrame,
    *,
    rules: Deprivations,
    level: str = "place",
    places: pl.DataFrame | None = None,
    drawn: Drawn | None = None,
    cutoffs: Sequence[Fraction] = CUTOFFS,
) -> Robust:
    """The ranking of the places of a level by M0 at the rulebook's cutoff and weights, compared with other cutoffs and
    weights.

    Other weights: each dimension in turn weighs one half, and the others share the rest in proportion, as Alkire and Santos
    (2014), doi:10.1016/j.worlddev.2014.01.026, do. Raises Refused with fewer than two places that may be published.
    """
    frame = lazy(households)
    columns = frame.collect_schema().names()
    judged_by = without(rules, unanswered(rules, columns))
    weighted = indicators(judged_by)
    base = scheme_of(judged_by, weighted)
    poor = base.cutoffs[0]
    wide = Scheme("", base.weights, (poor, *(cutoff for cutoff in cutoffs if cutoff != poor)))
    schemes = [wide, *(Scheme(code, weights, (poor,)) for code, weights in _leaning(weighted).items())]
    rows = deprivations(frame, rules=judged_by)
    counted = totals(rows, indicators=weighted, schemes=schemes, drawn=drawn or drawn_of(columns))
    levels = levels_of(places) if places is not None else None
    figures = estimates(counted, levels=levels, over=[(level,)], reading=reading_of(judged_by))
    shown, _report = published(counted, figures, [(level,)], places, judged_by)
    depth = shown.filter((pl.col("measure") == "adjusted_headcount") & ~pl.col("withheld"))
    table = depth.select(place=pl.col(level).cast(pl.String), scheme="scheme", cutoff="cutoff", value="value", se="error")
    own, others = table.filter(pl.col("scheme") == ""), table.filter(pl.col("cutoff") == str(poor))
    by_cutoff = _variants(own, "cutoff", str(poor))
    return Robust(
        over_cutoffs=rank_robustness(by_cutoff, ties="min"),
        over_weights=rank_robustness(_variants(others, "scheme", ""), ties="min"),
        dominance=dominance(by_cutoff.drop("se")),
        places=table["place"].n_unique(),
    )


def _leaning(weighted: Sequence[Indicator]) -> dict[str, dict[str, Fraction]]:
    """The weights with each dimension in turn at one half."""
    sums: dict[str, Fraction] = {}
    for indicator in weighted:
        sums[indicator.dimension] = sums.get(indicator.dimension, Fraction(0)) + indicator.weight
    half = Fraction(1, 2)
    return {
        code: {
            indicator.code: indicator.weight / total * half
            if indicator.dimension == code
            else indicator.weight / (1 - total) * half
            for indicator in weighted
        }
        for code, total in sums.items()
        if total < 1
    }


def _variants(rows: pl.DataFrame, column: str, baseline: str) -> pl.DataFrame:
    """The rows with the baseline's first; errors only where all have one."""
    first = (pl.col(column) != baseline).cast(pl.Int8)
    table = rows.sort(first, column, "place").select(
        "place", variant=pl.col(column).replace("", "rulebook"), value="value", se="se"
    )
    return table if table["se"].null_count() == 0 else table.with_columns(se=pl.lit(None, dtype=pl.Float64))
