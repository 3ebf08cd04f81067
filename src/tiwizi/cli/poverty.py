"""`tiwizi poverty`: the measures of a file of households, from a terminal."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from tiwizi import store
from tiwizi.cli.common import day_option, errors_in, language_option
from tiwizi.core.errors import say, say_count
from tiwizi.language import number, percent, text, translator


class Cutoffs(click.ParamType[tuple[Fraction, ...]]):
    """Exact fractions, joined by commas: 1/3,1/5."""

    name = "FRACTIONS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Fraction, ...]:
        """The fractions of the text; they must lie between 0 and 1."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(Fraction(part.strip()) for part in str(value).split(","))
        except (ValueError, ZeroDivisionError):
            self.fail(f"{value} is no list of fractions: write 1/3,1/5", param, ctx)


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(value.partition("=")[::2] for value in values)
    if not all(pairs.values()):
        raise click.BadParameter("write ANSWER=COLUMN, such as water_source=q12")
    return pairs


@click.command()
@click.argument("file")
@click.option(
    "--by",
    "crossings",
    multiple=True,
    metavar="COLUMN[,COLUMN]",
    help="Figures for each place, level or subgroup; may be given again.",
)
@click.option(
    "--rulebook", "folder", default=store.chosen, help="Name of a rulebook that Tiwizi carries, or a folder.", show_default=True
)
@click.option("--place", "place", metavar="COLUMN", help="Column of the code of the place.")
@click.option("--people", metavar="COLUMN", help="Column of the number of people of the household.")
@click.option("--weight", metavar="COLUMN", help="Column of the sampling weight.")
@click.option("--stratum", metavar="COLUMN", help="Column of the stratum.")
@click.option("--psu", metavar="COLUMN", help="Column of the primary sampling unit.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_pairs,
    metavar="ANSWER=COLUMN",
    help="Which column holds an answer; may be given again.",
)
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML of weights, when the file already holds a 0/1 column an indicator.",
)
@click.option("--k", "cutoffs", type=Cutoffs(), default=(), help="Poverty cutoffs.", show_default="the rulebook's")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the tables.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--robust", metavar="LEVEL", help="How the order of these places stands up to other cutoffs and weights.")
@click.option("--bootstrap", "replicates", type=int, metavar="N", help="Draw the sample N times again, beside linearised errors.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="What the drawing starts from: the same seed, the same table."
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw, without Spark.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--master", default="local[*]", help="Spark's master.", show_default=True)
@click.option("--memory", metavar="SIZE", help="Most memory of the engine, such as 1GB: it spills to disk beyond.")
@language_option
@day_option
def poverty(
    file: str,
    crossings: tuple[str, ...],
    folder: str,
    mapping: dict[str, str],
    weights: Path | None,
    cutoffs: tuple[Fraction, ...],
    out: Path | None,
    form: str,
    engine: str,
    master: str,
    memory: str | None,
    robust: str | None,
    replicates: int | None,
    seed: int,
    workers: int,
    language: str,
    on: date,
    **roles: str | None,
) -> None:
    """Measure multidimensional poverty in FILE (Parquet, CSV, Stata, SPSS): one row per household, one column per answer."""
    from tiwizi import survey as core  # loaded here so that `tiwizi --help` answers at once
    from tiwizi.sources import survey_files

    with errors_in(language), survey_files.readable(Path(file), failures=survey_files.ENGINE_FAILURES):
        columns = {**{role: column for role, column in roles.items() if column}, **mapping}
        rules = store.deprivations(folder, on)
        over = [tuple(part.strip() for part in crossing.split(",")) for crossing in crossings]
        households = _opened(file, columns, engine=engine, master=master, memory=memory)
        tree = _tree([*over, *([(robust,)] if robust else [])], households, folder)
        shared: dict[str, Any] = {"rules": rules, "over": over, "cutoffs": cutoffs, "places": tree}
        if weights is not None:
            made = core.assess_judged(
                households, weights=core.weights_of(weights.read_text(encoding="utf-8")), series=Path(file).stem, **shared
            )
        else:
            made = core.assess(households, **shared)
        order = core.robustness(households, rules=rules, level=robust, places=tree) if robust and weights is None else None
        again = None
        if replicates is not None:
            spark = _session(households) if engine == "spark" else None
            drawing: dict[str, Any] = {"replicates": replicates, "seed": seed, "workers": workers, "spark": spark}
            again = core.assessed_again(made, rules=rules, over=over, places=tree, **drawing)
        tables = {"poverty": made.figures, "missing_answers": made.missing} | ({} if again is None else {"bootstrap": again})
        files = store.write_tables(tables, out) if out else []
    if form == "json":
        more = ({"robustness": _order(order)} if order else {}) | ({} if again is None else {"bootstrap": store.rows(again)})
        click.echo(json.dumps(_as_json(made) | more, ensure_ascii=False))
        return
    _show(made, language, files)
    if again is not None:
        click.echo(_compared(again, language))
    for line in _said(order, language) if order else ():
        click.echo(line)


def _opened(file: str, columns: Mapping[str, str], *, engine: str, master: str, memory: str | None) -> Any:
    from tiwizi.sources import survey_files

    if engine == "spark":
        return survey_files.open_in_spark(file, mapping=columns, master=master)
    import tempfile

    opened = survey_files.connection(memory=memory, spill=Path(tempfile.gettempdir()) if memory else None)
    return survey_files.open_households(Path(file), mapping=columns, opened=opened)


def _session(households: Any) -> Any:
    """The Spark session that holds the households."""
    return households.to_native().sparkSession


def _compared(again: Any, language: str) -> str:
    """How far bootstrap errors differ from the linearised ones, for M0."""
    import polars as pl

    rows = again.filter((pl.col("measure") == "adjusted_headcount") & (pl.col("error") > 0)).drop_nulls("bootstrap_error")
    if not rows.height:
        return text(say("No figure has an error that could be drawn again."), language)
    ratio = rows["bootstrap_error"] / rows["error"]
    summary = {"low": float(ratio.min()), "middle": float(ratio.median()), "high": float(ratio.max())}
    return text(
        say_count(
            "Errors of M0 drawn again are {low} to {high} of the linearised ones, {middle} in the middle ({count} figure).",
            "Errors of M0 drawn again are {low} to {high} of the linearised ones, {middle} in the middle ({count} figures).",
            count=rows.height,
            **{name: percent(share, language) for name, share in summary.items()},
        ),
        language,
    )


def _tree(over: list[tuple[str, ...]], households: Any, folder: str) -> Any:
    """The tree of places known to Tiwizi, when a requested level is not a column of the file."""
    columns = set(households.collect_schema().names())
    if all(name in columns for crossing in over for name in crossing):
        return None
    from tiwizi.sources.territory import places

    return places(store.rulebook(folder))


def _as_json(made: Any) -> dict[str, Any]:
    return {
        "series": made.series,
        "synthetic": made.synthetic,
        "figures": store.rows(made.figures),
        "missing_answers": store.rows(made.missing),
        "notes": [note.text() for note in made.notes],
    }


def _order(order: Any) -> dict[str, Any]:
    return {
        "places": order.places,
        "cutoffs": {"agreement": store.rows(order.over_cutoffs.agreement), "surviving_share": order.over_cutoffs.surviving_share},
        "weights": {"agreement": store.rows(order.over_weights.agreement), "surviving_share": order.over_weights.surviving_share},
        "ordered_share": order.dominance.ordered_share,
    }


def _said(order: Any, language: str) -> list[str]:
    lines = (
        say_count(
            "{share} of the comparisons of {count} place hold at every cutoff from 1/5 to 1/2.",
            "{share} of the comparisons between {count} places hold at every cutoff from 1/5 to 1/2.",
            share=percent(order.over_cutoffs.surviving_share, language),
            count=order.places,
        ),
        say_count(
            "{share} of the comparisons of {count} place hold whichever dimension weighs one half.",
            "{share} of the comparisons between {count} places hold whichever dimension weighs one half.",
            share=percent(order.over_weights.surviving_share, language),
            count=order.places,
        ),
        say(
            "In {share} of pairs one place is poorer whatever the cutoff.", share=percent(order.dominance.ordered_share, language)
        ),
    )
    return [text(line, language) for line in lines]


_SHOWN = ("headcount_ratio", "intensity", "adjusted_headcount")


def _show(made: Any, language: str, files: list[Path]) -> None:
    import polars as pl
    from rich.console import Console
    from rich.table import Table

    speak = translator(language)
    keys = made.figures.columns[: made.figures.columns.index("scheme")]
    rows = made.figures.filter(pl.col("measure").is_in(_SHOWN))
    table = Table(title=speak(made.series))
    for name in (*keys, "k", "H", "A", "M0", speak("People")):
        table.add_column(name, justify="left" if name in keys else "right")
    for group, part in rows.group_by(*keys, "cutoff", maintain_order=True):
        figures = {row["measure"]: row for row in part.iter_rows(named=True)}
        people = figures["headcount_ratio"]["people"]
        table.add_row(
            *(str(cell) if cell is not None else "·" for cell in group),
            *(_figure(figures[name], language) for name in _SHOWN),
            number(round(people), language) if people is not None else "-",
        )
    console = Console(width=None if sys.stdout.isatty() else 120, no_color="NO_COLOR" in os.environ)
    console.print(table)
    for note in made.notes:
        console.print(text(note, language))
    for path in files:
        console.print(str(path), highlight=False, soft_wrap=True)


def _figure(row: Mapping[str, Any], language: str) -> str:
    if row["value"] is None:
        return "-"
    ends = "" if row["low"] is None else f" [{percent(row['low'], language)}, {percent(row['high'], language)}]"
    return f"{percent(row['value'], language)}{ends}{' *' if row['flag'] == 'unreliable' else ''}"
