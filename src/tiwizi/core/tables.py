"""Every table of the core: its columns, their types, units, keys and meaning.

The single source for input checks, the documentation and the exports. Names are lower case and unique
without regard to case; units are in the names (`_dh` whole units of the programme's currency, `_km` kilometres, `_share` from
0 to 1, `_people`).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import narwhals as nw
import polars as pl

from tiwizi.core.errors import BadData, Problem, Sentence, rows_sentence, say

Kind = Literal["text", "int", "float", "date", "flag", "bytes"]

DTYPES: Mapping[Kind, type[pl.DataType]] = MappingProxyType(
    {
        "text": pl.String,
        "int": pl.Int64,
        "float": pl.Float64,
        "date": pl.Date,
        "flag": pl.Boolean,
        "bytes": pl.Binary,
    }
)


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, its unit, and the bounds that every value must keep."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    nullable: bool = False
    least: float | None = None
    most: float | None = None
    among: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A table by name: what one row is, its key, its columns in order."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Column names to Polars types, in order, without the optional columns."""
        return {column.name: DTYPES[column.kind] for column in self.columns if not column.optional}

    def frame(self, rows: list[dict[str, object]] | Mapping[str, object]) -> pl.DataFrame:
        """A checked Polars frame from rows; columns left out are null."""
        return self.check(pl.DataFrame(rows, infer_schema_length=None), fill=True)

    def check(self, data: object, *, fill: bool = False) -> pl.DataFrame:
        """The data as a Polars frame with this table's columns, types and order.

        Takes any eager frame that Narwhals accepts. With `fill`, missing columns that may be null are added. Unknown columns
        are dropped. Raises BadData with every problem found.
        """
        frame = _polars(data)
        problems: list[Problem] = []
        out: dict[str, pl.Series] = {}
        for column in self.columns:
            if column.name in frame.columns:
                series = self._cast(frame[column.name], column, problems)
                if series is not None:
                    out[column.name] = series
                    problems.extend(self._bounds(series, column))
            elif fill and column.nullable and not column.optional:
                out[column.name] = pl.Series(column.name, [None] * frame.height, dtype=DTYPES[column.kind])
            elif not column.optional:
                problems.append(self._missing(column, frame.columns))
        if not problems:
            problems.extend(self._repeated(pl.DataFrame(out)))
        if problems:
            raise BadData(problems)
        return pl.DataFrame(out)

    def _where(self, column: str | None = None, rows: list[int] | None = None) -> list[Sentence]:
        places = [say("table {table}", table=self.name)]
        if column is not None:
            places.append(say("column {column}", column=column))
        if rows:
            places.append(rows_sentence(rows))
        return places

    def _missing(self, column: Column, present: list[str]) -> Problem:
        return Problem(
            what=say("this column is missing ({meaning}).", meaning=column.meaning),
            where=self._where(column.name),
            remedy=say("Add it, or rename the column that holds it; the columns found are: {found}.", found=", ".join(present)),
        )

    def _cast(self, series: pl.Series, column: Column, problems: list[Problem]) -> pl.Series | None:
        dtype = DTYPES[column.kind]
        if column.kind == "int" and series.dtype.is_float():
            broken = series.is_not_null() & (series.is_nan() | series.is_infinite() | (series != series.floor()))
        elif series.dtype == dtype:
            return self._filled(series, column, problems)
        else:
            typed = _typed(series, column.kind)
            broken = series.is_not_null() & typed.is_null()
            series = typed if not broken.any() else series
        rows = broken.arg_true().to_list()
        if rows:
            problems.append(
                Problem(
                    what=say("{value} is not of the type {kind}.", value=repr(series[rows[0]]), kind=column.kind),
                    where=self._where(column.name, rows),
                    remedy=say("Write each value as {kind}, or leave the cell empty where that is allowed.", kind=column.kind),
                )
            )
            return None
        return self._filled(series.cast(dtype), column, problems)

    def _filled(self, series: pl.Series, column: Column, problems: list[Problem]) -> pl.Series:
        # The sum is tested first: most columns are all finite.
        if series.dtype.is_float() and not math.isfinite(series.sum()):
            # NaN and infinities are no figures: they count as missing.
            series = series.replace([float("nan"), float("inf"), float("-inf")], None)
        if series.null_count() and not column.nullable:
            rows = series.is_null().arg_true().to_list()
            problems.append(
                Problem(
                    what=say("the value is missing ({meaning}).", meaning=column.meaning),
                    where=self._where(column.name, rows),
                    remedy=say("Fill it in: this column may not be empty."),
                )
            )
        return series

    def _bounds(self, series: pl.Series, column: Column) -> Iterator[Problem]:
        numbers: Any = series if column.kind in ("int", "float") else pl.Series()
        lowest, highest = numbers.min(), numbers.max()
        if column.least is not None and lowest is not None and lowest < column.least:
            yield from self._outside(series, series < column.least, column, say("below {bound}", bound=column.least))
        if column.most is not None and highest is not None and highest > column.most:
            yield from self._outside(series, series > column.most, column, say("above {bound}", bound=column.most))
        if column.among:
            yield from self._outside(
                series,
                series.is_not_null() & ~series.is_in(list(column.among)),
                column,
                say("not one of {allowed}", allowed=", ".join(column.among)),
            )

    def _outside(self, series: pl.Series, broken: pl.Series, column: Column, how: Sentence) -> Iterator[Problem]:
        rows = broken.fill_null(value=False).arg_true().to_list()
        if rows:
            yield Problem(
                what=say("{value} is {how} ({meaning}).", value=repr(series[rows[0]]), how=how, meaning=column.meaning),
                where=self._where(column.name, rows),
                remedy=say("Correct the value in the file that it comes from, then read the file again."),
            )

    def _repeated(self, frame: pl.DataFrame) -> Iterator[Problem]:
        rows = frame.select(pl.struct(self.key).is_duplicated()).to_series().arg_true().to_list()
        if rows:
            value = ", ".join(str(frame[name][rows[0]]) for name in self.key)
            yield Problem(
                what=say("{value} stands more than once.", value=value),
                where=self._where(", ".join(self.key), rows),
                why=say("A row of this table is {row}, so its figures would be counted twice.", row=self.row),
                remedy=say("Keep one of these rows."),
            )


