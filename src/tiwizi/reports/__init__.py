"""The outputs of a plan: tables, workbook, map, report, lines in a terminal.

`write` puts every file in a folder, `as_json` gives one JSON object, `to_terminal` gives lines of text. The same
plan in the same language gives the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from tiwizi import store
from tiwizi.core.errors import Sentence, say
from tiwizi.plan import Plan

Progress = Callable[[Sentence], None]

__all__ = ["as_json", "to_terminal", "write"]


def write(plan: Plan, folder: Path, *, language: str, pdf: bool = True, progress: Progress | None = None) -> list[Path]:
    """Writes the plan into a folder and returns the files, in a fixed order.

    shares.csv and measures.csv hold the plan's SHARES and MEASURES, reasons.csv every component with its sentence in
    `language`, each also as .parquet; plan.xlsx all of it for people; map.svg and map.png money a head; report.pdf, left
    out without `pdf`, the report. A file that stands is replaced only by a whole one.
    """
    from tiwizi.reports import tables

    step = progress or (lambda _sentence: None)
    step(say("Writing the tables"))
    frames = {"shares": plan.shares, "reasons": tables.explained(plan, language), "measures": plan.measures}
    written = [store.write_bytes(folder / name, content) for name, content in _tables(frames)]
    return written + [store.write_bytes(folder / name, content) for name, content in _files(plan, language, pdf=pdf, step=step)]


def as_json(plan: Plan) -> dict[str, Any]:
    """One JSON object: place, envelope_dh, rulebook, and the rows of places, measures and shares; days as text."""
    return {
        "place": plan.place,
        "envelope_dh": plan.envelope_dh,
        "on": plan.on.isoformat(),
        "rulebook": {"name": plan.rulebook.name, "version": plan.rulebook.version},
        "places": store.rows(plan.places),
        "measures": store.rows(plan.measures),
        "shares": store.rows(plan.shares),
    }


def to_terminal(plan: Plan, language: str, files: Sequence[Path] = ()) -> str:
    """The plan as lines of text for a terminal, then the files written."""
    from tiwizi.reports import terminal

    return terminal.to_terminal(plan, language, files)


def _tables(frames: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, bytes]]:
    """Each table as CSV, with cells that no spreadsheet executes, and as Parquet."""
    from tiwizi.reports.cells import csv_bytes

    for name, frame in frames.items():
        yield f"{name}.csv", csv_bytes(frame)
        out = BytesIO()
        frame.write_parquet(out)
        yield f"{name}.parquet", out.getvalue()


def _files(plan: Plan, language: str, *, pdf: bool, step: Progress) -> Iterator[tuple[str, bytes]]:
    # Loaded here so that JSON output does not wait for the drawing libraries.
    from tiwizi.reports import chart, document, workbook

    # The drawing library releases the GIL: the workbook is written at the same time.
    with ThreadPoolExecutor(max_workers=1) as beside:
        drawn = beside.submit(chart.drawing_and_picture, chart.share_map(plan, language))
        step(say("Writing the workbook"))
        yield "plan.xlsx", workbook.workbook(plan, language)
        step(say("Drawing the map"))
        drawing, picture = drawn.result()
    yield "map.svg", drawing.encode()
    yield "map.png", picture
    if pdf:
        step(say("Setting the report"))
        yield "report.pdf", document.pdf(plan, language)
