"""Common to all commands: language, day, errors as sentences."""

import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

from tiwizi.core import text
from tiwizi.core.errors import BadData, Problem, TiwiziError, say
from tiwizi.language import LANGUAGES, translator

F = TypeVar("F", bound=Callable[..., Any])


def _language() -> str:
    """The language of the terminal, when it is one of ours; English otherwise."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return locale[:2] if locale[:2] in LANGUAGES else "en"


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


class Texts(click.Group):
    """A group of commands whose arguments pass the rule for texts before anything else."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments unchanged; one with a forbidden character ends the program with an explanation."""
        with errors_in(_language()):
            reasons = ((number, text.why_not(argument, marks=False)) for number, argument in enumerate(args, start=1))
            problems = [
                Problem(what, [say("argument {number}", number=number)], remedy=text.REMEDY) for number, what in reasons if what
            ]
            if problems:
                raise BadData(problems)
        return super().parse_args(ctx, args)


@contextmanager
def errors_in(language: str) -> Any:
    """Shows Tiwizi's own errors as sentences in the reader's language, and exits with status 1."""
    try:
        yield
    except TiwiziError as error:
        click.echo(error.text(translator(language)), err=True)
        sys.exit(1)


@contextmanager
def office(language: str) -> Any:
    """The office's applications, set up; explains what to install where they are missing."""
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
