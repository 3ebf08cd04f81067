"""Disk access: loads a rulebook, reads and writes tables. All input and output of the core passes here, so that the core
itself never touches a file.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

import polars as pl
import polars.selectors as cs

from tiwizi.core.errors import BadRulebook, Problem, say
from tiwizi.core.rulebook.demonstration import Demonstration
from tiwizi.core.rulebook.rulebook import Rulebook, parse
from tiwizi.core.rulebook.subjects import Deprivations, Rules
from tiwizi.core.rulebook.toml_reader import Reader
from tiwizi.core.synthetic.rulebook import read_synthesis
from tiwizi.core.synthetic.rules import Synthesis

RULEBOOKS = Path(__file__).parent / "rulebooks"


def chosen() -> str:
    """The folder, or the name, of the programme that is run here: TIWIZI_PROGRAMME, else the one that Tiwizi begins with."""
    return os.environ.get("TIWIZI_PROGRAMME") or _first()


@lru_cache(maxsize=1)
def _first() -> str:
    index = tomllib.loads((RULEBOOKS / "index.toml").read_text(encoding="utf-8"))
    return str(index["first"])


def own() -> Rulebook:
    """The rulebook of the programme that is run here, read and checked once. Raises BadRulebook as `rulebook` does."""
    return _own(chosen())


@lru_cache(maxsize=4)
def _own(where: str) -> Rulebook:
    return rulebook(where)


def own_rules() -> Rules:
    """What the programme that is run here says whatever the day: its levels, its currency, its territory."""
    return _own_rules(chosen())


@lru_cache(maxsize=4)
def _own_rules(where: str) -> Rules:
    return _own(where).latest


def own_on(day: date) -> Rules:
    """What the programme that is run here says on a day: a rulebook changes with the program only, and a page asks often."""
    return _own_on(chosen(), day)


@lru_cache(maxsize=256)
def _own_on(where: str, day: date) -> Rules:
    return _own(where).on(day)


def carried(name: str) -> Rulebook | None:
    """The rulebook of this name that is at hand: that of the programme run here, else one that Tiwizi carries."""
    if name == own().name:
        return own()
    return rulebook(RULEBOOKS / name) if (RULEBOOKS / name).is_dir() else None


def rulebook(where: str | Path) -> Rulebook:
    """The rulebook of a folder, or the included one of that name.

    Raises BadRulebook with every problem of every file, or when the folder does not exist.
    """
    folder = _folder(where)
    return parse(folder.name, _texts(folder), folder=str(folder))


def _folder(where: str | Path) -> Path:
    folder = Path(where)
    if not folder.is_dir() and len(folder.parts) == 1 and (RULEBOOKS / folder).is_dir():
        folder = RULEBOOKS / folder
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in RULEBOOKS.iterdir() if path.is_dir()))
        raise BadRulebook(
            Problem(
                what=say("there is no rulebook here."),
                where=[say("folder {folder}", folder=str(where))],
                remedy=say("Name a folder that holds its TOML files, or one that Tiwizi carries: {known}.", known=known),
            )
        )
    return folder


def synthesis(where: str | Path, on: date | None = None) -> Synthesis | None:
    """A rulebook's assumptions about made-up households, on a day or with its latest values; None where it has none.

    Raises BadRulebook with every problem of the file, and for a file in its folder of an unknown subject.
    """
    folder = _folder(where) / "synthetic"
    if not folder.is_dir():
        return None
    texts = _texts(folder)
    problems = [
        Problem(
            what=say("this subject is not known."),
            where=[say("file {file}", file=f"synthetic/{name}.toml")],
            remedy=say("Known subjects: {known}.", known="households"),
        )
        for name in texts
        if name != "households"
    ]
    made = None
    if "households" in texts:
        made, errors = read_synthesis("synthetic/households.toml", texts["households"], on)
        problems += errors
    if problems:
        raise BadRulebook(problems)
    return made


def demonstration() -> Demonstration:
    """The demonstration of the programme that is run here. Raises BadRulebook with every problem, or where it has none."""
    path = _folder(chosen()) / "demonstration" / "demonstration.toml"
    if not path.is_file():
        where = [say("file {file}", file=f"demonstration/{path.name}")]
        raise BadRulebook(Problem(what=say("this programme has no demonstration."), where=where))
    reader = Reader(path.name, path.read_text(encoding="utf-8"), None)
    made = reader.record(Demonstration)
    if reader.problems:
        raise BadRulebook(reader.problems)
    return cast("Demonstration", made)


def deprivations(where: str | Path, on: date) -> Deprivations:
    """How a rulebook judges households on a day. Raises BadRulebook where it has no deprivations.toml."""
    book = rulebook(where)
    rules = book.on(on).deprivations
    if rules is None:
        raise BadRulebook(
            Problem(
                what=say("this rulebook does not say how households are judged."),
                where=[say("file {file}", file="deprivations.toml")],
                remedy=say("Copy it from the rulebook that comes with Tiwizi, then change what differs."),
            )
        )
    return rules


def _texts(folder: Path) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    problems = []
    for path in sorted(folder.glob("*.toml")):
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            problems.append(
                Problem(
                    what=say("this is not UTF-8: {error}.", error=str(error)),
                    where=[say("file {file}", file=path.name)],
                    remedy=say("Save the file as UTF-8 in the editor that wrote it."),
                )
            )
    if problems:
        raise BadRulebook(problems)
    return texts


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> list[Path]:
    """Writes each table as CSV and as Parquet under its name, and returns the files; the same table gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, frame in tables.items():
        for path, write in ((folder / f"{name}.csv", frame.write_csv), (folder / f"{name}.parquet", frame.write_parquet)):
            # Written to a temporary file, then moved: a stopped run leaves the last whole file, never a partial one.
            beside = path.with_name(f".{path.name}.part")
            write(beside)
            beside.replace(path)
            written.append(path)
    return written


def write_bytes(path: Path, content: bytes) -> Path:
    """Writes a whole file to a temporary name, then moves it into place; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
    return path


def rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    """The rows of a table as JSON values: days as text, numbers as numbers, missing values as null."""
    return frame.with_columns(cs.temporal().dt.to_string("iso")).to_dicts()
