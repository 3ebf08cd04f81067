"""Run as a program of its own: writes entries to the journal of the database named by the environment, like a server would."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime

import django


def main(writer: int, acts: int) -> None:
    """Writes so many acts, each in its transaction, as fast as the database lets in; with 0 acts, one without transaction."""
    django.setup()
    from django.db import transaction

    from tiwizi.journal import commands

    for number in range(max(acts, 1)):
        with transaction.atomic() if acts else nullcontext():
            commands.write(
                "adopt",
                by=commands.Actor(account=str(writer), role="das"),
                at=datetime(2026, 11, 23, tzinfo=UTC),
                kind="scenario",
                object_id=str(number),
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
