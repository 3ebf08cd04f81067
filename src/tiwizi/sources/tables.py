"""A programme's own tables of its territory: `places`, `census`, perhaps `distances`, as CSV, and outlines.geojson.

They stand in the folder that its rulebook names. Their columns are those of core.tables; names of places stand in the columns
that the rulebook names. Each outline has the property `place`.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.rulebook.territory import Territory
from tiwizi.core.tables import BOUNDARIES, CENSUS, DISTANCES, PLACES, Table
from tiwizi.sources.files import checked, read_csv
from tiwizi.sources.mercator import area_km2


def places(rules: Territory, folder: Path) -> pl.DataFrame:
    """Every place of the tables, those above before those below, in the PLACES table. Raises BadData as `read_table` does."""
    names = {} if rules.names is None else {f"name_{language}": column for language, column in vars(rules.names).items()}
    return _read(folder / rules.tables / "places.csv", PLACES, names=names)


def census(rules: Territory, folder: Path) -> pl.DataFrame:
    """What both censuses counted, in the CENSUS table."""
    return _read(folder / rules.tables / "census.csv", CENSUS)


def distances(rules: Territory, folder: Path) -> pl.DataFrame:
    """How far hamlets lie from services, in the DISTANCES table; empty where there is no such file."""
    path = folder / rules.tables / "distances.csv"
    return _read(path, DISTANCES) if path.is_file() else pl.DataFrame(schema=DISTANCES.schema)


def outlines(rules: Territory, folder: Path) -> pl.DataFrame:
    """The outlines, in the BOUNDARIES table; none where there is no such file. Raises BadData for one that is no such GeoJSON."""
    path = folder / rules.tables / "outlines.geojson"
    if not path.is_file():
        return pl.DataFrame(schema=BOUNDARIES.schema)
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        codes = [str(feature["properties"]["place"]) for feature in features]
        shapes = np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features], dtype=object)
    except (ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        raise BadData(
            Problem(
                what=say("this is no GeoJSON of outlines, each with the property place."),
                where=[say("file {file}", file=path.name)],
                remedy=say("Write a FeatureCollection in longitude and latitude (WGS84)."),
            )
        ) from error
    areas = area_km2(shapes).tolist()
    wkb = pl.Series(shapely.to_wkb(shapes).tolist(), dtype=pl.Binary)
    return BOUNDARIES.check(pl.DataFrame({"place": codes, "geometry": wkb, "area_km2": areas}))


def _read(path: Path, table: Table, *, names: Mapping[str, str] | None = None) -> pl.DataFrame:
    if not path.is_file():
        raise BadData(
            Problem(
                what=say("there is no such file."),
                where=[say("file {file}", file=path.name)],
                remedy=say("Check the name and the folder: {path}.", path=str(path)),
            )
        )
    frame = read_csv(path)
    shown = [pl.col(column).alias(name) for name, column in (names or {}).items() if column in frame.columns]
    return checked(frame.with_columns(shown), table, lines=range(2, frame.height + 2), name=path.name)
