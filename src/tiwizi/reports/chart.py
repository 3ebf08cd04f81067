"""Maps and curves of a plan, drawn on this machine as SVG and PNG from Altair specifications."""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import polars as pl
import shapely

from tiwizi.children.parent import DRAWING, made
from tiwizi.core.budget import allocation
from tiwizi.core.errors import say, say_count
from tiwizi.core.money import Centimes
from tiwizi.language import direction, money, number, text, translator
from tiwizi.plan import Plan
from tiwizi.reports import fonts
from tiwizi.reports.words import place_name

# One hue, light to dark, readable in print and by people who do not see red or green.
SCALE: Final = ("#e3eef0", "#b3d0d5", "#7fb0b8", "#4a8a95", "#1f5f6b")
UNKNOWN: Final = "#f4f1ec"
HATCH: Final = (
    '<defs><pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="5" height="5" fill="{UNKNOWN}"/><line x1="0" y1="0" x2="0" y2="5" stroke="#9aa5ab" stroke-width="1.2"/>'
    "</pattern></defs>"
)
INK: Final = "#22313a"
PALE_INK: Final = "#5f6f78"
LABELS_MOST: Final = 40
Specification = dict[str, Any]
"""A Vega-Lite specification, as Altair writes it."""
Rows = list[dict[str, Any]]
"""The data of a specification."""
Style = dict[str, Any]
"""How marks of a drawing look."""
WIDTH: Final = 640
FONT_PX: Final = 9
LINE_PX: Final = 10
RIGHT_TO_LEFT_ISOLATE: Final = "\u2067"
POP_ISOLATE: Final = "\u2069"


def per_head(plan: Plan) -> dict[str, float]:
    """Money a head of each place."""
    people = dict(plan.places.select("place", "population").iter_rows())
    return {place: amount / people[place] for place, amount in allocation.totals(plan.shares).iter_rows() if people[place]}


def share_map(plan: Plan, language: str) -> dict[str, Any]:
    """The map of money a head, as a Vega-Lite specification."""
    speak = translator(language)
    heading = title(plan, language)
    legend = speak("{currency} a head").format(currency=plan.rules.programme.currency.in_(language))
    return choropleth(plan, per_head(plan), language, heading=heading, legend=legend, decimals=0)


def choropleth(
    plan: Plan, values: Mapping[str, float | None], language: str, *, heading: str, legend: str, decimals: int
) -> Specification:
    """A map of one value per place, in five classes of equal size; unknown values are pale and labelled as such."""
    labels, domain = _classes(values, language, decimals)
    features = _features(plan, labels)
    colours = SCALE[len(SCALE) - len(domain) :]
    unknown = text(say("no figure"), language)
    if any(feature["properties"]["class"] == unknown for feature in features):
        domain, colours = [*domain, unknown], (*colours, UNKNOWN)
    many = len(features) > LABELS_MOST
    regions = (
        alt.Chart(alt.InlineData(values=features))
        .mark_geoshape(stroke="white", strokeWidth=0.2 if many else 1.0)
        .encode(
            color=alt.Color(
                "properties.class:N",
                scale=alt.Scale(domain=domain, range=colours),
                sort=domain,
                legend=_legend(isolated_in(legend, language), domain, language),
            )
        )
    )
    layers: list[Any] = [regions]
    if not many:
        layers += _labels(plan, language, width=WIDTH)
    chart = alt.layer(*layers).project(type="identity", reflectY=True).properties(width=WIDTH, height=height(features))
    return finished(chart, heading, subtitle(plan, language), language)


def concentration(plan: Plan, language: str) -> Specification:
    """The concentration curve: money against people, from the most deprived place; above the diagonal the poor get more."""
    speak = translator(language)
    points = plan.targeting.curve.select("people_share", "amount_share").to_dicts()
    people = alt.X(
        "people_share:Q", axis=alt.Axis(title=isolated_in(speak("People, from the most deprived place"), language), format="%")
    )
    money = alt.Y("amount_share:Q", axis=alt.Axis(title=isolated_in(speak("Money"), language), format="%"))
    curve = (
        alt.Chart(alt.InlineData(values=points))
        .mark_line(color=SCALE[-1], strokeWidth=2.5, interpolate="linear")
        .encode(x=people, y=money)
    )
    even = alt.Chart(alt.InlineData(values=[{"people_share": 0, "amount_share": 0}, {"people_share": 1, "amount_share": 1}]))
    diagonal = even.mark_line(color=PALE_INK, strokeDash=[4, 4], strokeWidth=1).encode(x="people_share:Q", y="amount_share:Q")
    chart = alt.layer(diagonal, curve).properties(width=320, height=320)
    return finished(chart, speak("Concentration curve"), speak("Dashed: the same to each head"), language)


def untitled(specification: Mapping[str, Any]) -> Specification:
    """The same drawing without its title, for a page that already shows it; screen readers still read it."""
    return {key: value for key, value in specification.items() if key != "title"}


