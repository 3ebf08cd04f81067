"""The small office with an envelope and two scenarios, one of them with more weight on remoteness."""

from copy import deepcopy

import pytest
from tests import office as offices
from tests.office import Office


@pytest.fixture(scope="module")
def made(rows_of_module: None) -> Office:
    """The whole of it, as a demonstration: scenarios are adopted without a committee; shared by a module."""
    offices.demonstration()
    return offices.office()


@pytest.fixture
def here(db: None, made: Office) -> Office:
    """The same, for one test."""
    offices.forget()
    return deepcopy(made)
