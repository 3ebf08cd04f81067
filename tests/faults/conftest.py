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
from tests.own_office import ROOT, Office, new_office


@pytest.fixture(scope="module")
def template(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on the engine under test, filled."""
    with new_office(tmp_path_factory.mktemp("office")) as made:
        command = [sys.executable, "-m", "tests.faults.victims", "fill"]
        subprocess.run(command, env=made.environment, cwd=ROOT, check=True)
        yield made


@contextmanager
def anew(template: Office, folder: Path) -> Iterator[Office]:
    """An office that begins as the template: a copy of its file; on PostgreSQL its own database as it is."""
    if connection.vendor != "sqlite":
        yield template
        return
    home = folder / uuid4().hex
    home.mkdir()
    shutil.copy(template.home / "office.sqlite3", home)
    # With the key of its digests.
    shutil.copytree(template.home / "secrets", home / "secrets")
    yield Office(home, f"sqlite:///{home / 'office.sqlite3'}")
    shutil.rmtree(home)


@pytest.fixture
def office(template: Office, tmp_path: Path) -> Iterator[Office]:
    """An office to break."""
    with anew(template, tmp_path) as made:
        yield made