def _typed(series: pl.Series, kind: Kind) -> pl.Series:
    """The series as this kind; null where a value cannot be converted. Flags are true, false, 1, 0; days are 2026-01-31."""
    if series.dtype == pl.String and kind == "date":
        return series.str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
    if series.dtype == pl.String and kind == "flag":
        flags = {"true": True, "1": True, "false": False, "0": False}
        return series.str.strip_chars().str.to_lowercase().replace_strict(flags, default=None, return_dtype=pl.Boolean)
    nothing = pl.Series(series.name, [None] * len(series), dtype=DTYPES[kind])
    if kind == "date" and not series.dtype.is_temporal():
        # A bare number would be read as days since 1970.
        return nothing
    try:
        return series.cast(DTYPES[kind], strict=False)
    except pl.exceptions.InvalidOperationError:
        return nothing


def _polars(data: object) -> pl.DataFrame:
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, pl.LazyFrame):
        return data.collect()
    frame = nw.from_native(data, allow_series=False)  # type: ignore[call-overload]
    return pl.DataFrame((frame.collect(backend="polars") if isinstance(frame, nw.LazyFrame) else frame).to_polars())


_PLACE = Column("place", "text", "code of the place")

PLACES = Table(
    "places",
    "a place at a date",
    ("place", "since"),
    (
        _PLACE,
        Column("level", "text", "level of the territory, from the rulebook's programme"),
        Column("parent", "text", "code of the place one level up", nullable=True),
        Column("name_ar", "text", "name in Arabic", nullable=True),
        Column("name_fr", "text", "name in French", nullable=True),
        Column("name_en", "text", "name in English", nullable=True),
        Column(
            "milieu", "text", "whether the place is urban, rural or holds both", nullable=True, among=("urban", "rural", "mixed")
        ),
        Column("kind", "text", "kind of place inside its level, as its source says it", nullable=True),
        Column("population", "int", "people counted", "people", nullable=True, least=0),
        Column("households", "int", "households counted", "households", nullable=True, least=0),
        Column("lon", "float", "longitude of a point inside, WGS84", "degrees", nullable=True, least=-180, most=180),
        Column("lat", "float", "latitude of a point inside, WGS84", "degrees", nullable=True, least=-90, most=90),
        Column("since", "date", "first day on which the place has been so"),
        Column("until", "date", "first day on which it no longer is so", nullable=True),
    ),
)

BOUNDARIES = Table(
    "boundaries",
    "the outline of a place",
    ("place",),
    (
        _PLACE,
        Column("geometry", "bytes", "outline as well-known binary, longitude and latitude, WGS84"),
        Column("area_km2", "float", "surface on the ellipsoid", "km2", least=0),
    ),
)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "float", meaning, "share from 0 to 1", nullable=True, least=0, most=1)


def _people(name: str, meaning: str) -> Column:
    return Column(name, "int", meaning, "people", nullable=True, least=0)


def _km(name: str, meaning: str) -> Column:
    return Column(name, "float", meaning, "km", nullable=True, least=0)


