"""Who asks in these tests: an account with roles, signed in, reading French."""

from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import trees
from tests.markup import flat

from tiwizi.territories.models import Place


def client(*roles: tuple[str, Place], email: str = "") -> Client:
    """Somebody with these roles."""
    made = Client()
    account = trees.account(email or f"{uuid4().hex}@example.org", *roles)
    made.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    made.cookies["django_language"] = "fr"
    return made


def text(response: Any) -> str:
    """The words of an answer."""
    return flat(response.content.decode("utf-8", "replace"))


def cost(asking: Client, address: str) -> int:
    """How many queries an answer takes, once what the server keeps is kept."""
    asking.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert asking.get(address).status_code == 200
    return len(caught)
