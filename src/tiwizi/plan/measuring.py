"""Every measure that a rulebook asks for, for one territory, from the sources through the core."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.core.places import census_measures, composite, margins, remoteness
from tiwizi.core.rulebook.rulebook import territory_of
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.core.tables import CENSUS
from tiwizi.sources.territory import Territory, doubts


@dataclass(frozen=True)
class Measured:
    """Measures of the places of one level, and what a reader of them must know."""

    measures: pl.DataFrame
    notes: tuple[Sentence, ...]


def measure(territory: Territory, rules: Rules, *, rng: np.random.Generator) -> Measured:
    """The MEASURES of every place of the recipients' level, with notes on missing figures and proxies."""
    places = territory.of_level(rules.allocation.level)["place"].to_list()
    census = CENSUS.check(territory.census.filter(pl.col("place").is_in(places)))
    frames = [
        _from_census(census, rules),
        _deprivation(census, rules),
        _development(census, rules, rng),
        *_remoteness(territory, census, rules, places),
    ]
    return Measured(pl.concat(frames).sort("place", "measure", maintain_order=True), tuple(_notes(territory, census, rules)))


def _from_census(census: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    growth = rules.access.expected_growth_share
    land = territory_of(rules)
    day, series, source = land.census.day, land.series, land.source
    since, until = land.earlier.day.year, day.year
    return pl.concat(
        [
            census_measures.census_measures(census, year=until, as_of=day, series=series, source=source),
            census_measures.population_change(census, since=since, until=until, as_of=day, series=series, source=source),
            census_measures.missing_rural_people(
                census,
                since=since,
                until=until,
                growth=growth.value,
                growth_assumed=growth.assumed,
                as_of=day,
                series=series,
                source=source,
            ),
        ]
    )


def _deprivation(census: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    land = territory_of(rules)
    return margins.deprivation_from_margins(
        census,
        indicators=rules.poverty.indicators,
        missing=rules.poverty.missing,
        year=land.census.day.year,
        as_of=land.census.day,
        series=rules.poverty.series,
        source=land.source,
    )


def _development(census: pl.DataFrame, rules: Rules, rng: np.random.Generator) -> pl.DataFrame:
    index = rules.indices.development
    land = territory_of(rules)
    year = land.census.day.year
    intervals = composite.rank_intervals(
        census, index=index, year=year, draws=int(index.draws), rng=rng, concentration=float(index.concentration)
    )
    return composite.index_measures(
        composite.composite_index(census, index=index, year=year),
        intervals,
        line=float(index.line),
        as_of=land.census.day,
        series=index.series,
        source=land.source,
        assumed=True,
    )


def _remoteness(territory: Territory, census: pl.DataFrame, rules: Rules, places: list[str]) -> list[pl.DataFrame]:
    access, land = rules.access, territory_of(rules)
    day, series = land.census.day, land.series
    far_road = remoteness.far_road_people(
        census, far_km=float(access.far_road_km), year=day.year, as_of=day, series=series, source=land.source
    )
    if territory.distances.is_empty():
        return [far_road]
    remote = remoteness.remote_people(
        territory.distances,
        services=access.services,
        services_at_least=int(access.services_at_least),
        unknown=access.unknown,
        places=places,
        as_of=day,
        series=series,
        source=land.settlements_source,
        assumed=any(service.far_km.assumed for service in access.services),
    )
    harsh = remoteness.mean_harshness(
        remoteness.harshness(territory.distances, services=access.services),
        places=places,
        as_of=day,
        series=series,
        source=land.settlements_source,
        assumed=True,
    )
    return [far_road, remote, harsh]


def _notes(territory: Territory, census: pl.DataFrame, rules: Rules) -> list[Sentence]:
    notes = [
        say(
            "{place}: the {column} of {value} km looks wrong beside a {beside} of {beside_km} km; it is kept as published.", **row
        )
        for row in doubts(territory.distances).iter_rows(named=True)
    ]
    unknown = territory.distances.filter(pl.all_horizontal(pl.col("^.*_km$").is_null()))
    land = territory_of(rules)
    if unknown.height:
        notes.append(
            say(
                "{publisher} withholds distances ({level}: {count}, {people}); they count as the rulebook says.",
                publisher=land.publisher,
                level=rules.programme.level(land.settlements).plural,
                count=unknown.height,
                people=say_count("{count} person", "{count} people", count=int(unknown["population"].sum())),
            )
        )
    missing = margins.reweighted(census, indicators=rules.poverty.indicators, year=land.census.day.year)
    none = missing.group_by("place").len().filter(pl.col("len") == len(rules.poverty.indicators))["place"].sort().to_list()
    if none:
        notes.append(say("The census gives no figures of {places}: nobody is counted there.", places=", ".join(none)))
    some = [row for row in missing.iter_rows() if row[0] not in none]
    if some:
        notes.append(
            say(
                "Some margins are missing ({margins}): the other indicators of deprivation weigh more there.",
                margins=", ".join(f"{place} {indicator}" for place, indicator in some),
            )
        )
    return notes
