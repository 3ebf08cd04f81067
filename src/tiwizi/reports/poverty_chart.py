"""The composition of poverty by place: stacked bars of the contribution of each indicator to the adjusted headcount."""

from typing import Any, Final

import altair as alt
import polars as pl

from tiwizi.language import direction, isolated, number, percent, translator
from tiwizi.reports import chart
from tiwizi.reports.compare import check_columns, described
from tiwizi.reports.words import joined

BARS: Final = 220
ROW_PX: Final = 24
PLACES_MOST: Final = 30
"""Beyond this many places a drawing shows the poorest; the table next to it has them all."""
COLOURS: Final = ("#0b5563", "#c8553d", "#588b8b", "#f0a868", "#3d405b", "#81b29a", "#a26769", "#e0be36", "#6d597a", "#8d99ae")


def contributions_svg(frame: pl.DataFrame, language: str) -> str:
    """The contribution of each indicator to the adjusted headcount of each place, the poorest place first.

    `frame` has one row per place and indicator: name, indicator (in words, in the order of the rulebook), value (0 to 1).
    The bar's length is the adjusted headcount. Raises BadData where the table is empty or lacks a column.
    """
    speak = translator(language)
    title = speak("What poverty is made of")
    check_columns(frame, ("name", "indicator", "value"), title)
    totals = frame.group_by("name").agg(total=pl.col("value").sum()).sort("total", "name", descending=[True, False])
    shown = totals.head(PLACES_MOST)
    below = speak("Adjusted headcount (M0) by indicator")
    if totals.height > shown.height:
        below = speak("The {count} poorest places of {all}").format(
            count=number(shown.height, language), all=number(totals.height, language)
        )
    indicators = frame["indicator"].unique(maintain_order=True).to_list()
    made = chart.finished(_bars(frame, shown, indicators, language), title, below, language)
    return chart.svg(described(made, [_poorest(frame, shown, language)]))


def _bars(frame: pl.DataFrame, shown: pl.DataFrame, indicators: list[str], language: str) -> Any:
    right = direction(language) == "rtl"
    order = {name: at for at, name in enumerate(shown["name"])}
    rows: chart.Rows = [
        {
            "row": order[name],
            "name": isolated(name),
            "indicator": chart.isolated_in(indicator, language),
            "at": indicators.index(indicator),
            "value": value,
        }
        for name, indicator, value in frame.select("name", "indicator", "value").iter_rows()
        if name in order
    ]
    ends = [
        {"row": order[name], "name": isolated(name), "total": total, "said": percent(total, language, decimals=1)}
        for name, total in shown.iter_rows()
    ]
    words = [chart.isolated_in(indicator, language) for indicator in indicators]
    most = max([0.01, *shown["total"].to_list()])
    scale = alt.Scale(domain=[0, most], reverse=right, nice=False)
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(height=ROW_PX - 9)
        .encode(
            y=alt.Y("row:O", axis=None),
            x=alt.X("value:Q", axis=None, scale=scale, stack="zero"),
            order=alt.Order("at:Q"),
            color=alt.Color(
                "indicator:N",
                scale=alt.Scale(domain=words, range=list(COLOURS[: len(words)])),
                legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=150, symbolType="square"),
            ),
        )
    )
    base = alt.Chart(alt.InlineData(values=ends)).encode(y=alt.Y("row:O", axis=None))
    letters: chart.Style = {"baseline": "middle", "fontSize": 12, "color": chart.INK, "limit": 150}
    before, after = {"x": alt.value(-6)}, {"x": alt.value(BARS + 6)}
    names = base.mark_text(**letters, align="left" if right else "right").encode(**(after if right else before), text="name:N")
    labels = base.mark_text(**letters, align="right" if right else "left").encode(**(before if right else after), text="said:N")
    return alt.layer(bars, names, labels).properties(width=BARS, height=ROW_PX * shown.height)


def _poorest(frame: pl.DataFrame, shown: pl.DataFrame, language: str) -> str:
    name, total = shown.row(0)
    parts = frame.filter(pl.col("name") == name).sort("value", descending=True).head(3)
    speak = translator(language)
    sentence = joined(
        (
            f"{indicator} {percent(value, language, decimals=1)}"
            for indicator, value in parts.select("indicator", "value").iter_rows()
        ),
        language,
    )
    return speak("{name}: {total}, of which {parts}.").format(
        name=name, total=percent(total, language, decimals=1), parts=sentence
    )
