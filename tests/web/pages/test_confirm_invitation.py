"""Confirming an invitation: a second person, within their place; the link goes by letter alone."""

from django.core import mail
from django.urls import reverse
from tests import trees
from tests.people.test_inviting import acts, entered, invited
from tests.trees import Tree

from tiwizi.database import scope
from tiwizi.people.models import Invitation


def test_confirming_sends_the_letter_and_nobody_sees_its_link(tree: Tree) -> None:
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    chair = trees.account("chair@example.org", ("chair", tree.province))
    form = {"name": "Nouvelle", "email": "new@example.org", "kind": "local_secretary", "place": tree.near.code}
    page = entered(admin).post(reverse("invite"), form)
    assert "second person" in page.content.decode()
    assert mail.outbox == []
    with scope.everything():
        invitation = Invitation.objects.get()
    address = reverse("invitation_confirm", args=[invitation.pk])
    second = entered(chair)
    assert address in second.get(reverse("home")).content.decode()
    assert address not in entered(admin).get(reverse("home")).content.decode()
    assert "new@example.org" in second.get(address).content.decode()
    assert entered(admin).post(address).status_code == 409
    answer = second.post(address, follow=True)
    assert answer.status_code == 200
    assert "/account/invitation/" not in answer.content.decode()
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]
    assert second.post(address).status_code == 409
    assert entered(admin).post(reverse("invitation_send", args=[invitation.pk])).status_code == 303
    assert len(mail.outbox) == 2


def test_a_confirmation_reaches_no_further_than_the_place(tree: Tree) -> None:
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    far = trees.account("far@example.org", ("local_secretary", tree.far))
    invitation = invited(tree, admin)
    assert entered(far).post(reverse("invitation_confirm", args=[invitation.pk])).status_code == 404
    reader = trees.account("reader@example.org", ("reader", tree.province))
    assert entered(reader).post(reverse("invitation_confirm", args=[invitation.pk])).status_code == 403
    assert acts() == ["invite"]
