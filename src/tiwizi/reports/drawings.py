"""Bars and lines that a page shows as a picture: what each place gains or loses, and one figure through the years.

The drawings are SVG with a title and a description, nothing that runs, nothing from elsewhere, and letters that stay
legible on a telephone 390 pixels wide.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.language import direction, isolated, isolated_number, number, translator
from tiwizi.reports import chart
from tiwizi.reports.compare import OTHER, PLOT, check_columns, described
from tiwizi.reports.words import fine_percent, joined

BARS: Final = 106
ROW_PX: Final = 20
DIFFERENCES_MOST: Final = 40
"""Beyond so many places a picture shows the largest differences; the table beside it has them all."""


def differences_svg(frame: pl.DataFrame, language: str) -> str:
    """What each place gains or loses as bars from a middle line, the largest gain first.

    `frame` has one row a place: name, difference_dh. Beyond DIFFERENCES_MOST places the largest differences are shown and
    the drawing says so. Raises BadData where the table is empty, lacks a column or leaves a difference out.
    """
    speak = translator(language)
    title = speak("Difference (DH)")
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
    """Name, bar, figure, in the order of reading: a row a place."""
    right = direction(language) == "rtl"
    rows: list[dict[str, Any]] = [
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
    letters: dict[str, Any] = {"baseline": "middle", "fontSize": 12, "color": chart.INK, "limit": 160}
    left = base.mark_text(**letters, align="right").encode(**before, text="said:N" if right else "name:N")
    other = base.mark_text(**letters, align="left").encode(**after, text="name:N" if right else "said:N")
    return alt.layer(bars, middle, left, other).properties(width=BARS, height=ROW_PX * len(rows))


def _signed(amount: int, language: str) -> str:
    return isolated_number(("+" if amount > 0 else "") + number(amount, language), language)


def _who_gains(frame: pl.DataFrame, language: str) -> list[str]:
    """How many gain and lose, and the two ends, for who does not see the bars."""
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


def trend_svg(points: Sequence[tuple[int, float]], label: str, language: str, *, share: bool) -> str:
    """One figure through the years, each point with its value; `share` says that values go from 0 to 1 and are read as %.

    Points are (year, value) in any order. Raises BadData where there is none, two of one year, or one that is no number.
    """
    _check_points(points, label)
    rows: list[dict[str, Any]] = [
        {"year": year, "value": value, "said": _said(value, language, share=share)} for year, value in sorted(points)
    ]
    years = [row["year"] for row in rows]
    # The figures of the first and the last year are wider than their points.
    room = max(1, 0.12 * (years[-1] - years[0]))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "year:Q",
            axis=alt.Axis(
                title=None, values=years, format="d", grid=False, labelFontSize=12, labelFlush=False, labelOverlap=True
            ),
            scale=alt.Scale(domain=[years[0] - room, years[-1] + room], nice=False),
        ),
        # From zero: a small change must not look like a great one.
        y=alt.Y(
            "value:Q", axis=alt.Axis(title=None, labels=False, ticks=False, domain=False, tickCount=4), scale=alt.Scale(zero=True)
        ),
    )
    line = base.mark_line(color=chart.SCALE[-1], strokeWidth=2.5)
    dots = base.mark_point(color=chart.SCALE[-1], filled=True, size=60, opacity=1)
    values = base.mark_text(dy=-12, fontSize=12, color=chart.INK).encode(text="said:N")
    layered = alt.layer(line, dots, values).properties(width=PLOT, height=150)
    below = str(years[0]) if len(years) == 1 else isolated_number(f"{years[0]}–{years[-1]}", language)
    speak = translator(language)
    told = joined((speak("{year}: {value}").format(year=row["year"], value=row["said"]) for row in rows), language)
    return chart.svg(described(chart.finished(layered, label, below, language), [told + "."]))


def _said(value: float, language: str, *, share: bool) -> str:
    if share:
        return fine_percent(value, language)
    return isolated_number(number(value, language, decimals=0 if value == int(value) or abs(value) >= 100 else 1), language)


def _check_points(points: Sequence[tuple[int, float]], label: str) -> None:
    years = [year for year, _value in points]
    if not points:
        what = say("“{label}” has no figure to draw.", label=label)
    elif len(set(years)) < len(years):
        what = say("“{label}” has two figures of one year.", label=label)
    elif not all(math.isfinite(value) for _year, value in points):
        what = say("“{label}” has a figure that is no number.", label=label)
    else:
        return
    raise BadData(Problem(what=what, remedy=say("Give one figure a year, and leave out the years that have none.")))
