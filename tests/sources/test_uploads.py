"""What people send to the office: read in a process apart, or refused with what to do, whatever the file does."""

import io
import re
import threading
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tiwizi.core.errors import BadData
from tiwizi.core.tables import PURSES
from tiwizi.sources.uploads import Limits, Sheet, read_upload, rows_of

ROWS: list[tuple[object, ...]] = [
    ("place", "criterion", "people"),
    ("05.301.03.05", "poverty", 12),
    ("05.301.03.07", "فقر", 0),
]


def csv_of(rows: list[tuple[object, ...]], separator: str = ",") -> bytes:
    return "\n".join(separator.join(map(str, row)) for row in rows).encode()


def xlsx_of(rows: list[tuple[object, ...]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def parquet_of(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def repacked(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def declaring(content: bytes, part: str, size: int) -> bytes:
    """The archive with another unpacked size written in its directory and before the part: a header that lies."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(part)
    true, lie = entry.file_size.to_bytes(4, "little"), size.to_bytes(4, "little")
    lying = bytearray(content)
    lying[entry.header_offset + 22 : entry.header_offset + 26] = lie
    at = content.index(true, content.index(b"PK\x01\x02"))
    while content[at - 24 : at - 20] != b"PK\x01\x02":
        at = content.index(true, at + 1)
    lying[at : at + 4] = lie
    with zipfile.ZipFile(io.BytesIO(bytes(lying))) as archive:
        assert archive.getinfo(part).file_size == size
    return bytes(lying)


def children() -> set[str]:
    """The processes that this one started and has not waited for; other tests may keep some (a cluster, a pool)."""
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


def refusal(content: bytes, name: str, limits: Limits | None = None) -> str:
    """What is said of the file, which must be refused, with its name, leaving nothing behind."""
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    before = children()
    with pytest.raises(BadData) as error:
        rows_of(content, name, limits=limits or Limits())
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    assert children() == before, "the reader is gone, and waited for"
    assert all(problem.text().startswith(f"file {name}: ") and problem.remedy for problem in error.value.problems)
    return str(error.value)


@pytest.fixture(scope="module")
def long_sheet() -> bytes:
    rows: list[tuple[object, ...]] = [(f"place {number}", "poverty", number) for number in range(60_000)]
    return xlsx_of([ROWS[0], *rows])


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return repacked(xlsx_of(ROWS), {"xl/worksheets/sheet1.xml": b" " * (60 * 2**20)})


def test_every_kind_gives_the_same_table() -> None:
    frame = read_upload(csv_of(ROWS), "people.csv", PURSES)
    assert frame.rows() == ROWS[1:]
    others = [(csv_of(ROWS, separator), "people.CSV") for separator in (";", "\t")]
    others += [(b"\xef\xbb\xbf" + csv_of(ROWS), "p.txt"), (xlsx_of(ROWS), "p.xlsx"), (parquet_of(frame), "p.parquet")]
    for content, name in others:
        assert read_upload(content, name, PURSES).equals(frame), name


def test_rows_keep_their_text_and_their_numbers_in_the_file() -> None:
    rows = [ROWS[0], ROWS[1], (), ("b", "poverty", -5.5)]
    sheet = rows_of(xlsx_of(rows), "people.xlsx")
    assert sheet == Sheet(
        ("place", "criterion", "people"), [["05.301.03.05", "poverty", 12], ["b", "poverty", -5.5]], [2, 4], "data"
    )
    assert sheet.rows == [["05.301.03.05", "poverty", "12"], ["b", "poverty", "-5.5"]]
    assert rows_of(b"a,b\n1,\n\n,x\n", "p.csv") == Sheet(("a", "b"), [["1", None], [None, "x"]], [2, 4])
    parquet = rows_of(parquet_of(pl.DataFrame({"on": [date(2026, 1, 31)], "n": [7]})), "p.parquet")
    assert (parquet.rows, list(parquet.lines)) == ([["2026-01-31", "7"]], [1])


def test_days_and_flags_cross_as_they_are() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, look = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["on", "at", "flag"])
        sheet.write_datetime(1, 0, datetime(2026, 1, 31), look)  # noqa: DTZ001
        sheet.write_datetime(1, 1, datetime(2026, 1, 31, 8, 5), look)  # noqa: DTZ001
        sheet.write_boolean(1, 2, True)
    assert rows_of(out.getvalue(), "p.xlsx").rows == [["2026-01-31", "2026-01-31 08:05:00", "true"]]


def test_what_a_table_forbids_is_said_with_the_row_of_the_file_and_known_places_hold() -> None:
    with pytest.raises(BadData, match=r"file p\.xlsx, table purses, column people, row 4: -5 is below 0"):
        read_upload(xlsx_of([ROWS[0], ROWS[1], (), ("b", "poverty", -5)]), "p.xlsx", PURSES)
    with pytest.raises(BadData, match=r"row 3: no place has the code '05\.301\.03\.07'"):
        read_upload(csv_of(ROWS), "p.csv", PURSES, known=["05.301.03.05"])


def test_what_is_wrong_crosses_as_templates_that_any_language_can_say() -> None:
    with pytest.raises(BadData) as error:
        rows_of(b"a,a\n1,2\n", "p.csv")
    (problem,) = error.value.problems
    assert problem.what.template == "the column {column} stands twice."
    assert problem.what.values == {"column": "a"}
    with pytest.raises(BadData, match=r"there is no sheet other\. Its sheets are: data"):
        rows_of(xlsx_of(ROWS), "p.xlsx", sheet="other")


def test_a_file_too_heavy_is_refused_by_its_weight() -> None:
    assert "it weighs 2 MB; 1 MB at most are taken" in refusal(b"a" * (2**20 + 1), "p.csv", Limits(bytes_most=2**20))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"\x89PNG\r\n\x1a\n....", "p.xlsx", "it is called .xlsx, but it is a picture"),
        (b"PK\x03\x04....", "p.csv", "it is called .csv, but it is an Excel workbook or another archive"),
        (b"%PDF-1.7", "p.txt", "it is called .txt, but it is a PDF document"),
        (b"\xd0\xcf\x11\xe0....", "p.xlsx", "an old Excel workbook (.xls), or one locked by a password"),
        (b"PK\x03\x04....", "p.parquet", "it is called .parquet, but it is an Excel workbook"),
        (b"a,b\n\0\0,\x01", "p.csv", "a file that is not text"),
        (b"PK\x03\x04....", "p.xlsx", "this is not an Excel workbook"),
        (b"a,b", "p.xlsx", "this is not an Excel workbook"),
        (b"a,b", "p.parquet", "this is not a Parquet file"),
        (b"PAR1....PAR1", "p.parquet", "this is not a Parquet file"),
        (b"MZ", "p.exe", ".exe files are not read here"),
        (b"PK\x03\x04", "p.xlsm", ".xlsm files are not read here"),
        (b"a", "p", "- files are not read here"),
        (b"", "p.csv", "the header has a cell without name"),
        ("a,b\n1,2".encode("utf-16"), "p.csv", "this is not UTF-8 text: byte 1 cannot be read"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(content: bytes, name: str, message: str) -> None:
    assert message in refusal(content, name)


def test_a_zip_bomb_is_refused_by_its_directory(bomb: bytes) -> None:
    assert "it unpacks to 60 MB" in refusal(bomb, "p.xlsx")


def test_a_small_file_that_unpacks_a_thousandfold_is_refused() -> None:
    message = refusal(repacked(xlsx_of(ROWS), {"xl/theme/theme1.xml": b" " * (9 * 2**20)}), "p.xlsx")
    assert "it unpacks to 9 MB" in message


def test_a_zip_bomb_whose_directory_lies_is_refused_by_what_it_really_unpacks_to(bomb: bytes) -> None:
    assert "times its size" in refusal(declaring(bomb, "xl/worksheets/sheet1.xml", 1_000), "p.xlsx")


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>',
        b" " * (2**16 - 4) + b"<!DOCTYPE x []><worksheet/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x []><worksheet/>'.encode("utf-16"),
    ],
    ids=["at the start", "across two pieces", "in another encoding"],
)
def test_xml_that_declares_a_document_type_is_refused(xml: bytes) -> None:
    assert "its part sheet1.xml is not as a spreadsheet writes it" in refusal(
        repacked(xlsx_of(ROWS), {"xl/worksheets/sheet1.xml": xml}), "p.xlsx"
    )


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("xl/vbaProject.bin", "it holds macros"),
        ("xl/macrosheets/sheet1.xml", "it holds macros"),
        ("xl/activeX/activeX1.bin", "it holds macros"),
        ("xl/embeddings/oleObject1.bin", "it holds another file inside (oleobject1.bin)"),
        ("inside/other.zip", "it holds another file inside (other.zip)"),
    ],
)
def test_macros_and_files_inside_are_refused(part: str, message: str) -> None:
    assert message in refusal(repacked(xlsx_of(ROWS), {part: b"x"}), "p.xlsx")


def test_a_small_sheet_whose_cells_stand_at_both_ends_of_the_grid_is_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "place")
        sheet.write(1_048_575, 16_383, "x")
    assert "of memory, and was stopped" in refusal(out.getvalue(), "p.xlsx")


def test_a_sheet_that_only_says_that_it_is_as_large_as_the_grid_is_read() -> None:
    content = xlsx_of(ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    dimension = '<dimension ref="A1:XFD1048576"/>'
    claimed = re.sub(r"<dimension[^>]*/>", "", xml).replace("<sheetViews>", dimension + "<sheetViews>", 1)
    assert dimension in claimed
    assert len(rows_of(repacked(content, {"xl/worksheets/sheet1.xml": claimed.encode()}), "p.xlsx").values) == 2


def test_one_shared_text_repeated_in_many_cells_is_bounded() -> None:
    many = xlsx_shared("a" * 30_000, 2_500)
    assert len(many) < 100_000
    message = refusal(many, "p.xlsx", Limits(memory_bytes_most=100 * 2**20))
    assert "reading it took more than 100 MB of memory, and was stopped" in message


def xlsx_shared(text: str, rows: int) -> bytes:
    """A workbook whose every row repeats one long text, kept once."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_string(row, 0, text)
    return out.getvalue()


def test_tables_too_long_or_too_wide_are_refused(long_sheet: bytes) -> None:
    few = Limits(rows_most=1_000, columns_most=10)
    long = pl.DataFrame({"a": range(2_000)})
    wide = pl.DataFrame({f"c{number}": [1] for number in range(11)})
    for content, name in [
        (long_sheet, "p.xlsx"),
        (long.write_csv().encode(), "p.csv"),
        (parquet_of(long), "p.parquet"),
        (wide.write_csv().encode(), "p.csv"),
        (parquet_of(wide), "p.parquet"),
    ]:
        assert "it has more than 1000 rows or 10 columns" in refusal(content, name, few)


@pytest.mark.parametrize("start", [b"", b"a,b\n"])
def test_a_csv_of_five_million_commas_is_refused(start: bytes) -> None:
    assert "rows or 400 columns" in refusal(start + b"," * 5_000_000, "p.csv")


def test_a_parquet_file_of_a_billion_equal_rows_is_refused() -> None:
    content = parquet_of(pl.select(pl.repeat(7, 3_000_000, dtype=pl.Int8).alias("a")))
    assert len(content) < 10_000
    assert "it has more than 300000 rows" in refusal(content, "p.parquet")


def test_reading_that_takes_too_long_is_stopped(long_sheet: bytes) -> None:
    assert "reading it took more than 0.1 seconds, and was stopped" in refusal(long_sheet, "p.xlsx", Limits(seconds_most=0.1))


def test_several_files_are_read_at_once_from_a_server_s_threads() -> None:
    sheets: list[Sheet] = []
    threads = [threading.Thread(target=lambda: sheets.append(rows_of(csv_of(ROWS), "p.csv"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(sheet.values) for sheet in sheets] == [2] * 6


def test_the_process_apart_sees_nothing_of_the_server_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # A server's environment may hold secrets, and may tell Python to load something else.
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert len(rows_of(csv_of(ROWS), "p.csv").values) == 2


def test_no_file_is_left_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: bytes) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows_of(csv_of(ROWS), "p.csv")
    refusal(bomb, "p.xlsx")
    refusal(xlsx_of(ROWS), "p.xlsx", Limits(seconds_most=0.0))
    assert list(tmp_path.iterdir()) == []
