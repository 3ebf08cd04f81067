"""Published figures as measures, on a few rows typed here."""

from datetime import date

import polars as pl
import pytest

from tiwizi.core.places.published import census_figures, hamlet_figures
from tiwizi.core.tables import CENSUS, DISTANCES


def census() -> pl.DataFrame:
    return CENSUS.frame(
        [
            {"place": "c", "year": 2014, "milieu": "total", "population": 90, "households": 20, "electricity_share": 0.8},
            {
                "place": "c",
                "year": 2024,
                "milieu": "total",
                "population": 100,
                "households": 25,
                "electricity_share": 0.9,
                "women_share": 0.51,
                "paved_road_km": 3.5,
            },
            {"place": "c", "year": 2024, "milieu": "rural", "population": 60},
        ]
    )


def test_both_years_stand_next_to_each_other_under_the_names_of_the_census() -> None:
    figures = census_figures(census(), day=(9, 1), series="RGPH", source="HCP")
    light = figures.filter(pl.col("measure") == "electricity_share")
    assert light.select("as_of", "value", "people", "standing").rows() == [
        (date(2014, 9, 1), 0.8, 20, "published"),
        (date(2024, 9, 1), 0.9, 25, "published"),
    ]
    assert light["low"].to_list() == pytest.approx([0.7995, 0.8995])
    assert figures.filter(pl.col("measure") == "population")["value"].to_list() == [90, 100]


def test_what_a_year_lacks_has_no_row_and_what_was_put_together_says_so() -> None:
    figures = census_figures(census(), day=(9, 1), series="RGPH", source="HCP")
    women = figures.filter(pl.col("measure") == "women_share")
    assert women.select("as_of", "standing", "low").rows() == [(date(2024, 9, 1), "computed", None)]
    assert figures.filter(pl.col("measure") == "sewer_share").is_empty()
    assert census_figures(census().clear(), day=(9, 1), series="RGPH", source="HCP").is_empty()


def test_a_withheld_distance_is_a_row_without_a_value() -> None:
    table = DISTANCES.frame(
        [
            {"place": "d1", "parent": "c", "population": 200, "households": 40, "paved_road_km": 2.5},
            {"place": "d2", "parent": "c", "population": 20, "households": 4},
        ]
    )
    figures = hamlet_figures(table, as_of=date(2024, 9, 1), series="RGPH", source="HCP")
    road = figures.filter(pl.col("measure") == "paved_road_km")
    assert road.select("place", "value", "people").rows() == [("d1", 2.5, 200), ("d2", None, 20)]
    assert figures.filter(pl.col("measure") == "population")["value"].to_list() == [200, 20]
