"""Rules of runs and their figures: the inputs of a run, its states, its fingerprint, the classes of a map."""

import hashlib
import json
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

import polars as pl

from tiwizi.core.errors import Problem, Sentence, packed, say, unpacked
from tiwizi.core.tables import MEASURES

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
TRANSITIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {WAITING: (RUNNING, STOPPED), RUNNING: (DONE, FAILED, STOPPED), DONE: (), FAILED: (), STOPPED: ()}
)
RULEBOOK: Final = "rulebook"
"""The table of a dataset that holds a rulebook's files."""
HOUSEHOLDS: Final = "households"
"""The table of a dataset that holds households' answers: read by runs, never shown row by row."""
EARLIER: Final = "earlier_households"
"""The households of the first of two rounds."""
NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "census": ("places", "census"),
        "table": ("measures",),
        "households": ("places", HOUSEHOLDS),
        "change": ("places", EARLIER, HOUSEHOLDS),
    }
)
TAKEN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {**NEEDED, "census": ("places", "census", "distances", HOUSEHOLDS)}
)
SEED: Final = 20260101


def why_not_stop(status: str) -> list[Sentence]:
    """Every reason why a run cannot be stopped; empty when it may be."""
    return [] if STOPPED in TRANSITIONS[status] else [say("This run has ended: there is nothing to stop.")]


def why_not_replay(status: str) -> list[Sentence]:
    """Every reason why a run cannot be replayed; empty when it may be."""
    return [] if status == DONE else [say("only a run that is done can be replayed.")]


def why_not_read_from_server(*, whole: bool) -> list[Sentence]:
    """Every reason why a run may not read a file on the server; `whole`: its place lies whole in the asker's scope."""
    return [] if whole else [say("A file on the server is read only for a place that you see whole.")]


def why_not_request(*, kind: str, tables: Sequence[str], elsewhere: Sequence[str]) -> list[Sentence]:
    """Every reason why a run cannot be asked for; `tables` are those of its datasets, `elsewhere` names those of other places."""
    if kind not in NEEDED:
        return [say("There is no kind of run called {kind}.", kind=kind)]
    reasons = [
        say("The table {table} is missing: choose one, or upload it.", table=table)
        for table in NEEDED[kind]
        if table not in tables
    ]
    reasons += [say("The table {table} was chosen twice.", table=table) for table in _twice(tables)]
    reasons += [
        say("A run of this kind does not read the table {table}.", table=table)
        for table in dict.fromkeys(tables)
        if table not in TAKEN[kind]
    ]
    return reasons + [say("The table “{name}” is of another place.", name=name) for name in elsewhere]


def _twice(tables: Sequence[str]) -> list[str]:
    return [table for table in dict.fromkeys(tables) if list(tables).count(table) > 1]


