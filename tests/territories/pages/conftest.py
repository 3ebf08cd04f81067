"""The small territory, and an officer of its province who reads English."""

import pytest
from django.test import Client
from tests import trees
from tests.trees import Tree


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def client(tree: Tree) -> Client:
    made = Client()
    account = trees.account("officer@example.org", ("officer", tree.province))
    made.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    made.cookies["django_language"] = "en"
    return made
