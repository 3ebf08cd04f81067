"""`tiwizi migrate`, `backup`, `verify`, `journal`, `checkpoint`: the office's tables and their record."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from tiwizi import store
from tiwizi.cli.common import language_option, office
from tiwizi.core.errors import say, say_count
from tiwizi.language import text


@click.command()
@click.option("--serve-as", "role", metavar="ROLE", help="Give this role of PostgreSQL the rights that the server needs.")
@language_option
def migrate(role: str | None, language: str) -> None:
    """Make or update the office's tables."""
    with office(language):
        from django.core.management import call_command

        from tiwizi.web import settings

        settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("migrate", interactive=False, verbosity=0)
        if role is not None:
            from django.db import connection

            from tiwizi.web import serving_role

            count = serving_role.grant(connection, role)
            granted = say_count(
                "The role {role} may now serve: it has rights on {count} table.",
                "The role {role} may now serve: it has rights on {count} tables.",
                role=role,
                count=count,
            )
            click.echo(text(granted, language))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@language_option
def backup(file: Path, language: str) -> None:
    """Copy the whole database to FILE, while the office goes on serving."""
    with office(language):
        from django.db import connection

        from tiwizi.web.backup import back_up

        back_up(connection, file)
    click.echo(text(say("The database is copied to {file}: keep it apart from this machine.", file=str(file)), language))


@click.command()
@click.option("--key", help="Public key that must have signed the checkpoints; by default the office's own.")
@language_option
def verify(key: str | None, language: str) -> None:
    """Check the journal, every row on record, and what the database refuses; say what was changed by hand."""
    with office(language):
        from django.db import connection

        from tiwizi.database import catalogue
        from tiwizi.database.scope import everything
        from tiwizi.journal import queries, verifying
        from tiwizi.journal.models import Checkpoint, Entry
        from tiwizi.web import secrets, settings

        key = key or secrets.public_key(settings.HOME)
        faults = [queries.sentence(fault) for fault in queries.breaks(key=key)]
        faults += catalogue.differences(connection)
        faults += verifying.wrong(_progress if sys.stderr.isatty() else None)
        with everything():
            entries, checkpoints = Entry.objects.count(), Checkpoint.objects.count()
    for fault in faults:
        click.echo(text(fault, language))
    if faults:
        sys.exit(1)
    summary = say(
        "All holds: {entries}, {checkpoints}, every row on record.",
        entries=say_count("{count} entry", "{count} entries", count=entries),
        checkpoints=say_count("{count} checkpoint", "{count} checkpoints", count=checkpoints),
    )
    click.echo(text(summary, language))


def _progress(table: str, count: int) -> None:
    """A progress line that overwrites itself, on a terminal."""
    click.echo(f"\r{table}: {count}\033[K", err=True, nl=False)


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@language_option
def journal(out: Path, language: str) -> None:
    """Write the whole journal, one entry per line, for outsiders to check."""
    with office(language):
        from tiwizi.journal import queries

        store.write_bytes(out, "".join(queries.lines()).encode())


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@language_option
def checkpoint(out: Path, language: str) -> None:
    """Sign the journal as it stands, and write the checkpoint for outsiders to hold."""
    with office(language):
        from tiwizi.journal import commands
        from tiwizi.web import secrets, settings

        made = commands.checkpoint(key=secrets.signing_key(settings.HOME), at=datetime.now(tz=UTC))
        store.write_bytes(out, json.dumps(made.body(), sort_keys=True).encode() + b"\n")
