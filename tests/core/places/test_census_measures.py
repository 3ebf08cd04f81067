"""From census tables to measures: counts, intervals, unknowns, and what makes people missing."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tiwizi.core.errors import BadData
from tiwizi.core.places.census_measures import DEFINITIONS, census_measures, missing_rural_people, population_change
from tiwizi.core.tables import CENSUS, MEASURES

DAY = date(2024, 9, 1)
SAID: dict[str, Any] = {"as_of": DAY, "series": "census", "source": "a census"}
ONE = Fraction(1, 100)


def census(*rows: Mapping[str, object]) -> pl.DataFrame:
    """The census table of rows of the whole of place A in 2024, unless they say otherwise."""
    return CENSUS.frame([{"place": "A", "year": 2024, "milieu": "total", **row} for row in rows])


def measures(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The measures named, of 2024."""
    return census_measures(table, year=2024, names=names or None, **SAID)


def figure(table: pl.DataFrame, name: str) -> tuple[object, ...]:
    """Value, low, high and people of one measure of the only place."""
    return measures(table, name).select("value", "low", "high", "people").row(0)


def missing(table: pl.DataFrame, growth: Fraction = ONE, *, since: int = 2014) -> dict[str, float | None]:
    """People missing by place, in 2024."""
    figures = missing_rural_people(table, since=since, until=2024, growth=growth, growth_assumed=True, **SAID)
    return dict(figures.select("place", "value").iter_rows())


def rural(place: str, before: int | None, after: int | None) -> list[dict[str, object]]:
    """A place that is rural in both censuses, in full rows."""
    return [
        {"place": place, "year": year, "milieu": milieu, "population": people}
        for year, people in ((2014, before), (2024, after))
        for milieu in ("total", "rural")
    ]


# Examples


def test_a_count_is_the_share_of_its_base_between_the_ends_that_rounding_allows() -> None:
    # 0.113 x 1,005 = 113.565; 0.1125 x 1,005 = 113.06; 0.1135 x 1,005 = 114.07.
    table = census({"active_people": 1005, "unemployment_share": 0.113})
    assert figure(table, "unemployed_people") == (114, 113, 114, 1005)
    assert figure(table, "unemployed_share") == pytest.approx((0.113, 0.1125, 0.1135, 1005))


def test_a_count_that_falls_on_a_half_is_rounded_up() -> None:
    # In doubles 0.145 x 100 is just below 14.5, and 0.121 x 500 is 60.5.
    assert figure(census({"population": 100, "disability_share": 0.145}), "disabled_people")[0] == 15
    assert figure(census({"population": 500, "disability_share": 0.121}), "disabled_people")[0] == 61


def test_vulnerable_employment_adds_own_account_and_family_workers_and_stands_in() -> None:
    table = census({"employed_people": 1000, "self_employed_share": 0.4, "family_worker_share": 0.25})
    # Two rounded shares, so twice the half of a tenth of a point at each end.
    assert figure(table, "vulnerable_employment_people") == (650, 649, 651, 1000)
    assert set(measures(table, "vulnerable_employment_people", "vulnerable_employment_share")["standing"]) == {"proxy"}


def test_what_households_lack_is_what_their_shares_leave_of_one() -> None:
    table = census(
        {
            "households": 201,
            "running_water_share": 0.9,
            "electricity_share": 1.0,
            "sewer_share": 0.3,
            "septic_tank_share": 0.45,
            "firewood_fuel_share": 0.2,
            "charcoal_fuel_share": 0.05,
        }
    )
    counts = {name: figure(table, f"{name}_households")[0] for name in ("no_running_water", "no_electricity", "no_sewer")}
    assert counts == {"no_running_water": 20, "no_electricity": 0, "no_sewer": 141}
    assert figure(table, "no_sanitation_households")[0] == 50
    assert figure(table, "solid_fuel_households")[0] == 50


def test_schooling_and_literacy_count_the_people_of_their_ages() -> None:
    table = census(
        {
            "people_7_to_12": 400,
            "schooling_share": 0.97,
            "people_10_plus": 3000,
            "illiteracy_10_plus_share": 0.331,
            "population": 9,
        }
    )
    assert figure(table, "out_of_school_people") == (12, 12, 12, 400)
    assert figure(table, "illiterate_people") == (993, 992, 995, 3000)


