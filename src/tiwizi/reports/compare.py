"""Comparison of two scenarios: who gains, who loses, and whom the money reaches in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import polars as pl

from tiwizi.core.budget import allocation
from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.money import Centimes
from tiwizi.language import isolated, percent, translator
from tiwizi.plan import Allotment, Plan
from tiwizi.reports import chart
from tiwizi.reports.words import place_name

OTHER: Final = "#c2631b"
"""The second colour beside the one of the maps; the two are distinguishable without red-green vision."""
PLOT: Final = 270
"""Side of a plot in pixels: with its axis it stays under a telephone's 390."""
LINES: Final = ((chart.SCALE[-1], 4.5), (OTHER, 2.0))
"""Colour and width of the first and of the second line: where they overlap, the wide one shows behind the narrow one."""

Amounts = Plan | Allotment | Mapping[str, int]
"""A plan, what a formula gives, or amounts by place."""


@dataclass(frozen=True)
class Side:
    """The places that gain, lose or keep: how many, their people, and what they gain in money (a loss is below 0)."""

    places: int
    people: int
    gain_dh: int

    @property
    def gain_centimes(self) -> Centimes:
        """What they gain, to be shown."""
        return Centimes.of_dh(self.gain_dh)


@dataclass(frozen=True)
class Sides:
    """Who gains, who loses and who keeps from one scenario to the other, and what each scenario shares."""

    gainers: Side
    losers: Side
    unchanged: Side
    one_dh: int
    other_dh: int


def compared(first: Amounts, other: Amounts, *, places: pl.DataFrame | None = None, language: str | None = None) -> pl.DataFrame:
    """One row per place: place, one_dh, other_dh, difference_dh (other less one), difference_share (of one; empty where it
    was 0).

    With `places` (PLACES; by default those of the plan, if there is one) and a language, name and people come after the
    place. Places are ordered by gain, the largest first, then by code; a place missing from one of the two gets 0 there.
    """
    ones, others = _amounts(first), _amounts(other)
    codes = sorted({*ones, *others})
    frame = pl.DataFrame(
        {"place": codes, "one_dh": [ones.get(code, 0) for code in codes], "other_dh": [others.get(code, 0) for code in codes]},
        schema={"place": pl.String, "one_dh": pl.Int64, "other_dh": pl.Int64},
    )
    difference = pl.col("other_dh") - pl.col("one_dh")
    frame = frame.with_columns(
        difference_dh=difference,
        difference_share=pl.when(pl.col("one_dh") != 0).then(difference / pl.col("one_dh")),
    ).sort("difference_dh", "place", descending=[True, False])
    if places is None:
        places = next((each.places for each in (first, other) if isinstance(each, Plan)), None)
    return frame if places is None or language is None else _named(frame, places, language)


def sides(frame: pl.DataFrame) -> Sides:
    """How many places gain, lose and keep, with their people (0 where `compared` was not given the places), and the totals."""
    gain, lose = frame.filter(pl.col("difference_dh") > 0), frame.filter(pl.col("difference_dh") < 0)
    return Sides(
        gainers=_side(gain),
        losers=_side(lose),
        unchanged=_side(frame.filter(pl.col("difference_dh") == 0)),
        one_dh=int(frame["one_dh"].sum()),
        other_dh=int(frame["other_dh"].sum()),
    )


def _amounts(given: Amounts) -> Mapping[str, int]:
    if isinstance(given, Plan | Allotment):
        return dict(allocation.totals(given.shares).select("place", "amount_dh").iter_rows())
    return given


def _named(frame: pl.DataFrame, places: pl.DataFrame, language: str) -> pl.DataFrame:
    rows = {row["place"]: row for row in places.iter_rows(named=True)}
    codes = frame["place"].to_list()
    names = [place_name(rows[code], language) if code in rows else code for code in codes]
    people = [rows[code]["population"] if code in rows else None for code in codes]
    labelled = frame.with_columns(name=pl.Series(names, dtype=pl.String), people=pl.Series(people, dtype=pl.Int64))
    return labelled.select("place", "name", "people", pl.exclude("place", "name", "people"))


def _side(frame: pl.DataFrame) -> Side:
    people = int(frame["people"].sum()) if "people" in frame.columns else 0
    return Side(places=frame.height, people=people, gain_dh=int(frame["difference_dh"].sum()))


def curves_svg(curves_of: Sequence[tuple[str, pl.DataFrame]], language: str) -> str:
    """The concentration curves of one or two scenarios as SVG; raises as `curves` does."""
    return chart.svg(curves(curves_of, language))


