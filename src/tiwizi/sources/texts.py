"""Texts of users' files: each header and cell passes the rule of `core.text`, or the file is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl
import polars.selectors as cs

from tiwizi.core import text
from tiwizi.core.errors import BadData, Problem, Sentence, say
from tiwizi.sources.sheets import Sheet, in_file, in_rows

CLOSER: Final = f"[{text.NEVER}{text.DIRECTION}{text.ZERO_WIDTH}{text.NON_JOINER}]"
"""A regular expression, for any engine, of the characters that need a full check."""

_Wrong = dict[str, tuple[Sentence, list[int]]]
"""By column: why its first wrong cell is refused, and the rows of all."""


def sheet_checked(sheet: Sheet, name: str) -> Sheet:
    """The sheet with its texts tidied. Raises BadData with file, sheet, column and rows."""
    where = [in_file(name), *([say("sheet {sheet}", sheet=sheet.name)] if sheet.name else [])]
    problems = header_problems(sheet.header, where)
    # One search per row, over all its texts: only rows that match are checked cell by cell.
    rows = [
        at for at, row in enumerate(sheet.values) if not text.plain("\t".join([cell for cell in row if isinstance(cell, str)]))
    ]
    if not rows and not problems:
        return sheet
    values: list[Sequence[Any]] = list(sheet.values)
    wrong: _Wrong = {}
    for at in rows:
        values[at] = [text.tidy(cell) if isinstance(cell, str) else cell for cell in values[at]]
        for column, cell in zip(sheet.header, values[at], strict=True):
            if isinstance(cell, str) and (what := text.why_not(cell)) is not None:
                wrong.setdefault(column, (what, []))[1].append(sheet.lines[at])
    _refuse(problems, wrong, where)
    return replace(sheet, values=values)


def frame_checked(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows of a Parquet, Stata or SPSS file with their texts tidied. Raises BadData with file, column and rows."""
    where = [in_file(name)]
    problems = header_problems(frame.columns, where)
    texts = cs.string(include_categorical=True)
    closer = frame.select(texts.cast(pl.String).str.contains(CLOSER).any())
    columns = [column for column in closer.columns if closer[column][0]]
    if not columns and not problems:
        return frame
    tidied = frame.with_columns(pl.col(columns).cast(pl.String).map_elements(text.tidy, return_dtype=pl.String))
    wrong: _Wrong = {}
    for column in columns:
        for row in tidied[column].str.contains(CLOSER).arg_true():
            if (what := text.why_not(tidied[column][row])) is not None:
                wrong.setdefault(column, (what, []))[1].append(row + 1)
    _refuse(problems, wrong, where)
    return tidied


def header_problems(header: Iterable[str], where: Sequence[Sentence]) -> list[Problem]:
    """The problems in the names of columns."""
    problems = (
        text.problem(column, *where, say("column {column}", column=text.without(column)), in_rows([1])) for column in header
    )
    return [problem for problem in problems if problem is not None]


def _refuse(problems: Sequence[Problem], wrong: _Wrong, where: Sequence[Sentence]) -> None:
    rows = (
        Problem(what, [*where, say("column {column}", column=text.without(column)), in_rows(lines)], remedy=text.REMEDY)
        for column, (what, lines) in wrong.items()
    )
    if errors := [*problems, *rows]:
        raise BadData(errors)
