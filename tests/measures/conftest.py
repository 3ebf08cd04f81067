"""The small office, its places by code."""

import pytest
from tests.measures import trees

from tiwizi.measures import exploring
from tiwizi.territories.models import Place


@pytest.fixture
def tree(db: None) -> dict[str, Place]:
    """Every place of the small office, by code."""
    return trees.plant()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What the server keeps of runs is forgotten: numbers of rows come again from test to test."""
    exploring.forget()
