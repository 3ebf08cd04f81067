"""Ending a role: by who may invite at its place, once, never one's own."""

from django.urls import reverse
from django.utils import timezone
from tests import trees
from tests.budgets.pages.people import client
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.people.models import Role


def test_a_role_is_ended_by_who_invites_at_its_place(tree: Tree) -> None:
    account = trees.account("x@example.org", ("local_secretary", tree.near))
    with scope.everything():
        role = Role.objects.get(account=account)
    address = reverse("role_end", args=[role.pk])
    assert client(("administrator", tree.far)).post(address).status_code == 404
    assert client(("officer", tree.province)).post(address).status_code == 403
    administrator = client(("administrator", tree.province))
    assert administrator.get(address).status_code == 405
    assert [administrator.post(address).status_code for _again in range(2)] == [303, 409]
    with scope.everything():
        assert Role.objects.get(pk=role.pk).until == timezone.localdate()


def test_nobody_ends_their_own_role(tree: Tree) -> None:
    administrator = client(("administrator", tree.province), email="a@example.org")
    with scope.everything():
        role = Role.objects.get(account__email="a@example.org")
    assert administrator.post(reverse("role_end", args=[role.pk])).status_code == 409
