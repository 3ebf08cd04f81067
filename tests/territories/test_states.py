"""Every act in every state of an import and of a place: what is refused changes and writes nothing."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.people.models import Account
from tiwizi.reports import cells
from tiwizi.territories import imports
from tiwizi.territories.models import Import, Place, Succession
from tiwizi.territories.reorganising import New, reorganise

LATER = AT + timedelta(minutes=5)
DAY = date(2026, 11, 1)
DONE = ""
"""The act is allowed."""
SETTLED = "This import was already applied, undone or dropped."
NOT_APPLIED = "Only an import that was applied can be undone."
ERRORS = "1 row has errors: nothing is applied until none has.|It would change nothing."
NOTHING = "It would change nothing."

ROW: dict[str, object] = {"place": "05.301.03.01", "name_fr": "Autre"}
IMPORTS = {
    #                      apply    undo         drop
    "preview": (DONE, NOT_APPLIED, DONE),
    "preview with errors": (ERRORS, NOT_APPLIED, DONE),
    "preview of nothing": (NOTHING, NOT_APPLIED, DONE),
    "applied": (SETTLED, DONE, SETTLED),
    "undone": (SETTLED, NOT_APPLIED, SETTLED),
    "dropped": (SETTLED, NOT_APPLIED, SETTLED),
    "dropped with errors": (SETTLED, NOT_APPLIED, SETTLED),
}


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> Iterator[None]:
    with scope.everything():
        yield


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def officer(tree: Tree) -> Account:
    return trees.account("officer@example.org", ("officer", tree.province))


def rows() -> dict[str, Any]:
    """All places and imports, and how long the journal is."""
    tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in (Place, Import, Succession)}
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


def brought(tree: Tree, officer: Account, state: str) -> Import:
    """An import brought to a state by the acts that lead there; as it was before the last act: the database knows better."""
    change = {"with errors": {"level": "village"}, "of nothing": {"name_fr": tree.near_communes[0].name_fr}}
    row = ROW | next((fields for words, fields in change.items() if state.endswith(words)), {})
    content = cells.csv_bytes(pl.DataFrame([row]))
    made = imports.preview(content, "x.csv", place=tree.province, account=officer, by=MACHINE, at=AT)
    stale: Import = Import.objects.get(pk=made.pk)
    if state.startswith("dropped"):
        imports.drop(made, by=MACHINE, at=AT)
    if state in {"applied", "undone"}:
        imports.apply(made, by=MACHINE, on=ON, at=AT)
    if state == "undone":
        stale = Import.objects.get(pk=made.pk)
        imports.undo(Import.objects.get(pk=made.pk), by=MACHINE, at=AT)
    return stale


@pytest.mark.parametrize("state", IMPORTS)
@pytest.mark.parametrize("act", ["apply", "undo", "drop"])
def test_an_import(tree: Tree, officer: Account, act: str, state: str) -> None:
    stale = brought(tree, officer, state)
    acts: dict[str, Callable[[], object]] = {
        "apply": lambda: imports.apply(stale, by=MACHINE, on=ON, at=LATER),
        "undo": lambda: imports.undo(stale, by=MACHINE, at=LATER),
        "drop": lambda: imports.drop(stale, by=MACHINE, at=LATER),
    }
    expect(acts[act], IMPORTS[state][list(acts).index(act)])


@pytest.mark.parametrize("state", IMPORTS)
def test_the_state_of_an_import_is_told_before_what_became_of_its_places(tree: Tree, officer: Account, state: str) -> None:
    stale = brought(tree, officer, state)
    Place.objects.filter(pk=tree.near_communes[0].pk).update(name_fr="Tierce")
    apply, undo, _drop = IMPORTS[state]
    changed = "1 place was changed since this preview: 05.301.03.01."
    expect(lambda: imports.apply(stale, by=MACHINE, on=ON, at=LATER), apply or changed)
    expect(lambda: imports.undo(stale, by=MACHINE, at=LATER), undo or "1 of its places was changed since.")


def ended(tree: Tree, place: Place, at: date) -> Callable[[], object]:
    """The act that ends a place on a day, and begins another."""
    new = New(f"{place.code}.{at.year}", "commune", tree.near, "ع")
    act: dict[str, Any] = {"on": at, "by": MACHINE, "at": LATER, "source": "decree"}
    return lambda: reorganise([place], [new], people={(place.code, new.code): 1}, **act)


PLACES = {
    #           end                                      end, with all else wrong
    "in force": (DONE, None),
    "ended": ("05.301.03.01 has already ended.", "05.301.03.01 has already ended."),
}


@pytest.mark.parametrize("state", PLACES)
def test_a_place(tree: Tree, state: str) -> None:
    stale = tree.near_communes[0]
    if state == "ended":
        ended(tree, Place.objects.get(pk=stale.pk), date(2020, 1, 1))()
    act, worse = PLACES[state]
    if worse is not None:
        wrong: dict[str, Any] = {"people": {}, "on": date(2000, 1, 1), "by": MACHINE, "at": LATER, "source": ""}
        expect(lambda: reorganise([stale], [], **wrong), worse)
    expect(ended(tree, stale, DAY), act)


def test_one_ended_place_among_others_is_named_alone(tree: Tree) -> None:
    first, second = tree.near_communes
    ended(tree, first, date(2020, 1, 1))()
    act: dict[str, Any] = {"on": DAY, "by": MACHINE, "at": LATER, "source": "decree"}
    new = [New("05.301.03.09", "commune", tree.near, "معا")]
    expect(lambda: reorganise([second, first], new, people={}, **act), "05.301.03.01 has already ended.")


def test_an_import_finds_a_place_that_ended_after_its_preview(tree: Tree, officer: Account) -> None:
    stale = brought(tree, officer, "preview")
    ended(tree, tree.near_communes[0], date(2020, 1, 1))()
    reason = "1 place was changed since this preview: 05.301.03.01."
    expect(lambda: imports.apply(stale, by=MACHINE, on=ON, at=LATER), reason)
    expect(lambda: imports.drop(stale, by=MACHINE, at=LATER), DONE)
