"""One measure of a place over the years, compared with its parent and the median of its level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from tiwizi.core.rulebook.subjects import Rules
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.place_figures import latest
from tiwizi.measures.queries import Row
from tiwizi.office.answers import Context
from tiwizi.reports.drawings import Line
from tiwizi.territories.models import Place
from tiwizi.territories.rules import levels_above, unit

FEWEST: Final = 3
"""Below this number of places the median adds nothing to the figures."""
FIRSTS: Final = ("adjusted_headcount", "illiteracy_10_plus_share")
"""Default measures, if known for two years."""
_ADD_UP: Final = ("_people", "_households")
_ADDED: Final = frozenset({"population", "legal_population", "households", "people_below_development_line"})

Rows = Sequence[tuple[str, date, Row]]


@dataclass(frozen=True)
class Trend:
    """A measure's known figures by year: the place's own first, then its parent's, then the median; empty ones left out."""

    measure: str
    label: str
    lines: tuple[Line, ...]
    middle: bool
    """Whether the median is among the lines."""
    drawn: tuple[Line, ...]
    """The lines that fit one scale: a parent's sum would flatten the line of the place."""

    @property
    def years(self) -> list[int]:
        """Every year of any line, first to last."""
        return sorted({year for line in self.lines for year, _value in line.points})


def chosen(asked: str, rows: Rows) -> str:
    """The requested measure if the place has a figure of it, else the first with figures for two years."""
    by_measure = queries.trends([row for row in rows if row[2].value is not None])
    if asked in by_measure:
        return asked
    twice = [
        measure
        for measure, by_series in by_measure.items()
        if len({day for of, day in by_series if of == latest(by_series)[0]}) > 1
    ]
    return next((measure for measure in FIRSTS if measure in twice), min(twice or by_measure, default=""))


def trend(run: Run, place: Place, parent: Place | None, measure: str, rows: Rows, words: Rules, language: str) -> Trend | None:
    """The lines of a measure; None where the place has no figure of it. The parent is None outside the reader's places."""
    by_series = queries.trends([row for row in rows if row[2].value is not None]).get(measure)
    if not by_series:
        return None
    series, _last = latest(by_series)
    own = {day.year: row.value for (of, day), row in by_series.items() if of == series and row.value is not None}
    lines = [Line(place.name(language), tuple(sorted(own.items())))]
    above = queries.through_years(run, parent, measure=measure, series=series) if parent is not None else {}
    if parent is not None and above:
        # With its level: a place is often named like the one that it lies in.
        parent_name = f"{parent.name(language)} ({answers.level_name(parent.level, words)})"
        lines.append(Line(parent_name, tuple((day.year, value) for day, value in above.items())))
    medians = queries.medians(run, measure=measure, level=place.level, series=series)
    middle = tuple((day.year, value) for day, (value, count) in medians.items() if count >= FEWEST)
    if middle:
        lines.append(Line(_("Median of its level"), middle))
    sums = measure.endswith(_ADD_UP) or measure in _ADDED
    return Trend(
        measure,
        labels.label(measure, words, language),
        tuple(lines),
        bool(middle),
        tuple(line for line in lines if not (sums and above and line is lines[1])),
    )


def in_words(shown: Trend, language: str) -> list[Context]:
    """The table next to the drawing: one row per line, one cell per year, the change from the first to the last."""
    table_rows = []
    for line in shown.lines:
        points = dict(line.points)
        ends = (line.points[0][1], line.points[-1][1])
        table_rows.append(
            {
                "name": line.name,
                "dash": shown.drawn.index(line) if line in shown.drawn else None,
                "values": [labels.shown(shown.measure, points[year], language) if year in points else "" for year in shown.years],
                "change": labels.change(shown.measure, *ends, language) if len(points) > 1 else "",
            }
        )
    return table_rows


def context(
    asked: Mapping[str, str], run: Run, place: Place, parent: Place | None, rows: Rows, words: Rules, language: str
) -> Context:
    """The context of the page's part about years."""
    shown = trend(run, place, parent, chosen(asked.get("measure", ""), rows), rows, words, language)
    return {
        "trend": shown,
        "trend_rows": in_words(shown, language) if shown else [],
        "levels_above": levels_above(),
        "unit_level": unit(),
        "trend_unit": labels.unit(shown.measure, language) if shown else "",
    }
