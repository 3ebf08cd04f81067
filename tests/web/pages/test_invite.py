"""Inviting somebody: the link goes by letter alone."""

from typing import Any

from django.core import mail
from django.urls import reverse
from tests import trees
from tests.people.test_inviting import entered
from tests.trees import Tree


def test_the_link_goes_by_letter_alone(tree: Tree, settings: Any) -> None:
    settings.MAIL_FOLDER = None
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    client = entered(admin)
    form = {"name": "Nouvelle", "email": "new@example.org", "kind": "reader", "place": tree.near.code}
    page = client.post(reverse("invite"), form)
    assert page.status_code == 200
    assert "/account/invitation/" not in page.content.decode()
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]
    assert "/account/invitation/" in mail.outbox[0].body
