"""A file of households assessed: levels and subgroups, what was left out, what is withheld, files of 0/1 columns, refusals."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from tests.engines import held
from tests.survey.made_up import COMMUNES, households, places

from tiwizi import store
from tiwizi.core.disclosure.attack import attack
from tiwizi.core.disclosure.rules import DisclosureRules, recovered
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.survey import assess, assess_judged, levels_of, weights_of
from tiwizi.survey.publication import cells_of, publication_of

OVER = [("province",), ("cercle",), ("place",), ("place", "area")]


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", date(2024, 9, 1))


def rows(**how: object) -> pl.DataFrame:
    return households(**how).rename({"commune": "place"})  # type: ignore[arg-type]


def test_each_place_of_each_level_has_its_figures(rules: Deprivations) -> None:
    made = assess(held(rows()), rules=rules, over=OVER, places=places())
    heads = made.figures.filter(pl.col("measure") == "headcount_ratio")
    assert heads.filter(pl.col("place").is_not_null() & pl.col("area").is_null())["place"].to_list() == list(COMMUNES)
    whole = heads.filter(pl.all_horizontal(pl.col("province", "cercle", "place", "area").is_null()))
    province = heads.filter(pl.col("province") == "P1")
    assert whole["value"].to_list() == province["value"].to_list()
    assert heads.filter(pl.col("cercle").is_not_null())["people"].sum() == pytest.approx(whole["people"][0])
    assert (heads["low"] < heads["value"]).all()
    assert (heads["value"] < heads["high"]).all()


def test_indicators_without_answers_are_left_out_and_said(rules: Deprivations) -> None:
    made = assess(held(rows()), rules=rules)
    assert made.series == "Household deprivations, without mortality, floor, assets"
    assert any("Left out" in note.text() for note in made.notes)
    assert set(made.missing["indicator"].drop_nulls()) == {indicator.code for indicator in rules.indicators} - {
        "mortality",
        "floor",
        "assets",
    }


def test_a_lack_that_was_not_agreed_to_is_refused(rules: Deprivations) -> None:
    with pytest.raises(BadData, match=r"indicator floor: the answers floor are missing"):
        assess(held(rows()), rules=rules, leave_out=["mortality", "assets"])
    with pytest.raises(BadData, match=r"the file holds no answer that the rulebook judges"):
        assess(held(rows().select("place", "people", "weight", "psu")), rules=rules)


def test_without_weights_all_households_were_counted(rules: Deprivations) -> None:
    made = assess(held(rows().drop("weight")), rules=rules)
    assert made.figures["error"].null_count() == made.figures.height
    assert any("no error of sampling" in note.text() for note in made.notes)


def test_made_up_households_are_said_to_be(rules: Deprivations) -> None:
    made = assess(held(rows().with_columns(synthetic=pl.lit(value=True))), rules=rules)
    assert made.synthetic
    assert "made up" in made.notes[0].text()
    assert not assess(held(rows()), rules=rules).synthetic


def test_people_left_out_for_a_missing_answer_are_counted(rules: Deprivations) -> None:
    holes = rows().with_columns(pl.when(pl.col("household") % 10 == 0).then(None).otherwise(pl.col("sewer")).alias("sewer"))
    made = assess(held(holes), rules=rules)
    lost = holes.filter(pl.col("sewer").is_null()).select(pl.col("people") * pl.col("weight")).sum().item()
    share = 100 * lost / holes.select(pl.col("people") * pl.col("weight")).sum().item()
    assert any(f"{round(share, 1)} % of people" in note.text() for note in made.notes)


def test_missing_answers_are_counted_whatever_the_policy_makes_of_them(rules: Deprivations) -> None:
    holes = rows().with_columns(
        child_out_of_school=pl.when(pl.col("household") < 40).then(None).otherwise("child_out_of_school"),
        children_school_age=pl.lit(1),
        sewer=pl.when(pl.col("household") < 10).then(None).otherwise("sewer"),
    )
    missing = {
        row["indicator"]: (row["policy"], row["households"])
        for row in assess(held(holes), rules=rules).missing.iter_rows(named=True)
    }
    assert missing["schooling"] == ("not_deprived", 40)
    assert missing["sanitation"] == ("drop", 10)
    assert missing[None] == (None, 10)


def test_a_million_missing_answers_leave_nothing_to_say_and_say_so(rules: Deprivations) -> None:
    made = assess(held(rows(count=1_000_000).with_columns(sewer=pl.lit(None, dtype=pl.String))), rules=rules, over=[("place",)])
    assert made.figures["value"].null_count() == made.figures.filter(pl.col("measure") != "poor_people").height
    assert any("100.0 % of people live in households left out" in note.text() for note in made.notes)


def test_a_million_missing_answers_are_counted_and_the_rest_measured(rules: Deprivations) -> None:
    whole, answered = rows(count=1_050_000), pl.col("household") >= 1_000_000
    holes = whole.with_columns(sewer=pl.when(answered).then("sewer"))
    made, rest = (assess(held(rows), rules=rules) for rows in (holes, whole.filter(answered)))
    missing = {row["indicator"]: (row["households"], row["people_share"]) for row in made.missing.iter_rows(named=True)}
    assert missing["sanitation"] == missing[None] == (1_000_000, pytest.approx(100 / 105, abs=0.002))
    assert any(
        f"{round(100 * missing[None][1], 1)} % of people live in households left out" in note.text() for note in made.notes
    )
    assert made.figures["value"].to_list() == pytest.approx(rest.figures["value"].to_list(), rel=1e-9)


def test_an_answer_that_may_not_miss_refuses_the_file(rules: Deprivations) -> None:
    strict = replace(rules, indicators=tuple(replace(indicator, missing="refuse") for indicator in rules.indicators))
    holes = rows().with_columns(pl.when(pl.col("household") < 2).then(None).otherwise(pl.col("sewer")).alias("sewer"))
    with pytest.raises(Refused, match=r"indicator sanitation: 2 households have no answer\."):
        assess(held(holes), rules=strict)


# Publication


def test_few_respondents_are_withheld_with_what_would_give_them_away(rules: Deprivations) -> None:
    made = assess(held(rows(sparse=True)), rules=rules, over=OVER, places=places())
    hidden = made.figures.filter("withheld")
    assert set(hidden.filter(pl.col("area").is_null())["place"].drop_nulls()) >= {"P1.2.1"}
    # The only commune of its cercle, and the cercle with the other one, would tell it by subtraction.
    assert set(hidden["cercle"].drop_nulls()) == {"P1.1", "P1.2"}
    for column in ("value", "error", "low", "high", "observations", "people"):
        assert hidden[column].null_count() == hidden.height
    assert made.report is not None
    assert made.report.withheld > 0


def test_the_attack_finds_nothing_in_what_goes_out(rules: Deprivations) -> None:
    made = assess(held(rows(sparse=True)), rules=rules, over=OVER, places=places())
    cells = cells_of(made.totals, places(), ["area"])
    asked = publication_of(rules)
    shown = made.figures.filter((pl.col("measure") == "headcount_ratio") & ~pl.col("withheld"))
    placed = shown.with_columns(place=pl.coalesce("place", "cercle", "province"))
    open_ = set(placed.select("place", pl.col("area")).rows())
    published = cells.with_columns(
        pl.when(
            pl.struct("place", "area").map_elements(lambda cell: (cell["place"], cell["area"]) in open_, return_dtype=pl.Boolean)
        )
        .then(pl.col(name))
        .alias(name)
        for name in ("people", "poor_people")
    )
    leaks = recovered(cells, attack(published, crossings=["area"]), rules=asked, crossings=["area"])
    assert leaks.is_empty()
    # The same attack on a table in which only the small cells are hidden finds them: it can fail.
    small = cells.with_columns(
        pl.when(pl.col("observations") >= asked.least_observations).then(pl.col(name)).alias(name)
        for name in ("people", "poor_people")
    )
    assert not recovered(cells, attack(small, crossings=["area"]), rules=asked, crossings=["area"]).is_empty()


def test_publication_follows_the_rulebook(rules: Deprivations) -> None:
    assert publication_of(rules) == DisclosureRules(
        least_observations=5, group_disclosure=False, dominance_share=0.5, protection_share=0.1
    )


# Files of 0/1 columns


def test_a_file_of_judgements_gives_the_figures_of_its_weights(rules: Deprivations) -> None:
    weights = weights_of('[education]\nschooling = "1/6"\nyears = "1/3"\n[living]\nwater = "1/2"\n')
    assert sum((indicator.weight for indicator in weights.values()), Fraction(0)) == 1
    judged = pl.DataFrame(
        {"place": ["a"] * 4, "people": [1, 2, 3, 4], "schooling": [1, 0, 0, 1], "years": [0, 0, 1, 1], "water": [1, 0, 0, 1]}
    )
    made = assess_judged(held(pl.concat([judged] * 6)), weights=weights, rules=rules, series="mine")
    by_measure = {row["measure"]: row["value"] for row in made.figures.filter(pl.col("cutoff") == "1/3").iter_rows(named=True)}
    assert made.series == "mine"
    assert by_measure["adjusted_headcount"] == pytest.approx((1 * (1 / 6 + 1 / 2) + 3 / 3 + 4) / 10)
    assert by_measure["contribution_living_dimension"] == pytest.approx((1 / 2 + 4 / 2) / (2 / 3 + 1 + 4))


@pytest.mark.parametrize("bad", [[1, 2], [0, -1], [0.5, 1.0], [float("nan"), 1.0], ["1", "0"]])
def test_judgements_other_than_none_and_one_are_refused(rules: Deprivations, bad: list[Any]) -> None:
    weights = weights_of('[one]\na = "1/2"\n[two]\nb = "1/2"\n')
    judged = pl.DataFrame({"place": ["x", "x"], "people": [1, 1], "a": [True, None], "b": bad})
    with pytest.raises(BadData, match=r"columns of judgements hold something else than 0 and 1: b\."):
        assess_judged(held(judged), weights=weights, rules=rules)
    for fine in ([1, 0], [1.0, None], [True, False]):
        assess_judged(held(judged.with_columns(b=pl.Series(fine))), weights=weights, rules=rules)


@pytest.mark.parametrize("text", ["", "schooling = 1", "[a]\nx = '1/2'\n", "[a]\nx = 'b'\n", "[a\n", "[a]\nx = '1/0'\n"])
def test_weights_that_do_not_sum_to_one_are_refused(text: str) -> None:
    with pytest.raises(BadData, match=r"this is not a table of weights that sum to one"):
        weights_of(text)


@pytest.mark.parametrize("column", ["place", "level"])
def test_a_place_whose_code_holds_a_sign_that_cannot_be_seen_is_refused(column: str) -> None:
    odd = places().with_columns(pl.col(column) + "\u202e")
    with pytest.raises(BadData, match=rf"column {column}: .*U\+202E|column {column}: .*cannot be seen"):
        levels_of(odd)


def test_levels_lead_from_each_place_to_those_above_it() -> None:
    table = levels_of(places())
    assert table.row(by_predicate=pl.col("place") == "P1.2.1", named=True) == {
        "place": "P1.2.1",
        "province": "P1",
        "cercle": "P1.2",
        "commune": "P1.2.1",
    }


def test_bad_designs_are_refused_in_an_assessment_too(rules: Deprivations) -> None:
    two = rows().with_columns(stratum=pl.when(pl.col("household") == 5).then(pl.lit("other")).otherwise("stratum"))
    with pytest.raises(BadData, match=r"1 primary sampling unit stands in two strata\."):
        assess(held(two), rules=rules)
    strange = rows().with_columns(place=pl.when(pl.col("household") == 5).then(pl.lit("P9")).otherwise("place"))
    with pytest.raises(BadData, match=r"1 place is not in the tree: P9\."):
        assess(held(strange), rules=rules, over=[("cercle",)], places=places())
    for bad in (None, -1.0):
        light = rows().with_columns(weight=pl.when(pl.col("household") == 5).then(bad).otherwise("weight"))
        with pytest.raises(BadData, match=r"1 row has a weight or a number of people that is missing, negative"):
            assess(held(light), rules=rules)


def test_what_is_neither_column_nor_level_is_refused(rules: Deprivations) -> None:
    with pytest.raises(BadData, match=r"there is no column and no level called county"):
        assess(held(rows()), rules=rules, over=[("county",)], places=places())
