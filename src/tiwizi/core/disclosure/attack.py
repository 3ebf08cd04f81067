"""What an outsider can derive from a table with withheld cells: every published sum is an equation, and bounds follow by
linear programming.

A cell is the people of one place, or of one part of them (rural, women ...), and how many of them are poor. Unknowns are
the poor and the people not poor of each cell that is not published; both are 0 or more, so poor people never exceed people.
The equations are the sums of the table and of all releases before it: children to their parent, parts to their whole.
Method: the attacker's (auditing) problem of Hundepool et al. (2012), Statistical Disclosure Control, Wiley,
doi:10.1002/9781118348239, chapter 4, and Fischetti and Salazar-González (2001), doi:10.1287/mnsc.47.7.1008.9805.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tiwizi.core.errors import BadData, Problem, say

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Key = tuple[str, tuple[tuple[str, str], ...]]
"""A cell: its place, and the crossing columns that narrow it, with their values."""

QUANTITIES: Final = ("people", "poor", "not_poor")
# HiGHS satisfies its equations to 1e-7 of their size.
_SLACK: Final = 1e-5


@dataclass(frozen=True)
class Sums:
    """The cells of one or more tables, each once, and their sums: each equation is a total's cell, then its parts' cells."""

    keys: tuple[Key, ...]
    equations: tuple[tuple[int, ...], ...]

    @cached_property
    def index(self) -> Mapping[Key, int]:
        """The position of each cell."""
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def of_cell(self) -> tuple[tuple[int, ...], ...]:
        """The equations in which each cell takes part."""
        equations_of: list[list[int]] = [[] for _ in self.keys]
        for number, cells in enumerate(self.equations):
            for cell in cells:
                equations_of[cell].append(number)
        return tuple(map(tuple, equations_of))


def cell_keys(frame: pl.DataFrame, crossings: Sequence[str]) -> list[Key]:
    """The cell that each row of the frame describes; a crossing column that is absent or null does not narrow it."""
    present = [name for name in crossings if name in frame.columns]
    return [
        (row[0], tuple((name, value) for name, value in zip(present, row[1:], strict=True) if value is not None))
        for row in frame.select("place", *present).iter_rows()
    ]


def sums_of(frames: Iterable[pl.DataFrame], crossings: Sequence[str]) -> Sums:
    """The cells of all frames and the sums inside each: children of a parent, parts of a place over each crossing column.

    A total without a row makes no equation; a part without a row counts nobody.
    """
    index: dict[Key, int] = {}
    equations: dict[tuple[int, ...], None] = {}
    for frame in frames:
        keys = cell_keys(frame, sorted(crossings))
        parents = frame["parent"].to_list() if "parent" in frame.columns else [None] * frame.height
        for key in keys:
            index.setdefault(key, len(index))
        parts: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
        for (place, cut), parent in zip(keys, parents, strict=True):
            here = index[place, cut]
            if parent is not None:
                parts[(parent, cut), None].append(here)
            for name, value in cut:
                parts[(place, tuple(pair for pair in cut if pair != (name, value))), name].append(here)
        own = set(keys)
        equations.update({(index[total], *sorted(cells)): None for (total, _), cells in parts.items() if total in own})
    return Sums(tuple(index), tuple(equations))


@dataclass(frozen=True)
class Known:
    """What is published of each cell of the sums, NaN where nothing is: people and poor people."""

    people: Floats
    poor: Floats

    @cached_property
    def open(self) -> npt.NDArray[np.bool_]:
        """The cells that are not wholly published."""
        return np.isnan(self.people) | np.isnan(self.poor)


def known_from(sums: Sums, frames: Iterable[pl.DataFrame], crossings: Sequence[str]) -> Known:
    """What these frames publish together; BadData where two of them disagree about a cell."""
    known = {name: np.full(len(sums.keys), np.nan) for name in ("people", "poor_people")}
    for frame in frames:
        where = np.array([sums.index[key] for key in cell_keys(frame, sorted(crossings))], dtype=np.intp)
        for name, values in known.items():
            column = frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() if name in frame.columns else None
            if column is None:
                continue
            before = values[where]
            wrong = np.flatnonzero(~np.isnan(before) & ~np.isnan(column) & (before != column))
            if wrong.size:
                raise BadData(_two_figures(sums.keys[where[wrong[0]]], name, before[wrong[0]], column[wrong[0]]))
            values[where] = np.where(np.isnan(column), before, column)
    return Known(known["people"], known["poor_people"])


def check_sums(sums: Sums, known: Known) -> None:
    """BadData where a total and its parts are all known and do not agree."""
    problems = [
        _wrong_sum(sums.keys[cells[0]])
        for cells in sums.equations
        if any(abs(figures[cells[0]] - figures[list(cells[1:])].sum()) > 0 for figures in (known.people, known.poor))
    ]
    if problems:
        raise BadData(problems)


def written(key: Key) -> str:
    """A cell as text: its place, then the values that narrow it."""
    return ", ".join((key[0], *(f"{name} {value}" for name, value in key[1])))


class Part:
    """Cells whose unknowns are connected, and the equations between them: one programme, independent of all others.

    Even variables are poor people, odd ones people not poor, of the cells in their order. `programmes` counts those solved.
    """

    def __init__(self, cells: npt.NDArray[np.intp], matrix: "csr_array", right: Floats, least: Floats, most: Floats) -> None:
        self.cells, self.matrix, self.right, self.least, self.most = cells, matrix, right, least, most
        self.programmes = 0

    @cached_property
    def apart(self) -> bool:
        """Whether no equation holds both poor people and people not poor."""
        lines = self.matrix.tocoo()
        sides = np.zeros((self.matrix.shape[0], 2), dtype=np.bool_)
        sides[lines.row, lines.col % 2] = True
        return not sides.all(axis=1).any()

    def extreme(self, weights: Floats, *, whole: bool) -> Floats:
        """The unknowns (cells x poor, not poor) that minimise their weighted sum."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # a slow import that only this needs

        self.programmes += 1
        constraints = [LinearConstraint(self.matrix, self.right, self.right)] if self.right.size else []
        solution = milp(
            weights.ravel(),
            constraints=constraints,
            bounds=Bounds(self.least, self.most),
            integrality=np.full(weights.size, int(whole)),
        )
        if solution.x is None:
            raise BadData(
                Problem(
                    what=say("The published figures contradict each other."),
                    where=[say("table {table}", table="cells")],
                    why=say("No counts from 0 upwards have all of these sums."),
                    remedy=say("Give releases of the same figures, with the same places, and correct their sums."),
                )
            )
        return np.asarray(solution.x, dtype=np.float64).reshape(-1, 2)


