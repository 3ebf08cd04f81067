"""What people bring: each file is real, read whole and checked, or refused with what to mend."""

import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tiwizi.core.errors import BadData
from tiwizi.core.tables import PURSES
from tiwizi.sources.files import read_table

RIGHT = [("place", "criterion", "people"), ("05.301.03.05", "poverty", 12), ("05.301.03.07", "poverty", 0)]


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, rows: list[tuple[object, ...]], merge: tuple[int, int, int, int] | None = None) -> Path:
    path = folder / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if merge:
            sheet.merge_range(*merge, "merged")
    return path


def refused(path: Path, known: list[str] | None = None) -> str:
    with pytest.raises(BadData) as error:
        read_table(path, PURSES, known=known)
    assert all(problem.text().startswith(f"file {path.name}") for problem in error.value.problems)
    return str(error.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_with_any_usual_separator(tmp_path: Path, separator: str) -> None:
    text = "\n".join(separator.join(map(str, row)) for row in RIGHT)
    assert read_table(csv_file(tmp_path, "\ufeff" + text), PURSES)["people"].to_list() == [12, 0]


def test_a_workbook_and_a_parquet_file_give_the_same_table(tmp_path: Path) -> None:
    from_sheet = read_table(xlsx_file(tmp_path, list(RIGHT)), PURSES)
    from_sheet.write_parquet(tmp_path / "people.parquet")
    assert from_sheet.rows() == read_table(tmp_path / "people.parquet", PURSES).rows() == [tuple(row) for row in RIGHT[1:]]


def test_codes_stay_text_where_the_sheet_holds_numbers(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [("place", "criterion", "people"), (3010513202006, "poverty", 1), ("x", "poverty", 2)])
    assert read_table(path, PURSES)["place"].to_list() == ["3010513202006", "x"]


def test_codes_that_are_all_numbers_keep_no_decimal_point(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [("place", "criterion", "people"), (3010513202006, "poverty", 1)])
    assert read_table(path, PURSES)["place"].to_list() == ["3010513202006"]


def test_rows_are_numbered_as_in_the_sheet_though_some_are_empty(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [RIGHT[0], RIGHT[1], (), ("b", "poverty", -5)]
    assert "column people, row 4: -5 is below 0" in refused(xlsx_file(tmp_path, rows))
    assert "column people, row 4: -5" in refused(csv_file(tmp_path, "place,criterion,people\na,poverty,1\n\nb,poverty,-5\n"))


def test_spaces_around_the_names_of_columns_do_not_matter(tmp_path: Path) -> None:
    assert read_table(csv_file(tmp_path, "place, criterion , people\na,poverty,1\n"), PURSES)["people"].to_list() == [1]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "none.csv")


def test_a_quotation_mark_left_open_is_refused(tmp_path: Path) -> None:
    assert "a cell cannot be read" in refused(csv_file(tmp_path, 'place,criterion,people\n"a,poverty,1\n'))


def test_cells_merged_below_the_header_are_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [*RIGHT, ("", "poverty", 2)]
    message = refused(xlsx_file(tmp_path, rows, merge=(2, 0, 3, 0)))
    assert "sheet data, row 3: cells are merged: all but the first are empty" in message


def test_another_encoding_is_refused_with_what_to_choose(tmp_path: Path) -> None:
    message = refused(csv_file(tmp_path, "place,criterion,people\nخنيفرة,poverty,1\n", "cp1256"))
    assert "this is not UTF-8 text: byte 24 cannot be read" in message
    assert "CSV UTF-8" in message


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    assert "column people: this column is missing" in refused(csv_file(tmp_path, "place,criterion\na,poverty\n"))


def test_a_place_twice_is_named_with_its_rows(tmp_path: Path) -> None:
    message = refused(csv_file(tmp_path, "place,criterion,people\na,poverty,1\nb,poverty,1\na,poverty,2\n"))
    assert "column place, criterion, row 2, 4: a, poverty stands more than once" in message


def test_negative_people_are_refused(tmp_path: Path) -> None:
    assert "column people, row 2: -5 is below 0" in refused(csv_file(tmp_path, "place,criterion,people\na,poverty,-5\n"))


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    message = refused(xlsx_file(tmp_path, list(RIGHT)), known=["05.301.03.05"])
    assert "column place, row 3: no place has the code '05.301.03.07'. Did you mean 05.301.03.05?" in message
    places = pl.DataFrame({"place": ["05.301.03.05", "05.301.03.07"]})
    assert read_table(tmp_path / "people.xlsx", PURSES, known=places).height == 2


def test_merged_headers_are_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("", "", "people"), ("a", "poverty", 1)]
    assert "cells of the header are merged" in refused(xlsx_file(tmp_path, rows, merge=(0, 0, 0, 1)))


def test_a_title_above_the_header_is_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("People concerned, 2024", "", ""), *RIGHT]
    assert "the header has a cell without name (column 2)" in refused(xlsx_file(tmp_path, rows))


def test_a_repeated_column_is_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("place", "criterion", "people", "people"), ("a", "poverty", 1, 2)]
    assert "the column people stands twice" in refused(xlsx_file(tmp_path, rows))


def test_an_empty_sheet_and_a_missing_sheet_are_refused(tmp_path: Path) -> None:
    assert "the sheet data is empty" in refused(xlsx_file(tmp_path, []))
    with pytest.raises(BadData, match=r"there is no sheet other\. Its sheets are: data"):
        read_table(xlsx_file(tmp_path, list(RIGHT)), PURSES, sheet="other")


def test_a_zip_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    assert "it unpacks to 60 MB" in refused(path)


@pytest.mark.parametrize("name", ["people.xlsx", "people.parquet"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"not at all")
    assert "this is not" in refused(path)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.pdf"
    path.write_bytes(b"%PDF")
    assert ".pdf files are not read here" in refused(path)


def test_ragged_rows_are_refused(tmp_path: Path) -> None:
    for row in ("a,poverty", "a,poverty,1,9,9"):
        message = refused(csv_file(tmp_path, f"place,criterion,people\nb,poverty,1\n{row}\n"))
        assert "row 3: the row does not have the 3 columns of the header" in message


def test_an_empty_cell_is_missing_not_zero(tmp_path: Path) -> None:
    message = refused(csv_file(tmp_path, "place,criterion,people\na,poverty,1\nb,poverty,\n"))
    assert "column people, row 3: the value is missing" in message


def test_nothing_is_changed_by_reading(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, list(RIGHT))
    before = path.read_bytes()
    first, second = read_table(path, PURSES), read_table(path, PURSES)
    assert first.equals(second)
    assert path.read_bytes() == before
    assert isinstance(first, pl.DataFrame)


def test_a_file_of_one_s_own_may_hold_macros_and_be_longer_than_what_is_sent(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(*RIGHT[0], *(f"c{number}" for number in range(500))), (*RIGHT[1], *[1] * 500)]
    path = xlsx_file(tmp_path, rows)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert read_table(path.rename(tmp_path / "people.xlsm"), PURSES).height == 1


def test_a_number_in_the_header_keeps_no_decimal_point(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [(*RIGHT[0], 2024, 2024.0), (*RIGHT[1], 1, 2)])
    assert "the column 2024 stands twice" in refused(path)


def test_a_workbook_that_declares_a_document_type_is_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, list(RIGHT))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/other.xml", b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')
    assert "its part other.xml is not as a spreadsheet writes it" in refused(path)
