"""Tables that people bring: CSV, Excel or Parquet, read whole and checked, or refused with what to mend.

What is refused here before any parsing: files of another encoding than UTF-8, spreadsheets that unpack to more than
50 MB or more than a hundred times their size, merged cells, headers that are empty, repeated or not on the first row, and
rows shorter or longer than the header. Rows are numbered as in the file: the header is row 1.
"""

import csv
import difflib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from tiwizi.core.errors import BadData, Problem, Sentence, rows_sentence, say
from tiwizi.core.tables import Table

UNPACKED_MOST: Final = 50 * 1024 * 1024
RATIO_MOST: Final = 100
_SEPARATORS: Final = (",", ";", "\t")


@dataclass(frozen=True)
class _Raw:
    """The rows of a file before any check, and each row's own number in the file."""

    frame: pl.DataFrame
    lines: Sequence[int]


def read_table(
    path: Path, table: Table, *, sheet: str | None = None, known: pl.DataFrame | Sequence[str] | None = None
) -> pl.DataFrame:
    """The file's rows as this table. With `known` (a frame of places, or their codes), every place must be one of them.

    Raises BadData with the file's name, the column, the first rows and the remedy; nothing is kept of a bad file.
    """
    if not path.is_file():
        raise _refused(path, say("there is no such file."), say("Check the name and the folder: {path}.", path=str(path)))
    raw = _read(path, sheet)
    try:
        checked = table.check(raw.frame, fill=True)
    except BadData as error:
        raise BadData(
            Problem(one.what, [_in(path), *(_as_in_file(part, raw.lines) for part in one.where)], one.why, one.remedy)
            for one in error.problems
        ) from error
    if known is not None:
        _places_known(path, checked, raw.lines, known)
    return checked


def read_csv(path: Path) -> pl.DataFrame:
    """A UTF-8 CSV file as text columns; empty cells are null. The separator is a comma, a semicolon or a tabulation."""
    return _read_csv(path).frame


def _read_csv(path: Path) -> _Raw:
    content = _utf8(path)
    separator = max(_SEPARATORS, key=content.split("\n", 1)[0].count)
    try:
        rows = list(csv.reader(io.StringIO(content), delimiter=separator, strict=True))
    except csv.Error as error:
        raise _refused(
            path,
            say("a cell cannot be read ({error}).", error=str(error)),
            say("Look for a quotation mark that is opened and not closed, then save the file again as CSV UTF-8."),
        ) from error
    header = [name.strip() for name in rows[0]] if rows else []
    _header_right(path, header)
    lines = [number for number, row in enumerate(rows[1:], start=2) if any(row)]
    ragged = [number for number in lines if len(rows[number - 1]) != len(header)]
    if ragged:
        raise _refused(
            path,
            say("the row does not have the {count} columns of the header.", count=len(header)),
            say("Look there for a cell that holds the separator, or for a title above the header, and save as CSV UTF-8."),
            where=[_rows(ragged)],
        )
    columns = {name: [rows[number - 1][index] or None for number in lines] for index, name in enumerate(header)}
    return _Raw(pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)), lines)


def _read(path: Path, sheet: str | None) -> _Raw:
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        return _read_csv(path)
    if kind in (".xlsx", ".xlsm"):
        return _read_xlsx(path, sheet)
    if kind == ".parquet":
        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _refused(
                path, say("this is not a Parquet file."), say("Write it again from the program that made it.")
            ) from error
        return _Raw(frame, range(1, frame.height + 1))
    raise _refused(
        path, say("{kind} files are not read here.", kind=kind or "-"), say("Save it as .csv (UTF-8), .xlsx or .parquet.")
    )


def _utf8(path: Path) -> str:
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            path,
            say("this is not UTF-8 text: byte {position} cannot be read.", position=error.start + 1),
            say("In the spreadsheet choose 'Save as', then 'CSV UTF-8'."),
            why=say("Read in another encoding, Arabic names would come out as other letters."),
        ) from error
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _read_xlsx(path: Path, sheet: str | None) -> _Raw:
    _zip_safe(path)
    name, rows, merged = _sheet(path, sheet)
    if not rows:
        raise _refused(
            path, say("the sheet {sheet} is empty.", sheet=name), say("Put the names of the columns in its first row.")
        )
    if merged:
        raise _refused(
            path,
            say("cells of the header are merged.") if merged[0] == 1 else say("cells are merged: all but the first are empty."),
            say("Select the row, undo 'Merge cells', and give each cell its own content; a title above the header must go."),
            where=[say("sheet {sheet}", sheet=name), _rows(merged)],
        )
    header = [str(cell).strip() for cell in rows[0]]
    while header and not header[-1] and all(row[len(header) - 1] == "" for row in rows):
        header.pop()
    _header_right(path, header)
    lines = [number for number, row in enumerate(rows[1:], start=2) if any(cell != "" for cell in row)]
    columns = {name: [_cell(rows[number - 1][index]) for number in lines] for index, name in enumerate(header)}
    return _Raw(pl.DataFrame({column: _series(column, values) for column, values in columns.items()}), lines)