def svg(specification: Mapping[str, Any]) -> str:
    """The drawing as SVG, with a title and a description for screen readers, and unknown values hatched."""
    drawn = made(DRAWING, "tiwizi.children.drawing", "svg", json.dumps(specification), fonts.paths()).decode()
    opening, rest = drawn.split(">", 1)
    name, description = specification["usermeta"]["name"], specification["description"]
    # Unique names, so that one page may contain several drawings.
    key = hashlib.sha256(drawn.encode()).hexdigest()[:8]
    heading = f'<title id="t{key}">{html.escape(name)}</title><desc id="d{key}">{html.escape(description)}</desc>'
    hatched = rest.replace(f'fill="{UNKNOWN}"', 'fill="url(#unknown)"')
    return f'{opening} role="img" aria-labelledby="t{key} d{key}">{heading}{HATCH}{hatched}'


def png(drawing: str, *, scale: float = 2.0) -> bytes:
    """An SVG drawing as PNG."""
    return made(DRAWING, "tiwizi.children.drawing", "png", drawing, scale, fonts.paths())


def _names(plan: Plan, language: str) -> dict[str, str]:
    return {row["place"]: place_name(row, language) for row in plan.places.iter_rows(named=True)}


def drawing_and_picture(specification: Mapping[str, Any]) -> tuple[str, bytes]:
    """The drawing as SVG and as PNG, drawn once."""
    drawing = svg(specification)
    return drawing, png(drawing)


def title(plan: Plan, language: str) -> str:
    """The title of a drawing of a plan."""
    return text(say("Budget shares: {place}", place=_names(plan, language)[plan.place]), language)


def subtitle(plan: Plan, language: str) -> str:
    """The envelope, the level of the recipients, the day of the rules."""
    level = plan.rules.programme.level(plan.rules.allocation.level)
    envelope = money(Centimes.of_dh(plan.envelope_dh), language, of=plan.rules.programme.currency)
    shared = say_count(
        "{envelope} shared over {count} place ({level}), by the rules in force on {day}",
        "{envelope} shared over {count} places ({level}), by the rules in force on {day}",
        envelope=envelope,
        count=len(plan.recipients),
        level=level.plural,
        day=plan.on,
    )
    return text(shared, language)


def _classes(values: Mapping[str, float | None], language: str, decimals: int) -> tuple[dict[str, str], list[str]]:
    """The class of each place, named by the least and greatest value in it, and the classes from low to high.

    Five classes of equal size, fewer where values repeat; a place with an unknown value has a class of its own.
    """
    known = {place: value for place, value in values.items() if value is not None}
    edges = np.unique(np.quantile(np.array(list(known.values())), [0.2, 0.4, 0.6, 0.8])) if known else np.array([])
    members: dict[int, list[str]] = {}
    for place, value in known.items():
        members.setdefault(int(np.searchsorted(edges, value, "left")), []).append(place)
    labels = dict.fromkeys(values, text(say("no figure"), language))
    domain = []
    for _number, places in sorted(members.items()):
        known_values = [known[place] for place in places]
        label = _range(min(known_values), max(known_values), language, decimals)
        labels |= dict.fromkeys(places, label)
        domain.append(label)
    return labels, list(dict.fromkeys(domain))


def _features(plan: Plan, labels: Mapping[str, str]) -> Rows:
    """The projected outlines, each with its class."""
    features = []
    for place, outline in plan.boundaries.select("place", "geometry").iter_rows():
        shape = shapely.set_precision(shapely.transform(shapely.from_wkb(outline), plane), 0.05)
        properties = {"place": place, "class": labels[place]}
        features.append({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)})
    return features


def _range(low: float, high: float, language: str, decimals: int) -> str:
    """The two ends of a class, from the smaller to the greater in both writing directions."""
    least, most = (number(end, language, decimals=decimals) for end in (low, high))
    ends = least if least == most else f"{least}–{most}"
    return f"\u2066{ends}\u2069" if direction(language) == "rtl" else ends


