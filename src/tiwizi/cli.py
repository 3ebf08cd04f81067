"""`tiwizi ...`: the same functions as the notebook and the pages, from a terminal."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from tiwizi import __version__, store
from tiwizi.core.errors import BadData, Problem, TiwiziError, say
from tiwizi.core.rulebook import numbers
from tiwizi.language import LANGUAGES, day, isolated, number, text, translator

F = TypeVar("F", bound=Callable[..., Any])


def _language() -> str:
    """The language of the terminal, when it is one of ours; English otherwise."""
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return said[:2] if said[:2] in LANGUAGES else "en"


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date:
    if value is None:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value} is not a day: write it as 2026-01-31") from error


def language_option(command: F) -> F:
    """Adds `--language`."""
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        default=_language,
        help="Language of what is shown.",
        show_default="the terminal's",
    )(command)


def day_option(command: F) -> F:
    """Adds `--on`."""
    return click.option(
        "--on", "on", callback=_day, metavar="DATE", help="Day whose rules hold, as 2026-01-31.", show_default="today"
    )(command)


@contextmanager
def errors_in(language: str) -> Any:
    """Shows Tiwizi's own errors as sentences in the reader's language, and leaves with status 1."""
    try:
        yield
    except TiwiziError as error:
        click.echo(error.text(translator(language)), err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tiwizi")
def main() -> None:
    """Tiwizi measures what people lack and where, shares a budget by it, and says why."""


@main.command()
@click.argument("place")
@click.option("--envelope", "envelope_dh", type=click.IntRange(min=1), required=True, help="Money to share, in whole dirhams.")
@click.option(
    "--rulebook", "folder", default="indh", help="Name of a rulebook that Tiwizi carries, or a folder.", show_default=True
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
    """Share an envelope over the communes of PLACE: a province (05.301), a region (05) or the country (MA)."""
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
    """Gives a function that shows what is being done, on the error stream, only when a person watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _sentence: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda sentence: status.update(text(sentence, language))


@main.group()
def rulebook() -> None:
    """Check and show the rules: every parameter, dated and sourced."""


@rulebook.command("check")
@click.argument("folder")
@language_option
def check_rulebook(folder: str, language: str) -> None:
    """Say what is wrong in the rulebook of FOLDER, all at once."""
    with errors_in(language):
        book = store.rulebook(folder)
        click.echo(
            say("{name}: the rulebook is right, version {version}.", name=book.name, version=book.version).text(
                translator(language)
            )
        )


@rulebook.command("show")
@click.option("--rulebook", "folder", default="indh", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option
@day_option
def show_rulebook(folder: str, form: str, language: str, on: date) -> None:
    """Print every number in force on a day, with its source or the word that it is assumed."""
    with errors_in(language):
        book = store.rulebook(folder)
        found = list(numbers(book.on(on)))
    if form == "json":
        click.echo(json.dumps([_number_row(one, language) for one in found], ensure_ascii=False))
        return
    speak = translator(language)
    click.echo(speak("{name}, version {version}, on {day}").format(name=book.name, version=book.version, day=day(on, language)))
    file = ""
    for one in found:
        if one.key.split(":")[0] != file:
            file = one.key.split(":")[0]
            click.echo(f"\n{file}")
        origin = speak("assumed") if one.assumed or one.source is None else isolated(one.source.title)
        value = number(float(one.value), language, decimals=0 if one.value.denominator == 1 else 4)
        click.echo(f"  {isolated(one.label.in_(language))}: {value} {speak(one.unit)} — {origin}")


def _number_row(one: Any, language: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "label": one.label.in_(language),
        "value": str(one.value),
        "unit": one.unit,
        "since": one.since.isoformat(),
        "checked": one.checked.isoformat(),
        "assumed": one.assumed,
        "source": {"title": one.source.title, "url": one.source.url} if one.source else None,
    }


@contextmanager
def _office(language: str) -> Any:
    """The office's applications, ready: what needs them says what to install where they are missing."""
    with errors_in(language):
        try:
            import django
        except ModuleNotFoundError as error:
            raise BadData(
                Problem(
                    what=say("the package {package} is not installed.", package="django"),
                    remedy=say("Install it: pip install '{name}'.", name="tiwizi[office]"),
                )
            ) from error
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
        django.setup()
        yield


@main.command()
@language_option
def migrate(language: str) -> None:
    """Make or update the office's tables."""
    with _office(language):
        from django.core.management import call_command

        from tiwizi.web import settings

        settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("migrate", interactive=False, verbosity=0)


@main.command()
@click.option("--key", help="Public key that must have signed the checkpoints.")
@language_option
def verify(key: str | None, language: str) -> None:
    """Check the journal's chain and its checkpoints; say where it breaks."""
    with _office(language):
        from tiwizi.journal import queries
        from tiwizi.journal.models import Checkpoint, Entry

        found = queries.breaks(key=key)
        entries, checkpoints = Entry.objects.count(), Checkpoint.objects.count()
    for one in found:
        click.echo(text(queries.sentence(one), language))
    if found:
        sys.exit(1)
    click.echo(
        text(
            say("The journal holds: {entries} entries, {checkpoints} checkpoints.", entries=entries, checkpoints=checkpoints),
            language,
        )
    )


@main.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@language_option
def journal(out: Path, language: str) -> None:
    """Write the whole journal, one entry a line, for outsiders to check."""
    with _office(language):
        from tiwizi.journal import queries

        store.write_bytes(out, "".join(queries.lines()).encode())


@main.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@language_option
def checkpoint(out: Path, language: str) -> None:
    """Sign the journal as it stands, and write the checkpoint for outsiders to hold."""
    with _office(language):
        from tiwizi.journal import commands
        from tiwizi.web import secrets, settings

        made = commands.checkpoint(key=secrets.signing_key(settings.HOME), at=datetime.now(tz=UTC))
        store.write_bytes(out, json.dumps(made.body(), sort_keys=True).encode() + b"\n")


if __name__ == "__main__":
    main()
