"""The main job on real input: Khénifra's envelope, shared from the census, with every reason."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tiwizi import store
from tiwizi.core import allocation, rulebook
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook import Rulebook
from tiwizi.core.tables import MEASURES, PURSES, SHARES
from tiwizi.plan import Plan, plan, previous_shares

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
    assert khenifra.boundaries["place"].to_list() == list(khenifra.sharing)


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
    said = [str(note) for note in other.notes]
    assert "Weight: Remoteness: 40 here, 20 in the rulebook that Tiwizi carries." in said
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

    def purse(found: Plan, programme: str) -> int:
        rows = found.shares.filter((pl.col("programme") == programme) & (pl.col("criterion") == "unemployment"))
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
    assert any("186 douars" in note for note in notes)
    assert len(khenifra.citations) == 3


def test_without_a_table_of_douars_the_mean_road_distance_stands_in_and_it_is_said() -> None:
    made = plan("05.081", envelope_dh=ENVELOPE_DH, on=DAY)
    assert made.chosen["remoteness"] == "far_road_people"
    assert any("remote_people is not known here" in str(note) for note in made.notes)
    assert sum(amounts(made).values()) == ENVELOPE_DH


def test_a_region_and_a_cercle_are_shared_too() -> None:
    region = plan("05", envelope_dh=150_000_001, on=DAY)
    assert (len(region.sharing), sum(amounts(region).values())) == (135, 150_000_001)
    assert len(plan("05.301.03", envelope_dh=5_000_000, on=DAY).sharing) == 7


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
    told: list[str] = []
    plan("05.301.03", envelope_dh=5_000_000, on=DAY, progress=lambda step: told.append(str(step)))
    assert told == ["Reading the census", "Measuring", "Sharing the envelope", "Reading the outlines"]
