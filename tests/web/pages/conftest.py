"""The small territory of the tests."""

import pytest
from tests import trees
from tests.trees import Tree


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()
