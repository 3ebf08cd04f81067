"""From the stored bytes of a run to its figures: nothing else is read, so that the same run gives the same bytes.

A file of households on the server is read when the stored bytes name it by its SHA-256, and only while it is unchanged.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from tiwizi.core.errors import BadData, Problem, Sentence, mark, say
from tiwizi.core.places import published
from tiwizi.core.places.roll_up import rolled_up
from tiwizi.core.rulebook import rulebook
from tiwizi.core.rulebook.rulebook import Rulebook, territory_of
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.core.tables import DISTANCES, MEASURES, PLACES, TABLES
from tiwizi.measures import household_results
from tiwizi.measures.rules import EARLIER, FLAGS, HOUSEHOLDS, RULEBOOK
from tiwizi.plan.measuring import measure
from tiwizi.sources.territory import Territory, undrawn

HOUSEHOLD_SOURCE: Final = mark("Households of this run")
Contents = Mapping[str, bytes]
"""The stored bytes of a run, by table."""


@dataclass(frozen=True)
class Computed:
    """Figures in the MEASURES table, notes for the reader, and the warnings of uncertain ones (FLAGS)."""

    figures: pl.DataFrame
    notes: tuple[Sentence, ...]
    flags: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FLAGS))


def as_bytes(frame: pl.DataFrame) -> bytes:
    """A table as Parquet; the same table gives the same bytes."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def frame_of(content: bytes, table: str) -> pl.DataFrame:
    """The table stored as these bytes, checked when core.tables defines it. Raises BadData where they are no such table."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(
            Problem(
                what=say("the stored bytes of this table cannot be read."),
                where=[say("table {table}", table=table)],
                remedy=say("Restore them from a backup, or store the table again and make a new run."),
            )
        ) from error
    return TABLES[table].check(frame) if table in TABLES else frame


def rulebook_bytes(book: Rulebook) -> bytes:
    """A rulebook's files as JSON: its name, and each file's text by subject."""
    return json.dumps({"name": book.name, "texts": dict(book.texts)}, ensure_ascii=False, sort_keys=True).encode()


@lru_cache(maxsize=8)
def rulebook_of(content: bytes) -> Rulebook:
    """The rulebook stored as these bytes."""
    parsed = json.loads(content)
    return rulebook.parse(parsed["name"], parsed["texts"])


def computed(
    contents: Contents, *, kind: str, place: str, on: date, seed: int, progress: Callable[[float], None] = lambda _share: None
) -> Computed:
    """The figures of a run of this kind: by the core from the census or from households, or as they were uploaded.

    `progress` receives the part of the work done, and may raise to stop it.
    """
    made: Mapping[str, Callable[[], Computed]] = {
        "census": lambda: _from_census(contents, place, rulebook_of(contents[RULEBOOK]).on(on), seed, progress),
        "households": lambda: _of_households(contents, rulebook_of(contents[RULEBOOK]).on(on), progress),
        "change": lambda: _of_change(contents, rulebook_of(contents[RULEBOOK]).on(on), progress),
        "table": lambda: Computed(_sorted(frame_of(contents["measures"], "measures")), ()),
    }
    return made[kind]()


def _from_census(contents: Contents, place: str, rules: Rules, seed: int, progress: Callable[[float], None]) -> Computed:
    """Measures of the recipients' level and, rolled up, of all levels above it; the census's own figures; distances of
    hamlets."""
    places, census = frame_of(contents["places"], "places"), frame_of(contents["census"], "census")
    known = places["place"].unique().to_list()
    distances = frame_of(contents["distances"], "distances") if "distances" in contents else pl.DataFrame(schema=DISTANCES.schema)
    land = Territory(place, places.clear(), places, census, distances, undrawn, ())
    counted = territory_of(rules)
    day = counted.census.day
    progress(0.1)
    measured = measure(land, rules, rng=np.random.default_rng(seed))
    own = published.census_figures(
        census.filter(pl.col("place").is_in(known)),
        day=(day.month, day.day),
        series=counted.series,
        source=counted.source,
    )
    hamlets = published.hamlet_figures(
        distances.filter(pl.col("place").is_in(known)), as_of=day, series=counted.series, source=counted.settlements_source
    )
    # A figure that was published or measured at a level is never replaced by one aggregated from below.
    parts = [measured.measures, own, hamlets, rolled_up(measured.measures, places)]
    flags, notes = pl.DataFrame(schema=FLAGS), measured.notes
    figures = pl.concat(parts).unique(MEASURES.key, keep="first", maintain_order=True)
    progress(0.6)
    if HOUSEHOLDS in contents:
        figures, flags, more = household_results.over_margins(
            figures,
            contents[HOUSEHOLDS],
            places,
            rules,
            source=HOUSEHOLD_SOURCE,
            progress=lambda share: progress(0.6 + 0.2 * share),
        )
        notes = (*notes, *more)
    return Computed(_sorted(figures), notes, flags)


def _of_households(contents: Contents, rules: Rules, progress: Callable[[float], None]) -> Computed:
    places = frame_of(contents["places"], "places")
    progress(0.1)
    figures, flags, notes = household_results.poverty_of(
        contents[HOUSEHOLDS], places, rules, source=HOUSEHOLD_SOURCE, progress=lambda share: progress(0.1 + 0.3 * share)
    )
    progress(0.8)
    return Computed(_sorted(figures), notes, flags)


def _of_change(contents: Contents, rules: Rules, progress: Callable[[float], None]) -> Computed:
    places = frame_of(contents["places"], "places")
    earlier, later = contents[EARLIER], contents[HOUSEHOLDS]
    progress(0.1)
    figures, flags, notes = household_results.change_of(
        earlier, later, places, rules, source=HOUSEHOLD_SOURCE, progress=lambda share: progress(0.1 + 0.3 * share)
    )
    progress(0.8)
    return Computed(_sorted(figures), notes, flags)


def _sorted(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.sort(MEASURES.key)


def of_places(places: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """Those rows of PLACES whose codes are among these."""
    return PLACES.check(places.filter(pl.col("place").is_in(codes)))
