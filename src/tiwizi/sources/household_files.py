"""Files of made-up households: written commune by commune to a temporary file, then moved, so that no partial file remains."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from polars.io.plugins import register_io_source

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.core.synthetic.rules import Synthesis
from tiwizi.core.synthetic.sample import draws
from tiwizi.sources import households

SUFFIXES: Final = (".parquet", ".csv")
_ROWS: Final = 200_000
"""Rows of a group of the Parquet file, and the most that wait to be written."""
_WRITABLE: Final = 20_000


@dataclass(frozen=True)
class Written:
    """A file of made-up households: where, how many rows, how many households they stand for, and how far off its margins are.

    `gaps` is what `households.gaps` gives; None for a sample, whose gaps are random.
    """

    path: Path
    rows: int
    stands_for: int
    blocks: int
    gaps: pl.DataFrame | None


Progress = Callable[[int, int], None]


def why_not_write(path: Path) -> list[Problem]:
    """Every reason why no file of households can be written there; empty when they can."""
    where = [say("file {file}", file=str(path))]
    if path.suffix.lower() not in SUFFIXES:
        remedy = say("End its name in one of: {known}.", known=", ".join(SUFFIXES))
        return [Problem(what=say("the name does not say which kind of file to write."), where=where, remedy=remedy)]
    if path.is_dir():
        return [Problem(what=say("this is a folder."), where=where, remedy=say("Name a file inside it."))]
    if not path.parent.is_dir():
        remedy = say("Make the folder first, or name another one.")
        return [Problem(what=say("there is no folder {folder}.", folder=str(path.parent)), where=where, remedy=remedy)]
    return []


def write(
    margins: households.Margins,
    path: Path,
    *,
    rules: Synthesis,
    seed: int,
    processes: int = 1,
    share: float | None = None,
    progress: Progress | None = None,
) -> Written:
    """Writes the households of all parts as Parquet or CSV, by the suffix; the same seed and place, the same bytes.

    With `share` a two-stage sample of about that share. Memory holds a few communes. `progress` receives the number of
    households made so far and in all. A stopped run leaves the previous file. Raises BadData for a place where nothing can
    be written.
    """
    if problems := why_not_write(path):
        raise BadData(problems)
    drawn = None if share is None else draws(margins.parts, rules=rules, seed=seed, share=share)
    tally = _Tally(margins.households, progress)
    frames = households.households(margins, rules=rules, seed=seed, processes=processes, drawn=drawn)
    beside = path.with_name(f".{path.name}.part")
    try:
        # Opened here, so that a write error appears before any work is done.
        beside.write_bytes(b"")
        _pour(tally.seen(frames), beside, csv=path.suffix.lower() == ".csv")
        beside.replace(path)
    except OSError as error:
        raise BadData(
            Problem(
                what=say("this cannot be written: {error}.", error=error.strerror or str(error)),
                where=[say("file {file}", file=str(path))],
                remedy=say("Name a folder where you may write, on a disk with room left."),
            )
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    gaps = households.gaps(pl.concat(tally.counts)) if share is None else None
    return Written(path, tally.rows, tally.stands_for, tally.blocks, gaps)


class _Tally:
    """Counts the rows on their way to the file."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress = total, progress
        self.rows = self.stands_for = self.blocks = 0
        self.counts: list[pl.DataFrame] = []

    def seen(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        for frame in frames:
            self.rows += frame.height
            self.stands_for += int(frame["weight"].sum())
            self.blocks += frame["psu"].n_unique()
            self.counts.append(households.counted(frame))
            if self.progress:
                self.progress(self.stands_for, self.total)
            yield frame


def _pour(frames: Iterator[pl.DataFrame], path: Path, *, csv: bool) -> None:
    first = next(frames)
    if csv:
        with path.open("wb") as file:
            first.write_csv(file)
            for frame in frames:
                frame.write_csv(file, include_header=False)
        return

    def pieces(_columns: object, _filter: object, _rows: object, _batch: object) -> Iterator[pl.DataFrame]:
        yield from first.iter_slices(_WRITABLE)
        for frame in frames:
            yield from frame.iter_slices(_WRITABLE)

    table = register_io_source(pieces, schema=first.schema)
    table.sink_parquet(
        path,
        row_group_size=_ROWS,
        maintain_order=True,
        metadata={"synthetic": "true", "source": households.SOURCE, "licence": "CC BY 4.0"},
    )
