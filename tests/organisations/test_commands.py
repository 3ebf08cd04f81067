"""What registering somebody writes, and that a refused act writes nothing."""

from datetime import date
from typing import Any

import pytest
from tests import trees
from tests.trees import AT, MACHINE, Tree

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands
from tiwizi.organisations.models import Carrier, Person, Tie

NAMES: dict[str, Any] = {"name_ar": "", "name_fr": " Itto ", "by": MACHINE, "at": AT}


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def test_what_is_registered_is_trimmed_and_stands_in_the_journal(tree: Tree) -> None:
    with scope.everything():
        person = commands.register_person(place=tree.far, sex="woman", birth_year=1998, email=" itto@example.org ", **NAMES)
        carrier = commands.register_carrier(code=" A-1 ", kind="cooperative", place=tree.far, **NAMES)
        tie = commands.tie(person, carrier, kind="board", source="register", since=date(2026, 1, 1), by=MACHINE, at=AT)
        entries = list(Entry.objects.order_by("number"))
    assert (person.name_fr, person.email, person.position) == ("Itto", "itto@example.org", tree.far.position)
    assert (carrier.code, carrier.name_fr, carrier.position) == ("A-1", "Itto", tree.far.position)
    assert [(entry.command, entry.kind, entry.object, entry.place) for entry in entries] == [
        ("register person", "person", str(person.pk), tree.far.code),
        ("register carrier", "carrier", str(carrier.pk), tree.far.code),
        ("tie", "tie", str(tie.pk), tree.far.code),
    ]
    assert "Itto" not in str(entries[0].changes)


def test_a_refused_act_writes_nothing(tree: Tree) -> None:
    with scope.everything():
        person = commands.register_person(place=tree.far, sex="", birth_year=None, email="", **NAMES)
        carrier = commands.register_carrier(code="A-1", kind="cooperative", place=tree.far, **NAMES)
        tied: dict[str, Any] = {"source": "register", "since": date(2026, 1, 1), "by": MACHINE, "at": AT}
        commands.tie(person, carrier, kind="board", **tied)
        before = Entry.objects.count()
        with pytest.raises(Refused, match="Sex is woman"):
            commands.register_person(place=tree.far, sex="lady", birth_year=None, email="", **NAMES)
        with pytest.raises(Refused, match="There is already a carrier with this number at this place"):
            commands.register_carrier(code="A-1", kind="cooperative", place=tree.far, **NAMES)
        with pytest.raises(Refused, match="Give the number of the register"):
            commands.register_carrier(code=" ", kind="cooperative", place=tree.far, **NAMES)
        with pytest.raises(Refused, match="This tie is already known"):
            commands.tie(person, carrier, kind="board", **tied)
        with pytest.raises(Refused, match="no tie of the kind friend"):
            commands.tie(person, carrier, kind="friend", **tied)
        counts = [model.objects.count() for model in (Person, Carrier, Tie)]
        assert (counts, Entry.objects.count()) == ([1, 1, 1], before)
