"""People far from services: thresholds, unknown distances, harshness, and the stand-in where no douar is known."""

from datetime import date
from fractions import Fraction
from math import exp
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core.errors import BadData
from tiwizi.core.places.remoteness import Unknown, far_road_people, harshness, mean_harshness, remote_people
from tiwizi.core.rulebook.subjects import Label, Number, Service
from tiwizi.core.tables import CENSUS, DISTANCES, MEASURES

DAY = date(2024, 9, 1)
LABEL = Label("ar", "fr", "en")
SAID: dict[str, Any] = {"as_of": DAY, "series": "douars", "source": "a table of douars"}


def number(value: int) -> Number:
    """A number of the rulebook."""
    return Number(Fraction(value), "km", LABEL, DAY, DAY, assumed=True, source=None, key="key")


def service(code: str, far_km: int, near: int, most: int, weight: int) -> Service:
    """A service whose distances stand in the column of its name."""
    return Service(code, LABEL, f"{code}_km", number(far_km), number(near), number(most), number(weight))


ROAD = service("paved_road", 5, 1, 11, 1)
CLINIC = service("health_centre", 8, 2, 22, 3)
BOTH = (ROAD, CLINIC)


def douars(*rows: tuple[str, int, float | None, float | None], parent: str = "A") -> pl.DataFrame:
    """Douars: code, people, distance to a paved road and to a health centre."""
    return DISTANCES.frame(
        [
            {
                "place": f"{parent}.{place}",
                "parent": parent,
                "population": people,
                "households": 1,
                "paved_road_km": road,
                "health_centre_km": clinic,
            }
            for place, people, road, clinic in rows
        ]
    )


def remote(
    table: pl.DataFrame, *, unknown: Unknown = "as_known", at_least: int = 2, places: tuple[str, ...] = ("A",)
) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Value, low, high and people by place and measure."""
    figures = remote_people(
        table, services=BOTH, services_at_least=at_least, unknown=unknown, places=places, assumed=True, **SAID
    )
    assert MEASURES.check(figures).equals(figures)
    assert set(figures["standing"]) == {"computed"}
    return {(row[0], row[1]): row[2:] for row in figures.select("place", "measure", "value", "low", "high", "people").iter_rows()}


# One far from both, one from the road only, one from neither.
THREE = (("1", 100, 6.0, 9.0), ("2", 200, 6.0, 1.0), ("3", 700, 0.0, 0.0))
# One that says nothing, and one that is far from the road but does not say how far the health centre is.
WITHHELD = ("4", 15, None, None)
HALF = ("5", 25, 7.0, None)


# Examples


def test_people_are_remote_when_enough_services_are_far() -> None:
    both, either = remote(douars(*THREE)), remote(douars(*THREE), at_least=1)
    assert both["A", "remote_people"] == (100, 100, 100, 1000)
    assert either["A", "remote_people"] == (300, 300, 300, 1000)
    assert either["A", "remote_share"] == (0.3, 0.3, 0.3, 1000)
    assert either["A", "far_paved_road_people"] == (300, 300, 300, 1000)
    assert either["A", "far_health_centre_people"] == (100, 100, 100, 1000)


def test_people_at_the_threshold_are_not_beyond_it() -> None:
    assert remote(douars(("1", 10, 5.0, 8.0)), at_least=1)["A", "remote_people"][0] == 0


@pytest.mark.parametrize(("unknown", "value"), [("not_remote", 100), ("remote", 115), ("as_known", 102)])
def test_unknown_people_count_as_the_rulebook_says(unknown: Unknown, value: int) -> None:
    # As known: 15 people x 100 / 1,000 = 1.5, rounded half up.
    assert remote(douars(*THREE, WITHHELD), unknown=unknown)["A", "remote_people"] == (value, 100, 115, 1015)


def test_what_is_known_may_settle_what_is_not() -> None:
    settled = remote(douars(*THREE, HALF), at_least=1)["A", "remote_people"]
    assert settled == (325, 325, 325, 1025)
    # Near the road, so that the two services can never both be far.
    assert remote(douars(*THREE, ("6", 40, 1.0, None)))["A", "remote_people"] == (100, 100, 100, 1040)
    assert remote(douars(*THREE, HALF), unknown="not_remote")["A", "remote_people"] == (100, 100, 125, 1025)


def test_a_place_whose_douars_are_all_unknown_takes_the_share_of_all() -> None:
    table = pl.concat([douars(*THREE), douars(("9", 50, None, None), parent="B")])
    figures = remote(table, at_least=1, places=("B", "A"))
    assert figures["B", "remote_people"] == (15, 0, 50, 50)
    nobody = remote(douars(WITHHELD))
    assert nobody["A", "remote_people"] == (0, 0, 15, 15)


def test_a_place_without_douars_counts_nobody() -> None:
    figures = remote(douars(*THREE), places=("A", "T"))
    assert figures["T", "remote_people"] == (0, 0, 0, 0)
    assert figures["T", "remote_share"] == (None, None, None, 0)


def test_harshness_rises_from_near_to_far_by_weight() -> None:
    # Road: (6 - 1) / 10 = 0.5, weight 1; health centre: (12 - 2) / 20 = 0.5, then capped at 1, weight 3.
    table = douars(("1", 10, 6.0, 12.0), ("2", 30, 6.0, 50.0), ("3", 5, 0.5, 1.0), ("4", 5, None, 22.0), ("5", 1, None, None))
    scores = harshness(table, services=BOTH)
    assert scores["harshness"].to_list() == pytest.approx([0.5, 0.875, 0.0, 1.0, None])


def test_altitude_and_snow_count_where_the_table_has_them() -> None:
    table = douars(("1", 10, 11.0, 22.0)).with_columns(altitude_m=pl.lit(1500.0), snow_days=pl.lit(30.0))
    plain = harshness(table, services=BOTH)
    high = harshness(table, services=BOTH, altitude_m=(1000.0, 2000.0, 2.0), snow_days=(0.0, 60.0, 2.0))
    assert plain["harshness"].to_list() == [1.0]
    # (1 + 3 + 2 x 0.5 + 2 x 0.5) / 8
    assert high["harshness"].to_list() == [0.75]
    without = harshness(douars(("1", 10, 11.0, 22.0)), services=BOTH, altitude_m=(1000.0, 2000.0, 2.0))
    assert without["harshness"].to_list() == [1.0]


def test_a_place_is_as_harsh_as_its_people_live() -> None:
    scores = harshness(douars(("1", 10, 6.0, 12.0), ("2", 30, 6.0, 50.0), WITHHELD), services=BOTH)
    figures = mean_harshness(scores, places=("T", "A"), assumed=True, **SAID)
    # (10 x 0.5 + 30 x 0.875) / 40
    assert figures.select("place", "value", "people").rows() == [("T", None, None), ("A", 0.78125, 40)]


def census(*rows: dict[str, object]) -> pl.DataFrame:
    """The census table of rows of 2024."""
    return CENSUS.frame([{"place": "A", "year": 2024} | row for row in rows])


def far_road(*rows: dict[str, object], far_km: float = 5.0) -> tuple[object, ...]:
    """The stand-in's value, people, standing and assumption in the only place."""
    figures = far_road_people(census(*rows), far_km=far_km, year=2024, **SAID)
    return figures.select("value", "people", "standing", "assumed").row(0)


