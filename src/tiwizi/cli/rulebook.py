"""`tiwizi rulebook`: every parameter, dated and sourced, checked and shown."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from tiwizi import store
from tiwizi.cli.common import day_option, errors_in, language_option
from tiwizi.core.errors import BadRulebook, Problem, say
from tiwizi.core.rulebook.rulebook import Rulebook, numbers
from tiwizi.core.rulebook.toml_reader import numbers_in
from tiwizi.language import day, isolated, number, translator


@click.group()
def rulebook() -> None:
    """Check and show the rules: every parameter, dated and sourced."""


@rulebook.command("check")
@click.argument("folder")
@language_option
def check_rulebook(folder: str, language: str) -> None:
    """Say what is wrong in the rulebook of FOLDER, all at once."""
    with errors_in(language):
        book = _checked(folder)
        click.echo(
            say("{name}: the rulebook is right, version {version}.", name=book.name, version=book.version).text(
                translator(language)
            )
        )


def _checked(folder: str) -> Rulebook:
    """The rulebook of a folder. Raises BadRulebook with every problem of its subjects and of its made-up households."""
    problems: list[Problem] = []
    book = None
    try:
        book = store.rulebook(folder)
    except BadRulebook as error:
        problems += error.problems
    if book is not None or Path(folder).is_dir():
        try:
            store.synthesis(folder)
        except BadRulebook as error:
            problems += error.problems
    if problems or book is None:
        raise BadRulebook(problems)
    return book


@rulebook.command("show")
@click.option("--rulebook", "folder", default=store.chosen, show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option
@day_option
def show_rulebook(folder: str, form: str, language: str, on: date) -> None:
    """Print every number in force on a day, with its source or the word that it is assumed."""
    with errors_in(language):
        book = store.rulebook(folder)
        made_up = store.synthesis(folder, on)
        rules = book.on(on)
        listed = [*numbers(rules), *(numbers_in(made_up) if made_up is not None else ())]
    from tiwizi.reports.measures import unit_of  # loaded here so that `tiwizi --help` answers at once

    if form == "json":
        click.echo(json.dumps([_number_row(number, language) for number in listed], ensure_ascii=False))
        return
    speak = translator(language)
    click.echo(speak("{name}, version {version}, on {day}").format(name=book.name, version=book.version, day=day(on, language)))
    file = ""
    for parameter in listed:
        if parameter.key.split(":")[0] != file:
            file = parameter.key.split(":")[0]
            click.echo(f"\n{file}")
        origin = speak("assumed") if parameter.assumed or parameter.source is None else isolated(parameter.source.title)
        value = number(float(parameter.value), language, decimals=0 if parameter.value.denominator == 1 else 4)
        click.echo(f"  {isolated(parameter.label.in_(language))}: {value} {unit_of(parameter.unit, rules, language)} — {origin}")


def _number_row(number: Any, language: str) -> dict[str, Any]:
    return {
        "key": number.key,
        "label": number.label.in_(language),
        "value": str(number.value),
        "unit": number.unit,
        "since": number.since.isoformat(),
        "checked": number.checked.isoformat(),
        "assumed": number.assumed,
        "source": {"title": number.source.title, "url": number.source.url} if number.source else None,
    }
