"""The rows of a CSV file or an Excel workbook, as they are in the file, or why they are refused.

Refused here: another encoding than UTF-8, workbooks that unpack to more than they may, that declare a document type or hold
macros or other files, merged cells, headers that are empty, repeated or not on the first row, rows shorter or longer than
the header. Rows are numbered as in the file: the header is row 1. Loads no table library, so that the child process that
reads one file starts quickly.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from tiwizi.children.child import NO_MEMORY
from tiwizi.core.errors import BadData, Problem, Sentence, rows_sentence, say, say_count
from tiwizi.core.text import tidy

Value = str | int | float | bool | date | datetime | time | timedelta | None

_SEPARATORS: Final = (",", ";", "\t")
_PIECE: Final = 2**16
_MEMBERS_MOST: Final = 2_000
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY")
_MACROS: Final = ("vbaproject", "xl/macrosheets/", "xl/activex/")
_FILES_INSIDE: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm", ".pptx", ".gz", ".7z", ".rar", ".exe", ".js")


@dataclass(frozen=True)
class Limits:
    """Limits beyond which a file is refused: sizes in bytes, rows without the header, wall-clock seconds."""

    bytes_most: int = 20 * 2**20
    unpacked_bytes_most: int = 50 * 2**20
    ratio_most: int = 100
    rows_most: int = 300_000
    columns_most: int = 400
    memory_bytes_most: int = 512 * 2**20
    seconds_most: float = 20.0
    macros: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is in the file: its header, the values of each row that is not empty, and each row's own number in the
    file.

    `name` is the sheet's name in a workbook, empty for other files. An empty cell is None; whole numbers are integers.
    """

    header: tuple[str, ...]
    values: Sequence[Sequence[Value]]
    lines: Sequence[int]
    name: str = ""

    @property
    def rows(self) -> list[list[str]]:
        """The rows as text: days as 2026-01-31, whole numbers without a point, empty cells as empty text."""
        return [[as_text(value) for value in row] for row in self.values]


def as_text(value: Value) -> str:
    """A cell as a person would type it: days as 2026-01-31, whole numbers without a point, nothing where it is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def kind_of(name: str) -> str:
    """The kind by the file's extension, with its dot, in lower case: `.csv`; empty without one."""
    return PurePath(name).suffix.lower()


def parsed(content: bytes, name: str, *, sheet: str | None = None, limits: Limits) -> Sheet:
    """The rows of a CSV file (.csv, .tsv, .txt) or of a workbook's sheet, the first unless `sheet` names another.

    Raises BadData with the file's name, the rows and the remedy.
    """
    if kind_of(name) in (".csv", ".tsv", ".txt"):
        return parsed_csv(content, name, limits=limits)
    return _parsed_xlsx(content, name, sheet, limits)


def parsed_csv(content: bytes, name: str, *, limits: Limits) -> Sheet:
    """The rows of a UTF-8 CSV file, all text; the separator is a comma, a semicolon or a tabulation."""
    text = _utf8(content, name)
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    few_enough(name, 0, head.count(separator) + 1, limits)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            rows.append(row)
            few_enough(name, len(rows) - 1, len(row), limits)
    except csv.Error as error:
        raise refused(
            name,
            say("a cell cannot be read ({error}).", error=str(error)),
            say("Look for a quotation mark that is opened and not closed, then save the file again as CSV UTF-8."),
        ) from error
    header = [tidy(cell).strip() for cell in rows[0]] if rows else []
    _header_right(name, header)
    lines = [number for number, row in enumerate(rows[1:], start=2) if any(row)]
    ragged = [number for number in lines if len(rows[number - 1]) != len(header)]
    if ragged:
        raise refused(
            name,
            say_count(
                "the row does not have the {count} column of the header.",
                "the row does not have the {count} columns of the header.",
                count=len(header),
            ),
            say("Look there for a cell that holds the separator, or for a title above the header, and save as CSV UTF-8."),
            where=[in_rows(ragged)],
        )
    return Sheet(tuple(header), [[cell or None for cell in rows[number - 1]] for number in lines], lines)


def refused(
    name: str, what: Sentence, remedy: Sentence, *, why: Sentence | None = None, where: Sequence[Sentence] = ()
) -> BadData:
    """The error that refuses a file, by its name."""
    return BadData(Problem(what, [in_file(name), *where], why, remedy))


def in_file(name: str) -> Sentence:
    """Where, by the file's name without its folders."""
    return say("file {file}", file=PurePath(name).name)


def in_rows(numbers: Sequence[int]) -> Sentence:
    """Where in a file, by the file's own row numbers (the first is 1)."""
    return rows_sentence([number - 1 for number in numbers])


def not_a_workbook(name: str) -> BadData:
    """The error for a file named as a workbook that is none."""
    return refused(name, say("this is not an Excel workbook."), say("Save it again as .xlsx from the spreadsheet."))


