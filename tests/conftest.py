"""What all tests share: laws are judged by what they find, never by the clock; the office's folder is one of their own."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings

from tiwizi.plan import Plan, plan

os.environ.setdefault("TIWIZI_HOME", tempfile.mkdtemp(prefix="tiwizi-office-"))
settings.register_profile("tiwizi", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("tiwizi")


@pytest.fixture(scope="session")
def khenifra() -> Plan:
    """The plan of Khénifra: 32 million dirhams over its 22 communes, from the real census."""
    return plan("05.301", envelope_dh=32_000_000, on=date(2026, 11, 23))


@pytest.fixture(autouse=True, scope="session")
def acts_of_any_day() -> Iterator[None]:
    """Tests act on days of their own, to come and past; what a clock set back does is tested with the product's own bound."""
    from tiwizi.journal import commands  # once Django is set up

    own = commands.CLOCKS_DIFFER
    commands.CLOCKS_DIFFER = timedelta(days=20_000)
    yield
    commands.CLOCKS_DIFFER = own


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables are made, and kept for the offices of their own that tests ask for."""
    from tests import own_office

    with django_db_blocker.unblock():
        own_office.keep()


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What fixtures of a module write stays for all of its tests, and is rolled back after the last of them.

    Each test (`db`) still rolls back to here. A test takes a deep copy of the objects, so that none meets another's changes.
    """
    with django_db_blocker.unblock():
        block: Any = transaction.atomic()
        block._from_testcase = True
        with block:
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Each process has a database of its own in memory on SQLite; on PostgreSQL one by its name."""
    database = settings_of_django.DATABASES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and "postgresql" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{worker}"


@pytest.fixture(autouse=True, scope="session")
def plain_static_files() -> Iterator[None]:
    """Pages name static files without their hashes: only a server that was prepared has collected them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": plain}
    ):
        yield
