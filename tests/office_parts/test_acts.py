"""Acts: named after their class, offered by role and state, refused at the field, kept as typed."""

from typing import Any, ClassVar

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from tests.markup import flat

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.core.money import Centimes
from tiwizi.office.acts import Act, facts
from tiwizi.office.fields import PickField, TextField
from tiwizi.office.lists import Day, Money, Text, Words
from tiwizi.people.models import Account


class Page:
    """A page with a reader who may act, or not."""

    acting, version = "keep", 7

    def __init__(self, *, role: bool = True, **typed: str) -> None:
        self.request = RequestFactory().post("/here/", typed)
        self.role = role

    def role_for(self, _permission: str) -> Any:
        """A role, if any."""
        return object() if self.role else None


class GiveUp(Act[Account]):
    """Gives something up."""

    label, confirm = "Give it up", "Sure?"
    asks: ClassVar = {"why": TextField("Why", 20)}


class GiveUpPart(GiveUp):
    """The same of a part."""

    part = "part"


def drawn(act: Act[Any]) -> str:
    """The component as a page shows it."""
    return flat(engines["django"].from_string("{% act act %}").render({"act": act})).strip()


def test_an_act_is_called_after_its_class_and_its_part() -> None:
    assert GiveUp.name() == "give_up"
    assert GiveUpPart(Page(), Account(pk=3)).key == "give_up_part-3"


def test_its_form_carries_what_the_dispatcher_needs() -> None:
    page = drawn(GiveUpPart(Page(), Account(pk=3)))
    for part in ('name="client_id"', 'name="act" value="give_up_part"', 'name="version" value="7"', 'name="on" value="3"'):
        assert part in page
    assert 'data-confirm="Sure?"' in page


def test_who_may_not_act_sees_nothing() -> None:
    act = GiveUp(Page(role=False), Account(pk=1))
    assert drawn(act) == ""
    assert not act.drawn


def test_a_button_is_greyed_with_every_reason() -> None:
    class Blocked(GiveUp):
        """Cannot be done."""

        @staticmethod
        def why_not(_account: Account) -> list[Any]:
            """Two reasons."""
            return [say("The session is not open."), say("The agenda is empty.")]

    page = drawn(Blocked(Page(), Account(pk=1)))
    assert " disabled" in page
    assert page.count("<li>") == 2
    assert "<form" not in page


def test_a_refused_form_keeps_what_was_typed_and_shows_reasons_at_their_fields() -> None:
    act = GiveUp(Page(why="because"), Account(pk=1), sent=True)
    act.refuse(Refused([Problem(say("Say why.").at("why")), Problem(say("The session is not open."))]))
    assert list(act.form.errors) == ["why", "__all__"]
    page = drawn(act)
    assert 'value="because"' in page
    assert 'id="give_up-why_error"' in page
    assert act.drawn


def test_a_picked_object_is_the_value_and_another_is_no_choice() -> None:
    first, second = Account(pk=1), Account(pk=2)
    field = PickField("Who", [(first, "one"), (second, "two")], empty="–")
    choices: Any = field.choices
    assert [words for _value, words in choices] == ["–", "one", "two"]
    assert field.clean("2") is second
    assert field.clean("") is None
    with pytest.raises(forms.ValidationError):
        field.clean("3")


def test_facts_are_columns_of_one_row_without_the_empty_ones() -> None:
    class Row:
        """What is shown."""

        state, amount, opened, name = "open", Centimes(0), None, "Aguelmous"

    columns = (
        Words("state", "State", words={"open": "opened"}),
        Money("amount", "Amount"),
        Day("opened", "Opened"),
        Text("name", "Name"),
    )
    shown = facts(columns, Row())
    assert [column.name for column, _value in shown] == ["state", "name"]
    assert shown[0][1].text == "opened"
