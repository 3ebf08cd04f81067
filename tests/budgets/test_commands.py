"""Opening, drafting, changing, adopting: what changed, what the journal says, and that what was refused changed nothing."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests import office as offices
from tests import trees
from tests.office import Office
from tests.trees import AT, MACHINE, ON
from tests.walls import down

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.measures.models import Run


def doing(here: Office) -> dict[str, Any]:
    return {"account": here.officer, "by": MACHINE, "at": AT}


def adopting(here: Office, **other: Any) -> dict[str, Any]:
    return {"version": 1, "expected": 0, "decided_on": ON, "reference": "PV 1", **doing(here), **other}


def last_entry() -> Entry:
    with scope.everything():
        entry: Entry = Entry.objects.order_by("-number")[0]
    return entry


def rows() -> dict[str, Any]:
    """All there is of budgets, and how long the journal is."""
    with scope.everything():
        tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in (Envelope, Scenario, Adoption, Share)}
        return {**tables, "journal": Entry.objects.count()}


def test_an_envelope_is_opened_once_and_recorded(here: Office) -> None:
    with scope.within(trees.of(here.tree.province)):
        made = commands.open_envelope(place=here.tree.province, year=2028, title=" INDH ", amount_dh=5_000, **doing(here))
        assert (made.title, made.place_code, made.position, made.reach) == ("INDH", "05.301", here.tree.province.position, None)
        entry = last_entry()
        assert (entry.command, entry.kind, entry.object, entry.place) == ("open envelope", "envelope", str(made.pk), "05.301")
        assert entry.changes["amount_dh"] == [None, 5_000]
        before = rows()
        with pytest.raises(Refused, match="already an envelope"):
            commands.open_envelope(place=here.tree.province, year=2028, title="INDH", amount_dh=1, **doing(here))
        assert rows() == before


def test_a_draft_starts_from_the_rulebook_or_from_another(here: Office) -> None:
    rules, _names = offices.criteria()
    assert here.draft.weights == {one.code: int(one.weight.value) for one in rules.allocation.criteria}
    assert here.draft.floor_share == str(rules.allocation.floor_share.value)
    assert (here.draft.previous, here.draft.version, here.draft.reach) == (None, 1, None)
    with scope.within(trees.of(here.tree.province)):
        copy = commands.draft(here.envelope, run=here.run, name="Copy", copy_of=here.other, **doing(here))
        assert copy.weights == here.other.weights != here.draft.weights
        assert copy.version == 1
        before = rows()
        with pytest.raises(Refused, match="has this name"):
            commands.draft(here.envelope, run=here.run, name="Copy ", **doing(here))
        with down(Run):
            Run.objects.filter(pk=here.run.pk).update(status="running")
        with pytest.raises(Refused, match="not done"):
            commands.draft(here.envelope, run=Run.objects.get(pk=here.run.pk), name="New", **doing(here))
        assert rows() == before


def test_a_run_of_other_places_carries_no_draft(here: Office) -> None:
    empty = offices.run_at(here.tree.province, [], here.officer, base=5)
    with scope.everything(), pytest.raises(Refused, match="does not cover"):
        commands.draft(here.envelope, run=empty, name="New", **doing(here))


def test_a_change_raises_the_version_and_tells_the_journal_what_changed(here: Office) -> None:
    with scope.within(trees.of(here.tree.province)):
        made = commands.change(
            here.draft, version=1, name=" Renamed ", weights={"poverty": 30}, cap_share=here.draft.cap_share, **doing(here)
        )
        assert (made.version, made.name, made.weights) == (2, "Renamed", {**here.draft.weights, "poverty": 30})
        entry = last_entry()
        assert (entry.command, entry.object) == ("change scenario", str(made.pk))
        assert set(entry.changes) == {"version", "name", "weights"}
        assert entry.changes["name"] == ["First draft", "Renamed"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 7}, "Somebody changed"),
        ({"version": 1, "weights": {"poverty": 101}}, "whole number"),
        ({"version": 1, "weights": {"luck": 1}}, "no criterion luck"),
        ({"version": 1, "name": "Second draft"}, "has this name"),
        ({"version": 1, "cap_share": "1/1000"}, "cap"),
        ({"version": 1, "floor_share": "3/2"}, "between 0 and 1"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(here: Office, change: dict[str, Any], said: str) -> None:
    before = rows()
    with scope.within(trees.of(here.tree.province)), pytest.raises(Refused, match=said):
        commands.change(here.draft, **change, **doing(here))
    assert rows() == before


def test_a_stale_object_in_hand_does_not_overwrite(here: Office) -> None:
    with scope.within(trees.of(here.tree.province)):
        stale = Scenario.objects.get(pk=here.draft.pk)
        commands.change(here.draft, version=1, weights={"poverty": 30}, **doing(here))
        before = rows()
        # The object still says version 1, as the form does: the database knows better.
        with pytest.raises(Refused, match="Somebody changed"):
            commands.change(stale, version=1, weights={"poverty": 60}, **doing(here))
        assert rows() == before


def test_an_adoption_freezes_every_share_and_publishes_downwards(here: Office) -> None:
    with scope.within(trees.of(here.tree.province)):
        adoption = commands.adopt(here.draft, **adopting(here))
        given = queries.shared_of(here.draft).shares
        frozen = Share.objects.filter(adoption=adoption)
        assert frozen.count() == given.height
        assert sum(frozen.values_list("amount_dh", flat=True)) == here.envelope.amount_dh
        assert all(row.position == row.place.position for row in frozen)
        last = here.tree.province.last
        assert adoption.reach == last
        assert Scenario.objects.get(pk=here.draft.pk).reach == last
        assert Scenario.objects.get(pk=here.draft.pk).adopted_at == AT
        assert Envelope.objects.get(pk=here.envelope.pk).reach == last
        assert Scenario.objects.get(pk=here.other.pk).reach is None
    entry = last_entry()
    assert (entry.number, entry.command, entry.object) == (adoption.entry, "adopt scenario", str(here.envelope.pk))
    assert entry.changes["shares_sha256"] == [None, queries.sha256_of(given)]
    assert entry.changes["number"] == [None, 1]


def test_below_only_own_shares_are_seen(here: Office) -> None:
    adoption = offices.adopted(here)
    near = here.tree.near
    with scope.within(trees.of(near)):
        positions = set(Share.objects.values_list("position", flat=True))
        assert positions == {place.position for place in here.tree.near_communes}
        assert set(queries.adopted_amounts(adoption)) == {place.code for place in here.tree.near_communes}
        assert set(queries.parts_seen(Scenario.objects.get(pk=here.draft.pk))) == {
            place.code for place in here.tree.near_communes
        }
        assert not queries.seen_whole(here.envelope)
        assert list(Scenario.objects.values_list("name", flat=True)) == ["First draft"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"version": 9}, "Somebody changed"),
        ({"expected": 1}, "adopted meanwhile"),
        ({"reference": " "}, "minutes"),
    ],
)
def test_an_adoption_that_is_refused_changes_nothing(here: Office, other: dict[str, Any], said: str) -> None:
    before = rows()
    with scope.within(trees.of(here.tree.province)), pytest.raises(Refused, match=said):
        commands.adopt(here.draft, **adopting(here, **other))
    assert rows() == before


def test_of_two_who_saw_nothing_adopted_the_second_is_told(here: Office) -> None:
    offices.adopted(here)
    before = rows()
    with scope.within(trees.of(here.tree.province)):
        with pytest.raises(Refused, match="adopted meanwhile"):
            commands.adopt(here.other, **adopting(here, version=2))
        assert rows() == before
        second = commands.adopt(here.other, **adopting(here, version=2, expected=1, decided_on=date(2026, 11, 20)))
        assert (second.number, queries.in_force(here.envelope)) == (2, second)
        assert Share.objects.filter(adoption__number=1).exists(), "the first one stays as history"
        with pytest.raises(Refused, match="adopted already"):
            commands.adopt(here.draft, **adopting(here, expected=2))


def test_an_adopted_scenario_is_never_changed(here: Office) -> None:
    offices.adopted(here)
    before = rows()
    with scope.within(trees.of(here.tree.province)):
        live = Scenario.objects.get(pk=here.draft.pk)
        with pytest.raises(Refused, match="frozen"):
            commands.change(live, version=1, weights={"poverty": 1}, **doing(here))
        # The object in hand was read before the adoption.
        with pytest.raises(Refused, match="frozen"):
            commands.change(here.draft, version=1, weights={"poverty": 1}, **doing(here))
    assert rows() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budgets_scenario SET name = 'mine' WHERE adopted_at IS NOT NULL",
        "UPDATE budgets_scenario SET adopted_at = NULL",
        "UPDATE budgets_scenario SET reach = NULL WHERE adopted_at IS NOT NULL",
        "DELETE FROM budgets_scenario WHERE adopted_at IS NOT NULL",
        "UPDATE budgets_share SET amount_dh = amount_dh + 1",
        "DELETE FROM budgets_share",
        "UPDATE budgets_adoption SET reference = 'PV 2'",
    ],
)
def test_what_was_adopted_stays_even_against_sql_by_hand(here: Office, statement: str) -> None:
    offices.adopted(here)
    before = rows()
    with scope.everything(), pytest.raises(IntegrityError, match=r"frozen|append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert rows() == before


def test_a_draft_is_changed_by_hand_where_nothing_is_adopted(here: Office) -> None:
    with scope.everything(), connection.cursor() as cursor:
        cursor.execute("UPDATE budgets_scenario SET name = 'by hand' WHERE id = %s", [here.draft.pk])
        assert cursor.rowcount == 1


def test_last_year_s_share_is_what_next_year_s_draft_holds_harmless(here: Office) -> None:
    adoption = offices.adopted(here)
    with scope.within(trees.of(here.tree.province)):
        following = commands.open_envelope(place=here.tree.province, year=2028, title="Next", amount_dh=1_000_000, **doing(here))
        made = commands.draft(following, run=here.run, name="Next", **doing(here))
        assert made.previous is not None
        before = {place: sum(of.get(place, 0) for of in made.previous.values()) for of in made.previous.values() for place in of}
        assert before == queries.adopted_amounts(adoption)


def test_nothing_is_written_beyond_the_place(here: Office) -> None:
    before = rows()
    with scope.within(trees.of(here.tree.near)):
        with pytest.raises(scope.OutOfScope):
            commands.open_envelope(place=here.tree.province, year=2030, title="Mine", amount_dh=5_000, **doing(here))
        with pytest.raises((Envelope.DoesNotExist, Refused)):
            commands.adopt(here.draft, **adopting(here))
    assert rows() == before


def test_a_draft_is_made_of_numbers_that_somebody_tried(here: Office) -> None:
    numbers: dict[str, Any] = {"weights": {**here.draft.weights, "remoteness": 70}, "cap_share": Fraction(7, 20)}
    with scope.within(trees.of(here.tree.province)):
        made = commands.draft(here.envelope, run=here.run, name="Tried", copy_of=here.other, **numbers, **doing(here))
        assert (made.weights["remoteness"], made.cap_share, made.floor_share) == (70, "7/20", here.other.floor_share)
        assert last_entry().changes["cap_share"] == [None, "7/20"]
        assert Scenario.objects.get(pk=here.other.pk).weights == here.other.weights
        before = rows()
        for wrong, said in (
            ({"weights": {"poverty": 101}}, "A weight is"),
            ({"weights": dict.fromkeys(here.draft.weights, 0)}, "All weights"),
            ({"cap_share": Fraction(1, 100)}, "cap"),
        ):
            with pytest.raises(Refused, match=said):
                commands.draft(here.envelope, run=here.run, name="Wrong", **wrong, **doing(here))
        assert rows() == before


def test_an_adoption_trusts_nothing_that_is_kept_in_memory(here: Office) -> None:
    with scope.everything():
        true = queries.shared_of(here.draft).shares
        base = queries.ground(here.run.pk, here.tree.province.pk)
        queries.forget()
        wrong = base.measures.with_columns(value=base.measures["value"] * base.measures["people"])
        queries._grounds.get((here.run.pk, here.tree.province.pk), lambda: replace(base, measures=wrong))
        assert not queries.shared_of(here.draft).shares.equals(true)
    adoption = offices.adopted(here)
    assert adoption.shares_sha256 == queries.sha256_of(true)


def test_who_comes_second_is_told_which_scenario_and_by_whom(here: Office) -> None:
    offices.adopted(here)
    with scope.within(trees.of(here.tree.province)), pytest.raises(Refused, match=r"“First draft”, recorded by Officer"):
        commands.adopt(here.other, **adopting(here, version=2))


def test_a_session_still_to_come_has_adopted_nothing(here: Office) -> None:
    before = rows()
    with scope.within(trees.of(here.tree.province)):
        with pytest.raises(Refused, match="still to come"):
            commands.adopt(here.draft, **adopting(here, decided_on=ON + timedelta(days=1)))
        assert rows() == before
        commands.adopt(here.draft, **adopting(here, decided_on=ON))