def parts_of(sums: Sums, known: Known, *, most: float) -> Iterator[Part]:
    """The connected parts of what is not published; no count is taken to exceed `most`.

    Three kinds of rows: an equation's poor, its people not poor, and, where only one count of a cell is known, that count.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    cells = np.flatnonzero(known.open)
    place = {int(cell): order for order, cell in enumerate(cells)}
    rows, right = _rows(sums, known, place)
    if not cells.size:
        return
    entries = [(row, column, sign) for row, line in enumerate(rows) for column, sign in line.items()]
    matrix = csr_array(
        ([entry[2] for entry in entries], ([entry[0] for entry in entries], [entry[1] for entry in entries])),
        shape=(len(rows), 2 * cells.size),
    )
    # The two unknowns of a cell are connected: its people are their sum.
    links = [(next(iter(line)) // 2, column // 2) for line in rows for column in line]
    graph = csr_array(
        (np.ones(len(links)), ([first for first, _ in links], [other for _, other in links])), shape=(cells.size,) * 2
    )
    count, labels = connected_components(graph, directed=False)
    row_label = np.array([labels[next(iter(line)) // 2] for line in rows], dtype=np.intp)
    orders, row_orders = np.argsort(labels, kind="stable"), np.argsort(row_label, kind="stable")
    ends, row_ends = np.bincount(labels, minlength=count).cumsum(), np.bincount(row_label, minlength=count).cumsum()
    for label in range(count):
        own = orders[ends[label - 1] if label else 0 : ends[label]]
        lines = row_orders[row_ends[label - 1] if label else 0 : row_ends[label]]
        columns = np.stack([2 * own, 2 * own + 1], axis=1).ravel()
        yield Part(cells[own], matrix[lines][:, columns], right[lines], np.zeros(columns.size), np.full(columns.size, most))


def _rows(sums: Sums, known: Known, place: Mapping[int, int]) -> tuple[list[dict[int, float]], Floats]:
    """Equations of the unknowns, as coefficients by variable, and their right-hand sides."""
    rows: list[dict[int, float]] = []
    right: list[float] = []
    not_poor = known.people - known.poor
    for cells in sums.equations:
        for side, figures in enumerate((known.poor, not_poor)):
            line, rest = {}, 0.0
            for order, cell in enumerate(cells):
                sign = 1.0 if order else -1.0
                if cell in place:
                    line[2 * place[cell] + side] = sign
                else:
                    rest -= sign * figures[cell]
            if line:
                rows.append(line)
                right.append(rest)
            elif rest:
                raise BadData(_wrong_sum(sums.keys[cells[0]]))
    for cell, order in place.items():
        if not math.isnan(known.people[cell]):
            rows.append({2 * order: 1.0, 2 * order + 1: 1.0})
            right.append(float(known.people[cell]))
        elif not math.isnan(known.poor[cell]):
            rows.append({2 * order: 1.0})
            right.append(float(known.poor[cell]))
    return rows, np.array(right)


def objective(cells: int, cell: int, quantity: int) -> Floats:
    """Weights that single out one quantity (people, poor, not poor) of one cell of a part."""
    weights = np.zeros((cells, 2))
    weights[cell] = ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0))[quantity]
    return weights


def quantities(unknowns: Floats) -> Floats:
    """People, poor and not poor (columns) from the poor and the not poor of some cells."""
    return np.column_stack([unknowns.sum(axis=1), unknowns])


def largest_count(known: Known) -> float:
    """A count far beyond any bound that published figures can imply: a figure near it has no upper end."""
    return 4.0 * float(np.nansum(known.people) + np.nansum(known.poor)) + 1000.0


def attack(
    published: pl.DataFrame,
    *,
    crossings: Sequence[str] = (),
    earlier: Sequence[pl.DataFrame] = (),
    whole_numbers: bool = False,
) -> pl.DataFrame:
    """How far an outsider can narrow each figure that is not published: one row per cell with a withheld figure.

    `published` and each of `earlier` hold place, parent, the crossing columns that they have, people and poor_people, null
    where withheld (see `protect`). Columns: place, the crossing columns; people_low, people_high, poor_low, poor_high,
    not_poor_low, not_poor_high: the least and the greatest that agree with all that is published, in people; an upper end is
    null where the count is unbounded above. Ends are rounded inwards to whole people. With `whole_numbers`, the programme
    itself only takes whole people, which can be narrower where a table is crossed more than once, and slower. BadData where
    the figures contradict each other. Leaves out what the attacker knows from elsewhere (a respondent knows their own
    answer), and that the suppression rule itself is informative.
    """
    frames = [published, *earlier]
    sums = sums_of(frames, crossings)
    known = known_from(sums, frames, crossings)
    most = largest_count(known)
    out: list[tuple[Key, Floats]] = []
    for part in parts_of(sums, known, most=most):
        ends = _ends(part, whole=whole_numbers)
        out.extend((sums.keys[cell], ends[order]) for order, cell in enumerate(part.cells))
    present = {sums.index[key] for key in cell_keys(published, sorted(crossings))}
    rows = sorted((sums.index[key], key, ends) for key, ends in out if sums.index[key] in present)
    return _table([(key, ends) for _, key, ends in rows], crossings, most)


def _ends(part: Part, *, whole: bool) -> Floats:
    """Low and high (last axis) of each quantity (middle axis) of each cell of a part.

    Where no equation links the poor to the others, the interval of people is the sum of both intervals. Ends below 0 are not
    computed.
    """
    count = len(part.cells)
    asked = (0,) if part.apart else (0, 1, 2)
    ends = np.empty((count, 3, 2))
    lowest = np.full((count, 3), np.inf)
    for cell in range(count):
        for quantity in asked:
            chosen = slice(None) if part.apart else quantity
            weights = objective(count, cell, quantity)
            for end, sign in ((1, -1.0), (0, 1.0)):
                if end == 0 and (lowest[cell, chosen] <= 0).all():
                    ends[cell, chosen, end] = 0.0
                    continue
                shown = quantities(part.extreme(sign * weights, whole=whole))
                ends[cell, chosen, end] = shown[cell, chosen]
                np.minimum(lowest, shown, out=lowest)
    return inwards(ends)


def inwards(ends: Floats) -> Floats:
    """Ends (last axis: low, high) rounded inwards to integers, allowing for the solver's tolerance."""
    slack = _SLACK * np.maximum(1.0, np.abs(ends) * 1e-4)
    return np.stack([np.ceil(ends[..., 0] - slack[..., 0]), np.floor(ends[..., 1] + slack[..., 1])], axis=-1)


