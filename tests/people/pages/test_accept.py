"""Accepting an invitation with an account that is there: signed in, with its second factor."""

import pytest
from django.test import Client
from django.urls import reverse
from tests import trees
from tests.people.test_inviting import PHRASE, entered
from tests.trees import AT, MACHINE, Tree, of

from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.people import commands, queries
from tiwizi.people.models import Account, Role


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def test_an_existing_account_accepts_on_the_page_only_signed_in_with_its_second_factor(tree: Tree) -> None:
    admin = trees.account("admin@example.org")
    known = commands.create_account(email="new@example.org", name="N", passphrase=PHRASE, at=AT, by=MACHINE)
    with within(of(tree.province)):
        from django.utils import timezone

        made = commands.invite(
            email="new@example.org", name="N", kind="reader", place=tree.near, by=MACHINE, account=admin, at=timezone.now()
        )
    address = reverse("invitation", args=[made.token])
    signed_out = Client()
    signed_out.cookies["django_language"] = "en"
    page = signed_out.get(address)
    assert b"has an account already" in page.content
    assert b'type="password"' not in page.content
    # The right passphrase and a wrong one get the same answer: there is nothing to guess.
    answers = {signed_out.post(address, {"passphrase": typed, "again": typed}).status_code for typed in (PHRASE, "x" * 20)}
    assert answers == {200}
    assert entered(admin).post(address).status_code == 200
    assert entered(known).post(address).headers["Location"] == reverse("mfa_activate_totp")
    with scope.everything():
        assert not Role.objects.exists()
    Account.objects.filter(pk=known.pk).update(demonstration=True)
    assert entered(known).post(address).headers["Location"] == reverse("account")
    assert [role.kind for role in queries.roles_of(known, on=timezone.localdate())] == ["reader"]
