"""Files of households: Parquet and CSV of any size through DuckDB, Stata (.dta) and SPSS (.sav) through pyreadstat.

Columns are identified by their role: a user maps the file's columns to the rulebook's answers once (`mapping`), and sees the
rulebook's names from then on. Reading is lazy, and limited to the columns that a measure needs.
"""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import narwhals as nw
import polars as pl

from tiwizi.core import text
from tiwizi.core.errors import BadData, Problem, Sentence, rows_sentence, say
from tiwizi.sources.texts import CLOSER, frame_checked, header_problems

KINDS: Final = (".parquet", ".csv", ".tsv", ".dta", ".sav", ".zsav")
TEXTS: Final = ("place", "stratum", "psu")
"""Columns of codes: read as text, so that 05.301 and 007 keep their zeros."""
READ_WHOLE: Final = (".dta", ".sav", ".zsav")
"""Kinds that cannot be read a piece at a time."""
MADE_UP: Final = "synthetic"
"""The column in which a file marks its own rows as synthetic."""
ENGINE_FAILURES: Final = (duckdb.Error, nw.exceptions.NarwhalsError)
"""What the engine raises while counting rows that it accepted at first."""
_WRONG_TEXT: Final = "tiwizi: wrong text in column "
"""How the engine's error begins where a text is refused; the column's name follows."""
_MARKS: Final = text.DIRECTION + text.ZERO_WIDTH + text.NON_JOINER
_REFUSED: Final = f"[{text.NEVER}{text.DIRECTION}{text.ZERO_WIDTH}]"


