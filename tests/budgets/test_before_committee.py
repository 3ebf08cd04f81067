"""A scenario before the committee: the vote adopts it in the same transaction, or refuses with every reason."""

from datetime import timedelta

import pytest
from tests import office as offices
from tests.committees import chamber
from tests.committees.chamber import AT, DAY, SENT, Chamber, fresh, opened, take_up, vote
from tests.office import Office
from tests.trees import MACHINE

from tiwizi import scope
from tiwizi.budgets import before_committee, commands
from tiwizi.budgets.models import Adoption, Scenario
from tiwizi.committees.commands import votes
from tiwizi.committees.models import Matter, Resolution
from tiwizi.core.errors import Refused


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
    assert adopted.reference == Resolution.objects.get().number == "CPDH-05.301-2026-1"
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
