"""The main job on real input: Khénifra's envelope, shared from the census, with every reason."""

from dataclasses import fields
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tiwizi import store
from tiwizi.core.budget import allocation
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook import rulebook
from tiwizi.core.rulebook.rulebook import Rulebook
from tiwizi.core.tables import BOUNDARIES, MEASURES, PURSES, SHARES
from tiwizi.plan import Plan, Targeting, allotment, assembled, plan, previous_shares, with_formula

DAY = date(2026, 11, 23)
ENVELOPE_DH = 32_000_000


def with_change(subject: str, old: str, new: str) -> Rulebook:
    texts = dict(store.rulebook("indh").texts)
    assert old in texts[subject]
    texts[subject] = texts[subject].replace(old, new, 1)
    return rulebook.parse("copy", texts)


def amounts(made: Plan) -> dict[str, int]:
    return dict(allocation.totals(made.shares).iter_rows())


def test_the_amounts_of_the_22_communes_sum_to_the_envelope(khenifra: Plan) -> None:
    assert len(amounts(khenifra)) == 22
    assert sum(amounts(khenifra).values()) == ENVELOPE_DH


def test_each_programme_shares_its_own_part_exactly(khenifra: Plan) -> None:
    by_programme = dict(khenifra.shares.group_by("programme").agg(pl.col("amount_dh").sum()).iter_rows())
    assert by_programme == dict(khenifra.sub_envelopes)
    assert by_programme == {
        "basic_services": 7_111_000,
        "precarity": 7_111_000,
        "inclusion": 7_111_000,
        "human_capital": 10_667_000,
    }


def test_each_commune_s_amount_is_the_sum_of_its_reasons_in_whole_steps(khenifra: Plan) -> None:
    rows = khenifra.shares.group_by("programme", "place").agg(pl.col("amount_dh").sum())
    assert rows.filter(pl.col("amount_dh") % 1000 != 0).is_empty()


def test_floor_and_cap_hold_in_each_programme(khenifra: Plan) -> None:
    rows = khenifra.shares.group_by("programme", "place").agg(pl.col("amount_dh").sum())
    for programme, envelope in khenifra.sub_envelopes.items():
        given = rows.filter(pl.col("programme") == programme)["amount_dh"].to_list()
        assert min(given) >= 0.4 * envelope / 22
        assert max(given) <= 0.3 * envelope


def test_every_table_keeps_its_contract(khenifra: Plan) -> None:
    assert MEASURES.check(khenifra.measures).height == khenifra.measures.height
    assert PURSES.check(khenifra.purses).height == 22 * 7
    assert SHARES.check(khenifra.shares).height == khenifra.shares.height
    assert khenifra.boundaries["place"].to_list() == list(khenifra.recipients)


def test_people_concerned_are_those_of_the_measure_that_the_rulebook_names(khenifra: Plan) -> None:
    people = {(place, criterion): count for place, criterion, count in khenifra.purses.iter_rows()}
    unemployed = khenifra.measures.filter(pl.col("measure") == "unemployed_people")
    for place, value in unemployed.select("place", "value").iter_rows():
        assert people[place, "unemployment"] == value
    assert khenifra.chosen["remoteness"] == "remote_people"
    # Khénifra town: 42,531 active people of whom 25.8 % look for work, as the census publishes them.
    assert people["05.301.01.01", "unemployment"] == 10_973


def test_the_same_arguments_give_the_same_plan_and_another_seed_only_other_intervals(khenifra: Plan) -> None:
    again = plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY)
    assert again.shares.equals(khenifra.shares)
    assert again.measures.equals(khenifra.measures)
    assert again.targeting.intervals.equals(khenifra.targeting.intervals)
    other = plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, seed=7)
    assert other.shares.equals(khenifra.shares)
    assert not other.targeting.intervals.equals(khenifra.targeting.intervals)