def _utf8(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(
            name,
            say("this is not UTF-8 text: byte {position} cannot be read.", position=error.start + 1),
            say("In the spreadsheet choose 'Save as', then 'CSV UTF-8'."),
            why=say("Read in another encoding, Arabic names would come out as other letters."),
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parsed_xlsx(content: bytes, name: str, sheet: str | None, limits: Limits) -> Sheet:
    _zip_safe(content, name, limits)
    title, rows, merged = _cells(content, name, sheet, limits)
    if not rows:
        raise refused(
            name, say("the sheet {sheet} is empty.", sheet=title), say("Put the names of the columns in its first row.")
        )
    if merged:
        raise refused(
            name,
            say("cells of the header are merged.") if merged[0] == 1 else say("cells are merged: all but the first are empty."),
            say("Select the row, undo 'Merge cells', and give each cell its own content; a title above the header must go."),
            where=[say("sheet {sheet}", sheet=title), in_rows(merged)],
        )
    header = [tidy(as_text(_cell(cell))).strip() for cell in rows[0]]
    while header and not header[-1] and all(row[len(header) - 1] == "" for row in rows):
        header.pop()
    _header_right(name, header)
    lines = [number for number, row in enumerate(rows[1:], start=2) if any(cell != "" for cell in row)]
    values = [[_cell(cell) for cell in rows[number - 1][: len(header)]] for number in lines]
    return Sheet(tuple(header), values, lines, title)


def _cells(content: bytes, name: str, sheet: str | None, limits: Limits) -> tuple[str, list[list[Any]], list[int]]:
    """A sheet's name, its rows, and the numbers of the rows where merged cells begin."""
    with _understood(name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        title = sheet or (book.sheet_names[0] if book.sheet_names else "")
        if title not in book.sheet_names:
            raise refused(
                name,
                say("there is no sheet {sheet}.", sheet=title),
                say("Its sheets are: {known}.", known=", ".join(book.sheet_names)),
            )
        page = book.get_sheet_by_name(title)
        few_enough(name, page.total_height - 1, page.total_width, limits)
        ranges = page.merged_cell_ranges or []
        return title, page.to_python(skip_empty_area=False), sorted({start[0] + 1 for start, _end in ranges})


@contextmanager
def _understood(name: str) -> Iterator[None]:
    """Refuses a workbook that the library cannot read."""
    try:
        yield
    except (CalamineError, PasswordError) as error:
        raise not_a_workbook(name) from error
    except BaseException as error:
        # On some the library panics, with an error class that it does not export; also when memory runs out.
        if type(error).__name__ != "PanicException" or NO_MEMORY in str(error):
            raise
        raise not_a_workbook(name) from error


def _cell(value: Any) -> Value:
    """A cell's value; Excel keeps whole numbers as floats, and a code stored so must not become `3010513202006.0`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    cleaned: Value = None if value == "" else value
    return cleaned


def _zip_safe(content: bytes, name: str, limits: Limits) -> None:
    """Refuses a workbook by its declared sizes, then by the real unpacked sizes: the directory of a zip file may lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _small_enough(name, sum(entry.file_size for entry in entries), len(content), limits)
            if len(entries) > _MEMBERS_MOST or any(entry.compress_type not in (0, 8) for entry in entries):
                raise not_a_workbook(name)
            unpacked = 0
            for entry in entries:
                _plain(name, entry.filename.lower(), limits)
                for piece, size in _pieces(archive, entry, limits.unpacked_bytes_most - unpacked):
                    _no_declaration(name, entry.filename, piece)
                    unpacked += size
                    _small_enough(name, unpacked, len(content), limits)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise not_a_workbook(name) from error


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> Iterator[tuple[bytes, int]]:
    """The pieces of a part, each with the end of the previous one and the number of its bytes."""
    entry.file_size = left + 1  # Read to the real end, whatever size the directory declares.
    before = b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            yield before + piece, len(piece)
            before = piece[-len(max(_DECLARATIONS, key=len)) :]


def _small_enough(name: str, unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes_most or unpacked / max(packed, 1) > limits.ratio_most:
        raise refused(
            name,
            say_count(
                "it unpacks to {size} MB, {count} time its size.",
                "it unpacks to {size} MB, {count} times its size.",
                size=unpacked // 2**20,
                count=unpacked // max(packed, 1),
            ),
            say("Copy the rows that matter to a new workbook, or save the sheet as CSV UTF-8."),
            why=say("Such a file could stop the machine."),
        )


def _plain(name: str, part: str, limits: Limits) -> None:
    if limits.macros:
        return
    if any(sign in part for sign in _MACROS):
        raise refused(
            name,
            say("it holds macros or controls: programs that run inside the workbook."),
            say("Save it as .xlsx without macros, or save the sheet as CSV UTF-8."),
        )
    if part.startswith("xl/embeddings/") or part.endswith(_FILES_INSIDE):
        raise refused(
            name,
            say("it holds another file inside ({part}).", part=PurePath(part).name),
            say("Copy the rows that matter to a new workbook, or save the sheet as CSV UTF-8."),
        )


def _no_declaration(name: str, part: str, piece: bytes) -> None:
    # Pictures hold any bytes, and are never read as tables.
    if part.startswith("xl/media/"):
        return
    if any(sign in piece for sign in _DECLARATIONS) or (part.endswith((".xml", ".rels")) and b"\0" in piece):
        raise refused(
            name,
            say("its part {part} is not as a spreadsheet writes it (it declares a document type).", part=PurePath(part).name),
            say("Open it in a spreadsheet and save it again as .xlsx."),
            why=say("Such a file could stop the machine."),
        )


def few_enough(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Raises BadData when a table has, or declares, more rows or columns than allowed."""
    if rows > limits.rows_most or columns > limits.columns_most:
        raise refused(
            name,
            say("it has more than {rows} rows or {columns} columns.", rows=limits.rows_most, columns=limits.columns_most),
            say("Delete what stands far below or beside the table, or send it in several files."),
        )


def _header_right(name: str, header: list[str]) -> None:
    empty = [index for index, cell in enumerate(header) if not cell]
    if not header or empty:
        raise refused(
            name,
            say("the header has a cell without name (column {column}).", column=(empty[0] + 1) if empty else 1),
            say("The first row holds the names of the columns: remove titles above it and undo merged cells."),
        )
    repeated = sorted({cell for cell in header if header.count(cell) > 1})
    if repeated:
        raise refused(
            name, say("the column {column} stands twice.", column=repeated[0]), say("Keep one of them, or give it another name.")
        )