CENSUS = Table(
    "census",
    "a place at a census, in one milieu",
    ("place", "year", "milieu"),
    (
        _PLACE,
        Column("year", "int", "year of the census", "year", least=1900, most=2200),
        Column("milieu", "text", "part of the place that is counted", among=("total", "urban", "rural")),
        _people("population", "municipal population: the base of the census's shares"),
        _people("legal_population", "legal population: with the people counted apart"),
        Column("households", "int", "households", "households", nullable=True, least=0),
        _share("women_share", "women among the population"),
        _share("under_15_share", "people under 15 among the population"),
        _share("over_60_share", "people of 60 and over among the population"),
        _people("people_7_to_12", "people of 7 to 12"),
        _people("people_10_plus", "people of 10 and over"),
        _people("people_15_plus", "people of 15 and over"),
        _people("active_people", "people of 15 and over in the labour force"),
        _people("employed_people", "people of 15 and over in work"),
        _share("unemployment_share", "unemployed people among the labour force"),
        _share("self_employed_share", "own-account workers among people in work"),
        _share("family_worker_share", "unpaid family workers among people in work"),
        _share("cooperative_member_share", "members of cooperatives among people in work"),
        _share("illiteracy_10_plus_share", "people who cannot read and write among people of 10 and over"),
        _share("illiteracy_15_plus_share", "people who cannot read and write among people of 15 and over"),
        _share("schooling_share", "children at school among those of 6 to 11 or, before, of 7 to 12"),
        _share("no_education_share", "people without any level of education among those who have an age for it"),
        _share("disability_share", "people with a disability among the population"),
        _share("running_water_share", "households with running water"),
        _share("electricity_share", "households with electricity"),
        _share("sewer_share", "households joined to a public sewer"),
        _share("septic_tank_share", "households with a septic tank"),
        _share("toilet_share", "households with a toilet"),
        _share("gas_fuel_share", "households that cook with gas"),
        _share("electric_fuel_share", "households that cook with electricity"),
        _share("charcoal_fuel_share", "households that cook with charcoal"),
        _share("firewood_fuel_share", "households that cook with firewood"),
        _share("basic_dwelling_share", "households in a basic dwelling or slum"),
        Column("people_per_room", "float", "people for one room of the dwelling", "people", nullable=True, least=0),
        _km("paved_road_km", "mean distance from the dwelling to a paved road"),
    ),
)

DISTANCES = Table(
    "distances",
    "a hamlet and how far it lies from services",
    ("place",),
    (
        _PLACE,
        Column("parent", "text", "code of the place that holds it"),
        Column("population", "int", "people counted", "people", least=0),
        Column("households", "int", "households counted", "households", least=0),
        _km("paved_road_km", "mean distance as travelled to a paved road; empty when withheld"),
        _km("track_km", "mean distance as travelled to a drivable track; empty when withheld"),
        _km("primary_school_km", "mean distance as travelled to a primary school; empty when withheld"),
        _km("middle_school_km", "mean distance as travelled to a middle school; empty when withheld"),
        _km("high_school_km", "mean distance as travelled to a high school; empty when withheld"),
        _km("health_centre_km", "mean distance as travelled to a health centre or hospital; empty when withheld"),
        Column("altitude_m", "float", "altitude above the sea", "m", nullable=True, optional=True),
        Column("snow_days", "float", "days under snow in a usual year", "days", nullable=True, least=0, most=366, optional=True),
    ),
)

STANDINGS = ("published", "computed", "proxy")

MEASURES = Table(
    "measures",
    "one figure about one place",
    ("place", "measure", "as_of", "series"),
    (
        _PLACE,
        Column("measure", "text", "name of the measure; its unit is in its name"),
        Column("value", "float", "the figure; empty when unknown", nullable=True),
        Column("low", "float", "lower end of the figure's interval", nullable=True),
        Column("high", "float", "upper end of the figure's interval", nullable=True),
        Column("people", "int", "people that the figure is about: the base of a share", "people", nullable=True, least=0),
        Column("as_of", "date", "day that the figure describes"),
        Column("series", "text", "name of the series; figures of two series are never compared"),
        Column(
            "standing",
            "text",
            "published as it is, computed from published figures, or standing in for something else",
            among=STANDINGS,
        ),
        Column("assumed", "flag", "whether a parameter behind the figure is an assumption of the rulebook"),
        Column("source", "text", "where the figure comes from"),
    ),
)

PURSES = Table(
    "purses",
    "people concerned by one criterion in one place",
    ("place", "criterion"),
    (
        _PLACE,
        Column("criterion", "text", "criterion of the rulebook's formula"),
        Column("people", "int", "people concerned there", "people", least=0),
    ),
)

SHARES = Table(
    "shares",
    "one component of one place's part of a programme's envelope",
    ("programme", "place", "criterion"),
    (
        Column("programme", "text", "programme of the sub-envelope"),
        _PLACE,
        Column("criterion", "text", "criterion of the formula, or floor, cap, hold_harmless, rounding"),
        Column("amount_dh", "int", "money; below zero where a bound or rounding takes away", "currency"),
        Column(
            "people", "int", "people concerned, for a criterion; empty for a bound or rounding", "people", nullable=True, least=0
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (PLACES, BOUNDARIES, CENSUS, DISTANCES, MEASURES, PURSES, SHARES)}
)


def figures(
    rows: pl.DataFrame, *, as_of: date, series: str, source: str, assumed: bool, standing: str | None = None
) -> pl.DataFrame:
    """Rows of place, measure and value completed to MEASURES; `standing` applies to every row, unless the rows have their
    own."""
    columns = {"as_of": pl.lit(as_of), "series": pl.lit(series), "assumed": pl.lit(assumed), "source": pl.lit(source)}
    if standing is not None:
        columns["standing"] = pl.lit(standing)
    return MEASURES.check(rows.with_columns(**columns), fill=True)