def test_each_figure_says_whether_it_was_published_or_computed() -> None:
    table = census(
        {"paved_road_km": 2.5, "households": 10, "electricity_share": 0.9, "active_people": 5, "unemployment_share": 0.2}
    )
    figures = measures(table, "paved_road_km", "unemployed_share", "unemployed_people", "no_electricity_share")
    assert dict(figures.select("measure", "standing").iter_rows()) == {
        "paved_road_km": "published",
        "unemployed_share": "published",
        "unemployed_people": "computed",
        "no_electricity_share": "computed",
    }


def test_a_figure_that_the_census_lacks_is_null_and_not_absent() -> None:
    figures = measures(census({"population": 12}))
    assert sorted(figures["measure"]) == sorted(DEFINITIONS)
    assert figures["value"].null_count() == len(DEFINITIONS)
    half = census({"households": 100, "sewer_share": 0.5})
    assert figure(half, "no_sanitation_households") == (None, None, None, 100)


def test_parts_of_a_place_and_other_censuses_are_not_counted() -> None:
    row = {"population": 100, "disability_share": 0.1}
    table = census(row, row | {"milieu": "rural"}, row | {"year": 2014}, row | {"place": "B"})
    assert measures(table, "disabled_people").select("place", "value").rows() == [("A", 10), ("B", 10)]


def test_population_change_is_of_legal_population() -> None:
    first = {"year": 2014, "legal_population": 200, "population": 7}
    figures = population_change(census(first, {"legal_population": 190, "population": 99}), since=2014, until=2024, **SAID)
    assert figures.select("measure", "value", "people", "standing").rows() == [
        ("population_change_people", -10, 200, "computed"),
        ("population_change_rate", -0.05, 200, "computed"),
    ]


def test_population_change_is_null_where_a_census_lacks_the_place_or_nobody_lived() -> None:
    table = census(
        {"legal_population": 5},
        {"place": "B", "year": 2014, "legal_population": 5},
        {"place": "C", "year": 2014, "legal_population": 0},
        {"place": "C", "legal_population": 8},
    )
    figures = population_change(table, since=2014, until=2024, **SAID)
    assert figures.filter(pl.col("measure") == "population_change_people")["value"].to_list() == [None, None, 8]
    assert figures.filter(pl.col("measure") == "population_change_rate")["value"].to_list() == [None, None, None]


def test_missing_people_fall_short_of_the_growth_expected() -> None:
    # 1,000 x 1.01^10 = 1,104.62.
    assert missing(census(*rural("A", 1000, 900), *rural("B", 1000, 1200))) == {"A": 205, "B": 0}


def test_expected_people_are_exact_and_a_half_is_rounded_up() -> None:
    assert missing(census(*rural("A", 5, 0)), Fraction(1, 10), since=2014)["A"] == 13
    halves = [{"year": year, "milieu": milieu, "population": 1} for year in (2023, 2024) for milieu in ("total", "rural")]
    assert missing(census(*halves), Fraction(1, 2), since=2023) == {"A": 1}


def test_a_place_without_a_rural_part_misses_nobody() -> None:
    urban = [
        {"year": year, "milieu": milieu, "population": 9000 - year} for year in (2014, 2024) for milieu in ("total", "urban")
    ]
    assert missing(census(*urban)) == {"A": 0}


def test_an_urban_limit_drawn_since_makes_nobody_missing() -> None:
    # Sidi Redouane: wholly rural in 2014 (19,169 people), with an urban centre in 2024 (4,112 of 17,903 people).
    rows: list[dict[str, object]] = [
        {"year": year, "milieu": milieu, "population": people}
        for year, milieu, people in (
            (2014, "total", 19_169),
            (2014, "rural", 19_169),
            (2024, "total", 17_903),
            (2024, "rural", 13_791),
            (2024, "urban", 4_112),
        )
    ]
    assert missing(census(*rows), Fraction(85, 10_000)) == {"A": 20_862 - 17_903}


