"""What scenarios stand on: figures of one run, the places of that run, and what is kept in memory."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import office as offices
from tests import trees
from tests.office import Office
from tests.trees import AT, MACHINE
from tests.walls import down

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Scenario
from tiwizi.core.budget import allocation
from tiwizi.core.errors import Refused
from tiwizi.core.tables import MEASURES
from tiwizi.database import scope
from tiwizi.measures.models import Figure
from tiwizi.territories.models import Place


def test_the_figures_of_a_run_are_the_table_that_the_core_takes_and_are_kept(here: Office) -> None:
    queries.forget()
    with scope.within(trees.of(here.tree.province)):
        base = queries.ground(here.run.pk, here.tree.province.pk)
        codes = {place.code for place in (*here.tree.near_communes, *here.tree.far_communes)}
        assert set(base.recipients) == codes
        assert base.measures.schema == MEASURES.schema
        _rules, names = offices.criteria()
        assert set(base.measures["measure"]) == set(names)
        with CaptureQueriesContext(connection) as caught:
            assert queries.ground(here.run.pk, here.tree.province.pk) is base
        assert len(caught) == 0


def test_below_a_cercle_only_its_communes_share(here: Office) -> None:
    with scope.everything():
        base = queries.ground(here.run.pk, here.tree.near.pk)
    assert set(base.recipients) == {place.code for place in here.tree.near_communes}
    assert set(base.measures["place"]) == set(base.recipients)


def test_of_two_days_the_latest_figure_counts(here: Office) -> None:
    with scope.everything(), down(Figure):
        kept = Figure.objects.filter(measure="unemployed_people").first()
        assert kept is not None
        Figure.objects.create(
            **{field: getattr(kept, field) for field in ("run", "position", "level", "measure", "series", "standing", "assumed")},
            place_id=kept.place_id,
            value=99_999,
            as_of=date(2014, 9, 1),
            source="older",
        )
        queries.forget()
        measures = queries.ground(here.run.pk, here.tree.province.pk).measures
    assert 99_999 not in measures["value"].to_list()


def test_the_plan_says_what_the_quick_sharing_says(here: Office) -> None:
    with scope.everything():
        plan, quick = queries.plan_of(here.other), queries.shared_of(here.other)
        assert plan.shares.equals(quick.shares)
        assert plan.targeting.curve.equals(quick.curve)
        assert plan.place == "05.301"
        assert queries.plan_of(here.other) is plan
    assert allocation.totals(quick.shares)["amount_dh"].sum() == here.envelope.amount_dh


def test_the_plan_of_an_adopted_scenario_holds_what_was_frozen(here: Office) -> None:
    with scope.everything():
        true = queries.shared_of(here.other).shares
    adoption = offices.adopted(here, here.other)
    with scope.everything():
        live = Scenario.objects.get(pk=here.other.pk)
        assert queries.plan_of(live).shares.equals(true)
        base = queries.ground(here.run.pk, here.tree.province.pk)
        queries.forget()
        wrong = base.measures.with_columns(value=base.measures["value"] * base.measures["people"])
        queries._grounds.get((here.run.pk, here.tree.province.pk), lambda: replace(base, measures=wrong))
        assert not queries.as_frozen(live, adoption)
        assert queries.plan_of(live).shares.equals(true)
    with scope.within(trees.of(here.tree.near)):
        seen = queries.parts_seen(live)
        assert {code: part.amount_dh for code, part in seen.items()} == queries.adopted_amounts(adoption)


def test_other_numbers_are_tried_without_being_kept(here: Office) -> None:
    with scope.everything():
        tried = queries.shared_of(here.draft, weights={**here.draft.weights, "remoteness": 60})
        assert tried.shares.equals(queries.shared_of(here.other).shares)
        assert not tried.shares.equals(queries.shared_of(here.draft).shares)
        assert Scenario.objects.get(pk=here.draft.pk).weights == here.draft.weights


def test_a_commune_that_ends_after_the_adoption_keeps_its_share(here: Office) -> None:
    adoption = offices.adopted(here)
    ended = here.tree.near_communes[0]
    with scope.everything():
        assert queries.as_frozen(Scenario.objects.get(pk=here.draft.pk), adoption)
        Place.objects.filter(pk=ended.pk).update(until=date(2026, 11, 24))
        queries.forget()
        live = Scenario.objects.get(pk=here.draft.pk)
        assert queries.as_frozen(live, adoption)
        assert queries.parts_seen(live)[ended.code].amount_dh == queries.adopted_amounts(adoption)[ended.code]


def test_what_is_computed_otherwise_than_it_was_adopted_is_noticed(here: Office) -> None:
    adoption = offices.adopted(here)
    with scope.everything():
        live = Scenario.objects.get(pk=here.draft.pk)
        live.weights = {**live.weights, "poverty": 99}
        assert not queries.as_frozen(live, adoption)
        assert queries.as_frozen(live, None)


@pytest.mark.parametrize("scenario", ["draft", "other"])
def test_the_fingerprint_does_not_depend_on_the_order_of_rows(here: Office, scenario: str) -> None:
    with scope.everything():
        shares = queries.shared_of(getattr(here, scenario)).shares
    assert queries.sha256_of(shares) == queries.sha256_of(shares.reverse())
    assert len(queries.sha256_of(shares)) == 64


def test_shares_are_computed_once_for_the_same_numbers_and_again_for_others(here: Office) -> None:
    with scope.everything():
        first = queries.shared_of(here.draft)
        assert queries.shared_of(here.draft) is first
        assert queries.shared_of(here.draft, cap_share="7/20") is not first
        again = Scenario.objects.get(pk=here.draft.pk)
        poorer, richer = (place.code for place in (here.tree.near_communes[0], here.tree.far_communes[1]))
        again.previous = {programme: {poorer: 80_000, richer: 1_000} for programme in first.sub_envelopes}
        assert not queries.shared_of(again).shares.equals(first.shares)
        again.envelope.amount_dh = 2_000_000
        assert queries.shared_of(again).shares["amount_dh"].sum() == 2_000_000


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ({}, set()),
        # A quarter of a programme's part is no whole step: floors of all of it need a little more than there is.
        ({"floor_share": Fraction(1)}, {"floor_share"}),
        ({"cap_share": Fraction(1, 5)}, {"cap_share"}),
        ({"floor_share": Fraction(1), "cap_share": Fraction(1, 100)}, {"cap_share", "floor_share"}),
        ({"weights": {}}, set()),
    ],
)
def test_the_least_change_that_fits_fits_and_nothing_less_does(here: Office, asked: dict[str, Any], changed: set[str]) -> None:
    if "weights" in asked:
        asked = {"weights": dict.fromkeys(here.draft.weights, 0)}
    with scope.everything():
        found = queries.mended(here.draft, **asked)
        assert set(found) == changed
        least = Fraction(1, 1_000_000)
        for name, share in found.items():
            queries.shared_of(here.draft, **asked | found)
            with pytest.raises(Refused):
                queries.shared_of(here.draft, **asked | found | {name: share - least if name == "cap_share" else share + least})


def test_floors_that_the_envelope_cannot_hold_are_lowered(here: Office) -> None:
    with scope.everything():
        small = commands.open_envelope(
            place=here.tree.province, year=2029, title="Small", amount_dh=10_000, account=here.officer, by=MACHINE, at=AT
        )
        made = commands.draft(small, run=here.run, name="Small", account=here.officer, by=MACHINE, at=AT)
        asked = {"floor_share": Fraction(9, 10), "cap_share": Fraction(1)}
        with pytest.raises(Refused, match="floors need"):
            queries.shared_of(made, **asked)
        found = queries.mended(made, **asked)
        assert set(found) == {"floor_share"}
        assert queries.shared_of(made, **asked | found).shares["amount_dh"].sum() == 10_000


def test_figures_of_a_sharing_are_read_once(here: Office) -> None:
    with scope.everything():
        given = queries.shared_of(here.draft)
    assert queries.amounts_of(given) is queries.amounts_of(given)
    assert sum(queries.amounts_of(given).values()) == here.envelope.amount_dh
    assert set(queries.mains_of(given)) == set(queries.amounts_of(given))
