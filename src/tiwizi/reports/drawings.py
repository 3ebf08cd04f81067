"""Bar and line charts of pages: what each place gains or loses, and one figure over the years. The drawings are SVG with a
title and a description, no scripts, no external resources, and letters legible on a telephone 390 pixels wide.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import polars as pl

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.rulebook.subjects import Label
from tiwizi.language import colon, direction, isolated, isolated_number, number, translator
from tiwizi.reports import chart
from tiwizi.reports.compare import OTHER, PLOT, check_columns, described
from tiwizi.reports.words import fine_percent, joined

BARS: Final = 106
ROW_PX: Final = 20
DIFFERENCES_MOST: Final = 40
"""Beyond this many places a drawing shows the largest differences; the table next to it has them all."""
TRENDS: Final[tuple[tuple[str, float, list[int]], ...]] = (
    (chart.SCALE[-1], 2.5, [1, 0]),
    (OTHER, 2, [7, 4]),
    (chart.PALE_INK, 2, [2, 3]),
)
"""Colour, width and dashes of the main line and of the comparison lines: dashes distinguish them without colour."""
KEY_PX: Final = 28
"""Length of a line sample in the key."""


def differences_svg(frame: pl.DataFrame, language: str, *, currency: Label) -> str:
    """What each place gains or loses as bars from a middle line, the largest gain first.

    `frame` has one row per place: name, difference_dh. Beyond DIFFERENCES_MOST places the largest differences are shown and
    the drawing says so. Raises BadData where the table is empty, lacks a column or leaves a difference out.
    """
    speak = translator(language)
    title = speak("Difference ({currency})").format(currency=currency.in_(language))
    check_columns(frame, ("name", "difference_dh"), title)
    if frame["difference_dh"].null_count():
        raise BadData(
            Problem(
                what=say("a place has no difference."),
                why=say("A missing bar would read as no change."),
                remedy=say("Compare two scenarios that share over the same places."),
            )
        )
    shown = frame.sort(pl.col("difference_dh").abs(), "name", descending=[True, False]).head(DIFFERENCES_MOST)
    shown = shown.sort("difference_dh", "name", descending=[True, False])
    below = speak("The second scenario less the first")
    if len(shown) < len(frame):
        below = speak("The {count} largest differences of {all}").format(
            count=number(len(shown), language), all=number(len(frame), language)
        )
    made = chart.finished(_bars(shown, language), title, below, language)
    return chart.svg(described(made, _who_gains(frame, language)))


def _bars(shown: pl.DataFrame, language: str) -> Any:
    """Name, bar, figure, in reading order: one row per place."""
    right = direction(language) == "rtl"
    rows: chart.Rows = [
        {"row": at, "name": isolated(name), "difference": amount, "said": _signed(amount, language), "gains": amount >= 0}
        for at, (name, amount) in enumerate(shown.select("name", "difference_dh").iter_rows())
    ]
    most = max(abs(row["difference"]) for row in rows) or 1
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("row:O", axis=None),
        x=alt.X("difference:Q", axis=None, scale=alt.Scale(domain=[-most, most], nice=False)),
    )
    bars = base.mark_bar(height=ROW_PX - 7).encode(
        color=alt.Color("gains:N", scale=alt.Scale(domain=[True, False], range=[chart.SCALE[-1], OTHER]), legend=None)
    )
    middle = alt.Chart(alt.InlineData(values=[{"difference": 0}])).mark_rule(color=chart.PALE_INK).encode(x="difference:Q")
    # Text grows away from the bars on both sides; in Arabic the names stand at the right.
    before, after = {"x": alt.value(-6)}, {"x": alt.value(BARS + 6)}
    letters: chart.Style = {"baseline": "middle", "fontSize": 12, "color": chart.INK, "limit": 160}
    left = base.mark_text(**letters, align="right").encode(**before, text="said:N" if right else "name:N")
    other = base.mark_text(**letters, align="left").encode(**after, text="name:N" if right else "said:N")
    return alt.layer(bars, middle, left, other).properties(width=BARS, height=ROW_PX * len(rows))


def _signed(amount: int, language: str) -> str:
    return isolated_number(("+" if amount > 0 else "") + number(amount, language), language)


def _who_gains(frame: pl.DataFrame, language: str) -> list[str]:
    """How many gain and lose, and the two extremes, for readers who do not see the bars."""
    speak = translator(language)
    ordered = frame.sort("difference_dh", "name", descending=[True, False])
    differences = ordered["difference_dh"]
    count = speak("Places that gain: {gain}; places that lose: {lose}.").format(
        gain=number(int((differences > 0).sum()), language), lose=number(int((differences < 0).sum()), language)
    )
    ends = []
    if differences[0] > 0:
        first = {"name": isolated(ordered["name"][0]), "difference": _signed(differences[0], language)}
        ends.append(speak("Largest gain: {name}, {difference}.").format(**first))
    if differences[-1] < 0:
        last = {"name": isolated(ordered["name"][-1]), "difference": _signed(differences[-1], language)}
        ends.append(speak("Largest loss: {name}, {difference}.").format(**last))
    return [count, *ends]


@dataclass(frozen=True)
class Line:
    """One figure over the years: whose it is, and points of (year, value) in any order."""

    name: str
    points: Sequence[tuple[int, float]]


def trend_svg(
    points: Sequence[tuple[int, float]],
    label: str,
    language: str,
    *,
    share: bool,
    name: str = "",
    beside: Sequence[Line] = (),
    as_text: Callable[[float], str] | None = None,
) -> str:
    """One figure over the years, each point with its value; `share` says that values go from 0 to 1 and are read as %.

    Points are (year, value) in any order. `beside` are up to two lines to compare it with, distinguished by their dashes and
    named below the drawing, as is the main line by `name`. `as_text` formats a value, if the page needs a special format.
    Raises BadData where there is no point, two points of one year, a value that is no number, or more lines than can be
    distinguished.
    """
    lines = [Line(name, points), *beside]
    _check_lines(lines, label)
    speak = translator(language)
    write = as_text or (lambda value: _said(value, language, share=share))
    years = sorted({year for line in lines for year, _value in line.points})
    drawn = [_trend(line, at, years) for at, line in enumerate(lines)]
    drawn[0] += _figures(points, beside, write)
    key = [_key(lines, language)] if beside else []
    layered = alt.layer(*(layer for layers in reversed(drawn) for layer in layers), *key).properties(width=PLOT, height=150)
    below = str(years[0]) if len(years) == 1 else isolated_number(f"{years[0]}–{years[-1]}", language)
    texts = [
        (f"{isolated(line.name)}{colon(language)} " if beside else "")
        + joined(
            (speak("{year}: {value}").format(year=year, value=write(value)) for year, value in sorted(line.points)), language
        )
        + "."
        for line in lines
    ]
    return chart.svg(described(chart.finished(layered, label, below, language), texts))


def _trend(line: Line, at: int, years: Sequence[int]) -> list[Any]:
    """A line with its dots."""
    # The figures of the first and the last year are wider than their points.
    room = max(1, 0.12 * (years[-1] - years[0]))
    axis = alt.Axis(title=None, values=list(years), format="d", grid=False, labelFontSize=12, labelFlush=False, labelOverlap=True)
    rows = [{"year": year, "value": value} for year, value in sorted(line.points)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[years[0] - room, years[-1] + room], nice=False)),
        # From zero: a small change must not look large.
        y=alt.Y(
            "value:Q", axis=alt.Axis(title=None, labels=False, ticks=False, domain=False, tickCount=4), scale=alt.Scale(zero=True)
        ),
    )
    colour, width, dash = TRENDS[at]
    return [
        base.mark_line(color=colour, strokeWidth=width, strokeDash=dash),
        base.mark_point(color=colour, filled=True, size=60 if at == 0 else 30, opacity=1),
    ]


def _figures(points: Sequence[tuple[int, float]], beside: Sequence[Line], write: Callable[[float], str]) -> list[Any]:
    """The values of the first line, each on the side of its point where the other lines leave more room."""
    rows: chart.Rows = []
    for year, value in sorted(points):
        others = [dict(line.points)[year] for line in beside if year in dict(line.points)]
        above = min((other - value for other in others if other >= value), default=math.inf)
        below = min([value - other for other in [*others, 0.0] if other <= value], default=math.inf)
        rows.append({"year": year, "value": value, "said": write(value), "above": above >= below})
    layers = []
    for side, dy in ((True, -12), (False, 15)):
        shown = [row for row in rows if row["above"] == side]
        text = alt.Chart(alt.InlineData(values=shown)).encode(x="year:Q", y="value:Q", text="said:N")
        # A pale outline keeps figures legible where another line passes below them.
        rim = text.mark_text(dy=dy, fontSize=12, stroke="white", strokeWidth=3, fill="white")
        layers += ([rim] if beside and shown else []) + ([text.mark_text(dy=dy, fontSize=12, color=chart.INK)] if shown else [])
    return layers


def _key(lines: Sequence[Line], language: str) -> Any:
    """What each line is, below the years; in Arabic it starts at the right, as reading does."""
    right = direction(language) == "rtl"
    start, end, letters = (PLOT, PLOT - KEY_PX, PLOT - KEY_PX - 8) if right else (0, KEY_PX, KEY_PX + 8)
    layers = []
    for at, line in enumerate(lines):
        colour, width, dash = TRENDS[at]
        y = alt.value(150 + 38 + 18 * at)
        base = alt.Chart(alt.InlineData(values=[{"name": chart.isolated_in(line.name, language)}])).encode(y=y)
        layers.append(
            base.mark_rule(color=colour, strokeWidth=width, strokeDash=dash).encode(x=alt.value(start), x2=alt.value(end))
        )
        text = base.mark_text(align="right" if right else "left", baseline="middle", fontSize=12, color=chart.INK, limit=230)
        layers.append(text.encode(x=alt.value(letters), text="name:N"))
    return alt.layer(*layers)


def _said(value: float, language: str, *, share: bool) -> str:
    if share:
        return fine_percent(value, language)
    return isolated_number(number(value, language, decimals=0 if value == int(value) or abs(value) >= 100 else 1), language)


def _check_lines(lines: Sequence[Line], label: str) -> None:
    remedy = say("Give one figure a year, and leave out the years that have none.")
    for line in lines:
        years = [year for year, _value in line.points]
        if not years:
            what = say("“{label}” has no figure to draw.", label=line.name or label)
        elif len(set(years)) < len(years):
            what = say("“{label}” has two figures of one year.", label=line.name or label)
        elif not all(math.isfinite(value) for _year, value in line.points):
            what = say("“{label}” has a figure that is no number.", label=line.name or label)
        else:
            continue
        raise BadData(Problem(what=what, remedy=remedy))
    if len(lines) > len(TRENDS):
        raise BadData(
            Problem(
                what=say("“{label}” has more lines than can be told apart.", label=label),
                remedy=say("Choose at most two lines to compare it with."),
            )
        )