def _sheet(path: Path, sheet: str | None) -> tuple[str, list[list[Any]], list[int]]:
    """A sheet's name, its rows, and the numbers of the rows where merged cells begin."""
    try:
        book = CalamineWorkbook.from_path(path)
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            raise _refused(
                path,
                say("there is no sheet {sheet}.", sheet=name),
                say("Its sheets are: {known}.", known=", ".join(book.sheet_names)),
            )
        page = book.get_sheet_by_name(name)
        ranges = page.merged_cell_ranges or []
        return name, page.to_python(skip_empty_area=False), sorted({start[0] + 1 for start, _end in ranges})
    except CalamineError as error:
        raise _refused(
            path, say("this is not an Excel workbook."), say("Save it again as .xlsx from the spreadsheet.")
        ) from error


def _cell(value: Any) -> Any:
    """A cell's value; Excel keeps whole numbers as floats, and a code so kept must not become `3010513202006.0`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def _series(name: str, values: list[Any]) -> pl.Series:
    """A column of one type; numbers and words mixed become text, a whole number without its decimal point."""
    found = {type(value) for value in values if value is not None}
    if len(found) <= 1 or found <= {int, float}:
        return pl.Series(name, values, strict=False)
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


def _zip_safe(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = max(path.stat().st_size, 1)
    except zipfile.BadZipFile as error:
        raise _refused(
            path, say("this is not an Excel workbook."), say("Save it again as .xlsx from the spreadsheet.")
        ) from error
    if unpacked > UNPACKED_MOST or unpacked / packed > RATIO_MOST:
        raise _refused(
            path,
            say("it unpacks to {size} MB, {ratio} times its size.", size=unpacked // 2**20, ratio=unpacked // packed),
            say("Copy the rows that matter to a new workbook, or save the sheet as CSV UTF-8."),
            why=say("Such a file could stop the machine."),
        )


def _header_right(path: Path, header: list[str]) -> None:
    empty = [index for index, name in enumerate(header) if not name]
    if not header or empty:
        raise _refused(
            path,
            say("the header has a cell without name (column {column}).", column=(empty[0] + 1) if empty else 1),
            say("The first row holds the names of the columns: remove titles above it and undo merged cells."),
        )
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise _refused(
            path, say("the column {column} stands twice.", column=repeated[0]), say("Keep one of them, or give it another name.")
        )


def _places_known(path: Path, frame: pl.DataFrame, lines: Sequence[int], known: pl.DataFrame | Sequence[str]) -> None:
    codes = (known["place"] if isinstance(known, pl.DataFrame) else pl.Series(known, dtype=pl.String)).to_list()
    rows = (~frame["place"].is_in(codes)).arg_true().to_list()
    if rows:
        code = frame["place"][rows[0]]
        near = difflib.get_close_matches(code, codes, n=3)
        raise _refused(
            path,
            say("no place has the code {code}.", code=repr(code)),
            say("Did you mean {near}?", near=", ".join(near))
            if near
            else say("Write the codes as text, as HCP does: 05.301.03.05."),
            where=[say("column {column}", column="place"), _rows([lines[row] for row in rows])],
        )


def _rows(numbers: Sequence[int]) -> Sentence:
    """Where in a file, by the file's own row numbers (the first is 1)."""
    return rows_sentence([number - 1 for number in numbers])


def _as_in_file(where: Sentence, lines: Sequence[int]) -> Sentence:
    """Where the checks found a row, counted from the first row of data, as the file itself numbers it."""
    if "rows" not in where.values:
        return where
    numbers = [str(lines[int(row) - 1]) for row in str(where.values["rows"]).split(", ")]
    return Sentence(where.template, {**where.values, "rows": ", ".join(numbers)})


def _in(path: Path) -> Sentence:
    return say("file {file}", file=path.name)


def _refused(
    path: Path, what: Sentence, remedy: Sentence, *, why: Sentence | None = None, where: list[Sentence] | None = None
) -> BadData:
    return BadData(Problem(what, [_in(path), *(where or [])], why, remedy))