def test_changing_one_weight_changes_the_shares_and_the_version_says_so(khenifra: Plan) -> None:
    book = with_change("allocation", "value = 20 }", "value = 40 }")
    other = plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, rulebook=book)
    assert other.rulebook.version != khenifra.rulebook.version
    assert sum(amounts(other).values()) == ENVELOPE_DH
    notes = [str(note) for note in other.notes]
    assert "Weight: Remoteness: 40 here, 20 in the rulebook that Tiwizi carries." in notes
    assert not any("in the rulebook that Tiwizi carries" in str(note) for note in khenifra.notes)
    # Aguelmous has the most people far from services; the town of Khénifra none.
    assert amounts(other)["05.301.07.03"] > amounts(khenifra)["05.301.07.03"]
    assert amounts(other)["05.301.01.01"] < amounts(khenifra)["05.301.01.01"]


def test_a_programme_may_have_its_own_weights(khenifra: Plan) -> None:
    own = """
[[own_weights]]
programme = "inclusion"
criterion = "unemployment"
[own_weights.weight]
label = { ar = "وزن البطالة", fr = "Poids du chômage", en = "Weight of unemployment" }
unit = "weight"
values = [{ since = 2019-01-01, value = 100 }]
assumed = true
checked = 2026-11-23
"""
    texts = dict(store.rulebook("indh").texts)
    texts["allocation"] += own
    made = plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, rulebook=rulebook.parse("copy", texts))

    def purse(plan: Plan, programme: str) -> int:
        rows = plan.shares.filter((pl.col("programme") == programme) & (pl.col("criterion") == "unemployment"))
        return int(rows["amount_dh"].sum())

    assert purse(made, "inclusion") > 3 * purse(khenifra, "inclusion")
    assert purse(made, "precarity") == purse(khenifra, "precarity")


def test_last_year_s_amounts_are_held_harmless(khenifra: Plan, tmp_path: Path) -> None:
    store.write_tables({"shares": khenifra.shares}, tmp_path)
    before = previous_shares(tmp_path / "shares.csv")
    assert before == previous_shares(tmp_path / "shares.parquet")
    # Only unemployment counts this year: without a guarantee the remote communes would lose most of their money.
    texts = dict(store.rulebook("indh").texts)
    for weight in ("value = 25 }", "value = 20 }", "value = 5 }"):
        texts["allocation"] = texts["allocation"].replace(weight, "value = 0 }")
    book = rulebook.parse("copy", texts)
    held = plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, rulebook=book, previous=before)
    for programme, place, amount in held.shares.group_by("programme", "place").agg(pl.col("amount_dh").sum()).iter_rows():
        assert amount >= 0.8 * before[programme][place]
    assert "hold_harmless" in held.shares["criterion"].to_list()


def test_what_a_reader_must_know_is_noted(khenifra: Plan) -> None:
    notes = [str(note) for note in khenifra.notes]
    assert any("53.63" in note and "kept as published" in note for note in notes)
    assert any("Douars (hamlets): 186" in note for note in notes)
    assert len(khenifra.citations) == 3


def test_without_a_table_of_douars_the_mean_road_distance_stands_in_and_it_is_said() -> None:
    made = plan("05.081", envelope_dh=ENVELOPE_DH, on=DAY)
    assert made.chosen["remoteness"] == "far_road_people"
    assert any("remote_people is not known here" in str(note) for note in made.notes)
    assert sum(amounts(made).values()) == ENVELOPE_DH


def test_a_region_and_a_cercle_are_shared_too() -> None:
    region = plan("05", envelope_dh=150_000_001, on=DAY)
    assert (len(region.recipients), sum(amounts(region).values())) == (135, 150_000_001)
    assert len(plan("05.301.03", envelope_dh=5_000_000, on=DAY).recipients) == 7


def test_a_commune_alone_shares_nothing() -> None:
    with pytest.raises(Refused, match=r"there is nothing to share over in 05\.301\.03\.05"):
        plan("05.301.03.05", envelope_dh=ENVELOPE_DH, on=DAY)


