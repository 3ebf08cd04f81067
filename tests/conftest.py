"""What all tests share: laws are judged by what they find, never by the clock; the office's folder is one of their own."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date

import pytest
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
def plain_static_files() -> Iterator[None]:
    """Pages name static files without their hashes: only a server that was prepared has collected them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": plain}
    ):
        yield
