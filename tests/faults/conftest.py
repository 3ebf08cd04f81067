"""An office for faults: made once for each file of tests, then copied for whoever is about to break it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from tests.journal.test_office_commands import Office

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on the engine under test, filled."""
    home = tmp_path_factory.mktemp("office")
    with _database(home) as address:
        made = Office(home, address)
        assert made.run("migrate").returncode == 0
        command = [sys.executable, "-m", "tests.faults.victims", "fill"]
        subprocess.run(command, env=made.environment, cwd=ROOT, check=True)
        yield made


@contextmanager
def _database(home: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{home / 'office.sqlite3'}"
        return
    from tests.on_postgres import new_database

    with new_database(f"office_{uuid4().hex}") as address:
        yield address


@contextmanager
def anew(template: Office, folder: Path) -> Iterator[Office]:
    """An office that begins as the template: a copy of its file; on PostgreSQL its own database as it is."""
    if connection.vendor != "sqlite":
        yield template
        return
    home = folder / uuid4().hex
    home.mkdir()
    shutil.copy(Path(template.environment["TIWIZI_HOME"]) / "office.sqlite3", home)
    yield Office(home, f"sqlite:///{home / 'office.sqlite3'}")
    shutil.rmtree(home)


@pytest.fixture
def office(template: Office, tmp_path: Path) -> Iterator[Office]:
    """An office to break."""
    with anew(template, tmp_path) as made:
        yield made
