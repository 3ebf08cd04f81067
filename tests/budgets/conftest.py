"""The small office with an envelope and two scenarios, one of them with more weight on remoteness."""

import pytest
from tests import office as offices
from tests.office import Office


@pytest.fixture
def here(db: None) -> Office:
    """The whole of it, as a demonstration: scenarios are adopted without a committee."""
    offices.demonstration()
    return offices.office()
