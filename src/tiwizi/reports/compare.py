"""Two scenarios side by side: who gains, who loses, and whom the money reaches in each."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from tiwizi.language import translator
from tiwizi.reports import chart


def compared(one: Mapping[str, int], other: Mapping[str, int]) -> pl.DataFrame:
    """One row a place: place, one_dh, other_dh, difference_dh (other less one), difference_share (of one; empty where it was 0).

    Places in the order of what they gain, the largest gain first, then by code.
    """
    rows = [
        {
            "place": place,
            "one_dh": one.get(place, 0),
            "other_dh": other.get(place, 0),
            "difference_dh": other.get(place, 0) - one.get(place, 0),
            "difference_share": (other.get(place, 0) - one.get(place, 0)) / one[place] if one.get(place) else None,
        }
        for place in sorted({*one, *other})
    ]
    schema = {
        "place": pl.String,
        "one_dh": pl.Int64,
        "other_dh": pl.Int64,
        "difference_dh": pl.Int64,
        "difference_share": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).sort("difference_dh", "place", descending=[True, False])


def curves(lines: Sequence[tuple[str, pl.DataFrame]], language: str) -> dict[str, Any]:
    """Concentration curves of one or two scenarios: money against people from the most deprived place, named in a legend.

    Each line is a name and a curve with people_share and amount_share, as core.targeting.concentration_curve gives it.
    """
    speak = translator(language)
    points = [
        {"scenario": chart.isolated_in(name, language), **point}
        for name, curve in lines
        for point in curve.select("people_share", "amount_share").to_dicts()
    ]
    names = [chart.isolated_in(name, language) for name, _curve in lines]
    people = chart.isolated_in(speak("People, from the most deprived place"), language)
    money = chart.isolated_in(speak("Money"), language)
    drawn = (
        alt.Chart(alt.InlineData(values=points))
        .mark_line(strokeWidth=2.5, interpolate="linear")
        .encode(
            x=alt.X("people_share:Q", axis=alt.Axis(title=people, format="%")),
            y=alt.Y("amount_share:Q", axis=alt.Axis(title=money, format="%")),
            color=alt.Color(
                "scenario:N",
                scale=alt.Scale(domain=names, range=[chart.SCALE[-1], "#c2631b"][: len(names)]),
                legend=alt.Legend(title=None, orient="bottom", labelLimit=400) if len(names) > 1 else None,
            ),
        )
    )
    even = alt.Chart(alt.InlineData(values=[{"people_share": 0, "amount_share": 0}, {"people_share": 1, "amount_share": 1}]))
    diagonal = even.mark_line(color=chart.PALE_INK, strokeDash=[4, 4], strokeWidth=1).encode(
        x="people_share:Q", y="amount_share:Q"
    )
    layered = alt.layer(diagonal, drawn).properties(width=320, height=320)
    return chart.finished(layered, speak("Concentration curve"), speak("Dashed: the same to each head"), language)
