"""Two committees with their members, and who keeps the upper one."""

import pytest
from django.test import Client
from tests.budgets.pages.people import client
from tests.committees import chamber
from tests.committees.chamber import Chamber


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def keeper(here: Chamber) -> Client:
    """Who keeps the provincial committee."""
    return client(("provincial_secretary", here.tree.province))
