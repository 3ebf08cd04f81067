"""The journal's own tests read it whole; what a reader of one place sees of it is tested with the scope."""

from collections.abc import Iterator

import pytest

from tiwizi.database import scope


@pytest.fixture(autouse=True)
def whole_journal(request: pytest.FixtureRequest) -> Iterator[None]:
    if "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with scope.everything():
        yield
