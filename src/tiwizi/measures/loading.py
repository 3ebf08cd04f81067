"""The published tables of a place as datasets, and the run on them: the starting point of a new office and of the
demonstration."""

from datetime import date, datetime

import polars as pl
from django.utils import timezone

from tiwizi import store
from tiwizi.core.errors import BadData, Problem, say
from tiwizi.journal.commands import Actor
from tiwizi.measures import commands, results
from tiwizi.measures.models import Dataset, Run
from tiwizi.people.models import Account
from tiwizi.sources.territory import Citation, Territory, territory
from tiwizi.territories.models import Place
from tiwizi.territories.rules import settlements


def census_run(place_code: str, *, by: Actor, account: Account | None, at: datetime, on: date | None = None) -> Run:
    """A run done on the census, the distances and the places published for this code; the existing one when it was done
    before.

    Hamlets are measured where the office knows them. `on` is the day whose rules hold, by default that of `at`.
    Raises BadData for a code that the office or the sources do not know.
    """
    place = Place.objects.filter(code=place_code, until=None).first()
    if place is None:
        raise BadData(
            Problem(what=say("the office has no place {code}.", code=place_code), remedy=say("Import the places first."))
        )
    datasets = census_datasets(place, by=by, account=account, at=at)
    asked = commands.request_run(place, on=on or timezone.localdate(at), datasets=datasets, by=by, account=account, at=at)
    return commands.perform(asked, by=by)


def census_datasets(place: Place, *, by: Actor, account: Account | None, at: datetime) -> list[Dataset]:
    """What is published of a place, stored: its places, its census, and the distances of its hamlets where they are known."""
    land = territory(place.code, store.own())
    tables = {"places": (_places(land, place), land.citations[0]), "census": (land.census, land.citations[0])}
    if land.distances.height:
        tables["distances"] = (land.distances, land.citations[1])
    return [_store(table, frame, credit, place, by=by, account=account, at=at) for table, (frame, credit) in tables.items()]


def _store(
    table: str, frame: pl.DataFrame, credit: Citation, place: Place, *, by: Actor, account: Account | None, at: datetime
) -> Dataset:
    return commands.store_dataset(
        frame,
        table=table,
        name=f"{credit.title[:150]} ({table})",
        source=credit.url,
        licence=credit.licence,
        place=place,
        by=by,
        account=account,
        at=at,
    )


def _places(land: Territory, place: Place) -> pl.DataFrame:
    """The territory's places and those of its hamlets that the office knows."""
    inside = Place.objects.filter(level=settlements(), position__gte=place.position, position__lte=place.last)
    known = list(inside.values_list("code", flat=True))
    return pl.concat([land.places, results.of_places(land.settlements, known)])
