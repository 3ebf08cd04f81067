"""One Spark session in local mode for the tests of this folder; they are skipped where there is no Java."""

from typing import Any

import pytest
from tests.engines import spark_session


@pytest.fixture(scope="session")
def spark() -> Any:
    """A session on this machine alone, stopped at the end."""
    return spark_session()
