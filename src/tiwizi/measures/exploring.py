"""The contents of the explorer: the chosen figures, sorted into classes, as rows of a table and values of a map."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from tiwizi.database import scope
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.measures.queries import Cache, Known, Row
from tiwizi.measures.rules import DONE, FEWEST, METHODS, MOST, UNRELIABLE, Classes, Method, classes
from tiwizi.territories.models import Place
from tiwizi.territories.rules import levels_above, ranks, unit

FIRST: Final = ("adjusted_headcount_union", "headcount_ratio")
"""Default measures: the first of them that a run has."""
SORTS: Final = ("-value", "value", "name", "-name", "-people", "people")
_values: Cache[tuple[str, bytes]] = Cache(64)


@dataclass(frozen=True)
class Chosen:
    """The figures of one measure at one level on one day, in one place or in all that the reader sees, and their
    classification."""

    run: Run
    known: tuple[Known, ...]
    measure: str
    level: str
    as_of: date
    place: Place | None
    method: Method
    count: int
    breaks: tuple[float, ...]
    sort: str

    @property
    def rows(self) -> list[Row]:
        """The figures, in the order of the tree."""
        rows = queries.figures(self.run, measure=self.measure, level=self.level, as_of=self.as_of)
        if self.place is None:
            return rows
        return [row for row in rows if self.place.position <= row.position <= self.place.last]

    @property
    def levels(self) -> list[str]:
        """The levels at which the measure is known."""
        return queries.levels_in_order(known.level for known in self.known if known.measure == self.measure)

    @property
    def years(self) -> list[int]:
        """The years for which the measure is known at the level, latest first."""
        held = {known.as_of.year for known in self.known if (known.measure, known.level) == (self.measure, self.level)}
        return sorted(held, reverse=True)


def choose(asked: Mapping[str, str]) -> Chosen | None:
    """The choice described by these parameters, with defaults for missing or unknown ones. None without any figure."""
    run = _run(asked.get("run", ""))
    known = queries.known(run) if run is not None else []
    if run is None or not known:
        return None
    measures = {measure.measure for measure in known}
    measure = asked.get("measure", "")
    if measure not in measures:
        measure = next((measure for measure in FIRST if measure in measures), min(measures))
    level = _level(asked.get("level", ""), {entry.level for entry in known if entry.measure == measure})
    days = sorted(entry.as_of for entry in known if (entry.measure, entry.level) == (measure, level))
    of_year = [day for day in days if str(day.year) == asked.get("year")]
    method = next((method for method in METHODS if method == asked.get("method")), METHODS[0])
    breaks = _numbers(asked.get("breaks", ""), 100 if labels.is_share(measure) else 1)
    return Chosen(
        run=run,
        known=tuple(known),
        measure=measure,
        level=level,
        as_of=(of_year or days)[-1],
        place=Place.objects.filter(code=asked["place"]).order_by("-since").first() if asked.get("place") else None,
        method="quantile" if method == "manual" and not breaks else method,
        count=_count(asked.get("classes", "")),
        breaks=breaks,
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else SORTS[0],
    )


def _run(asked: str) -> Run | None:
    if asked.isdecimal() and len(asked) < 19:
        run: Run | None = queries.runs_seen().filter(pk=int(asked), status=DONE).first()
        if run is not None:
            return run
    return queries.current_run()


def _level(asked: str, levels: set[str]) -> str:
    if asked in levels:
        return asked
    return unit() if unit() in levels else queries.levels_in_order(levels)[-1]


def _count(asked: str) -> int:
    return min(max(int(asked), FEWEST), MOST) if asked.isdecimal() and len(asked) < 4 else 5


def _numbers(text: str, by: int) -> tuple[float, ...]:
    """The numbers in a text, separated by blanks or semicolons, with a decimal point or comma; words are skipped."""
    numbers = re.findall(r"(?<![\w.,])-?\d{1,15}(?:[.,]\d{1,9})?(?![\w.,])", text[:400])
    return tuple(float(text_number.replace(",", ".")) / by for text_number in numbers)


def classed(chosen: Chosen, rows: Sequence[Row]) -> Classes:
    """The figures in the chosen classes."""
    return classes([row.value for row in rows], method=chosen.method, count=chosen.count, breaks=chosen.breaks)


def doubtful(rows: Sequence[Row]) -> list[Row]:
    """The shown figures that are unreliable."""
    return [row for row in rows if row.flag == UNRELIABLE and row.value is not None]


def class_labels(made: Classes, measure: str, language: str) -> list[str]:
    """Each class in words: its lower and upper end."""
    return [f"{labels.shown(measure, low, language)} – {labels.shown(measure, high, language)}" for low, high in made.ends]


def breaks_text(made: Classes, measure: str) -> str:
    """The breaks as typed in the form: percentages for shares."""
    by = 100 if labels.is_share(measure) else 1
    return "; ".join(f"{round(end * by, 9):g}" if abs(end * by) < 1e6 else f"{end * by:.0f}" for end in made.breaks)


def map_values(chosen: Chosen, language: str) -> tuple[str, bytes]:
    """The tag and the bytes of the map's values: classes with their labels, and the class of each place or null."""
    key = (
        chosen.run.pk,
        chosen.run.fingerprint,
        chosen.run.finished_at,
        scope.current().ranges,
        chosen.measure,
        chosen.level,
        chosen.as_of,
        chosen.place.pk if chosen.place else 0,
        chosen.method,
        chosen.count,
        chosen.breaks,
        language,
    )

    def make() -> tuple[str, bytes]:
        rows = chosen.rows
        made = classed(chosen, rows)
        labels = class_labels(made, chosen.measure, language)
        body: dict[str, Any] = {
            "classes": made.described(labels),
            "values": {row.place: made.of(row.value) for row in rows},
            "doubtful": [row.place for row in doubtful(rows)],
        }
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return f'"{hash_of(content)}"', content

    return _values.get(key, make)


