"""What apps declare is whole: names of addresses, permissions and kinds that exist, and no two declare the same."""

from datetime import date

import pytest
from django.urls import reverse

from tiwizi import registration, store
from tiwizi.committees.commands.effects import Effect
from tiwizi.people import doors
from tiwizi.people.rules import PERMISSIONS
from tiwizi.registration import App, Case, merged

NAMES = {str(pattern.name): pattern for _where, pattern in doors.addresses()}


def test_every_app_declares_and_the_lowest_comes_first() -> None:
    modules = ["journal", "people", "territories", "organisations", "committees", "measures", "budgets", "web"]
    assert len(registration.declared()) == len(modules)
    assert all(isinstance(app, App) for app in registration.declared())
    assert "take stock" in registration.declared()[0].acts
    assert "language" in registration.declared()[-1].cases


def test_two_apps_that_declare_the_same_are_refused() -> None:
    assert merged([App(acts={"a": "1"}), App(acts={"b": "2"})], "acts") == {"a": "1", "b": "2"}
    with pytest.raises(ValueError, match="two apps declare acts of a, b"):
        merged([App(acts={"a": "1", "b": "2", "c": "3"}), App(acts={"b": "2", "a": "1"})], "acts")


def test_sections_and_questions_name_permissions_and_addresses_that_exist() -> None:
    sections, questions = registration.listed("sections"), registration.listed("questions")
    assert {one.permission for one in [*sections, *questions]} <= PERMISSIONS
    assert [reverse(section.address) for section in sections][:3] == ["/territories/", "/measures/", "/budgets/"]
    for ranked in (sections, questions):
        ranks = [one.rank for one in ranked]
        assert ranks == sorted(set(ranks))


def test_each_case_is_of_an_address_and_says_who_may_come_as_its_view_does() -> None:
    cases = registration.mapped("cases")
    assert set(cases) - set(NAMES) == set()
    for name, pattern in NAMES.items():
        case = cases.get(name, Case())
        door = {doors.PUBLIC: "public", doors.SIGNED_IN: "own"}.get(pattern.callback.permission, "")  # type: ignore[attr-defined]
        assert case.door == door, name
        assert bool(case.captures) == bool(pattern.pattern.regex.groups), name


def test_every_kind_of_matter_with_an_effect_is_of_the_rulebook() -> None:
    matters = registration.mapped("matters")
    assert all(isinstance(effect, Effect) for effect in matters.values())
    rules = store.rulebook("indh").on(date(2026, 11, 23))
    assert rules.committees is not None
    assert set(matters) <= {matter.code for matter in rules.committees.matters}
