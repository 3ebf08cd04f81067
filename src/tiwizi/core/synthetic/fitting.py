"""Tables of counts made from margins: fitted in proportion, then whole, with every margin met to the unit.

A seed table says how traits go together; iterative proportional fitting changes it as little as possible (in the sense of
relative entropy) until it has the wanted margins: Deming and Stephan (1940), doi:10.1214/aoms/1177731829. Whole numbers
come by controlled rounding, one axis after the other: each cell is its expected count rounded down or up, by systematic
selection, so that cells beside each other share what is left over. The random generator is always an argument.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tiwizi.core.errors import BadData, Problem, say, say_count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TURNS: Final = 2000
_UNIT: Final = 1 << 30
"""The number one in fixed point: sums of parts are then exact, whatever their order."""


def fit(seed: Floats, margins: Mapping[int, Floats], *, tolerance: float = 1e-9, turns: int = TURNS) -> Floats:
    """The seed scaled until its sums along each named axis are the margins; its odds ratios are the seed's.

    `margins` are keyed by axis; an axis without one is free. `tolerance` is the largest gap allowed in any margin, as a
    share of the total. Raises BadData for margins that no table can have: below zero, of unequal sums, above zero where the
    seed has nothing, or not met after `turns`.
    """
    _refuse_impossible(seed, margins)
    total = float(next(iter(margins.values())).sum()) if margins else float(seed.sum())
    table = np.array(seed, dtype=np.float64)
    if total == 0:
        return np.zeros_like(table)
    for _ in range(turns):
        gap = 0.0
        for axis, margin in margins.items():
            sums = table.sum(axis=_others(table, axis))
            gap = max(gap, float(np.abs(sums - margin).max()))
            factor = np.divide(margin, sums, out=np.zeros_like(sums), where=sums > 0)
            table *= factor.reshape([-1 if at == axis else 1 for at in range(table.ndim)])
        if gap <= tolerance * total:
            return table
    raise BadData(
        Problem(
            what=say_count(
                "no table has these margins together with this seed: {count} turn left a gap of {gap}.",
                "no table has these margins together with this seed: {count} turns left a gap of {gap}.",
                count=turns,
                gap=gap,
            ),
            remedy=say("Give every combination that the margins need a seed above zero."),
        )
    )


def whole(table: Floats, margins: Sequence[Ints], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The cells above zero of a table made whole (one row per cell, one column per axis), and the count of each.

    `margins` are whole numbers, one array per axis, all of the same sum: the counts have exactly these sums along each axis.
    Cells stand in the order of their codes.
    """
    cells = np.zeros((1, 0), dtype=np.int64)
    counts = np.array([int(margins[0].sum())], dtype=np.int64)
    for axis, margin in enumerate(margins):
        prefix = table.sum(axis=tuple(range(axis + 1, table.ndim)))
        chances = prefix[tuple(cells.T)].reshape(len(counts), len(margin))
        split = whole_split(chances, counts, margin, rng)
        row, code = np.nonzero(split)
        cells, counts = np.column_stack([cells[row], code]), split[row, code]
    return cells, counts


def whole_split(chances: Floats, rows: Ints, columns: Ints, rng: np.random.Generator) -> Ints:
    """Whole numbers with exactly these sums of rows and of columns, in proportion to `chances` fitted to both. Column by
    column: each row gives its expected part of it, rounded down or up by systematic selection.
    """
    left, table = rows.astype(np.int64).copy(), np.zeros(chances.shape, dtype=np.int64)
    for column in range(chances.shape[1] - 1):
        wanted = columns[column:].astype(np.float64)
        # A row that the fit left without mass, and rows that the rounding filled, may take what is wanted anywhere.
        open_cells = np.maximum(chances[:, column:], 1e-12) * (wanted > 0) * (left > 0)[:, None]
        expected = _scaled(open_cells, left.astype(np.float64), wanted)[:, 0]
        table[:, column] = _systematic(expected, left, int(columns[column]), rng)
        left -= table[:, column]
    table[:, -1] = left
    return table


def highest(score: Floats, count: int) -> NDArray[np.bool_]:
    """Marks the `count` units of the highest score; all of them when there are fewer."""
    chosen = np.zeros(len(score), dtype=np.bool_)
    if 0 < count < len(score):
        chosen[np.argpartition(score, len(score) - count)[len(score) - count :]] = True
    elif count > 0:
        chosen[:] = True
    return chosen


def ranked(score: Floats, counts: Ints) -> Ints:
    """A class for each unit: the `counts[0]` lowest scores get 0, the next `counts[1]` get 1, and so on."""
    classes = np.empty(len(score), dtype=np.int64)
    classes[np.argsort(score)] = np.repeat(np.arange(len(counts)), counts)
    return classes


def whole_parts(total: int, weights: Floats, rng: np.random.Generator) -> Ints:
    """The total in whole numbers in proportion to the weights, each its exact part rounded down or up; the sum is exact."""
    expected = weights * (total / float(weights.sum())) if total else np.zeros(len(weights))
    return _systematic(expected, np.full(len(weights), total, dtype=np.int64), total, rng)


def _scaled(table: Floats, rows: Floats, columns: Floats) -> Floats:
    """The table scaled to both sums as closely as a few iterations allow; rounding settles the remaining gap."""
    table = table.copy()
    for _ in range(60):
        sums = table.sum(axis=0)
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
        sums = table.sum(axis=1)
        table *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
        if float(np.abs(table.sum(axis=0) - columns).max()) < 1e-6:
            break
    return table


def _systematic(expected: Floats, most: Ints, total: int, rng: np.random.Generator) -> Ints:
    """Each expected number rounded down or up, at most `most`, with this sum: one random start, then steps of one."""
    highs = most * _UNIT
    parts = np.clip(np.rint(expected * _UNIT).astype(np.int64), 0, highs)
    gap = total * _UNIT - int(parts.sum())
    # What the scaling left goes where there is room, in order.
    room = highs - parts if gap > 0 else parts
    filled = np.minimum(np.cumsum(room), abs(gap))
    parts += int(np.sign(gap)) * np.diff(filled, prepend=0)
    steps = (np.cumsum(parts) + int(rng.integers(_UNIT))) // _UNIT
    return np.diff(steps, prepend=0)


def _others(table: Floats, axis: int) -> tuple[int, ...]:
    return tuple(at for at in range(table.ndim) if at != axis)


def _refuse_impossible(seed: Floats, margins: Mapping[int, Floats]) -> None:
    problems = []
    totals = [float(margin.sum()) for margin in margins.values()]
    if (seed < 0).any() or any((margin < 0).any() for margin in margins.values()):
        problems.append(Problem(what=say("a count is below zero."), remedy=say("Give counts of zero or more.")))
    if totals and max(totals) - min(totals) > 1e-6 * max(1.0, *totals):
        problems.append(
            Problem(
                what=say("the margins do not have the same sum: {sums}.", sums=", ".join(f"{total:g}" for total in totals)),
                remedy=say("Scale them to the number of households."),
            )
        )
    for axis, margin in margins.items():
        lacking = (seed.sum(axis=_others(seed, axis)) == 0) & (margin > 0)
        if lacking.any():
            nothing = say(
                "the seed has nothing in category {category} of axis {axis}, which its margin needs.",
                category=int(lacking.argmax()) + 1,
                axis=axis + 1,
            )
            remedy = say("Give every combination that the margins need a seed above zero.")
            problems.append(Problem(what=nothing, remedy=remedy))
    if problems:
        raise BadData(problems)
