"""Exported cells: what is typed by strangers is never run, and what is harmless comes back as it was."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tiwizi.reports.cells import LETTERS_MOST, csv_bytes, safe, safe_text, sheet_name, workbook_bytes

BEFORE = [
    "",
    " ",
    "\u00a0",
    "\u2003",
    "\u200f",
    "\u061c",
    "\ufeff",
    "\u200b",
    "\u2068",
    "\u202e",
    "\x00",
    "\u3164",
    "\u2800",
    "\t",
    "\r\n",
]
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://example.org")', "−x"]
# Text as people type it: no control, no surrogate, no mark that turns text, nothing that looks like a formula.
HARMLESS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=40).filter(lambda text: safe_text(text) == text)
ANY = st.text(st.characters(exclude_categories=()), max_size=40)


def sheet_rows(content: bytes) -> list[list[object]]:
    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in page.to_python(skip_empty_area=False)]


def sheet_xml(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(frame: pl.DataFrame, language: str = "en", headers: dict[str, str] | None = None) -> bytes:
    return workbook_bytes(frame, title="Shares", language=language, headers=headers or {})


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_never_left_to_run_whatever_stands_before_it(before: str, text: str) -> None:
    assert safe_text(before + text).startswith("'")
    ((_head,), (cell,)) = csv_rows(csv_bytes(pl.DataFrame({"name": [before + text]})))
    assert cell.startswith("'")
    assert cell.endswith(text)


def test_a_header_is_a_cell_too() -> None:
    frame = pl.DataFrame({"=1+1": ["a"]})
    assert csv_rows(csv_bytes(frame))[0] == ["'=1+1"]
    assert sheet_rows(written(frame))[0] == ["'=1+1"]
    assert sheet_rows(written(frame, headers={"=1+1": "@x"}))[0] == ["'@x"]


@pytest.mark.parametrize("value", [-5, 0, 2.5, True, Decimal("-1.5"), date(2026, 1, 31), datetime(2026, 1, 31, 8, 5), time(8, 5)])  # noqa: DTZ001
def test_numbers_and_days_are_untouched(value: object) -> None:
    assert safe(value) is value


@pytest.mark.parametrize("value", ["Khénifra", "خنيفرة", "+212 6", "-0,36", "05.301.03.05", "n'a pas", "a=b", "line\nline"])
def test_harmless_text_is_untouched(value: str) -> None:
    assert safe(value) == value


def test_controls_and_marks_that_turn_text_are_removed() -> None:
    assert safe("a\x00b\x1b[0m\x85c\ud800d\uffff") == "ab[0mcd"
    assert safe("gpj.\u202eexe\u2066") == "gpj.exe"
    assert safe("a\r\nb\rc") == "a\nb\nc"


def test_text_is_cut_at_what_excel_holds_never_inside_a_letter() -> None:
    assert safe("=" + "a" * 40_000) == "'=" + "a" * (LETTERS_MOST - 2)
    assert safe("😀" * 40_000) == "😀" * (LETTERS_MOST // 2)
    assert sheet_rows(written(pl.DataFrame({"name": ["a" * 40_000]})))[1] == ["a" * LETTERS_MOST]


@given(ANY)
def test_what_is_safe_is_safe_again_and_never_begins_a_formula(text: str) -> None:
    cell = safe_text(text)
    assert safe_text(cell) == cell
    assert not cell.startswith(("=", "@", "\t", "\r", "\n"))
    assert not cell.startswith(("+", "-")) or re.fullmatch(r"[-+]\d[\d\s.,]*%?", cell)


@settings(max_examples=40, deadline=None)
@given(st.lists(HARMLESS.filter(bool), min_size=1, max_size=8))
def test_harmless_text_comes_back_from_a_workbook_and_a_csv_as_it_was(texts: list[str]) -> None:
    frame = pl.DataFrame({"name": texts})
    assert sheet_rows(written(frame)) == [["name"], *([text] for text in texts)]
    assert csv_rows(csv_bytes(frame)) == [["name"], *([text] for text in texts)]


@settings(max_examples=40, deadline=None)
@given(ANY, st.sampled_from(["=", "+", "@", "http://", "{=", "internal:"]))
def test_hostile_text_is_text_in_a_workbook(text: str, start: str) -> None:
    content = written(pl.DataFrame({"name": [(start + text).encode("utf-8", "ignore").decode()]}))
    assert not re.search(r"<f[ >]|<hyperlink", sheet_xml(content))
    assert isinstance(sheet_rows(content)[1][0], str)


def test_numbers_below_zero_stay_numbers_and_long_ones_lose_no_digit() -> None:
    frame = pl.DataFrame({"amount_dh": [-1_234, None], "code": [3010513202006123456, 7], "share": [-0.5, float("nan")]})
    assert sheet_rows(written(frame))[1:] == [[-1234.0, "3010513202006123456", -0.5], ["", 7.0, ""]]
    assert csv_rows(csv_bytes(frame))[1:] == [["-1234", "3010513202006123456", "-0.5"], ["", "7", ""]]


def test_days_and_flags_come_back() -> None:
    frame = pl.DataFrame({"on": [date(2026, 1, 31), date(1850, 1, 1)], "assumed": [True, False]})
    assert sheet_rows(written(frame))[1:] == [[date(2026, 1, 31), True], ["1850-01-01", False]]
    assert csv_rows(csv_bytes(frame))[1:] == [["2026-01-31", "true"], ["1850-01-01", "false"]]


def test_a_csv_says_that_it_is_utf_8() -> None:
    assert csv_bytes(pl.DataFrame({"name": ["خنيفرة"]})) == b"\xef\xbb\xbfname\r\n" + "خنيفرة".encode() + b"\r\n"


def test_columns_are_formatted_by_the_unit_in_their_name() -> None:
    frame = pl.DataFrame({"a_dh": [1], "b_km": [1.0], "c_share": [0.5], "d_min": [1], "year": [2024]})
    with zipfile.ZipFile(io.BytesIO(written(frame))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    formats = re.findall(r'<xf numFmtId="(\d+)"[^>]*xfId', styles)
    names = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles)) | {"3": "#,##0", "0": "General"}
    used = [int(style) for style in re.findall(r'<c r="[A-E]2" s="(\d+)"', sheet_xml(written(frame)))]
    assert [names[formats[style]] for style in used] == ["#,##0", "#,##0.0", "0.0%", "#,##0", "General"]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_sheet_is_frozen_filtered_and_runs_as_its_language(language: str) -> None:
    xml = sheet_xml(written(pl.DataFrame({"name": ["a"]}), language))
    assert ('rightToLeft="1"' in xml) == (language == "ar")
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:A2"' in xml


def test_the_same_table_gives_the_same_bytes_and_tells_no_clock() -> None:
    frame = pl.DataFrame({"name": ["a"], "amount_dh": [1]})
    assert written(frame, "ar") == written(frame, "ar")
    with zipfile.ZipFile(io.BytesIO(written(frame))) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4}-[^<]*)<", core)) == {"2000-01-01T00:00:00Z"}


def test_an_empty_table_is_a_header() -> None:
    frame = pl.DataFrame(schema={"name": pl.String, "amount_dh": pl.Int64})
    assert sheet_rows(written(frame, headers={"name": "Name"})) == [["Name", "amount_dh"]]
    assert csv_rows(csv_bytes(frame)) == [["name", "amount_dh"]]


@pytest.mark.parametrize(
    ("title", "name"),
    [("A/B: [c]?*\\", "A B   c"), ("x" * 40, "x" * 31), ("''", "Tiwizi"), ("=1+1", "=1+1"), ("History", "Tiwizi")],
)
def test_a_title_becomes_a_name_that_a_sheet_may_bear(title: str, name: str) -> None:
    assert sheet_name(title) == name
    content = workbook_bytes(pl.DataFrame({"a": [1]}), title=title, language="fr", headers={})
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == [name]