def test_only_the_rural_part_of_a_mixed_place_counts() -> None:
    rows = [
        {"year": year, "milieu": milieu, "population": people}
        for year, milieu, people in (
            (2014, "rural", 1000),
            (2014, "urban", 500),
            (2014, "total", 1500),
            (2024, "rural", 900),
            (2024, "urban", 5000),
            (2024, "total", 5900),
        )
    ]
    assert missing(census(*rows)) == {"A": 205}
    without = [row for row in rows if (row["year"], row["milieu"]) != (2024, "rural")]
    assert missing(census(*without)) == {"A": 1105}


def test_missing_people_are_null_where_a_census_or_a_figure_lacks() -> None:
    new = [{"place": "C", "milieu": milieu, "population": 40} for milieu in ("total", "rural")]
    assert missing(census(*rural("A", None, 900), *rural("B", 900, None), *new)) == {"A": None, "B": None, "C": None}


def test_missing_people_say_that_they_stand_in_and_what_is_assumed() -> None:
    def row(*, assumed: bool) -> tuple[object, ...]:
        table = census(*rural("A", 100, 90))
        missing = missing_rural_people(table, since=2014, until=2024, growth=ONE, growth_assumed=assumed, **SAID)
        return missing.select("standing", "assumed", "people").row(0)

    assert row(assumed=True) == ("proxy", True, 100)
    assert row(assumed=False) == ("proxy", False, 100)


def test_every_definition_names_columns_that_the_census_has() -> None:
    known = set(CENSUS.schema)
    assert {column for definition in DEFINITIONS.values() for column in (*definition.columns, definition.base)} <= known
    assert all(name == definition.name and name.endswith(f"_{definition.unit}") for name, definition in DEFINITIONS.items())


# Laws

tenths = st.integers(0, 1000)


@given(tenths, st.integers(0, 10**7))
def test_counts_are_exact_whatever_the_doubles_say(tenth: int, base: int) -> None:
    table = census(
        {"population": base, "disability_share": tenth / 1000, "households": base, "running_water_share": tenth / 1000}
    )

    def half_up(thousandths: int) -> int:
        return (2 * thousandths * base + 1000) // 2000

    assert figure(table, "disabled_people")[0] == half_up(tenth)
    assert figure(table, "no_running_water_households")[0] == half_up(1000 - tenth)


@settings(max_examples=40)
@given(tenths, tenths, st.integers(0, 10**6))
def test_every_interval_holds_its_value_within_the_base(first: int, second: int, base: int) -> None:
    row = {
        column: (first if number % 2 else second) / 1000
        for number, column in enumerate(CENSUS.schema)
        if column.endswith("_share")
    }
    bases = {definition.base: base for definition in DEFINITIONS.values()}
    figures = measures(census({**row, **bases})).filter(pl.col("measure") != "paved_road_km")
    most = pl.when(pl.col("measure").str.ends_with("_share")).then(1).otherwise(pl.col("people"))
    within = figures.filter((pl.col("low") >= 0) & (pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high")))
    assert within.filter(pl.col("high") <= most).height == figures.height == len(DEFINITIONS) - 1


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_no_figure(order: list[int]) -> None:
    rows = [{"place": place, "population": 100 * n + 1, "disability_share": n / 1000} for n, place in enumerate("ABC", start=1)]
    both = rows + [row | {"year": 2014} for row in rows]
    figures, usual = (measures(census(*(both[n] for n in numbers))).sort("place", "measure") for numbers in (order, range(6)))
    assert_frame_equal(figures, usual)
    assert_frame_equal(MEASURES.check(figures), figures)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.fractions(0, Fraction(1, 10)), st.fractions(0, Fraction(1, 10)))
def test_more_growth_expected_never_makes_fewer_people_missing(
    before: int, after: int, slower: Fraction, other: Fraction
) -> None:
    table = census(*rural("A", before, after))
    less, more = (missing(table, growth)["A"] for growth in sorted((slower, other)))
    assert less is not None
    assert more is not None
    assert 0 <= less <= more


# Refusals


def test_a_census_without_one_of_its_columns_is_refused() -> None:
    with pytest.raises(BadData, match="column disability_share: this column is missing"):
        measures(census({"population": 1}).drop("disability_share"))


def test_a_place_counted_twice_is_refused() -> None:
    once = census({"population": 1, "disability_share": 0.5})
    with pytest.raises(BadData, match="A, 2024, total stands more than once"):
        measures(pl.concat([once, once]))
