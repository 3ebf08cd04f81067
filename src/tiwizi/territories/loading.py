"""Published places in the office: what a new office and the demonstration start from."""

from datetime import datetime

import polars as pl

from tiwizi import store
from tiwizi.core.tables import PLACES
from tiwizi.journal.commands import Actor
from tiwizi.sources.territory import territory
from tiwizi.territories import commands
from tiwizi.territories.commands import Loaded


def load_sources(code: str, *, by: Actor, at: datetime) -> Loaded:
    """The places in and above this code, the hamlets that are published, and the outlines of all but those."""
    land = territory(code, store.own())
    hamlets = [land.settlements] if land.distances.height else []
    frame = PLACES.check(pl.concat([land.above, land.places, *hamlets], how="vertical_relaxed"))
    titles = [one.title for one in land.citations]
    return commands.load(frame, land.drawn(), by=by, at=at, source=titles[0][:200], bounds_source=titles[-1])
