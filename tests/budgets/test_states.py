"""Every act in every state of a scenario, and of the run it is drafted on: what is refused changes and writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests import office as offices
from tests.committees import chamber
from tests.committees.chamber import AT, DAY, SENT, Chamber
from tests.office import Office
from tests.trees import MACHINE
from tests.walls import down

from tiwizi.budgets import before_committee, commands, queries
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.committees.commands import matters
from tiwizi.committees.models import Matter
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.measures.models import Run
from tiwizi.measures.rules import TRANSITIONS

DONE = ""
"""The act is allowed."""
FROZEN = "This scenario was adopted: it is frozen. Make another one from it."
ALREADY = "This scenario was adopted already."
BEFORE = "This scenario is before the committee already."
NOT_DONE = "The run of measures is not done yet."

SCENARIOS = {
    #                  change  adopt    bring    copy
    "draft": (DONE, DONE, DONE, DONE),
    "brought": (DONE, DONE, BEFORE, DONE),
    "brought, withdrawn": (DONE, DONE, DONE, DONE),
    "brought, rejected": (DONE, DONE, DONE, DONE),
    "brought, adopted": (FROZEN, ALREADY, ALREADY, DONE),
    "adopted": (FROZEN, ALREADY, ALREADY, DONE),
    "adopted, replaced": (FROZEN, ALREADY, ALREADY, DONE),
    "brought, adopted otherwise": (FROZEN, ALREADY, f"{ALREADY}|{BEFORE}", DONE),
}
ACTS = ("change", "adopt", "bring", "copy")


@dataclass(frozen=True)
class Here:
    """The small office, a demonstration, with the committees of its province."""

    office: Office
    chamber: Chamber

    @property
    def doing(self) -> dict[str, Any]:
        """Who acts, and when."""
        return {"account": self.office.officer, "by": MACHINE, "at": AT}


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def both(here: Office) -> Here:
    return Here(here, chamber.seated(here.tree))


def rows() -> dict[str, Any]:
    """All there is of budgets and what is before committees, and how long the journal is."""
    models: list[Any] = [Envelope, Scenario, Adoption, Share, Matter]
    tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    return {**tables, "journal": Entry.objects.count()}


def expect(act: Callable[[], object], reasons: str) -> None:
    """The act is done where no reason is named; else it gives these reasons, and changes and writes nothing."""
    before = rows()
    if reasons == DONE:
        act()
        assert Entry.objects.count() > before["journal"]
        return
    with pytest.raises(Refused) as refused:
        act()
    assert "|".join(str(problem.what) for problem in refused.value.problems) == reasons
    assert rows() == before


def in_state(here: Here, state: str) -> Scenario:
    """A scenario brought to a state by the acts that lead there; as it was before them: the database knows better."""
    stale = here.office.draft
    if state.startswith("brought"):
        matter = before_committee.bring(stale, account=here.office.officer, by=MACHINE, at=SENT)
        if state.endswith("withdrawn"):
            matters.withdraw(matter, version=matter.version, why="no", by=MACHINE, at=SENT)
        if state.endswith(("rejected", "adopted")):
            chamber.decide(here.chamber, here.chamber.province, matter, "no" if state.endswith("rejected") else "yes")
    if state in {"adopted", "adopted, replaced", "brought, adopted otherwise"}:
        offices.adopted(here.office)
    if state == "adopted, replaced":
        offices.adopted(here.office, here.office.other)
    return stale


def acts(here: Here, stale: Scenario, *, wrong: bool = False) -> dict[str, Callable[[], object]]:
    """Each act on a scenario; `wrong`: with all that can be wrong besides its state."""
    version, in_force = stale.version, queries.number_in_force(here.office.envelope)
    decision: dict[str, Any] = {"decided_on": DAY, "reference": "" if wrong else "PV 1/2026"}
    shown: dict[str, Any] = {"version": version + 7 if wrong else version}
    return {
        "change": lambda: commands.change(stale, **shown, weights={"poverty": 999 if wrong else 30}, **here.doing),
        "adopt": lambda: commands.adopt(stale, **shown, expected=in_force + wrong, **decision, **here.doing),
        "bring": lambda: before_committee.bring(stale, **here.doing),
        "copy": lambda: commands.draft(here.office.envelope, run=here.office.run, name="Copy", copy_of=stale, **here.doing),
    }


@pytest.mark.parametrize("state", SCENARIOS)
@pytest.mark.parametrize("act", ACTS)
def test_a_scenario(both: Here, act: str, state: str) -> None:
    stale = in_state(both, state)
    expect(acts(both, stale)[act], SCENARIOS[state][ACTS.index(act)])


@pytest.mark.parametrize("state", [state for state, row in SCENARIOS.items() if row[0] != DONE])
@pytest.mark.parametrize("act", ["change", "adopt"])
def test_the_state_of_a_scenario_is_told_before_all_else_that_is_wrong(both: Here, act: str, state: str) -> None:
    stale = in_state(both, state)
    expect(acts(both, stale, wrong=True)[act], SCENARIOS[state][ACTS.index(act)])


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("name", ["New", ""])
def test_a_scenario_is_drafted_on_a_run_that_is_done(both: Here, state: str, name: str) -> None:
    run = both.office.run
    with down(Run):
        Run.objects.filter(pk=run.pk).update(status=state)
    reasons = NOT_DONE if state != "done" else DONE if name else "A scenario needs a name."
    expect(lambda: commands.draft(both.office.envelope, run=run, name=name, **both.doing), reasons)


@pytest.mark.parametrize(
    ("title", "reasons"), [("New", DONE), (" Envelope 2027 ", "There is already an envelope of this title for that year.")]
)
def test_an_envelope(both: Here, title: str, reasons: str) -> None:
    place = both.office.tree.province
    expect(lambda: commands.open_envelope(place=place, year=2027, title=title, amount_dh=5_000, **both.doing), reasons)
