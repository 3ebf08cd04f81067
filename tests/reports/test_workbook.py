"""The workbook, read back as another program would."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import measures
from tiwizi.reports.cells import safe_text as safe
from tiwizi.reports.workbook import workbook

SHEETS = {
    "en": ["Shares", "Reasons", "Measures", "Assumptions and sources"],
    "fr": ["Parts", "Raisons", "Mesures", "Hypothèses et sources"],
    "ar": ["الحصص", "الأسباب", "القياسات", "الفرضيات والمصادر"],
}


def opened(content: bytes, tmp_path: Path) -> CalamineWorkbook:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    return CalamineWorkbook.from_path(str(path))


def sheets_xml(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        return [archive.read(name).decode() for name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_bear_names_in_the_reader_s_language(khenifra: Plan, language: str, tmp_path: Path) -> None:
    assert opened(workbook(khenifra, language), tmp_path).sheet_names == SHEETS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_sum_to_the_envelope_and_the_total_says_so(khenifra: Plan, language: str, tmp_path: Path) -> None:
    rows = opened(workbook(khenifra, language), tmp_path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    places = rows[2:24]
    assert {str(row[0]) for row in places} == set(khenifra.recipients)
    assert sum(float(str(row[4])) for row in places) == khenifra.envelope_dh == rows[24][4]
    assert [sum(float(str(row[col])) for row in places) for col in range(9, 13)] == list(khenifra.sub_envelopes.values())


def test_every_component_stands_on_the_second_sheet(khenifra: Plan, tmp_path: Path) -> None:
    rows = opened(workbook(khenifra, "fr"), tmp_path).get_sheet_by_index(1).to_python(skip_empty_area=False)[3:]
    assert len(rows) == khenifra.shares.select("place", "criterion").unique().height
    assert sum(float(str(row[3])) for row in rows) == khenifra.envelope_dh
    assert all(str(row[5]).endswith(".") for row in rows)


def test_measures_stand_by_place_with_their_units(khenifra: Plan, tmp_path: Path) -> None:
    rows = opened(workbook(khenifra, "en"), tmp_path).get_sheet_by_index(2).to_python(skip_empty_area=False)[1:]
    head = [str(cell) for cell in rows[0]]
    at = head.index("Unemployed people (people)")
    values = {str(row[0]): row[at] for row in rows[1:]}
    known = khenifra.measures.filter(pl.col("measure") == "unemployed_people")
    assert values == dict(known.select("place", "value").iter_rows())
    assert len(head) == 2 + khenifra.measures["measure"].n_unique()


def test_assumptions_sources_and_versions_are_on_the_last_sheet(khenifra: Plan, tmp_path: Path) -> None:
    rows = opened(workbook(khenifra, "fr"), tmp_path).get_sheet_by_index(3).to_python()
    everything = "\n".join(str(cell) for row in rows for cell in row)
    for expected in ("Poids : Chômage", "2026-11-23", "CC BY 4.0", "53,63 km", khenifra.rulebook.version):
        assert expected in everything.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_run_from_right_to_left_in_arabic_only(khenifra: Plan, language: str) -> None:
    flags = ['rightToLeft="1"' in xml for xml in sheets_xml(workbook(khenifra, language))]
    assert flags == [language == "ar"] * 4


def test_tables_are_frozen_filtered_and_set_up_for_print(khenifra: Plan) -> None:
    for xml in sheets_xml(workbook(khenifra, "ar"))[:3]:
        assert 'state="frozen"' in xml
        assert "<autoFilter" in xml
        assert 'orientation="landscape"' in xml


def test_no_cell_is_a_formula_even_where_a_name_looks_like_one(khenifra: Plan, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://example.org","x")'
    places = khenifra.places.with_columns(
        name_fr=pl.when(pl.col("place") == "05.301.07.03").then(pl.lit(name)).otherwise(pl.col("name_fr"))
    )
    content = workbook(replace(khenifra, places=places), "fr")
    assert not any(re.search(r"<f[ >]|<hyperlink", xml) for xml in sheets_xml(content))
    names = [str(row[1]) for row in opened(content, tmp_path).get_sheet_by_index(0).to_python()]
    assert f"'{name}" in names


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Khénifra", "Khénifra"),
        ("=1+1", "'=1+1"),
        ("+212 6", "+212 6"),
        ("-0,36", "-0,36"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\u2068=1\u2069", "'=1"),
        (None, ""),
    ],
)
def test_text_is_never_taken_for_a_formula(value: str | None, written: str) -> None:
    assert safe(value) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_plan_gives_the_same_bytes(khenifra: Plan, language: str) -> None:
    assert workbook(khenifra, language) == workbook(khenifra, language)


def test_the_day_of_the_workbook_is_the_plan_s(khenifra: Plan) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(khenifra, "fr"))) as archive:
        assert f">{khenifra.on.isoformat()}T00:00:00Z<" in archive.read("docProps/core.xml").decode()


def test_an_unknown_measure_is_a_dash(khenifra: Plan, tmp_path: Path) -> None:
    rows = opened(workbook(khenifra, "en"), tmp_path).get_sheet_by_index(2).to_python(skip_empty_area=False)[1:]
    at = [str(cell) for cell in rows[0]].index(f"{measures.label('harshness_index', khenifra.rules, 'en')} (index)")
    assert {str(row[0]): row[at] for row in rows[1:]}["05.301.01.01"] == "–"
