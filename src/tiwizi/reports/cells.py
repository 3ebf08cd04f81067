"""Cells that no spreadsheet executes: all values written to CSV files and workbooks pass here."""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl
import xlsxwriter

from tiwizi.language import direction

LETTERS_MOST: Final = 32_767
"""The most that a cell of Excel holds, in UTF-16 code units."""
FONT: Final = "Arial"  # A font that every spreadsheet has, with Latin and Arabic letters.
WHOLE_MOST: Final = 10**15
"""Excel keeps fifteen digits of a number: a longer one is written as text."""

Plain = int | float | Decimal | date | time | timedelta

_FORMULA_STARTS: Final = tuple("=+-@＝＋－＠−﹦﹢﹣﹫")
# Invisible characters at the start of a text: separators, controls, marks of format and direction, blank letters.
_UNSEEN_KINDS: Final = ("Z", "C", "Mn", "Me")
_UNSEEN: Final = "\u115f\u1160\u2800\u3164\uffa0"
# Marks that reverse or isolate text: a cell keeps them as characters, and they can disguise its content.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT_CONTROLS: Final = frozenset("\t\n")
_FIGURE: Final = re.compile(r"[-+]?\d[\d\s.,]*%?")
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FORMATS: Final = {"_dh": "#,##0", "_km": "#,##0.0", "_share": "0.0%", "_min": "#,##0"}
_DAY: Final = "yyyy-mm-dd"
_MOMENT: Final = "yyyy-mm-dd hh:mm"
# A fixed time: the same table gives the same bytes.
_MADE_ON: Final = datetime(2000, 1, 1)  # noqa: DTZ001 a workbook's days have no zone
_NARROWEST, _WIDEST = 9, 60


def safe(value: object) -> object:
    """The value as a cell may hold it: numbers, days and moments unchanged, anything else as text that no spreadsheet
    executes. Text that begins like a formula, also after blanks and invisible marks, gets an apostrophe before it; a signed
    number does not. Control characters and marks that reverse the text are removed; the rest is cut at 32,767 letters.
    """
    return value if isinstance(value, Plain) else safe_text(value)


def safe_text(value: object) -> str:
    """The value as text that no spreadsheet reads as a formula, even once a workbook is saved as CSV; None is empty."""
    whole = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(letter for letter in whole if _is_kept(letter))
    if (text.startswith(("\t", "\n")) or _seen(text).startswith(_FORMULA_STARTS)) and not _FIGURE.fullmatch(text):
        text = f"'{text}"
    return _cut(text)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The table as CSV: UTF-8 with the byte-order mark that Excel needs, commas, one header row, every cell safe.

    Numbers stay numbers, days are 2026-01-31, flags true or false, missing values are empty.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in frame.columns])
    writer.writerows([_in_csv(value) for value in row] for row in frame.iter_rows())
    return out.getvalue().encode("utf-8-sig")


def workbook_bytes(frame: pl.DataFrame, *, title: str, language: str, headers: Mapping[str, str]) -> bytes:
    """The table as a workbook of one sheet: every cell safe, right-to-left in Arabic; the same table gives the same bytes.
    `headers` are the titles of columns in `language`; a column without one keeps its name. Columns are formatted by the end
    of their names: _dh (money), _km, _share (shown as a percentage), _min.
    """
    with book_of_one_sheet(title, language) as made:
        for col, name in enumerate(frame.columns):
            shown = safe_text(headers.get(name, name))
            made.sheet.write_string(0, col, shown, made.look(bold=True, text_wrap=True, bg_color="#1F5F6B", font_color="#FFFFFF"))
            looks = {"num_format": _format(name, frame[name].dtype)} if frame[name].dtype != pl.String else {}
            for row, value in enumerate(frame[name], start=1):
                write(made.sheet, row, col, value, made.look(**looks))
            made.sheet.set_column(col, col, width([shown, *(_in_csv(value) for value in frame[name].head(200))]))
        made.sheet.freeze_panes(1, 0)
        if frame.width:
            made.sheet.autofilter(0, 0, frame.height, frame.width - 1)
    return made.content


class book_of_one_sheet:  # noqa: N801 reads as a phrase
    """A workbook being written, closed at the end of `with`; then `content` holds its bytes, which do not depend on the
    clock."""

    def __init__(self, title: str, language: str) -> None:
        self.content = b""
        self._out = io.BytesIO()
        self._language = language
        self._looks: dict[tuple[tuple[str, object], ...], Any] = {}
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self._out, options)
        self.book.set_properties({"title": safe_text(title), "created": _MADE_ON, "language": language})
        self.sheet: Any = self.book.add_worksheet(sheet_name(title))
        if direction(language) == "rtl":
            self.sheet.right_to_left()

    def __enter__(self) -> "book_of_one_sheet":
        return self

    def __exit__(self, *_error: object) -> None:
        self.book.close()
        self.content = self._out.getvalue()

    def look(self, **properties: object) -> Any:
        """A cell's format, in the direction of the language; cached."""
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            order = 2 if direction(self._language) == "rtl" else 1
            base = {"font_name": FONT, "font_size": 10, "valign": "top", "reading_order": order}
            self._looks[key] = self.book.add_format(base | properties)
        return self._looks[key]


def write(sheet: Any, row: int, col: int, value: object, look: Any) -> None:
    """Writes one cell, safe: numbers as numbers, days as days, anything else as text; never a formula, never a link."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, col, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, col, value, look)
    elif isinstance(value, int | float | Decimal) and abs(float(value)) < WHOLE_MOST:
        sheet.write_number(row, col, value, look)
    elif isinstance(value, date | time | timedelta) and _in_excel_s_years(value):
        sheet.write_datetime(row, col, value.replace(tzinfo=None) if isinstance(value, datetime) else value, look)
    else:
        sheet.write_string(row, col, safe_text(value), look)


def width(texts: Iterable[str]) -> float:
    """A column width that shows most of these texts, in characters."""
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def sheet_name(title: str) -> str:
    """The title as a valid name of an Excel sheet: 31 characters at most, none of []:*?/\\, no apostrophe at the ends."""
    name = _NOT_IN_NAMES.sub(" ", safe_text(title))[:31].strip().strip("'").strip()
    return name if name and name.lower() != "history" else "Tiwizi"


def _is_kept(letter: str) -> bool:
    if letter in _KEPT_CONTROLS:
        return True
    # Surrogates and Unicode noncharacters are written to no file.
    return letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs") and ord(letter) & 0xFFFE != 0xFFFE


def _seen(text: str) -> str:
    """The text from its first visible character."""
    for at, letter in enumerate(text):
        if letter not in _UNSEEN and not unicodedata.category(letter).startswith(_UNSEEN_KINDS):
            return text[at:]
    return ""


def _cut(text: str) -> str:
    if len(text) <= LETTERS_MOST // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LETTERS_MOST].decode("utf-16-le", "ignore")


def _in_csv(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return str(value) if isinstance(value, Plain) else safe_text(value)


def _format(name: str, dtype: pl.DataType) -> str:
    if dtype == pl.Date:
        return _DAY
    if dtype == pl.Datetime:
        return _MOMENT
    return next((form for end, form in _FORMATS.items() if name.endswith(end)), "General")


def _in_excel_s_years(value: date | time | timedelta) -> bool:
    # Excel counts days from 1900; before March of that year it counts one that did not exist.
    return not isinstance(value, date) or 1901 <= value.year <= 9999
