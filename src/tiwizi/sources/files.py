"""Tables from users' files: CSV, Excel or Parquet, read whole and checked, or refused with the remedy. For files on the
reader's own machine; files sent over the network go through `uploads`, which reads them in a child process. Rows are
numbered as in the file: the header is row 1.
"""

import difflib
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from tiwizi.core.errors import BadData, Problem, Sentence, say
from tiwizi.core.tables import Table
from tiwizi.sources.sheets import Limits, Sheet, few_enough, in_file, in_rows, kind_of, parsed, parsed_csv, refused
from tiwizi.sources.texts import frame_checked, sheet_checked

# A local file may be as long as the machine can hold; its unpacked size is bounded all the same.
_OWN: Final = Limits(bytes_most=2**62, rows_most=2**62, columns_most=2**62, macros=True)


def read_table(
    path: Path, table: Table, *, sheet: str | None = None, known: pl.DataFrame | Sequence[str] | None = None
) -> pl.DataFrame:
    """The file's rows as this table. With `known` (a frame of places, or their codes), every place must be one of them.

    Raises BadData with the file's name, the column, the first rows and the remedy; none of a bad file is stored.
    """
    if not path.is_file():
        raise refused(path.name, say("there is no such file."), say("Check the name and the folder: {path}.", path=str(path)))
    frame, lines = _read(path, sheet)
    return checked(frame, table, lines=lines, name=path.name, known=known)


def read_csv(path: Path) -> pl.DataFrame:
    """A UTF-8 CSV file as text columns; empty cells are null. The separator is a comma, a semicolon or a tabulation."""
    return frame_of(sheet_checked(parsed_csv(path.read_bytes(), path.name, limits=_OWN), path.name))


def checked(
    frame: pl.DataFrame, table: Table, *, lines: Sequence[int], name: str, known: pl.DataFrame | Sequence[str] | None = None
) -> pl.DataFrame:
    """The rows of a file as this table; `lines` are their numbers in the file, `known` the places that they may name.

    Raises BadData with the file's name, the column, the first rows as the file numbers them, and the remedy.
    """
    try:
        checked_frame = table.check(frame, fill=True)
    except BadData as error:
        raise BadData(
            Problem(
                problem.what, [in_file(name), *(_as_in_file(part, lines) for part in problem.where)], problem.why, problem.remedy
            )
            for problem in error.problems
        ) from error
    if known is not None:
        _places_known(name, checked_frame, lines, known)
    return checked_frame


def frame_of(sheet: Sheet) -> pl.DataFrame:
    """A sheet's rows as a frame, each column of one type: numbers and words mixed become text; empty cells are null."""
    columns = zip(*sheet.values, strict=True) if sheet.values else [()] * len(sheet.header)
    return pl.DataFrame([_series(name, list(values)) for name, values in zip(sheet.header, columns, strict=True)])


def frame_of_parquet(content: bytes, name: str, *, limits: Limits) -> pl.DataFrame:
    """The rows of a Parquet file; their declared number is checked before they are read."""
    try:
        declared = pl.scan_parquet(io.BytesIO(content))
        few_enough(name, declared.select(pl.len()).collect().item(), len(declared.collect_schema()), limits)
        return pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise not_parquet(name) from error


def not_parquet(name: str) -> BadData:
    """The error for a file named Parquet that is none, or is broken."""
    return refused(name, say("this is not a Parquet file."), say("Write it again from the program that made it."))


def unread_kind(name: str) -> BadData:
    """The error for a file of a kind that is not read."""
    return refused(
        name,
        say("{kind} files are not read here.", kind=kind_of(name) or "-"),
        say("Save it as .csv (UTF-8), .xlsx or .parquet."),
    )


def _read(path: Path, sheet: str | None) -> tuple[pl.DataFrame, Sequence[int]]:
    kind = kind_of(path.name)
    if kind == ".parquet":
        frame = frame_checked(frame_of_parquet(path.read_bytes(), path.name, limits=_OWN), path.name)
        return frame, range(1, frame.height + 1)
    if kind not in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm"):
        raise unread_kind(path.name)
    parsed_sheet = sheet_checked(parsed(path.read_bytes(), path.name, sheet=sheet, limits=_OWN), path.name)
    return frame_of(parsed_sheet), parsed_sheet.lines


def _series(name: str, values: list[Any]) -> pl.Series:
    """A column of one type; numbers and words mixed become text, a whole number without its decimal point."""
    types = {type(value) for value in values if value is not None}
    if len(types) == 1 or types == {int, float}:
        return pl.Series(name, values, strict=False)
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


def _places_known(name: str, frame: pl.DataFrame, lines: Sequence[int], known: pl.DataFrame | Sequence[str]) -> None:
    codes = (known["place"] if isinstance(known, pl.DataFrame) else pl.Series(known, dtype=pl.String)).to_list()
    rows = (~frame["place"].is_in(codes)).arg_true().to_list()
    if rows:
        code = frame["place"][rows[0]]
        near = difflib.get_close_matches(code, codes, n=3)
        raise refused(
            name,
            say("no place has the code {code}.", code=repr(code)),
            say("Did you mean {near}?", near=", ".join(near))
            if near
            else say("Write the codes as text, as HCP does: 05.301.03.05."),
            where=[say("column {column}", column="place"), in_rows([lines[row] for row in rows])],
        )


def _as_in_file(where: Sentence, lines: Sequence[int]) -> Sentence:
    """The location of a row, counted by the checks from the first row of data, in the file's own numbering."""
    if "rows" not in where.values:
        return where
    numbers = [str(lines[int(row) - 1]) for row in str(where.values["rows"]).split(", ")]
    return replace(where, values={**where.values, "rows": ", ".join(numbers)})
