"""The location of one place among the recipients: a small map without labels."""

from typing import Final

import altair as alt
import numpy as np
import shapely

from tiwizi.core.errors import say
from tiwizi.language import text
from tiwizi.plan import Plan
from tiwizi.reports import chart
from tiwizi.reports.words import place_name

WIDTH: Final = 160
DETAIL_PX: Final = 0.5
"""Outlines are rounded to half a pixel, so that the whole country stays a small file."""


def locator(plan: Plan, place: str, language: str) -> chart.Specification | None:
    """The outlines of the recipients, one of them dark, as a Vega-Lite specification; None where it has no outline."""
    outlines = dict(plan.boundaries.select("place", "geometry").iter_rows())
    if place not in outlines:
        return None
    features = _features(outlines, place)
    if not any(feature["properties"]["own"] for feature in features):
        return None
    own = alt.condition("datum.properties.own", alt.value(chart.SCALE[-1]), alt.value(chart.SCALE[0]))
    drawn = (
        alt.Chart(alt.InlineData(values=features))
        .mark_geoshape(stroke="#9fb4ba" if len(features) <= chart.LABELS_MOST else None, strokeWidth=0.4)
        .encode(color=own)
        .project(type="identity", reflectY=True)
        .properties(width=WIDTH, height=chart.height(features, width=WIDTH, least=60, most=220))
    )
    names = {row["place"]: place_name(row, language) for row in plan.places.iter_rows(named=True)}
    heading = text(say("Where {place} lies in {whole}", place=names[place], whole=names[plan.place]), language)
    return chart.untitled(chart.finished(drawn, heading, [], language))


def _features(outlines: dict[str, bytes], place: str) -> chart.Rows:
    """The projected outlines, simplified identically on both sides of a common border, the place itself last."""
    codes = sorted(
        (code for code in outlines if not shapely.from_wkb(outlines[code]).is_empty), key=lambda code: (code == place, code)
    )
    if not codes:
        return []
    shapes = shapely.transform(shapely.from_wkb([outlines[code] for code in codes]), chart.plane)
    west, _south, east, _north = shapely.total_bounds(shapes)
    simple = shapely.coverage_simplify(shapes, tolerance=float(DETAIL_PX * (east - west) / WIDTH))
    rounded = shapely.set_precision(np.asarray(simple), 0.05, mode="pointwise")
    return [
        {"type": "Feature", "properties": {"own": code == place}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in zip(codes, rounded, strict=True)
        if not shape.is_empty
    ]