def hash_of(content: bytes) -> str:
    """A short hash of bytes, for a tag."""
    return hashlib.sha256(content).hexdigest()[:24]


def forget() -> None:
    """Empties the caches, for anyone who edits the database directly."""
    _values.clear()
    queries.forget()


def places_to_choose(language: str) -> list[tuple[str, str, str]]:
    """Code, level and name of the places to look into: those above the level that shares, the lowest where the reader has few."""
    wide = any(last - first > 2**48 for first, last in scope.current().ranges)
    order = ranks()
    above = [level for level in levels_above() if order[level]]
    lowest = max((order[level] for level in above), default=0)
    levels = [level for level in above if not wide or order[level] < lowest] or above
    rows = Place.objects.filter(level__in=levels, until=None).order_by("position")[:400]
    return [
        (code, level, queries.name_in(language, *spelled) or code)
        for code, level, *spelled in rows.values_list("code", "level", "name_ar", "name_fr", "name_en")
    ]


def in_order(chosen: Chosen, rows: Sequence[Row], language: str) -> list[Row]:
    """The rows in the chosen order, places without a value last."""
    name = chosen.sort.removeprefix("-")
    down = chosen.sort.startswith("-")
    if name == "name":
        order = queries.in_order_of_name(chosen.level, language)
        return sorted(rows, key=lambda row: order.get(row.place, len(order)), reverse=down)
    known = [row for row in rows if getattr(row, name) is not None]
    rest = [row for row in rows if getattr(row, name) is None]
    return sorted(known, key=lambda row: getattr(row, name), reverse=down) + rest


def table(chosen: Chosen, rows: Sequence[Row], language: str) -> pl.DataFrame:
    """The figures for export: a MEASURES table with the place's name, its level and the run."""
    names = queries.names([row.place for row in rows], language)
    table_rows: list[dict[str, Any]] = []
    for row in rows:
        code, name = names.get(row.place, ("", ""))
        table_rows.append(
            {
                "place": code,
                "name": name,
                "level": chosen.level,
                "measure": chosen.measure,
                "value": row.value,
                "low": row.low,
                "high": row.high,
                "people": row.people,
                "as_of": chosen.as_of,
                "series": row.series,
                "standing": row.standing,
                "assumed": row.assumed,
                "source": row.source,
                "flag": row.flag,
                "run": chosen.run.pk,
            }
        )
    return pl.DataFrame(table_rows, schema=_EXPORT)


_EXPORT: Final = {
    "place": pl.String,
    "name": pl.String,
    "level": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "people": pl.Int64,
    "as_of": pl.Date,
    "series": pl.String,
    "standing": pl.String,
    "assumed": pl.Boolean,
    "source": pl.String,
    "flag": pl.String,
    "run": pl.Int64,
}