def plane(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Mercator coordinates in kilometres at the equator: angles are preserved, as a reader expects of a map."""
    radius = 6378.137
    return np.column_stack([radius * np.radians(points[:, 0]), radius * np.arcsinh(np.tan(np.radians(points[:, 1])))])


def height(features: Sequence[Mapping[str, Any]], *, width: int = WIDTH, least: int = 240, most: int = 900) -> int:
    """The height in pixels of a map of these outlines at this width, within limits."""
    boxes = np.array([shapely.geometry.shape(feature["geometry"]).bounds for feature in features])
    if not len(boxes):
        return 200
    west, south = boxes[:, 0].min(), boxes[:, 1].min()
    east, north = boxes[:, 2].max(), boxes[:, 3].max()
    return int(min(max(width * (north - south) / max(east - west, 1e-9), least), most))


def _labels(plan: Plan, language: str, *, width: int) -> list[Any]:
    """Names inside their place, on two lines where they are long, placed to minimise overlaps."""
    names = _names(plan, language)
    shapes = {
        place: shapely.transform(shapely.from_wkb(outline), plane)
        for place, outline in plan.boundaries.select("place", "geometry").iter_rows()
    }
    if not shapes:
        return []
    west, _south, east, _north = shapely.total_bounds(np.array(list(shapes.values()), dtype=object))
    km_a_pixel = (east - west) / width
    taken: list[Any] = []
    rows = []
    # The smallest places first: they have the least room.
    for place, shape in sorted(shapes.items(), key=lambda item: float(item[1].area)):
        lines = _two_lines(names[place])
        box = _label_box(shape, lines, taken, km_a_pixel)
        taken.append(box)
        rows.append({"x": box.centroid.x, "y": box.centroid.y, "name": [isolated_in(line, language) for line in lines]})
    base = alt.Chart(alt.InlineData(values=rows)).encode(longitude="x:Q", latitude="y:Q", text="name:N")
    style: Style = {"font": fonts.families(language), "fontSize": FONT_PX, "lineHeight": LINE_PX, "baseline": "middle"}
    # Under the identity projection longitude and latitude are plane coordinates. A pale outline keeps names legible.
    rim = base.mark_text(**style, stroke="white", strokeWidth=2, strokeOpacity=0.85, fill="white")
    return [rim, base.mark_text(**style, color=INK)]


def _label_box(shape: Any, lines: list[str], taken: list[Any], km_a_pixel: float) -> Any:
    """The position of a label: among candidates inside its outline, the one that overlaps other labels and other places
    least."""
    part = max(shapely.get_parts(shape), key=lambda polygon: float(polygon.area))
    half_width = 0.29 * FONT_PX * max(map(len, lines)) * km_a_pixel
    half_height = 0.5 * LINE_PX * len(lines) * km_a_pixel
    centre = shapely.centroid(shapely.maximum_inscribed_circle(part, tolerance=0.5))
    west, south, east, north = part.bounds
    grid = shapely.points([(x, y) for x in np.linspace(west, east, 13)[1:-1] for y in np.linspace(south, north, 13)[1:-1]])
    inside = [centre, *grid[shapely.contains(part, grid)]]

    def box(point: Any) -> Any:
        return shapely.box(point.x - half_width, point.y - half_height, point.x + half_width, point.y + half_height)

    def cost(candidate: Any) -> float:
        over_labels = sum(float(candidate.intersection(other).area) for other in taken)
        outside = float(candidate.difference(part).area)
        return 10 * over_labels + outside + 0.1 * half_height * float(candidate.centroid.distance(centre))

    return min((box(point) for point in inside), key=cost)


def _two_lines(name: str) -> list[str]:
    pieces = name.split(" ")
    if len(name) <= 11 or len(pieces) < 2:
        return [name]
    cut = min(range(1, len(pieces)), key=lambda at: abs(len(" ".join(pieces[:at])) - len(name) / 2))
    return [" ".join(pieces[:cut]), " ".join(pieces[cut:])]


def isolated_in(value: str, language: str) -> str:
    """Text whose base direction is the language's, whatever its first character."""
    return f"{RIGHT_TO_LEFT_ISOLATE}{value}{POP_ISOLATE}" if direction(language) == "rtl" else value


def _legend(heading: str, domain: list[str], language: str) -> Any:
    """One line below the map; in Arabic it starts at the right, as reading does."""
    values = domain[::-1] if direction(language) == "rtl" else domain
    return alt.Legend(title=heading, symbolType="square", orient="bottom", direction="horizontal", columns=0, values=values)


def finished(chart: Any, heading: str, below: str | Sequence[str], language: str, *, size: int = 16) -> Specification:
    """The specification of a drawing with its title, fonts and reading direction, and the text for screen readers. `below`
    is the text under the title, on one or several lines; `size` is the title's, in pixels.
    """
    right = direction(language) == "rtl"
    lines = [below] if isinstance(below, str) else list(below)
    titled = chart.properties(
        title=alt.TitleParams(
            text=isolated_in(heading, language),
            subtitle=[isolated_in(line, language) for line in lines],
            anchor="end" if right else "start",
            fontSize=size,
            subtitleFontSize=11,
            subtitleColor=PALE_INK,
            color=INK,
            offset=12,
        ),
        padding=12,
    )
    styled = titled.configure(font=fonts.families(language), background="white").configure_view(stroke=None)
    specification: Specification = styled.configure_legend(labelColor=INK, titleColor=INK).to_dict(validate=False)
    side = "end" if right else "start"
    specification["config"]["legend"] |= {"titleAnchor": side, "layout": {"bottom": {"anchor": side}}}
    specification["description"] = ". ".join([heading, *lines])
    specification["usermeta"] = {"name": heading}
    return specification


def table_of(plan: Plan, values: Mapping[str, float | None], language: str) -> pl.DataFrame:
    """The content of a map, as a table for readers who cannot see it: place, name, value."""
    names = _names(plan, language)
    return pl.DataFrame({"place": list(values), "name": [names[place] for place in values], "value": list(values.values())})