def connection(*, memory: str | None = None, threads: int | None = None, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A separate DuckDB connection with a memory limit (such as 1GB), which spills into a folder beyond it. It reads local
    files only: no extension is loaded, no network address is reached.
    """
    opened = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    if memory:
        opened.execute("SET memory_limit = ?", [memory])
    if threads:
        opened.execute("SET threads = ?", [threads])
    if spill:
        opened.execute("SET temp_directory = ?", [str(spill)])
    opened.execute("SET preserve_insertion_order = false")
    # The output of a command is read by programs: no progress bar in it.
    opened.execute("SET enable_progress_bar = false")
    return opened


def open_households(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    opened: duckdb.DuckDBPyConnection | None = None,
    only: bool = False,
) -> nw.LazyFrame[Any]:
    """The rows of a file of households, as a lazy frame, under the names that `mapping` gives (our name to the file's column).

    Columns that are not mapped keep their own name in small letters; with `only` they are left out. Raises BadData: no such
    file, a kind that is not read, a missing column, two columns under one name.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise _refused(
            path,
            say("{kind} files are not read here.", kind=kind or "-"),
            say("Save it as one of: {kinds}.", kinds=", ".join(KINDS)),
        )
    if not path.is_file():
        raise _refused(path, say("there is no such file."), say("Check the name and the folder: {path}.", path=str(path)))
    with readable(path):
        frame = _opened(path, kind, mapping or {}, opened or connection())
        if problems := header_problems(frame.collect_schema().names(), [say("file {file}", file=path.name)]):
            raise BadData(problems)
    return _named(frame, path, mapping or {}, only=only)


@contextmanager
def readable(path: Path, *, failures: tuple[type[Exception], ...] = (duckdb.Error, OSError, ValueError)) -> Iterator[None]:
    """Turns failures of reading this file, raised inside, into BadData with an explanation."""
    try:
        yield
    except failures as error:
        if match := re.search(f"{_WRONG_TEXT}(.*)", str(error)):
            raise _wrong_text(path, match[1]) from error
        raise _refused(
            path,
            say("it cannot be read: {error}", error=(str(error).splitlines() or [""])[0][:200]),
            say("Open it in the program that made it, and save it again as Parquet or as CSV in UTF-8."),
        ) from error


def heading(path: Path) -> tuple[tuple[str, ...], int | None]:
    """The columns of a file of households and how many rows it has, None where only reading the whole file would tell. Reads
    only the beginning of the file and its metadata. Raises BadData where it cannot be read.
    """
    kind = path.suffix.lower()
    with readable(path):
        if kind in READ_WHOLE:
            metadata = _metadata(path, kind)
            return tuple(metadata.column_names), metadata.number_rows if (metadata.number_rows or -1) >= 0 else None
        with connection() as opened:
            if kind != ".parquet":
                return tuple(opened.read_csv(_exact(path), header=True).columns), None
            rows = opened.execute("SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)", [_exact(path)]).fetchone()
            return tuple(opened.read_parquet(_exact(path)).columns), int(rows[0]) if rows else None


def heading_of(parquet: bytes) -> tuple[tuple[str, ...], int]:
    """The columns of a Parquet file in memory, and how many rows it has."""
    frame = pl.scan_parquet(io.BytesIO(parquet))
    return tuple(frame.collect_schema().names()), int(frame.select(pl.len()).collect().item())


def says_made_up(frame: nw.LazyFrame[Any]) -> bool:
    """Whether a file marks any of its rows as synthetic, as those written by `tiwizi households` do."""
    columns = [name for name in frame.collect_schema().names() if name.lower() == MADE_UP]
    if not columns:
        return False
    marked = nw.col(columns[0]).cast(nw.String).str.to_lowercase().is_in(["true", "t", "1", "1.0", "yes"])
    return bool(frame.select(marked.fill_null(value=False).any().alias(MADE_UP)).collect("polars")[MADE_UP][0])


def _metadata(path: Path, kind: str) -> Any:
    import pyreadstat

    read = pyreadstat.read_dta if kind == ".dta" else pyreadstat.read_sav
    try:
        _frame, metadata = read(str(path), metadataonly=True)
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    return metadata


def as_numbers(frame: nw.LazyFrame[Any], columns: Iterable[str]) -> nw.LazyFrame[Any]:
    """The rows with these columns as numbers where they are text: what is not a number is missing."""
    schema = frame.collect_schema()
    texts = [name for name in columns if schema.get(name) == nw.String]
    if not texts:
        return frame
    native: Any = frame.to_native()
    if isinstance(native, pl.LazyFrame):
        numbers = (pl.col(name).str.strip_chars().cast(pl.Float64, strict=False) for name in texts)
        return nw.from_native(native.with_columns(numbers))
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in schema}
    expressions = [f"TRY_CAST(trim({sign}) AS DOUBLE) AS {sign}" if name in texts else sign for name, sign in quoted.items()]
    rows: nw.LazyFrame[Any] = nw.from_native(native.select(", ".join(expressions)))
    return rows


def _exact(path: Path) -> str:
    """The path as DuckDB reads it for this one file: wildcard characters are escaped."""
    return re.sub(r"[*?\[]", lambda sign: f"[{sign.group()}]", str(path))


def open_in_spark(where: str, *, mapping: Mapping[str, str] | None = None, master: str) -> nw.LazyFrame[Any]:
    """The rows of Parquet files that Spark reads, wherever its cluster can reach them (a folder, s3a://...), named as above.

    Raises BadData where PySpark is not installed or the files cannot be read. The workers run the same Python as this program.
    """
    try:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise BadData(
            Problem(
                what=say("the package {package} is not installed.", package="pyspark"),
                remedy=say("Install it: pip install '{name}'.", name="tiwizi[spark]"),
            )
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master(master).appName("tiwizi").config("spark.ui.enabled", "false").getOrCreate()
    try:
        frame = nw.from_native(session.read.parquet(where))
    except (PySparkException, Py4JJavaError) as error:
        raise _refused(
            Path(where),
            say("it cannot be read: {error}", error=str(error).splitlines()[0][:200]),
            say("Check the address of the files, that they are Parquet, and that the cluster may read them."),
        ) from error
    return _named(frame, Path(where), mapping or {})


def _texts_checked(relation: Any) -> nw.LazyFrame[Any]:
    """The rows with their texts tidied; a refused text raises an error in whatever scan first reads it."""
    columns = []
    for name, dtype in zip(relation.columns, relation.types, strict=True):
        sign = '"' + name.replace('"', '""') + '"'
        if str(dtype) == "VARCHAR":
            message = "'" + (_WRONG_TEXT + name).replace("'", "''") + "'"
            expression = f"CASE WHEN regexp_matches({_bare(sign)}, '{_REFUSED}') THEN error({message}) ELSE {_bare(sign)} END"
            columns.append(f"CASE WHEN regexp_matches({sign}, '{CLOSER}') THEN {expression} ELSE {sign} END AS {sign}")
        else:
            columns.append(sign)
    checked: nw.LazyFrame[Any] = nw.from_native(relation.select(", ".join(columns)))
    return checked


def _wrong_text(path: Path, column: str) -> BadData:
    """The refusal of a file for a text in this column, with the first row that holds one, in the file's own numbering."""
    where = [say("file {file}", file=path.name), say("column {column}", column=column)]
    sign = '"' + column.replace('"', '""') + '"'
    with connection() as opened:
        opened.execute("SET preserve_insertion_order = true")
        relation = opened.read_parquet(_exact(path)) if path.suffix.lower() == ".parquet" else _csv(path, {}, opened)
        numbered = relation.select(f"row_number() OVER () AS line, {sign} AS value")
        wrong = numbered.filter(f"regexp_matches({_bare('value')}, '{_REFUSED}')").order("line").limit(1).fetchall()
    for line, value in wrong:
        row = line if path.suffix.lower() == ".parquet" else line + 1
        what = text.why_not(text.tidy(value).replace("\n", " ").replace("\r", " "))
        if what is not None:
            return BadData(Problem(what, [*where, rows_sentence([row - 1])], remedy=text.REMEDY))
    return BadData(Problem(say("a text holds a sign that is not taken."), where, remedy=text.REMEDY))


def _bare(sign: str) -> str:
    """SQL of a text without blanks and invisible marks at its ends."""
    return f"regexp_replace({sign}, '^[\\s{_MARKS}]+|[\\s{_MARKS}]+$', '', 'g')"


def _opened(path: Path, kind: str, mapping: Mapping[str, str], opened: duckdb.DuckDBPyConnection) -> nw.LazyFrame[Any]:
    if kind == ".parquet":
        return _texts_checked(opened.read_parquet(_exact(path)))
    if kind in (".csv", ".tsv"):
        return _texts_checked(_csv(path, mapping, opened))
    return nw.from_native(frame_checked(statistical(path, kind), path.name).lazy())


def _csv(path: Path, mapping: Mapping[str, str], opened: duckdb.DuckDBPyConnection) -> Any:
    header = opened.read_csv(_exact(path), header=True).columns
    texts = {
        column: "VARCHAR"
        for column in header
        for name in TEXTS
        if column == mapping.get(name, column.lower() if column.lower() == name else None)
    }
    return opened.read_csv(_exact(path), header=True, dtype=texts)


def statistical(path: Path, kind: str) -> pl.DataFrame:
    """A Stata or SPSS file as a frame: a column with labelled values holds its labels, missing codes are null."""
    import pyreadstat

    read = pyreadstat.read_dta if kind == ".dta" else pyreadstat.read_sav
    try:
        frame, _meta = read(str(path), apply_value_formats=True, formats_as_category=False, output_format="polars")
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    return pl.DataFrame(frame)


def _named(frame: nw.LazyFrame[Any], path: Path, mapping: Mapping[str, str], *, only: bool = False) -> nw.LazyFrame[Any]:
    columns = frame.collect_schema().names()
    absent = [column for column in mapping.values() if column not in columns]
    if absent:
        raise _refused(
            path,
            say("there is no column {columns}.", columns=", ".join(absent)),
            say("The columns found are: {found}.", found=", ".join(columns)),
        )
    names = {theirs: ours for ours, theirs in mapping.items()} if only else dict(_renamed(columns, mapping))
    twice = sorted({ours for ours in names.values() if list(names.values()).count(ours) > 1})
    if twice:
        raise _refused(
            path,
            say("two columns would be called {columns}.", columns=", ".join(twice)),
            say("Say by the mapping which of them is meant; names differ by more than capitals."),
        )
    return frame.select(*(nw.col(theirs).alias(ours) for theirs, ours in names.items()))


def _renamed(columns: list[str], mapping: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each column of the file with our name for it; columns replaced by a mapping are left out."""
    given = {theirs: ours for ours, theirs in mapping.items()}
    for column in columns:
        if column in given:
            yield column, given[column]
        elif column.lower() not in mapping:
            yield column, column.lower()


def _refused(path: Path, what: Sentence, remedy: Sentence) -> BadData:
    return BadData(Problem(what=what, where=[say("file {file}", file=path.name)], remedy=remedy))