def fingerprint(
    *, kind: str, place: str, inputs: Mapping[str, str], rulebook_version: str, code_version: str, seed: int, on: date
) -> str:
    """The SHA-256 of everything that a result depends on; `inputs` are the hashes of the datasets by table."""
    facts = {
        "code": code_version,
        "inputs": dict(inputs),
        "kind": kind,
        "on": on.isoformat(),
        "place": place,
        "rulebook": rulebook_version,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


CAREFUL, UNRELIABLE = "careful", "unreliable"
FLAGS: Final[Mapping[str, Any]] = {**{name: MEASURES.schema[name] for name in MEASURES.key}, "flag": pl.String}
"""The columns of a table of warnings: the key of a figure, and `careful` or `unreliable`."""


def result_sha256(figures: pl.DataFrame, flags: pl.DataFrame | None = None) -> str:
    """The SHA-256 of a MEASURES table in the order of its key, whatever the order of its rows: column after column, each
    its name and its values, one a line; floats as Python writes them, days as 2026-01-31, what is missing as nothing.

    Warnings (FLAGS) follow in the same way, where there are any."""
    digest = hashlib.sha256()
    _digest(digest, figures.select(*MEASURES.schema).sort(MEASURES.key))
    if flags is not None and flags.height:
        _digest(digest, flags.select(*FLAGS).sort(MEASURES.key))
    return digest.hexdigest()


def _digest(digest: Any, rows: pl.DataFrame) -> None:
    for name in rows.columns:
        # Minus zero counts as zero: not all databases keep the sign.
        lines = "\n".join(
            "" if value is None else str(value or 0.0) if isinstance(value, float) else str(value) for value in rows[name]
        )
        digest.update(f"{name}\n{lines}\n\n".encode())


def packed_problem(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "what": packed(problem.what),
        "where": [packed(part) for part in problem.where],
        "why": packed(problem.why) if problem.why else None,
        "remedy": packed(problem.remedy) if problem.remedy else None,
    }


def unpacked_problem(packed_parts: Mapping[str, Any]) -> Problem:
    """The problem from the result of `packed_problem`."""
    return Problem(
        what=unpacked(packed_parts["what"]),
        where=[unpacked(part) for part in packed_parts["where"]],
        why=unpacked(packed_parts["why"]) if packed_parts["why"] else None,
        remedy=unpacked(packed_parts["remedy"]) if packed_parts["remedy"] else None,
    )


Method = Literal["quantile", "equal", "manual"]
METHODS: Final[tuple[Method, ...]] = ("quantile", "equal", "manual")
FEWEST, MOST = 2, 9
SWATCHES: Final = 9
"""Colours of the ramp that pages and the map share."""


@dataclass(frozen=True)
class Classes:
    """Figures sorted into classes: `breaks` are the ends between them, lowest first.

    A class takes what is at least its lower break and below its upper one; the last takes its upper end too. `counts` are
    the numbers of figures per class, `missing` the number without a value. `low` and `high` are the least and greatest
    figure, None of none.
    """

    breaks: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int
    low: float | None
    high: float | None

    @property
    def ends(self) -> list[tuple[float, float]]:
        """The lower and upper end of each class."""
        if self.low is None or self.high is None:
            return []
        inner = list(self.breaks)
        return list(zip([self.low, *inner], [*inner, self.high], strict=True))

    def of(self, value: float | None) -> int | None:
        """The class of a figure, from 0; None for a missing one."""
        if value is None:
            return None
        return sum(value >= end for end in self.breaks)

    def swatch(self, index: int | None) -> int | None:
        """The colour of a class among SWATCHES, the palest first: few classes are spread over all of them; None for none."""
        if index is None or len(self.counts) < 2:
            return None if index is None else SWATCHES // 2
        return round(index * (SWATCHES - 1) / (len(self.counts) - 1))

    def described(self, labels: Sequence[str]) -> list[dict[str, Any]]:
        """Each class for the map: its ends, its label, its colour."""
        return [
            {"low": low, "high": high, "label": label, "swatch": self.swatch(at)}
            for at, ((low, high), label) in enumerate(zip(self.ends, labels, strict=True))
        ]


def classes(values: Sequence[float | None], *, method: Method, count: int, breaks: Sequence[float] = ()) -> Classes:
    """The values in at most `count` classes (2 to 9), by equal numbers, by equal widths, or at the given `breaks`.

    Breaks are rounded to as few digits as keep the classes apart. Equal values never fall into two classes, so that ties or
    few different values give fewer classes than asked for; no class is empty, except with manual breaks.
    """
    known = sorted(value for value in values if value is not None and math.isfinite(value))
    missing = len(values) - len(known)
    if not known:
        return Classes((), (), missing, None, None)
    wanted = min(max(count, FEWEST), MOST)
    if method == "manual":
        ends = _manual(breaks, known)
    elif method == "equal":
        ends = _rounded([known[0] + (known[-1] - known[0]) * k / wanted for k in range(1, wanted)], known)
    else:
        ends = _rounded([known[len(known) * k // wanted] for k in range(1, wanted)], known)
    made = Classes(tuple(ends), (), missing, known[0], known[-1])
    counts = [0] * (len(ends) + 1)
    for value in known:
        counts[made.of(value) or 0] += 1
    if method != "manual" and 0 in counts:
        return _without_empty(made, counts)
    return Classes(made.breaks, tuple(counts), missing, known[0], known[-1])


def _manual(breaks: Sequence[float], known: Sequence[float]) -> list[float]:
    inside = sorted({end for end in breaks if math.isfinite(end) and known[0] < end <= known[-1]})
    return inside[: MOST - 1]


def _rounded(ends: Sequence[float], known: Sequence[float]) -> list[float]:
    """The ends with few digits: the roundest number that splits the figures in the same way, or where figures are too dense
    for that, the end rounded by at most a tenth of the narrowest class."""
    wanted = sorted({end for end in ends if known[0] < end <= known[-1]})
    if not wanted:
        return []
    widths = [after - before for before, after in zip([known[0], *wanted], [*wanted, known[-1]], strict=True) if after > before]
    digits = min(-math.floor(math.log10(min(widths) / 10)), 12)
    rounded = {_roundest(end, known, digits) for end in wanted}
    return sorted(end for end in rounded if known[0] < end <= known[-1])


def _roundest(end: float, known: Sequence[float], digits: int) -> float:
    below = known[bisect_left(known, end) - 1]
    for fewer in range(digits - 6, digits + 1):
        candidate = round(math.floor(end * 10.0**fewer) / 10.0**fewer, max(fewer, 0))
        if below < candidate <= end:
            return candidate
    return round(end, digits)


def _without_empty(made: Classes, counts: Sequence[int]) -> Classes:
    """The classes without empty ones: of an empty class the upper end is removed, of the last class the lower end."""
    ends, held = [], [counts[0]]
    for end, count in zip(made.breaks, counts[1:], strict=True):
        if count and held[-1]:
            ends.append(end)
            held.append(count)
        elif count:
            held[-1] = count
            if ends:
                ends[-1] = end
    return Classes(tuple(ends), tuple(held), made.missing, made.low, made.high)