def _table(rows: Sequence[tuple[Key, Floats]], crossings: Sequence[str], most: float) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {"place": pl.Series([key[0] for key, _ in rows], dtype=pl.String)}
    for name in crossings:
        columns[name] = pl.Series([dict(key[1]).get(name) for key, _ in rows], dtype=pl.String)
    for quantity, name in enumerate(QUANTITIES):
        lows = [int(ends[quantity, 0]) for _, ends in rows]
        highs = [int(ends[quantity, 1]) if ends[quantity, 1] < most / 2 else None for _, ends in rows]
        columns[f"{name}_low"] = pl.Series(lows, dtype=pl.Int64)
        columns[f"{name}_high"] = pl.Series(highs, dtype=pl.Int64)
    return pl.DataFrame(columns)


def _wrong_sum(total: Key) -> Problem:
    return Problem(
        what=say("the parts of {cell} do not add up to it.", cell=written(total)),
        where=[say("columns {columns}", columns="people, poor_people")],
        why=say("Withheld figures are protected against subtraction, which supposes sums without a remainder."),
        remedy=say("Round the finest cells first, then add up the totals from them; give each part that has anybody a row."),
    )


def _two_figures(key: Key, name: str, first: float, other: float) -> Problem:
    return Problem(
        what=say("{cell} has {one} in one table and {other} in another.", cell=written(key), one=int(first), other=int(other)),
        where=[say("column {column}", column=name)],
        why=say("The attack takes all releases for figures of the same people at the same day."),
        remedy=say("Give releases of the same figures only; a revised series is another one."),
    )
