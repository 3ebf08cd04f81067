"""Every act in every state of a run and of a table: what is refused, or left alone, changes and writes nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.measures import trees
from tests.measures.trees import AT, OFFICER, ON

from tiwizi.core.errors import Refused
from tiwizi.database.scope import everything
from tiwizi.journal.models import Entry
from tiwizi.measures import commands, rules
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.territories.models import Place

Tree = dict[str, Place]
LATER = AT + timedelta(minutes=1)
WHO: dict[str, Any] = {"by": OFFICER, "account": None}
DONE, LEFT = "", "left alone"
"""The act is allowed; it does nothing, and says so by giving the run as it is."""
ENDED = "This run has ended: there is nothing to stop."
NOT_DONE = "only a run that is done can be replayed."

RUNS = {
    #           stop     perform  leave  replay     request the same
    "waiting": (DONE, DONE, LEFT, NOT_DONE, LEFT),
    "running": (DONE, LEFT, DONE, NOT_DONE, LEFT),
    "done": (ENDED, LEFT, LEFT, LEFT, LEFT),
    "failed": (ENDED, LEFT, LEFT, NOT_DONE, DONE),
    "stopped": (ENDED, LEFT, LEFT, NOT_DONE, DONE),
}
ACTS = ("stop", "perform", "leave", "replay", "request")


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with everything():
        yield


def rows() -> dict[str, Any]:
    """All there is of measures, and how long the journal is."""
    tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in (Dataset, Run, Figure)}
    return {**tables, "journal": Entry.objects.count()}


def requested(place: Place) -> Run:
    table = trees.stored(place, "measures", trees.figures_table({"P1.1.1": 5.0, "P1.1.2": None}))
    return commands.request_run(place, on=ON, kind="table", datasets=[table], at=AT, **WHO)


def in_state(place: Place, state: str) -> Run:
    """A run brought to a state by the acts that lead there; as it was while it waited: the database knows better."""
    waiting = requested(place)
    if state in {"running", "failed"}:
        # A program that died while it computed: its run is left as it was.
        Run.objects.filter(pk=waiting.pk).update(status="running")
    if state == "failed":
        commands.leave(Run.objects.get(pk=waiting.pk), at=AT)
    if state == "done":
        commands.perform(Run.objects.get(pk=waiting.pk), by=OFFICER, now=lambda: AT)
    if state == "stopped":
        commands.stop(Run.objects.get(pk=waiting.pk), by=OFFICER, at=AT)
    assert Run.objects.get(pk=waiting.pk).status == state
    return waiting


def acts(stale: Run) -> dict[str, Callable[[], object]]:
    """Each act on a run."""
    return {
        "stop": lambda: commands.stop(stale, by=OFFICER, at=LATER),
        "perform": lambda: commands.perform(stale, by=OFFICER, now=lambda: LATER),
        "leave": lambda: commands.leave(stale, at=LATER),
        "replay": lambda: commands.replay(stale),
        "request": lambda: requested(stale.place),
    }


@pytest.mark.parametrize("state", RUNS)
@pytest.mark.parametrize("act", ACTS)
def test_a_run(tree: Tree, act: str, state: str) -> None:
    stale, expected = in_state(tree["P1"], state), RUNS[state][ACTS.index(act)]
    before, do = rows(), acts(stale)[act]
    if expected == DONE:
        do()
        assert Entry.objects.count() > before["journal"]
        return
    if expected == LEFT:
        do()
    else:
        with pytest.raises(Refused) as refused:
            do()
        assert [str(problem.what) for problem in refused.value.problems] == [expected]
    assert rows() == before


def test_the_table_names_every_state_and_agrees_with_the_transitions() -> None:
    assert set(RUNS) == set(rules.TRANSITIONS)
    for state, row in RUNS.items():
        assert (row[ACTS.index("stop")] == DONE) is ("stopped" in rules.TRANSITIONS[state])
        assert (row[ACTS.index("perform")] == DONE) is ("running" in rules.TRANSITIONS[state])
        assert (row[ACTS.index("leave")] == DONE) is ("failed" in rules.TRANSITIONS[state])


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_the_journal_says_in_which_state_a_run_was_stopped(tree: Tree, state: str) -> None:
    stale = in_state(tree["P1"], state)
    commands.stop(stale, by=OFFICER, at=LATER)
    assert Entry.objects.get(command="measures.stop").changes == {"status": [state, "stopped"]}


def test_a_run_that_its_own_program_stopped_long_ago_is_asked_for_anew(tree: Tree) -> None:
    stale = in_state(tree["P1"], "running")
    again = commands.request_run(
        stale.place,
        on=ON,
        kind="table",
        datasets=list(Dataset.objects.filter(table="measures")),
        at=AT + commands.ABANDONED,
        **WHO,
    )
    assert (again.pk == stale.pk, again.status) == (False, "waiting")


@pytest.mark.parametrize("there", [False, True])
def test_a_table(tree: Tree, there: bool) -> None:
    frame = trees.figures_table({"P1.1.1": 5.0})
    if there:
        trees.stored(tree["P1"], "measures", frame)
    before = rows()
    trees.stored(tree["P1"], "measures", frame)
    assert (rows() == before) is there
