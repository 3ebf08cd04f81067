"""`tiwizi households`: households made up for any place, from a terminal."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tiwizi.cli.common import errors_in, language_option
from tiwizi.core.errors import mark, say, say_count
from tiwizi.core.rulebook.toml_reader import numbers_in
from tiwizi.language import isolated, number, text, translator

if TYPE_CHECKING:
    from polars import DataFrame

    from tiwizi.core.synthetic.rules import Synthesis
    from tiwizi.sources.household_files import Progress, Written
    from tiwizi.sources.households import Margins

MARGINS: Final = {
    "size": mark("people in a household"),
    "people_per_room": mark("people for one room"),
    "women": mark("women"),
    "age": mark("age"),
    "schooling": mark("children at school"),
    "level_of_school": mark("level of school"),
    "illiteracy": mark("illiteracy"),
    "disability": mark("disability"),
    "water_source": mark("running water"),
    "electricity": mark("electricity"),
    "sewer": mark("waste water"),
    "cooking_fuel": mark("cooking fuel"),
    "dwelling": mark("dwelling"),
}
_UNITS: Final = {"points": mark("points"), "people": mark("people")}
_HEADS: Final = (mark("margin"), mark("mean gap"), mark("largest gap"), mark("unit"))


def _share(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < 1:
        raise click.BadParameter(f"{value} is not a share: write a number between 0 and 1, such as 0.02")
    return value


@click.command()
@click.argument("place")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write: .parquet or .csv.")
@click.option("--seed", type=click.IntRange(min=0), default=20260101, help="Seed of chance.", show_default=True)
@click.option("--sample", "share", type=float, callback=_share, metavar="SHARE", help="Draw about this share, in two stages.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="Processes that work side by side.", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option
def households(place: str, out: Path, seed: int, share: float | None, processes: int, form: str, language: str) -> None:
    """Make up the households of PLACE from the margins of its census: a code of its territory.

    They are synthetic, and each row says so: for demonstrations, training and load tests, never for figures of a real place.
    """
    from tiwizi.sources import household_files  # loaded here so that `tiwizi --help` answers at once
    from tiwizi.sources import households as census

    with errors_in(language), _progress(language, quiet=form == "json") as progress:
        rules = census.assumptions()
        margins = census.margins(place, rules=rules)
        written = household_files.write(margins, out, rules=rules, seed=seed, processes=processes, share=share, progress=progress)
    if form == "json":
        click.echo(json.dumps({**_as_json(written, margins), "assumptions": _assumed(rules)}, ensure_ascii=False))
        return
    for line in _lines(written, margins, language):
        click.echo(line)
    for line in _assumptions(rules, language):
        click.echo(line)


def _assumptions(rules: "Synthesis", language: str) -> Iterator[str]:
    """The number of assumptions, and each of them with its value and unit."""
    from tiwizi.reports.assumptions import value_of  # loaded here so that `tiwizi --help` answers at once

    speak = translator(language)
    assumed = [number for number in numbers_in(rules) if number.assumed]
    sentence = say("Parameters that no public source states, and that are therefore assumptions: {count}.", count=len(assumed))
    yield text(sentence, language)
    for parameter in assumed:
        yield f"- {isolated(parameter.label.in_(language))}: {value_of(parameter, language)} {speak(parameter.unit)}"


def _as_json(written: "Written", margins: "Margins") -> dict[str, Any]:
    return {
        "place": margins.place,
        "file": str(written.path),
        "synthetic": True,
        "rows": written.rows,
        "households": written.stands_for,
        "blocks": written.blocks,
        "borrowed": list(margins.borrowed),
        "margins": [] if written.gaps is None else written.gaps.to_dicts(),
    }


def _assumed(rules: "Synthesis") -> list[dict[str, Any]]:
    return [
        {"key": number.key, "value": str(number.value), "unit": number.unit, "checked": number.checked.isoformat()}
        for number in numbers_in(rules)
        if number.assumed
    ]


def _lines(written: "Written", margins: "Margins", language: str) -> Iterator[str]:
    made = say_count(
        "{count} made-up household of {place} in {file}.",
        "{count} made-up households of {place} in {file}.",
        count=written.rows,
        place=margins.place,
        file=str(written.path),
    )
    yield text(made, language)
    yield text(
        say("They are synthetic: calibrated on the margins of the census, they tell nothing of any real household."),
        language,
    )
    if written.gaps is None:
        stands = say(
            "A sample of {blocks}, whose weights stand for {households} out of {all}.",
            blocks=say_count("{count} block", "{count} blocks", count=written.blocks),
            households=say_count("{count} household", "{count} households", count=written.stands_for),
            all=margins.households,
        )
        yield text(stands, language)
    else:
        yield ""
        yield from _table(written.gaps, language)
    if margins.borrowed:
        lent = say(
            "Shares that the census withholds are those of a larger place in: {places}.", places=", ".join(margins.borrowed)
        )
        yield text(lent, language)


def _table(gaps: "DataFrame", language: str) -> Iterator[str]:
    """How far each margin is from the census, one line each: the mean over places and the largest."""
    speak = translator(language)
    rows = [[speak(head) for head in _HEADS]]
    for margin, _places, mean, largest, unit in gaps.iter_rows():
        both = (number(gap, language, decimals=2) for gap in (mean, largest))
        rows.append([speak(MARGINS[margin]), *both, speak(_UNITS[unit])])
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADS))]
    heading = say_count(
        "How far each margin is from the census, over {count} place:",
        "How far each margin is from the census, over {count} places:",
        count=max(gaps["communes"]),
    )
    yield text(heading, language)
    for name, mean, largest, unit in rows:
        cells = (f"{isolated(name) if language == 'ar' else name}{' ' * (widths[0] - len(name))}", mean.rjust(widths[1]))
        yield "  " + "  ".join((*cells, largest.rjust(widths[2]), unit)).rstrip()


@contextmanager
def _progress(language: str, *, quiet: bool) -> "Iterator[Progress | None]":
    """A callback that shows the number of households made, on standard error, only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:

        def show(done: int, total: int) -> None:
            progress = say_count("{done} of {count} household", "{done} of {count} households", done=done, count=total)
            status.update(text(progress, language))

        yield show
