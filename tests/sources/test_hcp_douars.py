"""Khénifra's douars, as HCP publishes them: nothing filled in, what is doubtful reported and kept."""

import polars as pl

from tiwizi.core.tables import DISTANCES
from tiwizi.sources import hcp_douars, morocco
from tiwizi.sources.territory import doubts


def test_khenifra_has_its_488_douars() -> None:
    distances = hcp_douars.distances("05.301")
    assert (distances.height, distances["population"].sum(), distances["households"].sum()) == (488, 125_587, 31_265)


def test_withheld_distances_stay_missing() -> None:
    distances = hcp_douars.distances("05.301")
    withheld = distances.filter(pl.col("track_km").is_null())
    assert (withheld.height, withheld["population"].sum()) == (186, 11_823)
    assert withheld.select(pl.col("^.*_km$").is_null().all()).row(0) == (True,) * 6
    assert all(households < 30 for households in withheld["households"].to_list())


def test_the_only_doubtful_value_is_found_reported_and_kept() -> None:
    distances = hcp_douars.distances("05.301")
    assert doubts(distances).rows() == [("3010513202006", "primary_school_km", 53.63, "middle_school_km", 2.26)]
    assert distances.filter(pl.col("place") == "3010513202006")["primary_school_km"].item() == 53.63


def test_a_lower_service_a_little_farther_is_no_doubt() -> None:
    row = {"place": "d", "parent": "c", "population": 100, "households": 20, "primary_school_km": 12.0, "middle_school_km": 8.0}
    assert doubts(DISTANCES.frame([row])).is_empty()


def test_rural_people_of_douars_are_those_of_the_rural_part_of_their_commune() -> None:
    by_commune = hcp_douars.distances("05.301").group_by("parent").agg(pl.col("population").sum())
    rural = morocco.census("05.301", years=[2024]).filter((pl.col("milieu") == "rural") & (pl.col("place").str.len_chars() == 12))
    both = by_commune.join(rural, left_on="parent", right_on="place")
    assert both.height == 20
    assert both.filter(pl.col("population") != pl.col("population_right")).is_empty()


def test_douars_are_places_below_their_commune() -> None:
    places = hcp_douars.douars("05.301.07.03")
    assert set(places["parent"].to_list()) == {"05.301.07.03"}
    assert set(places["kind"].to_list()) <= {"grouped", "split", "dispersed"}
    assert places["name_ar"].null_count() == 0


def test_a_code_cut_short_is_no_place() -> None:
    assert [hcp_douars.distances(code).height for code in ("", "0", "05.30", "05.301.0")] == [0, 0, 0, 0]
    assert [hcp_douars.distances(code).height for code in ("MA", "05", "05.301")] == [488, 488, 488]


def test_elsewhere_no_table_is_carried_and_nothing_is_made_up() -> None:
    assert hcp_douars.distances("06.141").is_empty()
    assert hcp_douars.covered(["05.301.01.01", "05.301.03.05"])
    assert not hcp_douars.covered(["05.301.01.01", "05.081.01.01"])
    assert not hcp_douars.covered([])
