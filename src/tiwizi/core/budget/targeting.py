"""Analysis of a formula: amounts by place -> whom the money reaches, what it misses, how certain the ranks are.

The unit of analysis is the place: its money is assumed to reach its people equally, so inequality inside a place is left
out, and so is what the money buys.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import mul
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from tiwizi.core.arithmetic import largest_remainder, level_down
from tiwizi.core.budget.purses import read_purses
from tiwizi.core.errors import BadData, Problem, Refused, say
from tiwizi.core.tables import Column, Table

Floats = npt.NDArray[np.float64]

_PLACE = Column("place", "text", "code of the place")
_PEOPLE = Column("people", "int", "people of the place", "people", least=0)

AMOUNTS = Table("amounts", "what one place gets", ("place",), (_PLACE, Column("amount_dh", "int", "money", "currency", least=0)))
RANKING = Table("ranking", "how poor one place is", ("place",), (_PLACE, _PEOPLE, Column("value", "float", "how poor it is")))
SHORTFALLS = Table(
    "shortfalls",
    "what the people of one place lack",
    ("place",),
    (_PLACE, _PEOPLE, Column("shortfall_dh", "float", "what each of them lacks", "currency a head", least=0, most=1e9)),
)


def concentration_curve(
    amounts: pl.DataFrame, ranked_by: pl.DataFrame, *, poorer_when: Literal["high", "low"] = "high"
) -> pl.DataFrame:
    """The curve of money against people, from the poorest: one row per value of the ranking, after a first row of zeros.

    `amounts` holds place and amount_dh; `ranked_by` place, people and value (for instance the rows of one measure), where a
    high value is poorer, or a low one. Places of equal value make one row, so that no arbitrary order among them matters.
    Columns: value; people and amount_dh so far; people_share and amount_share, from 0 to 1. Above the diagonal, the poor get
    more than their share. Method: Kakwani, Wagstaff and van Doorslaer (1997), doi:10.1016/S0304-4076(96)01807-6.
    """
    joined = _joined(AMOUNTS.check(amounts), RANKING.check(ranked_by), RANKING)
    _something(joined, "people")
    _something(joined, "amount_dh")
    steps = joined.group_by("value").agg(pl.col("people", "amount_dh").sum()).sort("value", descending=poorer_when == "high")
    origin = pl.DataFrame({"value": [None], "people": [0], "amount_dh": [0]}, schema=steps.schema)
    curve = pl.concat([origin, steps.with_columns(pl.col("people", "amount_dh").cum_sum())])
    # Polars divides by a constant as a product with its inverse, so that 159 / 159 is not 1; NumPy divides.
    people, money = curve["people"].to_numpy(), curve["amount_dh"].to_numpy()
    return curve.with_columns(pl.Series("people_share", people / people[-1]), pl.Series("amount_share", money / money[-1]))


def concentration_index(curve: pl.DataFrame) -> float:
    """One minus twice the area under the concentration curve: from -1 (all to the poorest) to 1; 0 when shared per head.
    Below 0 the poor get more than their share. The trapezia are added as integers. Method: Kakwani, Wagstaff and van
    Doorslaer (1997), doi:10.1016/S0304-4076(96)01807-6.
    """
    points = curve.select("people", "amount_dh").rows()
    area = sum((people - before) * (low + high) for (before, low), (people, high) in pairwise(points))
    return float(1 - Fraction(area, points[-1][0] * points[-1][1]))


def share_of_poorest(curve: pl.DataFrame, *, poorest: Fraction = Fraction(1, 5)) -> float:
    """The share of the money that reaches this part of the people, the poorest, by the concentration curve.

    The places that straddle the limit count for the part of their people below it. Both shares are from 0 to 1.
    """
    return float(_share_of_poorest(curve, poorest))


def targeting_ratio(curve: pl.DataFrame, *, poorest: Fraction = Fraction(2, 5)) -> float:
    """The share of the money that reaches the poorest part of the people, over that part: 1 when shared per head.

    The Coady-Grosh-Hoddinott ratio, taken by its authors at the poorest two fifths, and at the poorest fifth. Method:
    Coady, Grosh and Hoddinott (2004), Targeting of Transfers in Developing Countries, World Bank, ISBN 0-8213-5769-7, and
    doi:10.1093/wbro/lkh016. They rank households; here places are ranked, so the poor of a well-off place are missed.
    """
    return float(_share_of_poorest(curve, poorest) / poorest)


def optimal_amounts(shortfalls: pl.DataFrame, *, envelope_dh: int) -> pl.DataFrame:
    """The amounts that lower squared shortfalls the most: columns place, amount_dh and remaining_dh, in order of codes.

    `shortfalls` holds place, people and shortfall_dh, what each person there lacks. The deepest shortfalls are filled
    first, down to one level that the envelope allows: that minimises the sum over people of the squared shortfall, the
    Foster, Greer and Thorbecke (1984, doi:10.2307/1913475) measure of degree 2. Method: the transfers that lift the
    poorest first of Bourguignon and Fields (1997), Journal of Public Economics 63(2), 155-175; of groups rather than
    persons, Ravallion and Chao (1989), Journal of Policy Modeling 11(2). amount_dh sums to the envelope; where that is more
    than the whole shortfall, it is each place's shortfall, rounded down. remaining_dh is what each person still lacks.
    Leaves out the bounds of the formula.
    """
    if envelope_dh < 0:
        remedy = say("Give the money to share, in whole units.")
        raise Refused(Problem(what=say("the envelope of {envelope_dh} is below 0.", envelope_dh=envelope_dh), remedy=remedy))
    return _optimum(SHORTFALLS.check(shortfalls).sort("place"), envelope_dh)


@dataclass(frozen=True)
class Leakage:
    """How far amounts stand from the optimum; shares are from 0 to 1.

    `leakage_share`: of the money, what would have to move (half the sum of the absolute differences from the optimum's
    amounts; what exceeds the whole shortfall leaks too). `shortfall_fall_share`: the fall of the aggregate shortfall, over
    the largest that this envelope can buy. `squared_fall_share`: the same of the squared shortfall, which counts depth.
    `optimum`: the table of `optimal_amounts`.
    """

    leakage_share: float
    shortfall_fall_share: float
    squared_fall_share: float
    optimum: pl.DataFrame


def leakage(amounts: pl.DataFrame, shortfalls: pl.DataFrame) -> Leakage:
    """How far the amounts (place, amount_dh) fall short of the optimum of the same envelope, given the shortfalls.

    Money beyond what a place's people lack lowers nothing. Refused where there is no money, or nobody lacks anything.
    For the method and its source see `optimal_amounts`.
    """
    table = _joined(AMOUNTS.check(amounts), SHORTFALLS.check(shortfalls), SHORTFALLS)
    _something(table, "amount_dh")
    _something(table.with_columns(shortfall_dh=pl.col("people") * pl.col("shortfall_dh")), "shortfall_dh")
    given, envelope_dh = table["amount_dh"].to_list(), int(table["amount_dh"].sum())
    optimum = _optimum(table, envelope_dh)
    rows = list(zip(table["people"].to_list(), table["shortfall_dh"].to_list(), strict=True))
    whole = math.fsum(people * depth for people, depth in rows)
    filled = math.fsum(min(people * depth, amount) for (people, depth), amount in zip(rows, given, strict=True))
    best = [people * (depth - left) for (people, depth), left in zip(rows, optimum["remaining_dh"], strict=True)]
    return Leakage(
        leakage_share=sum(max(amount - other, 0) for amount, other in zip(given, optimum["amount_dh"], strict=True))
        / envelope_dh,
        shortfall_fall_share=min(filled / min(whole, envelope_dh), 1.0),
        squared_fall_share=min(_squared_fall(rows, given) / _squared_fall(rows, best), 1.0),
        optimum=optimum,
    )


def share_intervals(
    purses: pl.DataFrame,
    *,
    weights: Mapping[str, Fraction],
    draws: int,
    rng: np.random.Generator,
    concentration: float,
    level: float = 0.9,
    places: Sequence[str] | None = None,
    chunk: int = 128,
) -> pl.DataFrame:
    """How each place's share and rank move with the weights: one row per place, in the order of codes. Columns: share (of
    the envelope, from 0 to 1) and rank (1 for the largest; equal shares have equal ranks) under the given weights;
    share_low, share_high, rank_low, rank_high: the ends of the central interval that holds `level` of the draws. Weights are
    drawn from the Dirichlet law whose mean is the given weights; the higher the concentration (the sum of its parameters),
    the closer to them. Method: uncertainty analysis of Saisana, Saltelli and Tarantola (2005),
    doi:10.1111/j.1467-985X.2005.00350.x.

    These are shares before bounds and rounding; and only the weights move: errors in the counts are left out. Any `chunk`
    (draws, then places, handled at a time) gives the same bits. Memory: four bytes per draw and place.
    """
    _check_draws(draws=draws, concentration=concentration, level=level)
    read = read_purses(purses, weights, places)
    weighted = [index for index, weight in enumerate(read.weights) if weight]
    parts = np.array([read.people[index] for index in weighted], dtype=np.float64)
    parts /= parts.sum(axis=1, keepdims=True)
    given = np.array([[read.weights[index] / sum(read.weights) for index in weighted]])
    drawn = rng.dirichlet(concentration * given[0], size=draws)
    drawn /= drawn.sum(axis=1, keepdims=True)
    cut = int(draws * (1 - level) / 2 + 1e-9)
    share_low, share_high = _share_ends(drawn, parts, cut, chunk)
    rank_low, rank_high = _rank_ends(drawn, parts, cut, chunk)
    share = _mixed(given, parts)
    columns = {"share": share[0], "share_low": share_low, "share_high": share_high}
    ranks = {"rank": _ranks(share)[0], "rank_low": rank_low, "rank_high": rank_high}
    return pl.DataFrame({"place": read.places, **columns, **ranks}).with_columns(pl.col(*ranks).cast(pl.Int64))


def _share_of_poorest(curve: pl.DataFrame, poorest: Fraction) -> Fraction:
    if not 0 < poorest <= 1:
        what = say("the part is {share}, and must be above 0 and at most 1.", share=str(poorest))
        remedy = say("Write it as a share, for instance 1/5 for the poorest fifth.")
        raise Refused(Problem(what=what, where=[say("poorest part of the people")], remedy=remedy))
    points: list[tuple[int, int]] = curve.select("people", "amount_dh").rows()
    limit = Fraction(poorest) * points[-1][0]
    (before, low), (people, high) = next(pair for pair in pairwise(points) if pair[1][0] >= limit)
    return (low + (limit - before) / (people - before) * (high - low)) / points[-1][1]


def _optimum(table: pl.DataFrame, envelope_dh: int) -> pl.DataFrame:
    """The table of `optimal_amounts`, in the order of the rows. Exact: every float is a fraction."""
    exact = [Fraction(depth) for depth in table["shortfall_dh"]]
    scale = math.lcm(*(depth.denominator for depth in exact))
    people, depths = table["people"].to_list(), [int(depth * scale) for depth in exact]
    needs = list(map(mul, people, depths))
    quotas, base, level = level_down(min(envelope_dh * scale, sum(needs)), people, depths)
    partly = envelope_dh * scale <= sum(needs)
    amounts = largest_remainder(quotas, base * scale) if partly else [need // scale for need in needs]
    remaining = [float(min(depth, level / scale)) for depth in exact]
    return pl.DataFrame({"place": table["place"], "amount_dh": amounts, "remaining_dh": remaining})


def _squared_fall(rows: Sequence[tuple[int, float]], amounts: Sequence[float]) -> float:
    """How much the amounts lower the sum of squared shortfalls, over rows of people and shortfall per head."""
    return math.fsum(
        (2 * depth - amount / people) * amount if amount < people * depth else people * depth**2
        for (people, depth), amount in zip(rows, amounts, strict=True)
    )


def _mixed(weights: Floats, parts: Floats) -> Floats:
    """Shares by draw and place, added in one order: a matrix product's sums would depend on the machine and the sizes."""
    shares: Floats = weights[:, :1] * parts[0]
    for column in range(1, weights.shape[1]):
        shares += weights[:, column : column + 1] * parts[column]
    return shares


