"""The copy of someone's sheet with what is wrong beside each row, read back as another program would."""

import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tiwizi.core.errors import Sentence, say
from tiwizi.reports.annotated import annotated
from tiwizi.sources.sheets import Sheet
from tiwizi.sources.uploads import rows_of

SHEET = Sheet(
    ("place", "people", "on"),
    [["05.301.03.05", 12, date(2026, 1, 31)], ["أكلموس", -5, None], ["=1+1", 2.5, None]],
    [2, 3, 6],
    "data",
)
BELOW = say("{value} is below {bound}", value="-5", bound=say("column {column}", column="people"))
TWICE = say("the column {column} stands twice.", column="place")
UNPLACED = say("Fill it in: this column may not be empty.")


def rows(content: bytes) -> list[list[object]]:
    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in page.to_python(skip_empty_area=False)]


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def sheet_xml(content: bytes) -> str:
    return part(content, "xl/worksheets/sheet1.xml")


def colours(content: bytes) -> dict[str, str]:
    """The background of each cell that has one."""
    styles = part(content, "xl/styles.xml")
    fills = re.findall(r"<fill>(.*?)</fill>", styles)
    looks = [
        int(index)
        for index in re.findall(r'<xf numFmtId="\d+" fontId="\d+" fillId="(\d+)"[^>]*xfId', styles.split("<cellXfs")[1])
    ]
    colour_of = {}
    for cell, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet_xml(content)):
        colour = re.search(r'fgColor rgb="FF(\w+)"', fills[looks[int(style)]])
        if colour:
            colour_of[cell] = colour[1]
    return colour_of


def test_the_copy_holds_what_was_typed_in_its_order_and_in_its_rows() -> None:
    content = annotated(SHEET, {3: [UNPLACED]}, language="en")
    head, *body = rows(content)
    assert head == ["place", "people", "on", "What is wrong here"]
    assert body == [
        ["05.301.03.05", 12.0, date(2026, 1, 31), ""],
        ["أكلموس", -5.0, "", "• Fill it in: this column may not be empty."],
        ["", "", "", ""],
        ["", "", "", ""],
        ["'=1+1", 2.5, "", ""],
    ]
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["data"]


def test_all_errors_of_a_row_stand_in_its_last_cell_and_their_columns_are_marked() -> None:
    content = annotated(SHEET, {3: [BELOW, UNPLACED], 6: [TWICE]}, language="en")
    colour_of = colours(content)
    assert str(rows(content)[2][3]).split("\n") == ["• -5 is below column people", "• Fill it in: this column may not be empty."]
    assert colour_of["B3"] == colour_of["A6"] != colour_of["A3"] == colour_of["C3"] == colour_of["D3"] == colour_of["B6"]
    assert not {"A2", "B2", "C2", "D2"} & colour_of.keys()


def test_an_error_of_the_header_or_of_a_row_that_is_empty_is_said_too() -> None:
    lines = rows(annotated(SHEET, {1: [TWICE], 4: [UNPLACED], 9: [UNPLACED]}, language="en"))
    assert lines[0][3] == "What is wrong here\n• the column place stands twice."
    assert [bool(row[3]) for row in lines] == [True, False, False, True, False, False, False, False, True]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_copy_runs_as_its_language_and_filters(language: str) -> None:
    xml = sheet_xml(annotated(SHEET, {3: [UNPLACED]}, language=language))
    assert ('rightToLeft="1"' in xml) == (language == "ar")
    assert '<autoFilter ref="A1:D6"' in xml
    assert 'state="frozen"' in xml


def test_errors_are_said_in_the_reader_s_language_without_marks_of_direction() -> None:
    message = str(rows(annotated(SHEET, {3: [TWICE]}, language="ar"))[2][3])
    assert message != f"• {TWICE}"
    assert "place" in message
    assert not set("\u2066\u2067\u2068\u2069") & set(message)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://example.org")', " @SUM(A1)", "http://example.org", "{=1}"])
def test_nothing_that_was_typed_is_run(text: str) -> None:
    sheet = Sheet((text, "b"), [[text, None]], [2])
    content = annotated(sheet, {2: [Sentence("{value}", {"value": text})]}, language="fr")
    assert not re.search(r"<f[ >]|<hyperlink", sheet_xml(content))
    assert str(rows(content)[1][0]).lstrip("'") == text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert annotated(SHEET, {3: [BELOW]}, language="ar") == annotated(SHEET, {3: [BELOW]}, language="ar")


def test_a_sheet_that_was_sent_comes_back_and_can_be_sent_again() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("données")
        sheet.write_row(0, 0, ["place", "people"])
        sheet.write_row(3, 0, ["a", 3010513202006])
    sent = rows_of(out.getvalue(), "p.xlsx")
    again = rows_of(annotated(sent, {4: [UNPLACED]}, language="en"), "p.xlsx")
    assert (again.header[:2], again.lines, again.name) == (sent.header, sent.lines, sent.name)
    assert [row[:2] for row in again.values] == sent.values
