"""`tiwizi plan`: an envelope allotted, from a terminal."""

import json
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from tiwizi import store
from tiwizi.cli.common import day_option, errors_in, language_option
from tiwizi.language import text


@click.command()
@click.argument("place")
@click.option("--envelope", "envelope_dh", type=click.IntRange(min=1), required=True, help="Money to share, in whole units.")
@click.option(
    "--rulebook", "folder", default=store.chosen, help="Name of a rulebook that Tiwizi carries, or a folder.", show_default=True
)
@click.option(
    "--previous", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Last year's shares, for hold-harmless."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the tables, the workbook, the map and the report."
)
@click.option("--pdf/--no-pdf", default=True, help="Whether to write the PDF report.", show_default=True)
@click.option("--seed", type=int, default=20260101, help="Seed of the sensitivity draws.", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option
@day_option
def plan(
    place: str,
    envelope_dh: int,
    folder: str,
    previous: Path | None,
    out: Path | None,
    pdf: bool,
    seed: int,
    form: str,
    language: str,
    on: date,
) -> None:
    """Share an envelope over the places below PLACE, a code of the programme's territory."""
    from tiwizi import reports  # loaded here so that `tiwizi --help` answers at once
    from tiwizi.plan import plan as make_plan
    from tiwizi.plan import previous_shares

    with errors_in(language), _progress(language, quiet=form == "json") as step:
        rulebook = store.rulebook(folder)
        before = previous_shares(previous) if previous else None
        made = make_plan(place, envelope_dh=envelope_dh, on=on, rulebook=rulebook, previous=before, seed=seed, progress=step)
        files = reports.write(made, out, language=language, pdf=pdf, progress=step) if out else []
    if form == "json":
        click.echo(json.dumps(reports.as_json(made), ensure_ascii=False))
        return
    click.echo(reports.to_terminal(made, language, files))


@contextmanager
def _progress(language: str, *, quiet: bool) -> Any:
    """A callback that shows the current step, on standard error, only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _sentence: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda sentence: status.update(text(sentence, language))