def _ranks(shares: Floats) -> npt.NDArray[np.uint32]:
    """Ranks by draw and place, 1 for the largest share; equal shares have the rank of the first of them."""
    order = np.argsort(-shares, axis=1)
    sorted_shares = np.take_along_axis(shares, order, axis=1)
    positions = np.broadcast_to(np.arange(1, shares.shape[1] + 1, dtype=np.uint32), shares.shape).copy()
    positions[:, 1:][sorted_shares[:, 1:] == sorted_shares[:, :-1]] = 0
    ranks = np.empty_like(positions)
    np.put_along_axis(ranks, order, np.maximum.accumulate(positions, axis=1), axis=1)
    return ranks


def _rank_ends(drawn: Floats, parts: Floats, cut: int, chunk: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    ranks = np.empty((parts.shape[1], len(drawn)), dtype=np.uint32)
    for start in range(0, len(drawn), chunk):
        ranks[:, start : start + chunk] = _ranks(_mixed(drawn[start : start + chunk], parts)).T
    return _ends(ranks, cut)


def _share_ends(drawn: Floats, parts: Floats, cut: int, chunk: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    by_place = np.ascontiguousarray(drawn.T)
    starts = range(0, parts.shape[1], chunk)
    pieces = [_ends(_mixed(parts[:, start : start + chunk].T, by_place), cut) for start in starts]
    return np.concatenate([low for low, _ in pieces]), np.concatenate([high for _, high in pieces])


def _ends(values: npt.NDArray[Any], cut: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """By row, the least and the largest value after dropping `cut` values at each end; reorders the rows it is given."""
    last = values.shape[1] - 1 - cut
    values.partition((cut, last), axis=1)
    return values[:, cut].copy(), values[:, last].copy()


def _check_draws(*, draws: int, concentration: float, level: float) -> None:
    wrong = {
        "draws": (draws, draws >= 1, say("Ask for one draw or more.")),
        "concentration": (concentration, 0 < concentration < math.inf, say("Give a number above 0, larger for closer weights.")),
        "level": (level, 0 < level < 1, say("Write it as a share between 0 and 1, for instance 0.9 for 90 %.")),
    }
    problems = [
        Problem(what=say("{value} cannot be used.", value=value), where=[say("parameter {name}", name=name)], remedy=remedy)
        for name, (value, right, remedy) in wrong.items()
        if not right
    ]
    if problems:
        raise Refused(problems)


def _joined(amounts: pl.DataFrame, other: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Both tables joined by place; BadData when a place is in only one of them."""
    problems = [
        Problem(
            what=say("{place} is not in this table.", place=", ".join(missing[:3])),
            where=[say("table {table}", table=name)],
            why=say("Its people or its money would be left out without a word."),
            remedy=say("Give it a row, or remove it from the other table."),
        )
        for name, missing in (
            (table.name, amounts.join(other, on="place", how="anti")["place"].to_list()),
            (AMOUNTS.name, other.join(amounts, on="place", how="anti")["place"].to_list()),
        )
        if missing
    ]
    if problems:
        raise BadData(problems)
    return amounts.join(other, on="place").sort("place")


def _something(table: pl.DataFrame, column: str) -> None:
    if not table[column].sum():
        raise Refused(
            Problem(
                what=say("every value is 0."),
                where=[say("column {column}", column=column)],
                why=say("A share of nothing is not defined."),
                remedy=say("Give at least one place a value above 0."),
            )
        )
