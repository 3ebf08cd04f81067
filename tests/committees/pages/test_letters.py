"""Invitations: printed in each language, mailed once to each address."""

from uuid import uuid4

from django.core import mail
from django.test import Client
from tests.committees import chamber
from tests.committees.chamber import Chamber, project
from tests.committees.pages.test_minutes import ROOM

from tiwizi.committees.models import Letter
from tiwizi.database import scope
from tiwizi.organisations.models import Person


def test_invitations_are_printed_and_mailed_once_each(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        session = chamber.convened(here.province, project(here), account=here.secretary)
        Person.objects.filter(mandates__body=here.province.pk, name_fr="provincial 2").update(email="two@example.org")
    address = f"{ROOM}{session.pk}/letters.pdf"
    for language in ("ar", "fr"):
        assert keeper.get(address, {"language": language}).content.startswith(b"%PDF")
    assert [keeper.post(address, {"client_id": str(uuid4())}).status_code for _again in range(2)] == [303, 303]
    assert [message.to for message in mail.outbox] == [["two@example.org"]]
    assert len(mail.outbox[0].attachments) == 2
    with scope.everything():
        assert Letter.objects.filter(way="letter").count() == 5
        assert Letter.objects.filter(way="mail").count() == 1
