"""Appointing a member: what it would do to the rules first, then one entry without names."""

from django.test import Client
from django.utils import timezone
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_bodies import ROOM, post

from tiwizi.committees.models import Mandate
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations.models import Person

NEW = {"name_fr": "Itto Ouali", "name_ar": "إيطو أوعلي", "sex": "woman", "birth_year": "1998", "college": "elected"}


def test_appointing_shows_the_rules_first_then_writes_one_entry_without_names(here: Chamber, keeper: Client) -> None:
    address = f"{ROOM}{here.province.pk}/members/new/"
    asked = {**NEW, "since": timezone.localdate().isoformat()}
    looked = post(keeper, address, look="1", **asked)
    assert "femmes : 3 " in text(looked).replace("\u00a0", " ")
    with scope.everything():
        assert Person.objects.filter(name_fr="Itto Ouali").count() == 0
    assert post(keeper, address, **asked).status_code == 303
    with scope.everything():
        entry = Entry.objects.filter(command="register person").order_by("-number")[0]
        assert "Itto" not in str(entry.changes)
        assert Mandate.objects.get(person__name_fr="Itto Ouali").college == "elected"
    assert post(client(("local_secretary", here.tree.far)), address, **asked).status_code == 403
