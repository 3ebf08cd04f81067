"""`python -m tests.on_postgres ARGUMENTS`: runs pytest on a real PostgreSQL, started for it and stopped after it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from tests import postgres


@contextmanager
def new_database(name: str) -> Iterator[str]:
    """A database of its own on the server under test, taken away after; gives its address."""
    address = os.environ["TIWIZI_DATABASE"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def main(arguments: list[str]) -> int:
    """The status of pytest; 0 with a line that says so where no PostgreSQL is installed and none is required."""
    if not postgres.installed():
        if postgres.required():
            sys.stderr.write("PostgreSQL is required here and not installed: sudo apt install postgresql\n")
            return 1
        sys.stdout.write("PostgreSQL is not installed, so its tests are left out: sudo apt install postgresql\n")
        return 0
    with postgres.server() as address:
        environment = {**os.environ, "TIWIZI_DATABASE": address}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
