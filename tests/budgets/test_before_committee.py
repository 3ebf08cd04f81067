"""A scenario before the committee: the vote adopts it in the same transaction, or refuses with every reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests import office as offices
from tests.committees import chamber
from tests.committees.chamber import AT, DAY, SENT, Chamber, fresh, opened, take_up, vote
from tests.office import Office
from tests.trees import MACHINE

from tiwizi.budgets import before_committee, commands
from tiwizi.budgets.models import Adoption, Scenario
from tiwizi.committees.commands import votes
from tiwizi.committees.models import Matter, Resolution
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry


@pytest.fixture
def both(db: None) -> tuple[Office, Chamber]:
    """The small office with the committees of its province."""
    office = offices.office()
    return office, chamber.seated(office.tree)


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> object:
    with scope.everything():
        yield


def bring(office: Office) -> Matter:
    return before_committee.bring(office.draft, account=office.officer, by=MACHINE, at=SENT)


def test_the_vote_adopts_the_scenario_and_names_its_resolution(both: tuple[Office, Chamber]) -> None:
    office, here = both
    matter = bring(office)
    chamber.decide(here, here.province, matter)
    adopted = Adoption.objects.get()
    resolution = Resolution.objects.get()
    assert adopted.resolution == resolution
    assert adopted.reference == resolution.number == "CPDH-05.301-2026-1"
    assert adopted.decided_on == DAY
    assert Scenario.objects.get(pk=office.draft.pk).adopted_at == AT
    assert Matter.objects.get(pk=matter.pk).state == "adopted"


def test_a_scenario_changed_after_it_was_brought_is_not_adopted_by_the_vote(both: tuple[Office, Chamber]) -> None:
    office, here = both
    matter = bring(office)
    session = opened(here.province, matter, account=here.secretary)
    poll = vote(session, take_up(session), "yes")
    commands.change(office.draft, version=office.draft.version, name="Other", account=office.officer, by=MACHINE, at=AT)
    with pytest.raises(Refused, match="Somebody changed this scenario"):
        votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    assert not Adoption.objects.exists()
    assert Matter.objects.get(pk=matter.pk).state == "voting"


def test_a_scenario_is_brought_once_and_again_after_it_was_rejected(both: tuple[Office, Chamber]) -> None:
    office, here = both
    matter = bring(office)
    with pytest.raises(Refused, match="before the committee already"):
        bring(office)
    chamber.decide(here, here.province, matter, "no")
    assert not Adoption.objects.exists()
    assert bring(office).pk != matter.pk


def test_of_two_scenarios_voted_in_one_session_the_second_is_told_of_the_first(both: tuple[Office, Chamber]) -> None:
    office, here = both
    first = bring(office)
    second = before_committee.bring(office.other, account=office.officer, by=MACHINE, at=SENT)
    chamber.decide(here, here.province, first)
    later = DAY + timedelta(days=20)
    with pytest.raises(Refused, match="Another scenario was adopted meanwhile"):
        chamber.decide(here, here.province, second, day=later)


def test_without_a_resolution_nothing_is_adopted_but_in_a_demonstration(both: tuple[Office, Chamber]) -> None:
    office, _here = both
    typed: dict[str, Any] = {"version": office.draft.version, "expected": 0, "decided_on": DAY, "reference": "."}
    doing: dict[str, Any] = {"account": office.officer, "by": MACHINE, "at": AT}
    entries = Entry.objects.count()
    with pytest.raises(Refused, match="A committee adopts it by a vote"):
        commands.adopt(office.draft, **typed, **doing)
    assert (Adoption.objects.count(), Entry.objects.count()) == (0, entries)
    offices.demonstration()
    with pytest.raises(Refused, match="years before"):
        commands.adopt(office.draft, **{**typed, "decided_on": date(1900, 1, 1)}, **doing)
    adopted = commands.adopt(office.draft, **typed, **doing)
    assert adopted.resolution is None
    assert Entry.objects.get(number=adopted.entry).changes["trial"] == [None, True]


def test_a_resolution_adopts_what_it_decided_and_nothing_else(both: tuple[Office, Chamber]) -> None:
    office, here = both
    rejected = before_committee.bring(office.other, account=office.officer, by=MACHINE, at=SENT)
    chamber.decide(here, here.province, rejected, "no")
    no = Resolution.objects.get()
    doing: dict[str, Any] = {"account": office.officer, "by": MACHINE, "at": AT + timedelta(days=30)}
    for scenario in (office.draft, office.other):
        with pytest.raises(Refused, match="decides another scenario"):
            commands.adopt(scenario, version=scenario.version, expected=0, resolution=no, **doing)
    chamber.decide(here, here.province, bring(office), day=DAY + timedelta(days=20))
    yes = Resolution.objects.exclude(pk=no.pk).get()
    with pytest.raises(Refused, match="decides another scenario"):
        commands.adopt(office.other, version=office.other.version, expected=1, resolution=yes, **doing)
    assert Adoption.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"resolution": None}, {"decided_on": date(1900, 1, 1)}, {"reference": "."}])
def test_the_database_refuses_an_adoption_that_no_resolution_decided(both: tuple[Office, Chamber], wrong: dict[str, Any]) -> None:
    office, here = both
    chamber.decide(here, here.province, bring(office))
    made = Adoption.objects.get()
    for name, value in {**wrong, "pk": None, "number": 2}.items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError, match="resolution"), transaction.atomic():
        made.save(force_insert=True)
