"""Withholds further cells of a table until neither a subtraction nor a linear programme recovers a withheld one."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tiwizi.core.disclosure.attack import Floats, Known, Part, Sums, inwards, largest_count, objective, parts_of, quantities
from tiwizi.core.errors import mark

Flags = npt.NDArray[np.bool_]

PROTECTS: Final = mark("protects another cell")
ATTACK: Final = mark("attack")
# People last: as the sum of the other two they say less about which further cell helps.
_POOR_FIRST: Final = (1, 2, 0)


class Guard:
    """Withholds cells of one table, step by step.

    The table's cells come first in the sums, in the order of its rows; cells that only earlier releases know follow.
    `values` and `asked`: people, poor and not poor of each of the table's cells, and how wide the interval of each must
    stay. The interval of what earlier releases withheld must stay as wide as `least`, unless they themselves narrow it
    further.
    """

    def __init__(
        self,
        sums: Sums,
        before: Known,
        *,
        values: Floats,
        asked: Floats,
        observations: npt.NDArray[np.int64],
        least: int,
    ) -> None:
        self.sums, self.before, self.values, self.observations, self.least = sums, before, values, observations, least
        self.height = len(values)
        others = len(sums.keys) - self.height
        self.asked = np.concatenate([asked, np.full((others, 3), float(least))])
        self.truth = np.concatenate([values, np.full((others, 3), np.nan)])
        self.most = largest_count(Known(values[:, 0], values[:, 1])) + largest_count(before)
        self.may: Flags = before.open[: self.height] & (values[:, 0] > 0)
        self.hidden: Flags = np.zeros(self.height, dtype=np.bool_)
        shut = ~before.open
        self.spared: Flags = np.column_stack([~np.isnan(before.people), ~np.isnan(before.poor), shut])
        self.reasons: list[str | None] = []
        self.rounds = self.programmes = 0
        self._safe: set[bytes] = set()

    def run(self, reasons: Sequence[str | None]) -> list[str | None]:
        """The reasons of all cells, once the initially withheld ones are protected."""
        self.reasons = list(reasons)
        first = np.array([reason is not None for reason in reasons], dtype=np.bool_)
        if not (np.isnan(self.before.people) & np.isnan(self.before.poor)).all():
            self._spare(first | self.may)
        self.hidden = first
        self._complement(range(len(self.sums.equations)))
        while self._round():
            pass
        return self.reasons

    def _spare(self, most_hidden: Flags) -> None:
        """Leaves out what earlier releases disclose even if everything possible is withheld now."""
        self.hidden = most_hidden
        for cell, quantity in self._found():
            self.spared[cell, quantity] = True

    def _withhold(self, cell: int, reason: str) -> None:
        self.hidden[cell] = True
        self.reasons[cell] = reason

    def _complement(self, equations: Iterable[int]) -> None:
        """Withholds the cheapest cells until no sum discloses one, nor a group of too few respondents."""
        waiting = list(equations)[::-1]
        while waiting:
            cells = np.array(self.sums.equations[waiting.pop()], dtype=np.intp)
            while self._gives_away(cells):
                candidates = self._candidates(cells.tolist())
                if not candidates:
                    break
                cell = min(candidates, key=lambda candidate: (self.values[candidate, 0], candidate))
                self._withhold(cell, PROTECTS)
                waiting.extend(self.sums.of_cell[cell])

    def _candidates(self, cells: Iterable[int]) -> list[int]:
        return [cell for cell in cells if cell < self.height and self.may[cell] and not self.hidden[cell]]

    def _gives_away(self, cells: npt.NDArray[np.intp]) -> bool:
        """Whether one sum leaves only a single cell unknown, or parts with few respondents together."""
        unknown = self.before.open[cells]
        unknown[cells < self.height] &= self.hidden[cells[cells < self.height]]
        left = cells[unknown]
        if not left.size or left.max() >= self.height:
            return False
        return bool(left.size == 1 or (left[0] != cells[0] and self.observations[left].sum() < self.least))

    def _round(self) -> bool:
        """One attack, and one more cell withheld for each sum that it exploits; whether it recovered anything."""
        self.rounds += 1
        touched: set[int] = set()
        for cell, quantity in self._found():
            if not touched.isdisjoint(self.sums.of_cell[cell]):
                continue
            another = self._another(cell, quantity)
            if another is not None:
                self._withhold(another, ATTACK)
                touched.update(self.sums.of_cell[cell], self.sums.of_cell[another])
            elif not touched:
                raise AssertionError("with all withheld that can be, only what is spared is recovered")
        self._complement(sorted(touched))
        return bool(touched)

    def _another(self, cell: int, quantity: int) -> int | None:
        """The cheapest cell that widens the interval of this one, in its own sums or else in connected ones; None if all are
        withheld."""
        totals = {self.sums.equations[number][0] for number in self.sums.of_cell[cell]}
        seen, reach = {cell}, [cell]
        while reach:
            near = {
                other for reached in reach for number in self.sums.of_cell[reached] for other in self.sums.equations[number]
            } - seen
            candidates = self._candidates(near)
            if candidates:
                # A part without poor people cannot protect the poor of others; a total always can.
                return min(
                    candidates,
                    key=lambda candidate: (
                        self.values[candidate, quantity] == 0 and candidate not in totals,
                        self.values[candidate, 0],
                        candidate,
                    ),
                )
            seen |= near
            reach = sorted(near)
        return None

    def _found(self) -> list[tuple[int, int]]:
        """The figures that the attack recovers, of those that can be protected at all."""
        known = [np.full(len(self.truth), np.nan) for _ in range(2)]
        for figures, before, own in zip(known, (self.before.people, self.before.poor), self.values.T, strict=False):
            figures[: self.height] = np.where(self.hidden, np.nan, own)
            figures[:] = np.where(np.isnan(figures), before, figures)
        recovered: list[tuple[int, int]] = []
        for part in parts_of(self.sums, Known(*known), most=self.most):
            mark = part.cells.tobytes()
            if mark not in self._safe:
                finds = self._judge(part)
                self.programmes += part.programmes
                recovered.extend(finds)
                if not finds:
                    self._safe.add(mark)
        return recovered

    def _judge(self, part: Part) -> list[tuple[int, int]]:
        """What can be recovered in one part. A figure is safe once the programmes solved so far have reached values far
        enough apart. The true values are a solution, and each programme's solution bounds all figures, not only its own; so
        a few programmes that push many figures together leave few to solve one by one.
        """
        start = self.truth[part.cells]
        if np.isnan(start).any():
            # What earlier releases withheld is not known here: any solution is a valid starting point.
            start = quantities(part.extreme(np.zeros((len(start), 2)), whole=False))
        reach = np.stack([start, start], axis=-1)
        asked = np.where(self.spared[part.cells], -np.inf, self.asked[part.cells])

        def unsafe() -> Flags:
            ends = inwards(reach)
            return np.asarray(~(ends[..., 1] - ends[..., 0] >= asked) & (asked > -np.inf))

        def push(weights: Floats) -> None:
            shown = quantities(part.extreme(weights, whole=False))
            reach[..., 0], reach[..., 1] = np.minimum(reach[..., 0], shown), np.maximum(reach[..., 1], shown)

        for sign in (-1.0, 1.0):
            left = unsafe()
            if left.any():
                push(sign * (left[:, 1:] | left[:, :1]).astype(np.float64))
        for cell, quantity in ((int(cell), quantity) for cell in range(len(part.cells)) for quantity in _POOR_FIRST):
            for sign in (-1.0, 1.0):
                if unsafe()[cell, quantity]:
                    push(sign * objective(len(part.cells), cell, quantity))
        left = unsafe()
        return [(int(part.cells[cell]), q) for cell in range(len(part.cells)) for q in _POOR_FIRST if left[cell, q]]