def test_a_floor_that_cannot_be_met_is_refused_with_the_one_that_can() -> None:
    book = with_change("allocation", "value = 0.3 }", "value = 0.04 }")
    with pytest.raises(Refused, match="programme basic_services"):
        plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, rulebook=book)


def test_a_criterion_whose_measure_does_not_exist_is_refused_with_those_that_do() -> None:
    book = with_change("allocation", '["unemployed_people"]', '["jobless_people"]')
    with pytest.raises(BadData, match=r"criterion unemployment\. Name one of: .*unemployed_people"):
        plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, rulebook=book)


def test_progress_is_told_step_by_step() -> None:
    steps: list[str] = []
    plan("05.301.03", envelope_dh=5_000_000, on=DAY, progress=lambda step: steps.append(str(step)))
    assert steps == ["Reading the census", "Measuring", "Sharing the envelope", "Reading the outlines"]


def from_tables(plan: Plan, **changed: Any) -> Plan:
    """The plan of a plan's own tables, some of them changed."""
    names = ("place", "envelope_dh", "on", "rulebook", "rules", "places", "recipients", "measures")
    given = {name: getattr(plan, name) for name in (*names, "boundaries", "notes", "citations")}
    return assembled(**{**given, **changed})


def test_the_plan_of_tables_at_hand_equals_the_one_of_the_sources_table_by_table(khenifra: Plan) -> None:
    made = from_tables(khenifra, seed=20260101)
    for table in ("places", "measures", "purses", "shares", "boundaries"):
        assert getattr(made, table).equals(getattr(khenifra, table)), table
    for name in (
        "place",
        "envelope_dh",
        "on",
        "rulebook",
        "rules",
        "recipients",
        "chosen",
        "sub_envelopes",
        "notes",
        "citations",
    ):
        assert getattr(made, name) == getattr(khenifra, name), name
    for field in fields(Targeting):
        mine, theirs = getattr(made.targeting, field.name), getattr(khenifra.targeting, field.name)
        assert mine.equals(theirs) if isinstance(mine, pl.DataFrame) else mine == theirs, field.name


def test_tables_at_hand_take_another_seed_or_draws_of_one_s_own(khenifra: Plan) -> None:
    other = from_tables(khenifra, seed=7).targeting.intervals
    assert other.equals(plan("05.301", envelope_dh=ENVELOPE_DH, on=DAY, seed=7).targeting.intervals)
    assert other.equals(from_tables(khenifra, rng=np.random.default_rng(7)).targeting.intervals)
    assert not other.equals(khenifra.targeting.intervals)


def test_tables_at_hand_without_outlines_make_a_plan_that_draws_nothing(khenifra: Plan) -> None:
    made = from_tables(khenifra, boundaries=None)
    assert BOUNDARIES.check(made.boundaries).is_empty()


def test_somebody_s_own_numbers_are_named_beside_those_of_the_rulebook(khenifra: Plan) -> None:
    own = with_formula(khenifra.rules, weights={"remoteness": 40}, cap_share=Fraction(1, 4), floor_share=Fraction(2, 5))
    notes = [str(note) for note in from_tables(khenifra, rules=own, notes=()).notes]
    assert notes == [
        "Weight: Remoteness: 40 here, 20 in the rulebook that Tiwizi carries.",
        "Cap of one commune, as a share of the envelope: 1/4 here, 3/10 in the rulebook that Tiwizi carries.",
    ]


def test_sharing_without_draws_gives_the_same_shares_and_the_same_curve(khenifra: Plan) -> None:
    made = allotment(khenifra.measures, khenifra.rules, envelope_dh=ENVELOPE_DH, recipients=khenifra.recipients)
    assert made.shares.equals(khenifra.shares)
    assert made.curve.equals(khenifra.targeting.curve)
    assert made.concentration_index == khenifra.targeting.concentration_index
    assert made.poorest_fifth_share == khenifra.targeting.poorest_fifth_share
    assert made.cgh_ratio == khenifra.targeting.cgh_ratio


