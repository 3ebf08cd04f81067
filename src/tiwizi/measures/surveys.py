"""The households of a stored table: its own rows, or those of a file on the server that it names, read lazily. A table that
stands for a file on the server stores a reference: its name, its SHA-256, the mapping of its columns, and the day. Its bytes
are JSON, those of uploaded households are Parquet; everything else is the same for both.
"""

import io
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import polars as pl
from django.conf import settings

from tiwizi.core.errors import BadData, Problem, Refused, Sentence, say, say_count
from tiwizi.core.poverty.deprivation import answers, lazy, unanswered, without
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.measures import households, server_files
from tiwizi.sources import survey_files

MEMORY: Final = "1GB"
"""Memory limit for reading a file on the server; beyond it the engine spills to the office's folder."""
THREADS: Final = 2
_CODES: Final = ("place", "stratum", "psu")
_COUNTS: Final = ("people", "weight")


@dataclass(frozen=True)
class OnServer:
    """A run's reference to a file on the server: its bytes, its columns (`mapping`), and the day that it describes."""

    name: str
    size_bytes: int
    sha256: str
    rows: int | None
    mapping: Mapping[str, str]
    numbers: tuple[str, ...]
    as_of: date
    synthetic: bool

    def packed(self) -> bytes:
        """As JSON; the same file and mapping give the same bytes."""
        return json.dumps(asdict(self), default=date.isoformat, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True)
class Households:
    """Rows of households as a run reads them, with the day that they describe and notes for the reader."""

    frame: nw.LazyFrame[Any]
    as_of: date
    synthetic: bool
    notes: tuple[Sentence, ...] = ()


def on_server(content: bytes) -> OnServer | None:
    """The file on the server that these stored bytes stand for; None where they hold the rows themselves."""
    if not content.startswith(b"{"):
        return None
    fields = json.loads(content)
    return OnServer(**{**fields, "numbers": tuple(fields["numbers"]), "as_of": date.fromisoformat(fields["as_of"])})


def as_of(content: bytes) -> date:
    """The day that a stored table of households describes."""
    file = on_server(content)
    return file.as_of if file is not None else households.as_of(content)


def reference_to(
    file: server_files.Listed, sha256: str, *, mapping: Mapping[str, str], rules: Deprivations, as_of: date, synthetic: bool
) -> OnServer:
    """A run's reference to a listed file. Only its header is read: its rows are checked when they are counted.

    Raises BadData with every problem: a role without a column, one column for two things, answers of another kind.
    """
    with server_files.held(file) as held:
        columns, rows = survey_files.heading(held.path)
        chosen = {ours: theirs for ours, theirs in mapping.items() if theirs}
        problems = households.mapping_wrong(columns, chosen)
        lacking = unanswered(rules, tuple(chosen))
        if len(lacking) == len(rules.indicators):
            problems.append(households.nothing_judged())
        if problems:
            raise BadData(problems)
        numbers = tuple(answer.column for answer in rules.answers if answer.kind == "number" and answer.column in chosen)
        reference = OnServer(file.name, file.size_bytes, sha256, rows, chosen, numbers, as_of, synthetic)
        with (
            survey_files.connection(memory=MEMORY, threads=THREADS) as opened,
            survey_files.readable(held.path, failures=survey_files.ENGINE_FAILURES),
        ):
            answers(_rows(held.path, reference, opened), rules=without(rules, lacking))
    return reference


def _rows(path: Path, reference: OnServer, opened: Any) -> nw.LazyFrame[Any]:
    """The rows under our names: codes as text without blanks around them, numbers as numbers."""
    frame = lazy(survey_files.open_households(path, mapping=reference.mapping, opened=opened, only=True))
    codes = [name for name in _CODES if name in reference.mapping]
    frame = frame.with_columns(nw.col(name).cast(nw.String).str.strip_chars() for name in codes)
    return survey_files.as_numbers(frame, [name for name in (*_COUNTS, *reference.numbers) if name in reference.mapping])


@contextmanager
def households_of(
    content: bytes, known: Collection[str], *, progress: Callable[[float], None] = lambda _share: None
) -> Iterator[Households]:
    """The households of a stored table while they are read; of a file on the server only those of the places in `known`.

    Rows of other places are left out before anything is computed, and counted in a note. `progress` receives the part of the
    file whose SHA-256 was checked. Raises BadData where the file is not the one of the run, or cannot be read.
    """
    file = on_server(content)
    if file is None:
        table = pl.read_parquet(io.BytesIO(content))
        yield Households(lazy(table), table[households.AS_OF][0], bool(table[households.SYNTHETIC][0]))
        return
    with (
        server_files.unchanged(file.name, file.sha256, progress=progress) as path,
        _spill() as spill,
        survey_files.connection(memory=MEMORY, threads=THREADS, spill=spill) as opened,
        survey_files.readable(path, failures=survey_files.ENGINE_FAILURES),
    ):
        frame, left_out = _inside(_rows(path, file, opened), file.name, known)
        synthetic = nw.lit(file.synthetic).alias(households.SYNTHETIC)
        yield Households(frame.with_columns(synthetic), file.as_of, file.synthetic, left_out)


@contextmanager
def _spill() -> Iterator[Path]:
    """A temporary folder for what does not fit into memory."""
    above = Path(settings.HOME) / "spill"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above) as made:
        yield Path(made)


def _inside(frame: nw.LazyFrame[Any], name: str, known: Collection[str]) -> tuple[nw.LazyFrame[Any], tuple[Sentence, ...]]:
    """The rows of known places, and a note of how many others were left out. A row without a place stays, so that it is
    refused with the others. Raises Refused where no row is left.
    """
    inside = nw.col("place").is_in(sorted(known)) | nw.col("place").is_null()
    counted = frame.select(inside.cast(nw.Int64).sum().alias("inside"), nw.len().alias("all")).collect("polars")
    within, every = (int(counted[column][0] or 0) for column in ("inside", "all"))
    if not within:
        raise Refused(
            Problem(
                what=say("no household of the file lives in a place of this run."),
                where=[say("file {file}", file=name), say("column {column}", column="place")],
                remedy=say("Choose the column that holds the codes of the office's places, or the place that the file is about."),
            )
        )
    if within == every:
        return frame, ()
    note = say_count(
        "{count} row of the file {file} is of a place outside this run: it was left out before anything was computed.",
        "{count} rows of the file {file} are of places outside this run: they were left out before anything was computed.",
        count=every - within,
        file=name,
    )
    return frame.filter(inside), (note,)
