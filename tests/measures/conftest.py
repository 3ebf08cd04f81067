"""The small office, its places by code."""

from copy import deepcopy

import pytest
from tests.measures import trees

from tiwizi.measures import exploring
from tiwizi.measures.models import Run
from tiwizi.territories.models import Place


@pytest.fixture(scope="module")
def planted(rows_of_module: None) -> dict[str, Place]:
    """Every place of the small office, by code; shared by a module."""
    return trees.plant()


@pytest.fixture
def tree(db: None, planted: dict[str, Place]) -> dict[str, Place]:
    """Every place of the small office, by code."""
    return deepcopy(planted)


@pytest.fixture(scope="module")
def done_runs(planted: dict[str, Place]) -> dict[str, Run]:
    """Runs on the census of the second province, then of the first, each with its own figures; shared by a module."""
    return {code: trees.census_run(planted[code]) for code in ("P2", "P1")}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What the server keeps of runs is forgotten: numbers of rows come again from test to test."""
    exploring.forget()