def curves(lines: Sequence[tuple[str, pl.DataFrame]], language: str) -> chart.Specification:
    """Concentration curves of one or two scenarios: money against people from the most deprived place, named in a legend.

    Each line is a name and a curve with people_share and amount_share, as core.targeting.concentration_curve gives it.
    Raises BadData where there is no curve, more than two, or one without these columns.
    """
    _check_curves(lines)
    speak = translator(language)
    names = _apart([name for name, _curve in lines])
    points = [
        {"scenario": name, **point}
        for name, (_given, curve) in zip(names, lines, strict=True)
        for point in curve.select("people_share", "amount_share").to_dicts()
    ]
    drawn = [_curve(points, names, at, language) for at in range(len(names))]
    even = alt.Chart(alt.InlineData(values=[{"people_share": 0, "amount_share": 0}, {"people_share": 1, "amount_share": 1}]))
    diagonal = even.mark_line(color=chart.PALE_INK, strokeDash=[4, 4], strokeWidth=1).encode(
        x="people_share:Q", y="amount_share:Q"
    )
    layered = alt.layer(diagonal, *drawn).properties(width=PLOT, height=PLOT)
    reached = [
        speak("{scenario}: the most deprived fifth of the people receives {share} of the money.").format(
            scenario=name, share=percent(_of_the_poorest_fifth(curve), language)
        )
        for name, (_given, curve) in zip(names, lines, strict=True)
    ]
    made = chart.finished(layered, speak("Concentration curve"), speak("Dashed: the same to each head"), language)
    return described(made, reached)


def _of_the_poorest_fifth(curve: pl.DataFrame) -> float:
    """Interpolated on the drawn line: a given curve need not contain the counts behind its shares."""
    return float(np.interp(0.2, curve["people_share"].to_numpy(), curve["amount_share"].to_numpy()))


def _curve(points: chart.Rows, names: list[str], at: int, language: str) -> Any:
    speak = translator(language)
    people = chart.isolated_in(speak("People, from the most deprived place"), language)
    money = chart.isolated_in(speak("Money"), language)
    colours = alt.Scale(domain=names, range=[colour for colour, _width in LINES[: len(names)]])
    legend = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=PLOT, labelFontSize=12, symbolType="stroke")
    return (
        alt.Chart(alt.InlineData(values=[point for point in points if point["scenario"] == names[at]]))
        .mark_line(strokeWidth=LINES[at][1] if len(names) > 1 else 2.5, interpolate="linear")
        .encode(
            x=alt.X("people_share:Q", axis=_share_axis(people, language)),
            y=alt.Y("amount_share:Q", axis=_share_axis(money, language)),
            color=alt.Color("scenario:N", scale=colours, legend=legend if len(names) > 1 else None),
        )
    )


def _share_axis(title: str, language: str) -> Any:
    sign = "\u00a0%" if language == "fr" else "%"
    label = f"format(datum.value * 100, 'd') + '{sign}'"
    return alt.Axis(title=title, values=[0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr=label, labelFontSize=11, titleFontSize=12)


def _apart(names: list[str]) -> list[str]:
    """Names isolated from surrounding text; equal names are numbered, or their lines would merge."""
    if len(set(names)) < len(names):
        names = [f"{at}. {name}" for at, name in enumerate(names, 1)]
    return [isolated(name) for name in names]


def _check_curves(lines: Sequence[tuple[str, pl.DataFrame]]) -> None:
    if not 1 <= len(lines) <= len(LINES):
        raise BadData(
            Problem(
                what=say("a drawing holds one curve or two, not {count}.", count=len(lines)),
                remedy=say("Choose one scenario or two."),
            )
        )
    for name, curve in lines:
        check_columns(curve, ("people_share", "amount_share"), name)


def check_columns(frame: pl.DataFrame, wanted: tuple[str, ...], name: str) -> None:
    """Raises BadData when a table to be drawn has no row, or lacks a column."""
    missing = [column for column in wanted if column not in frame.columns]
    if missing or frame.is_empty():
        raise BadData(
            Problem(
                what=say("there is nothing to draw of “{name}”.", name=name),
                remedy=say("Its table needs rows and the columns {columns}.", columns=", ".join(wanted)),
            )
        )


def described(specification: chart.Specification, sentences: Sequence[str]) -> chart.Specification:
    """The drawing with a description after its title, for screen readers, and with fallback fonts."""
    # An image in a page can only use the reader's fonts: without Noto it must not fall back to a serif.
    config = specification["config"] | {"font": f"{specification['config']['font']}, sans-serif"}
    return specification | {"config": config, "description": " ".join([specification["description"] + ".", *sentences])}
