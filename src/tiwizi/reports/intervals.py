"""Ranks with their intervals: each place as a dot on the span that holds nine draws in ten, on a narrow page.

At most 390 pixels wide; its letters are text in the fonts of the pages; in Arabic rank 1 stands at the right,
where reading begins.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from tiwizi.language import colon, direction, isolated_number, number, translator
from tiwizi.reports import chart, fonts
from tiwizi.reports.compare import OTHER

OWN_INK: Final = "#9c4609"
"""The colour of the place's own dot, dark enough for text."""

RANKS_PX: Final = 136
"""The width of the ranks, between the names and the figures."""
ROW_PX: Final = 22
LETTERS_PX: Final = 12
MOST_ROWS: Final = 24
NAME_LETTERS: Final = 22
"""Longer names are cut to fit the drawing. The table next to it has them whole."""


def ranks(intervals: pl.DataFrame, names: Mapping[str, str], language: str, *, place: str | None = None) -> chart.Specification:
    """Each place's rank as a dot on the span that holds nine draws in ten, as a Vega-Lite specification.

    `intervals` has place, rank, rank_low and rank_high (a plan's targeting.intervals); `names` are by place. `place` is
    drawn in colour; of many places, those next to it by rank, else the first, are drawn.
    """
    speak = translator(language)
    rows = [
        {
            "at": str(row["row"]),
            "name": _short(names.get(row["place"], row["place"]), language),
            "rank": row["rank"],
            "low": row["rank_low"],
            "high": row["rank_high"],
            "own": row["place"] == place,
            "text": isolated_number(_span(row, language), language),
        }
        for row in beside(intervals, place).iter_rows(named=True)
    ]
    below = [speak("Line: where nine draws in ten of the weights put it")]
    drawn = _whiskers(rows, language).properties(width=RANKS_PX, height=max(ROW_PX * len(rows), ROW_PX))
    made = chart.finished(drawn, speak("Rank and its interval"), below, language, size=14)
    own = next((row for row in rows if row["own"]), None)
    if own is not None:
        made["description"] += f". {own['name']}{colon(language)} {own['text']}"
    # An image in a page can only use the reader's fonts: without Noto it must not fall back to a serif.
    made["config"]["font"] = _font(language)
    return made


def beside(intervals: pl.DataFrame, place: str | None = None) -> pl.DataFrame:
    """The rows to draw, by rank: at most MOST_ROWS, those around the given place, else the first."""
    ordered = intervals.drop_nulls("rank").sort("rank", "place").with_row_index("row")
    positions = [] if place is None else ordered.filter(pl.col("place") == place)["row"].to_list()
    at = positions[0] if positions else 0
    return ordered.slice(min(max(at - MOST_ROWS // 2, 0), max(ordered.height - MOST_ROWS, 0)), MOST_ROWS)


def interval_svg(intervals: pl.DataFrame, names: Mapping[str, str], language: str, *, place: str | None = None) -> str:
    """Ranks with their intervals, as SVG: see `ranks`."""
    return chart.svg(ranks(intervals, names, language, place=place))


def _right(language: str) -> bool:
    return direction(language) == "rtl"


def _font(language: str) -> str:
    return f"{fonts.families(language)}, sans-serif"


def _short(name: str, language: str) -> str:
    """A name that fits next to its bar, in its own direction."""
    return chart.isolated_in(name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1]}…", language)


def _letters(language: str, **more: Any) -> chart.Style:
    """The text style of the drawing, with overrides."""
    usual = {"font": _font(language), "fontSize": LETTERS_PX, "baseline": "middle", "color": chart.INK}
    return usual | more


def _span(row: Mapping[str, Any], language: str) -> str:
    rank, low, high = (number(row[name], language) for name in ("rank", "rank_low", "rank_high"))
    return f"{rank} ({low}–{high})"


def _whiskers(rows: Sequence[Mapping[str, Any]], language: str) -> Any:
    """Dots on spans, the name before them and the rank with its ends after, on the sides of the language."""
    right = _right(language)
    first = min((row["low"] for row in rows), default=1)
    last = max((row["high"] for row in rows), default=1)
    colour = alt.condition("datum.own", alt.value(OTHER), alt.value(chart.SCALE[-1]))
    scale = alt.Scale(domain=[first, max(last, first + 1)], reverse=right, nice=False)
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(y=alt.Y("at:N", axis=None, sort=None))
    before, after = ("left", "right") if right else ("right", "left")
    edges = (RANKS_PX + 10, -10) if right else (-10, RANKS_PX + 10)
    own = base.transform_filter("datum.own")
    others = base.transform_filter("!datum.own")
    return alt.layer(
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", axis=None, scale=scale), x2="high:Q", color=colour),
        base.mark_point(filled=True, size=55, opacity=1).encode(x=alt.X("rank:Q", axis=None, scale=scale), color=colour),
        others.mark_text(**_letters(language, align=before)).encode(text="name:N", x=alt.value(edges[0])),
        own.mark_text(**_letters(language, align=before, color=OWN_INK)).encode(text="name:N", x=alt.value(edges[0])),
        base.mark_text(**_letters(language, align=after)).encode(text="text:N", x=alt.value(edges[1])),
    )