def test_far_road_people_follow_the_mean_distance() -> None:
    # exp(-5 / 2.5) = 0.1353; 0.1353 x 8,000 = 1,082.68.
    whole = {"milieu": "total", "population": 10_000, "paved_road_km": 2.5}
    part = {"milieu": "rural", "population": 8_000}
    assert far_road(whole, part) == (1083, 8000, "proxy", True)
    assert far_road(whole | {"paved_road_km": 0.0}, part)[0] == 0


def test_far_road_people_are_none_in_a_town_and_unknown_without_a_mean() -> None:
    town = {"milieu": "total", "population": 10_000}
    assert far_road(town)[:2] == (0, None)
    assert far_road(town | {"paved_road_km": 0.3})[0] == 0
    assert far_road(town, {"milieu": "rural", "population": 50})[0] is None
    assert far_road({"milieu": "total"})[0] is None


# Laws

distance = st.none() | st.integers(0, 30).map(lambda tenths: tenths / 2)
tables = st.lists(st.tuples(st.integers(0, 5000), distance, distance), min_size=1, max_size=12).map(
    lambda rows: douars(*((str(n), *row) for n, row in enumerate(rows)))
)


@given(tables, st.integers(1, 2))
def test_the_value_lies_between_none_and_all_of_the_unknown(table: pl.DataFrame, at_least: int) -> None:
    none, known, everybody = (remote(table, unknown=u, at_least=at_least) for u in ("not_remote", "as_known", "remote"))
    for key, (value, low, high, people) in known.items():
        assert none[key][0] == low
        assert everybody[key][0] == high
        if value is not None and low is not None and high is not None and people is not None:
            assert 0 <= low <= value <= high
            assert high <= (1 if key[1] == "remote_share" else people)


@given(tables)
def test_asking_for_more_far_services_never_counts_more_people(table: pl.DataFrame) -> None:
    at_least_one, two = (remote(table, unknown="not_remote", at_least=n)["A", "remote_people"][0] for n in (1, 2))
    assert at_least_one is not None
    assert two is not None
    assert two <= at_least_one


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_douars_changes_no_figure(table: pl.DataFrame, random: Any) -> None:
    rows = list(range(table.height))
    random.shuffle(rows)
    assert remote(table[rows]) == remote(table)


@given(tables)
def test_harshness_stays_between_none_and_all_and_is_null_only_where_nothing_is_known(table: pl.DataFrame) -> None:
    scores = harshness(table, services=BOTH)
    silent = table.select(pl.all_horizontal(pl.col("paved_road_km", "health_centre_km").is_null())).to_series()
    assert scores["harshness"].is_null().to_list() == silent.to_list()
    assert all(0 <= score <= 1 for score in scores["harshness"].drop_nulls())


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 10**6))
def test_a_longer_mean_distance_never_counts_fewer_people(shorter: int, other: int, people: int) -> None:
    counts = []
    for tenths in sorted((shorter, other)):
        whole = {"milieu": "total", "population": people, "paved_road_km": tenths / 10}
        value = far_road(whole, {"milieu": "rural", "population": people})[0]
        assert isinstance(value, float)
        assert value == pytest.approx(people * exp(-50 / tenths) if tenths else 0, abs=0.501)
        counts.append(value)
    assert counts == sorted(counts)


# Refusals


def test_a_table_without_a_distance_is_refused() -> None:
    with pytest.raises(BadData, match="column health_centre_km: this column is missing"):
        remote(douars(*THREE).drop("health_centre_km"))


def test_a_douar_counted_twice_is_refused() -> None:
    with pytest.raises(BadData, match=r"A\.1 stands more than once"):
        remote(douars(THREE[0], THREE[0]))
