"""A small office: a country, two provinces, cercles, communes and a douar, with accounts, tables and a run."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tiwizi.core.tables import CENSUS, DISTANCES, MEASURES, PLACES
from tiwizi.database.scope import Scope, everything
from tiwizi.journal.commands import Actor
from tiwizi.measures import commands
from tiwizi.measures.households import MappedFile
from tiwizi.measures.models import Dataset, Run
from tiwizi.people.models import Account, Role
from tiwizi.territories.models import Place

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
ON = date(2026, 11, 23)
SINCE = date(2015, 3, 5)
DAY = date(2024, 9, 1)
OFFICER = Actor(account="1", role="officer@P1")

# Code, level, parent, first and last position: the second province, P2, is the sister that no canary may betray.
TREE = (
    ("MA", "country", None, 0, 9999),
    ("P1", "province", "MA", 1000, 1999),
    ("P1.1", "cercle", "P1", 1100, 1199),
    ("P1.1.1", "commune", "P1.1", 1110, 1119),
    ("P1.1.2", "commune", "P1.1", 1120, 1129),
    ("P1.2", "cercle", "P1", 1200, 1299),
    ("P1.2.1", "commune", "P1.2", 1210, 1219),
    ("D1", "douar", "P1.1.1", 1111, 1111),
    ("D2", "douar", "P1.1.1", 1112, 1112),
    ("P2", "province", "MA", 2000, 2999),
    ("P2.1", "cercle", "P2", 2100, 2199),
    ("P2.1.1", "commune", "P2.1", 2110, 2119),
    ("P2.1.2", "commune", "P2.1", 2120, 2129),
)


def plant() -> dict[str, Place]:
    """Every place of the tree, by code; names are `Nom <code>` and `اسم <code>`."""
    made: dict[str, Place] = {}
    with everything():
        for slot, (code, level, parent, first, last) in enumerate(TREE):
            made[code] = Place.objects.create(
                code=code,
                level=level,
                parent=made.get(parent or ""),
                slot=slot,
                position=first,
                last=last,
                name_ar=f"اسم {code}",
                name_fr="" if level == "douar" else f"Nom {code}",
                population=1000 + slot,
                since=SINCE,
                source="made up",
                folded=f"nom {code.lower()} اسم {code.lower()}",
                sort_ar=f"اسم {code}",
                sort_fr=f"nom {code}",
            )
    return made


def scope_at(*places: Place) -> Scope:
    """The scope of somebody with roles at these places."""
    return Scope(tuple((place.position, place.last) for place in places))


def person(place: Place, kind: str = "officer", email: str = "") -> Account:
    """A made-up account with one role."""
    account = Account.objects.create(
        email=email or f"{kind}.{place.code}@example.org", name=f"{kind} {place.code}", demonstration=True, created_at=AT
    )
    with everything():
        Role.objects.create(
            account=account, kind=kind, place=place.code, position=place.position, last=place.last, since=date(2020, 1, 1)
        )
    return account


def inside(place: str) -> list[str]:
    """The codes of a place and of all below it."""
    (first, last) = next((row[3], row[4]) for row in TREE if row[0] == place)
    return [row[0] for row in TREE if first <= row[3] <= last]


def places_table(place: str) -> pl.DataFrame:
    rows = [row for row in TREE if row[0] in inside(place)]
    return PLACES.frame(
        [
            {"place": code, "level": level, "parent": parent, "population": 1000, "milieu": "mixed", "since": SINCE}
            for code, level, parent, _first, _last in rows
        ]
    )


def census_table(place: str) -> pl.DataFrame:
    """Both censuses of every place above the douars; shares differ by place, so that each figure tells where it is from."""
    shares = [column.name for column in CENSUS.columns if column.name.endswith("_share")]
    rows: list[dict[str, Any]] = []
    for number, code in enumerate(code for code in inside(place) if not code.startswith("D")):
        for year, people in ((2014, 900), (2024, 1000 + 10 * number)):
            common = {"place": code, "year": year, "population": people, "legal_population": people, "households": 200}
            counts = {"people_7_to_12": 100, "people_10_plus": 800, "people_15_plus": 700, "active_people": 400}
            shares_of = dict.fromkeys(shares, 0.1 + 0.01 * number) | {"employed_people": 350, "people_per_room": 1.5}
            rows.append({**common, **counts, **shares_of, "milieu": "total", "paved_road_km": 2.0 + number})
            rows.append({**common, "milieu": "rural"})
    return CENSUS.frame(rows)


def distances_table(place: str) -> pl.DataFrame:
    kms = [column.name for column in DISTANCES.columns if column.name.endswith("_km")]
    rows: list[dict[str, Any]] = [
        {"place": "D1", "parent": "P1.1.1", "population": 300, "households": 60, **dict.fromkeys(kms, 4.5)}
    ]
    rows.append({"place": "D2", "parent": "P1.1.1", "population": 40, "households": 9})
    return DISTANCES.frame(rows) if "D1" in inside(place) else pl.DataFrame(schema=DISTANCES.schema)


def stored(place: Place, table: str, frame: pl.DataFrame) -> Dataset:
    credit = {"name": f"{table} of {place.code}", "source": "made up", "licence": "CC0"}
    return commands.store_dataset(frame, table=table, place=place, by=OFFICER, account=None, at=AT, **credit)


def brought(mapped: MappedFile, place: Place) -> Dataset:
    """Mapped households, stored."""
    credit = {"name": "survey", "source": "made up", "licence": ""}
    return commands.store_households(mapped, place=place, by=OFFICER, account=None, at=AT, **credit)


def census_datasets(place: Place) -> list[Dataset]:
    tables = {"places": places_table, "census": census_table, "distances": distances_table}
    frames = {table: make(place.code) for table, make in tables.items()}
    return [stored(place, table, frame) for table, frame in frames.items() if frame.height]


def census_run(place: Place) -> Run:
    """A run on the census of a place, done."""
    with everything():
        asked = commands.request_run(place, on=ON, datasets=census_datasets(place), by=OFFICER, account=None, at=AT)
        return commands.perform(asked, by=OFFICER, now=lambda: AT)


def figures_table(values: dict[str, float | None], measure: str = "poor_people") -> pl.DataFrame:
    columns = {"as_of": DAY, "series": "own", "standing": "published", "assumed": False, "source": "survey"}
    return MEASURES.frame(
        [{"place": code, "measure": measure, "value": value, "people": 100, **columns} for code, value in values.items()]
    )
