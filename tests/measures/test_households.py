"""Files of households in the office: columns guessed and mapped, what is refused, runs of poverty and of change."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from tests.measures import trees
from tests.survey.made_up import COMMUNES, households

from tiwizi import store
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.database.scope import everything
from tiwizi.measures import commands
from tiwizi.measures.household_results import series_name
from tiwizi.measures.households import mapped, suggested
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.territories.models import Place

DAY = date(2024, 9, 1)
Tree = dict[str, Place]


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", DAY)


def mapped_rows(rules: Deprivations, frame: pl.DataFrame | None = None, *, as_of: date = DAY, **mapping: Any) -> Any:
    table = households() if frame is None else frame
    return mapped(table, mapping=suggested(table.columns, rules) | mapping, rules=rules, known=COMMUNES, as_of=as_of)


def test_columns_are_guessed_by_name(rules: Deprivations) -> None:
    guesses = suggested(["HHSIZE", "Code_commune", "Poids", "Grappe", "Water-Source", "electricity", "other"], rules)
    assert guesses == {
        "place": "Code_commune",
        "people": "HHSIZE",
        "weight": "Poids",
        "psu": "Grappe",
        "water_source": "Water-Source",
        "electricity": "electricity",
    }


def test_only_the_columns_that_measures_read_are_kept(rules: Deprivations) -> None:
    table = households().with_columns(name=pl.lit("somebody"))
    mapped_file = mapped_rows(rules, table)
    assert "name" not in mapped_file.frame.columns
    assert mapped_file.frame["place"].to_list() == table["commune"].to_list()
    assert set(mapped_file.lacking) == {"mortality", "floor", "assets"}
    assert mapped_rows(rules, table.with_columns(sewer=pl.lit("hole"))).unlisted == {"sewer": table.height}


@pytest.mark.parametrize(
    ("change", "mapping", "message"),
    [
        ({}, {"place": ""}, r"no column was chosen for: Code of the place"),
        ({}, {"people": "nobody"}, r"there is no column nobody"),
        ({}, {"people": "weight"}, r"the column weight was chosen for two things"),
        ({"commune": pl.lit("P9")}, {}, r"column place, rows 1, 2, 3 and 897 more: no place has the code 'P9'"),
        ({"people": pl.lit(-1)}, {}, r"column people, rows 1, 2, 3 and 897 more: -1 is missing, negative or no number"),
        ({"weight": pl.lit(None, dtype=pl.Float64)}, {}, r"column weight.*: None is missing, negative or no number"),
        ({"weight": pl.lit("much")}, {}, r"column weight.*'much' is missing, negative or no number"),
        ({"psu": pl.lit("7")}, {}, r"1 primary sampling unit stands in two strata"),
        ({"water_source": pl.lit(3)}, {}, r"column water_source: this column holds number"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(rules: Deprivations, change: Any, mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(BadData, match=message):
        mapped_rows(rules, households().with_columns(**change), **mapping)


def test_numbers_written_as_text_are_read(rules: Deprivations) -> None:
    table = households().with_columns(pl.col("water_minutes", "disability").cast(pl.Int64).cast(pl.String))
    with pytest.raises(BadData, match=r"column disability: this column holds text"):
        mapped_rows(rules, table)
    mapped_file = mapped_rows(rules, table.with_columns(pl.col("disability").cast(pl.Int64)))
    assert mapped_file.frame["water_minutes"].to_list() == households()["water_minutes"].to_list()


def test_a_long_series_is_shortened_by_its_indicators(rules: Deprivations) -> None:
    assert series_name("Household deprivations", rules) == "Household deprivations"
    assert series_name("Household deprivations, without floor", rules) == "Households less floor"
    assert series_name("Household deprivations, without mortality, floor, assets", rules) == "Households less mor/flo/ass"


# Runs


def put(tree: Tree, rules: Deprivations, **how: Any) -> Dataset:
    as_of = how.pop("as_of", DAY)
    with everything():
        return trees.brought(mapped_rows(rules, households(**how), as_of=as_of), tree["P1"])


def ran(tree: Tree, kind: str, datasets: list[Dataset]) -> Run:
    with everything():
        places = trees.stored(tree["P1"], "places", trees.places_table("P1"))
        asked = commands.request_run(
            tree["P1"], kind=kind, on=DAY, datasets=[places, *datasets], by=trees.OFFICER, account=None, at=trees.AT
        )
        return commands.perform(asked, by=trees.OFFICER, now=lambda: trees.AT)


def values_of(run: Run, measure: str) -> dict[str, tuple[float | None, float | None, float | None]]:
    with everything():
        rows = Figure.objects.filter(run=run.pk, measure=measure)
        codes = dict(Place.objects.values_list("pk", "code"))
        return {codes[row.place_id]: (row.value, row.low, row.high) for row in rows}


def test_a_run_on_households_gives_each_place_its_poverty(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, "households", [put(tree, rules)])
    assert run.status == "done", run.problem
    heads = values_of(run, "headcount_ratio")
    assert set(heads) == {"P1", "P1.1", "P1.2", *COMMUNES}
    assert all(
        low is not None and value is not None and high is not None and low < value < high for value, low, high in heads.values()
    )
    people, depth = values_of(run, "deprivation_people")["P1"][0], values_of(run, "adjusted_headcount")["P1"][0]
    assert people is not None
    assert depth is not None
    with everything():
        base = Figure.objects.get(run=run.pk, measure="adjusted_headcount", place=tree["P1"]).people
    assert people == pytest.approx(depth * base, abs=1)
    with everything():
        assert commands.replay(run).same


def test_withheld_places_have_no_value(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, "households", [put(tree, rules, sparse=True)])
    assert values_of(run, "headcount_ratio")["P1.2.1"] == (None, None, None)
    assert values_of(run, "deprivation_people")["P1.2.1"][0] is None


def test_a_run_on_two_rounds_gives_their_change(tree: Tree, rules: Deprivations) -> None:
    later, earlier = put(tree, rules), put(tree, rules, seed=8, worse=0.2, as_of=date(2014, 9, 1))
    run = ran(tree, "change", [later, earlier])
    assert run.status == "done", run.problem
    value, low, high = values_of(run, "headcount_ratio_change")["P1"]
    assert value is not None
    assert low is not None
    assert high is not None
    assert low < value < high < 0
    assert set(run.inputs) == {"places", "rulebook", "households", "earlier_households"}
    assert run.inputs["earlier_households"]["id"] == earlier.pk


def test_one_round_alone_gives_no_change(tree: Tree, rules: Deprivations) -> None:
    with pytest.raises(Refused, match=r"The table earlier_households is missing"):
        ran(tree, "change", [put(tree, rules)])


def test_the_criterion_of_poverty_can_come_from_households(tree: Tree, rules: Deprivations) -> None:
    stored = put(tree, rules)
    alone = ran(tree, "households", [stored])
    with everything():
        asked = commands.request_run(
            tree["P1"], on=DAY, datasets=[*trees.census_datasets(tree["P1"]), stored], by=trees.OFFICER, account=None, at=trees.AT
        )
        both = commands.perform(asked, by=trees.OFFICER, now=lambda: trees.AT)
    assert both.status == "done", both.problem
    assert values_of(both, "deprivation_people")["P1.1.1"] == values_of(alone, "deprivation_people")["P1.1.1"]
    assert any("comes from households" in template for template, *_rest in both.notes)


def test_households_that_miss_a_place_leave_the_criterion_to_the_census(tree: Tree, rules: Deprivations) -> None:
    stored = put(tree, rules, sparse=True)
    with everything():
        census = trees.census_run(tree["P1"])
        asked = commands.request_run(
            tree["P1"], on=DAY, datasets=[*trees.census_datasets(tree["P1"]), stored], by=trees.OFFICER, account=None, at=trees.AT
        )
        both = commands.perform(asked, by=trees.OFFICER, now=lambda: trees.AT)
    assert values_of(both, "deprivation_people") == values_of(census, "deprivation_people")
    assert any("tell nothing usable" in template for template, *_rest in both.notes)


# Stopping


def test_a_run_that_waits_can_be_stopped_and_never_begins(tree: Tree, rules: Deprivations) -> None:
    stored = put(tree, rules)
    with everything():
        places = trees.stored(tree["P1"], "places", trees.places_table("P1"))
        asked = commands.request_run(
            tree["P1"], kind="households", on=DAY, datasets=[places, stored], by=trees.OFFICER, account=None, at=trees.AT
        )
        assert commands.stop(asked, by=trees.OFFICER, at=trees.AT).status == "stopped"
        assert commands.perform(asked, by=trees.OFFICER).status == "stopped"
        assert not Figure.objects.filter(run=asked.pk).exists()
        with pytest.raises(Refused, match=r"This run has ended: there is nothing to stop"):
            commands.stop(Run.objects.get(pk=asked.pk), by=trees.OFFICER, at=trees.AT)


def test_a_run_under_way_that_is_stopped_keeps_nothing(tree: Tree, rules: Deprivations) -> None:
    stored = put(tree, rules)

    def stopping() -> datetime:
        """Somebody stops the run in the moment in which it would be finished."""
        run = Run.objects.get(kind="households")
        if run.status == "running":
            commands.stop(run, by=trees.OFFICER, at=trees.AT)
        return trees.AT

    with everything():
        places = trees.stored(tree["P1"], "places", trees.places_table("P1"))
        asked = commands.request_run(
            tree["P1"], kind="households", on=DAY, datasets=[places, stored], by=trees.OFFICER, account=None, at=trees.AT
        )
        run = commands.perform(asked, by=trees.OFFICER, now=stopping)
        assert run.status == "stopped"
        assert run.progress == 0.8
        assert not Figure.objects.filter(run=run.pk).exists()
