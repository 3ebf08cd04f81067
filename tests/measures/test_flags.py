"""Warnings of uncertain estimates: kept with the figures, part of the result's hash, and silent about what is withheld."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.measures import trees
from tests.measures.test_households import mapped_rows
from tests.survey.made_up import households, places
from tests.walls import down

from tiwizi import store
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.database.scope import everything
from tiwizi.measures import commands, queries
from tiwizi.measures.models import Figure, Run
from tiwizi.measures.pages import answers
from tiwizi.measures.rules import FLAGS, result_sha256
from tiwizi.survey import assess
from tiwizi.territories.models import Place

DAY = date(2024, 9, 1)
Tree = dict[str, Place]


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", DAY)


def sample(kind: str) -> pl.DataFrame:
    """`few`: one commune with so few units that its estimates cannot be relied upon; `sparse`: one that is withheld."""
    table = households(sparse=kind == "sparse")
    few = table.filter(pl.col("commune") == "P1.2.1").head(40).with_columns(psu=pl.lit("2"), stratum=pl.lit("2"))
    other = table.filter(pl.col("commune") != "P1.2.1")
    return table if kind == "sparse" else pl.concat([other, few])


def ran(tree: Tree, rules: Deprivations, kind: str = "few", *, census: bool = False) -> Run:
    with everything():
        stored = trees.brought(mapped_rows(rules, sample(kind)), tree["P1"])
        tables = trees.census_datasets(tree["P1"]) if census else [trees.stored(tree["P1"], "places", trees.places_table("P1"))]
        asked = commands.request_run(
            tree["P1"],
            kind="census" if census else "households",
            on=trees.ON if census else DAY,
            datasets=[*tables, stored],
            by=trees.OFFICER,
            account=None,
            at=trees.AT,
        )
        done = commands.perform(asked, by=trees.OFFICER, now=lambda: trees.AT)
    assert done.status == "done", done.problem
    return done


def flags(run: Run, measure: str) -> dict[str, str | None]:
    with everything():
        codes = dict(Place.objects.values_list("pk", "code"))
        rows = Figure.objects.filter(run=run.pk, measure=measure).values_list("place_id", "flag")
        return {codes[place]: flag for place, flag in rows}


def test_an_estimate_of_one_unit_alone_is_kept_as_unreliable(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, rules)
    assert flags(run, "headcount_ratio")["P1.2.1"] == "unreliable"
    assert flags(run, "deprivation_people")["P1.2.1"] == "unreliable"
    assert flags(run, "headcount_ratio")["P1"] is None
    with everything():
        row = queries.of_place(run, tree["P1.2.1"])
        assert {figure.flag for measure, _day, figure in row if measure == "headcount_ratio"} == {"unreliable"}
        assert commands.replay(run).same


def test_nothing_is_told_of_how_uncertain_a_withheld_figure_is(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, rules, "sparse")
    with everything():
        hidden = Figure.objects.filter(run=run.pk, value=None)
        assert hidden.exists()
        assert not hidden.filter(flag__isnull=False).exists()


def test_a_table_for_publication_says_nothing_of_the_error_of_what_it_withholds(rules: Deprivations) -> None:
    table = sample("sparse").rename({"commune": "place"})
    figures = assess(table, rules=rules, over=[("commune",)], places=places()).figures
    hidden = figures.filter("withheld").select("value", "error", "low", "high", "design_effect")
    assert figures.filter("withheld").height
    assert hidden.null_count().row(0) == (hidden.height,) * hidden.width
    assert set(figures.filter("withheld")["flag"]) == {""}


def test_the_criterion_of_a_budget_keeps_the_warning_of_its_estimate(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, rules, census=True)
    assert flags(run, "deprivation_people")["P1.2.1"] == "unreliable"
    assert set(flags(run, "population").values()) == {None}


def test_a_warning_that_is_taken_away_is_noticed(tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, rules)
    with everything():
        warned = commands.kept_flags(run)
        figures = commands.kept_figures(run)
    assert result_sha256(figures, warned) == run.result_sha256
    assert result_sha256(figures, warned.head(warned.height - 1)) != run.result_sha256
    assert result_sha256(figures) != run.result_sha256
    assert result_sha256(figures, pl.DataFrame(schema=dict(FLAGS))) == result_sha256(figures)


def test_a_run_of_before_warnings_were_kept_still_comes_out_the_same(tree: Tree, rules: Deprivations) -> None:
    """Such a run has figures without warnings, and a hash over the figures alone."""
    run = ran(tree, rules)
    with everything():
        old = Run.objects.get(pk=run.pk)
        old.pk, old.result_sha256 = None, result_sha256(commands.kept_figures(run))
        old.save(force_insert=True)
        rows = list(Figure.objects.filter(run=run.pk))
        for row in rows:
            row.pk, row.run, row.flag = None, old, None
        with down(Figure):
            Figure.objects.bulk_create(rows)
        assert commands.replay(old).same


@pytest.mark.parametrize(
    ("given", "shown"), [([None, ""], set()), (["careful"], {"careful"}), (["unreliable", None], {"unreliable"})]
)
def test_the_legend_says_only_what_is_shown(given: Any, shown: set[str]) -> None:
    words = store.rulebook("indh").on(DAY)
    legend = answers.flagged(given, words)
    assert {name for name in ("careful", "unreliable") if legend.get(name)} == shown
    assert not shown or ("15" in legend["careful_cv"] and "30" in legend["unreliable_cv"])
