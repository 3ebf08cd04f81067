"""`python -m tests.catalogue`: keeps a list of what the migrations make on each engine, for `tiwizi verify` to compare."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import postgres

WRITE = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from tiwizi.database import catalogue
call_command("migrate", interactive=False, verbosity=0)
catalogue.path(connection.vendor).write_text(catalogue.written(connection), encoding="utf-8")
"""


def write(address: str) -> None:
    """Makes a new database at an address and keeps its list."""
    with tempfile.TemporaryDirectory() as home:
        settings = {"TIWIZI_HOME": home, "TIWIZI_DATABASE": address, "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
        subprocess.run([sys.executable, "-c", WRITE], env={**os.environ, **settings}, check=True)


def main() -> int:
    """The status to leave with; both lists or none are written, as both change with a migration."""
    if not postgres.installed():
        sys.stderr.write("PostgreSQL is required to write its list: sudo apt install postgresql\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        write(f"sqlite:///{Path(folder) / 'new.sqlite3'}")
    with postgres.server() as address:
        write(address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