def test_programmes_alike_get_the_same_shares_and_others_their_own(khenifra: Plan) -> None:
    before = {
        code: dict(allocation.totals(khenifra.shares.filter(pl.col("programme") == code)).iter_rows())
        for code in khenifra.sub_envelopes
    }
    alone = allocation.allocate_programmes(
        khenifra.purses,
        sub_envelopes=khenifra.sub_envelopes,
        weights={code: khenifra.rules.allocation.weights(code) for code in khenifra.sub_envelopes},
        bounds=allocation.Bounds(floor_share=Fraction(2, 5), cap_share=Fraction(3, 10)),
        step_dh=1000,
        places=khenifra.recipients,
    )
    assert khenifra.shares.equals(alone)
    # The same money and weights, but one of them had most of it in one place last year and keeps it there.
    before["precarity"] = dict.fromkeys(khenifra.recipients, 0) | {"05.301.07.15": 2_000_000}
    held = allotment(
        khenifra.measures, khenifra.rules, envelope_dh=ENVELOPE_DH, recipients=khenifra.recipients, previous=before
    ).shares.filter(pl.col("place") == "05.301.07.15")
    by_programme = dict(held.group_by("programme").agg(pl.col("amount_dh").sum()).iter_rows())
    assert by_programme["precarity"] >= 1_600_000 > by_programme["basic_services"]


def test_bounds_that_do_not_fit_are_refused_for_every_programme_also_where_some_are_alike(khenifra: Plan) -> None:
    own = with_formula(khenifra.rules, cap_share=Fraction(1, 100))
    with pytest.raises(Refused) as refused:
        allotment(khenifra.measures, own, envelope_dh=ENVELOPE_DH, recipients=khenifra.recipients)
    programmes = {str(problem.where[0]) for problem in refused.value.problems}
    assert programmes == {f"programme {code}" for code in khenifra.sub_envelopes}


def test_somebody_s_own_weights_replace_the_rulebook_s_and_the_rest_stays(khenifra: Plan) -> None:
    own = with_formula(khenifra.rules, weights={"remoteness": 40}, cap_share=Fraction(1, 4))
    weights = {criterion.code: criterion.weight.value for criterion in own.allocation.criteria}
    usual = {criterion.code: criterion.weight.value for criterion in khenifra.rules.allocation.criteria}
    assert weights == {**usual, "remoteness": 40}
    assert own.allocation.cap_share.value == Fraction(1, 4)
    assert own.allocation.floor_share == khenifra.rules.allocation.floor_share
    assert with_formula(khenifra.rules, weights=usual) == khenifra.rules
    made = allotment(khenifra.measures, own, envelope_dh=ENVELOPE_DH, recipients=khenifra.recipients)
    # Aguelmous has the most people far from services.
    assert dict(allocation.totals(made.shares).iter_rows())["05.301.07.03"] > amounts(khenifra)["05.301.07.03"]


def test_every_wrong_number_of_a_formula_is_named_at_once(khenifra: Plan) -> None:
    usual = {criterion.code: 0 for criterion in khenifra.rules.allocation.criteria}
    with pytest.raises(Refused) as refused:
        with_formula(khenifra.rules, weights={"luck": 3, "poverty": -1}, floor_share=Fraction(-1, 10), cap_share=Fraction(11, 10))
    messages = [str(problem.what) for problem in refused.value.problems]
    assert [text.split(" is ")[0] for text in messages] == [
        "the formula has no criterion luck.",
        "the weight of poverty",
        "floor_share",
        "cap_share",
    ]
    with pytest.raises(Refused, match="all weights are 0"):
        with_formula(khenifra.rules, weights=usual)
    with pytest.raises(Refused, match=r"(?s)no criterion luck.*all weights are 0"):
        with_formula(khenifra.rules, weights={"luck": 3, **usual})
    with pytest.raises(Refused, match="the cap is 0"):
        with_formula(khenifra.rules, cap_share=Fraction(0))
    with pytest.raises(Refused, match="hold_harmless_share"):
        with_formula(khenifra.rules, hold_harmless_share=Fraction(2))
