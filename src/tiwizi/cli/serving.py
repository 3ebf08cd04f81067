"""`tiwizi serve`, `found` and `demo`: the office on the web, from one process to start."""

import subprocess
import sys

import click

from tiwizi.cli.common import errors_in, language_option, office
from tiwizi.core.errors import say
from tiwizi.language import text


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=4, show_default=True, help="Requests answered at once.")
@language_option
def serve(host: str, port: int, threads: int, language: str) -> None:
    """Serve the office: pages, files and long work, until Ctrl+C."""
    _refuse_taken(host, port, language)
    _listen(host, port, threads, language)


@click.command("found")
@click.option("--place", required=True, help="Code of the place whose office it is.")
@click.option("--reference", required=True, help="The written decision that founds the office.")
@click.option("--administrator", nargs=2, required=True, metavar="ADDRESS NAME", help="Who invites people.")
@click.option(
    "--second", nargs=3, required=True, metavar="ROLE ADDRESS NAME", help="Who confirms whom the administrator invites."
)
@language_option
def found_office(place: str, reference: str, administrator: tuple[str, str], second: tuple[str, str, str], language: str) -> None:
    """Found an office: its first two people, by a written decision. It is done once, and stands in the journal."""
    with office(language):
        from django.core.management import call_command
        from django.db import connection

        from tiwizi.web import first_people, settings

        settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        if connection.vendor == "sqlite":
            call_command("migrate", interactive=False, verbosity=0)
        first_people.found(place, administrator=administrator, second=second, reference=reference)
        click.echo(text(say("The office is founded. Its two people choose their passphrases:"), language))
        click.echo(text(say("each opens the office, follows “I have forgotten my passphrase”, and receives a link."), language))


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--serve/--no-serve", "serves", default=True, help="Whether to serve once it is filled.", show_default=True)
@language_option
def demo(port: int, serves: bool, language: str) -> None:
    """Fill an office for a trial (real figures, made-up people) the first time, and serve it on this machine only."""
    if serves:
        _refuse_taken("127.0.0.1", port, language)
        # Filled by another process: a server forked from one that has computed would inherit dead threads.
        own = [sys.executable, "-m", "tiwizi.cli", "demo", "--no-serve", "--language", language]
        if subprocess.run(own, check=False).returncode:  # noqa: S603 # our own interpreter, fixed words
            sys.exit(1)
        _listen("127.0.0.1", port, 4, language)
        return
    with office(language):
        from tiwizi.web import demo as demonstration
        from tiwizi.web import serving

        serving.prepare(tell=lambda sentence: click.echo(text(sentence, language), err=True))
        people = demonstration.fill(step=lambda sentence: click.echo(text(sentence, language), err=True))
        click.echo(text(say("Everybody here is made up. They sign in with:"), language))
        for person in people:
            click.echo(f"  {person['email']:<28} {person['passphrase']:<36} {person['role']} @ {person['place']}")


def _refuse_taken(host: str, port: int, language: str) -> None:
    """Exits with status 1 and an explanation where the port cannot be used, before anything is loaded or filled."""
    with errors_in(language):
        from tiwizi.web import serving

        serving.refuse_taken(host, port)


def _listen(host: str, port: int, threads: int, language: str) -> None:
    with office(language):
        from tiwizi.web import serving

        serving.prepare(tell=lambda sentence: click.echo(text(sentence, language), err=True))
        click.echo(text(say("Tiwizi listens at {address}", address=f"http://{host}:{port}"), language))
        serving.serve(host=host, port=port, threads=threads)
