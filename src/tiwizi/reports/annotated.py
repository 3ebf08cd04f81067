"""A copy of an uploaded sheet, with the errors written next to each row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from tiwizi.core.errors import Sentence, mark
from tiwizi.language import text, translator
from tiwizi.reports.cells import book_of_one_sheet, safe_text, width, write
from tiwizi.sources.sheets import Sheet, as_text

WRONG_WIDTH: Final = 70
_LETTERS_A_LINE: Final = 64
_LINE_PT: Final = 13.5
_HEAD: Final = {"bold": True, "text_wrap": True, "bg_color": "#1F5F6B", "font_color": "#FFFFFF"}
_ROW: Final = {"bg_color": "#FDECEA"}
_CELL: Final = {"bg_color": "#F4A79D", "bold": True}
# A cell would show direction marks as characters.
_ISOLATES: Final = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def annotated(sheet: Sheet, errors: Mapping[int, Sequence[Sentence]], *, language: str) -> bytes:
    """The sheet as a workbook, as typed, with a last column that lists in `language` the errors of each row.

    `errors` are by the row's number in the file (the header is row 1). A row with errors is coloured; where an error, or a
    sentence inside it, has a value named `column` that is one of the sheet's, that cell is marked. Rows keep their numbers,
    rows without errors stay, and the header has a filter. Right-to-left in Arabic; no cell is ever executed.
    """
    speak = translator(language)
    last = len(sheet.header)
    rows = dict(zip(sheet.lines, sheet.values, strict=True))
    with book_of_one_sheet(sheet.name or speak(mark("Your table")), language) as made:
        for col, name in enumerate(sheet.header):
            made.sheet.write_string(0, col, safe_text(name), made.look(**_HEAD))
            made.sheet.set_column(col, col, width([name, *(as_text(row[col]) for row in sheet.values[:200])]))
        heading = [speak(mark("What is wrong here")), *_said(errors.get(1, ()), language)]
        made.sheet.write_string(0, last, safe_text("\n".join(heading)), made.look(**_HEAD))
        made.sheet.set_column(last, last, WRONG_WIDTH)
        for line in sorted({*rows, *(number for number in errors if number > 1)}):
            _row(made, line, rows.get(line, (None,) * last), errors.get(line, ()), sheet.header, language)
        made.sheet.freeze_panes(1, 0)
        made.sheet.autofilter(0, 0, max([1, *sheet.lines, *errors]) - 1, last)
        made.sheet.set_landscape()
        made.sheet.fit_to_pages(1, 0)
    return made.content


def _row(
    made: book_of_one_sheet,
    line: int,
    values: Sequence[object],
    errors: Sequence[Sentence],
    header: Sequence[str],
    language: str,
) -> None:
    wrong = {name for error in errors for name in _columns(error)}
    for col, value in enumerate(values):
        colour = {} if not errors else _CELL if header[col] in wrong else _ROW
        write(made.sheet, line - 1, col, value, made.look(**colour, **_number_format(value)))
    if not errors:
        return
    messages = _said(errors, language)
    made.sheet.write_string(line - 1, len(header), safe_text("\n".join(messages)), made.look(**_ROW, text_wrap=True, indent=1))
    # Not every spreadsheet adjusts the height of a row to wrapped text.
    lines = sum(-(-len(message) // _LETTERS_A_LINE) for message in messages)
    made.sheet.set_row(line - 1, _LINE_PT * max(lines, 1) + 2)


def _said(errors: Sequence[Sentence], language: str) -> list[str]:
    """Each error in the reader's language, after a bullet, so that one that begins with -5 is no formula and needs no
    apostrophe."""
    return [f"• {text(error, language).translate(_ISOLATES)}" for error in errors]


def _columns(error: Sentence) -> set[str]:
    """The columns named by an error or by a sentence inside it."""
    inside = [name for value in error.values.values() if isinstance(value, Sentence) for name in _columns(value)]
    column = error.values.get("column")
    return {*inside, *([column] if isinstance(column, str) else [])}


def _number_format(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"num_format": "yyyy-mm-dd hh:mm"}
    forms = {date: "yyyy-mm-dd", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}
    return next(({"num_format": form} for kind, form in forms.items() if isinstance(value, kind)), {})
