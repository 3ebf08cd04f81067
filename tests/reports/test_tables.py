"""The tables that people read sum to the plan."""

import pytest

from tiwizi.core.budget import allocation
from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import tables
from tiwizi.reports.parts import parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_has_each_place_once_from_the_largest_amount_down(khenifra: Plan, language: str) -> None:
    table = tables.summary(khenifra, language)
    assert sorted(table["place"]) == sorted(khenifra.recipients)
    assert table["amount_dh"].to_list() == sorted(table["amount_dh"], reverse=True)
    assert table["amount_dh"].sum() == khenifra.envelope_dh
    assert table["share"].sum() == pytest.approx(1)
    for code, amount in khenifra.sub_envelopes.items():
        assert table[tables.column(code)].sum() == amount


def test_amounts_are_the_plan_s(khenifra: Plan) -> None:
    table = tables.summary(khenifra, "fr")
    assert dict(table.select("place", "amount_dh").iter_rows()) == dict(allocation.totals(khenifra.shares).iter_rows())
    first = table.row(0, named=True)
    assert first["name"] == "Khenifra"
    assert first["dh_per_head"] == first["amount_dh"] / first["population"]


def test_the_parent_is_the_seat_of_the_local_committee(khenifra: Plan) -> None:
    parents = dict(tables.summary(khenifra, "fr").select("place", "parent").iter_rows())
    assert parents["05.301.03.05"] == "El Kbab"
    assert set(parents.values()) == {"Khenifra", "M'rirt", "El Kbab", "Khénifra", "Aguelmous"}


def test_equal_amounts_have_the_rank_of_the_first(khenifra: Plan) -> None:
    ranks = [(part.amount_dh, part.rank) for part in parts(khenifra).values()]
    amounts = [amount for amount, _rank in ranks]
    assert all(rank == 1 + sum(other > amount for other in amounts) for amount, rank in ranks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_is_explained_and_sums_to_the_envelope(khenifra: Plan, language: str) -> None:
    table = tables.explained(khenifra, language)
    assert table["amount_dh"].sum() == khenifra.envelope_dh
    assert table.height == khenifra.shares.select("place", "criterion").unique().height
    assert table["sentence"].null_count() == 0
    assert not any("\u2066" <= letter <= "\u2069" for sentence in table["sentence"] for letter in sentence)
    summed = table.select("place", "amount_dh").group_by("place").sum()
    assert dict(summed.iter_rows()) == dict(allocation.totals(khenifra.shares).iter_rows())


def test_reasons_say_which_figures_stand_in_and_which_rest_on_assumptions(khenifra: Plan) -> None:
    rows = {row["criterion"]: row for row in tables.explained(khenifra, "en").filter(place="05.301.07.03").iter_rows(named=True)}
    assert (rows["poverty"]["standing"], rows["poverty"]["assumed"]) == ("proxy", True)
    assert (rows["unemployment"]["standing"], rows["unemployment"]["assumed"]) == ("computed", False)
    assert rows["rounding"]["standing"] is None
