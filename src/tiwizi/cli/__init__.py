"""`tiwizi ...`: the same functions as the notebook and the pages, from a terminal; and the office's server."""

import click

from tiwizi import __version__
from tiwizi.cli.common import Texts
from tiwizi.cli.households import households
from tiwizi.cli.planning import plan
from tiwizi.cli.poverty import poverty
from tiwizi.cli.record import backup, checkpoint, journal, migrate, verify
from tiwizi.cli.rulebook import rulebook
from tiwizi.cli.serving import demo, found_office, serve


@click.group(cls=Texts, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tiwizi")
def main() -> None:
    """Tiwizi measures what people lack and where, shares a budget by it, and says why."""


for command in (plan, poverty, households, rulebook, migrate, backup, verify, journal, checkpoint, serve, found_office, demo):
    main.add_command(command)
