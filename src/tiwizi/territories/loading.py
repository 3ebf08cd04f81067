"""Published places in the office: what a new office and the demonstration start from."""

from datetime import datetime

import polars as pl

from tiwizi.core.tables import PLACES
from tiwizi.journal.commands import Actor
from tiwizi.sources import boundaries, hcp_douars, morocco
from tiwizi.sources.territory import CENSUS, OUTLINES
from tiwizi.territories import commands
from tiwizi.territories.commands import Loaded


def load_sources(code: str, *, by: Actor, at: datetime) -> Loaded:
    """The places of Morocco in and above this code, the douars that are published, and the outlines of all but the douars."""
    places = [morocco.ancestors(code), morocco.places(code)]
    communes = places[1].filter(pl.col("level") == "commune")["place"].to_list()
    if hcp_douars.covered(communes):
        places.append(hcp_douars.douars(code))
    frame = PLACES.check(pl.concat(places, how="vertical_relaxed"))
    levels = dict(places[1].select("place", "level").iter_rows())
    drawn = pl.concat([boundaries.boundaries(code, level=level) for level in boundaries.LEVELS if level in levels.values()])
    # A commune without cercle stands for itself among the cercles: one outline is enough.
    drawn = drawn.unique("place", keep="last", maintain_order=True).filter(pl.col("place").is_in(list(levels)))
    return commands.load(frame, drawn, by=by, at=at, source=CENSUS.title[:200], bounds_source=OUTLINES.title)
