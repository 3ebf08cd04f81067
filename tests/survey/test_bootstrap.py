"""Samples drawn again: beside linearised errors, by hand, with the same bits from every worker, withheld where figures are."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal
from tests.survey.made_up import households, places

from tiwizi import store
from tiwizi.cli import main
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.survey import Assessment, assess, assessed_again
from tiwizi.survey.bootstrap import replicated
from tiwizi.survey.by_area import by_area, generator_of

OVER = [("place",), ("cercle",), ("area",)]


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", date(2024, 9, 1))


@pytest.fixture(scope="module")
def made(rules: Deprivations) -> Assessment:
    return assess(households(count=1_500).rename({"commune": "place"}), rules=rules, over=OVER, places=places())


def again(made: Assessment, rules: Deprivations, **drawing: Any) -> pl.DataFrame:
    return assessed_again(made, rules=rules, over=OVER, places=places(), **{"replicates": 400, "seed": 3, **drawing})


def test_errors_drawn_again_lie_beside_the_linearised_ones(made: Assessment, rules: Deprivations) -> None:
    drawn = again(made, rules)
    assert drawn.height == 3 * (1 + 3 + 2 + 2)
    assert drawn["replicates"].to_list() == [400] * drawn.height
    ratio = (drawn["bootstrap_error"] / drawn["error"]).to_numpy()
    # Four hundred draws tell an error to about a twenty-eighth of itself.
    assert (np.abs(ratio - 1) < 0.2).all()
    assert abs(ratio.mean() - 1) < 0.05
    assert (drawn["bootstrap_low"] < drawn["value"]).all()
    assert (drawn["value"] < drawn["bootstrap_high"]).all()


def test_two_units_of_a_stratum_by_hand() -> None:
    """One unit is drawn of two and counts double: H is the first's, the second's, and each half of the time."""
    rows = pl.DataFrame(
        {
            "stratum": [0, 0],
            "unit": [0, 1],
            "units": [2, 2],
            "left": [1.0, 1.0],
            "people": [10.0, 10.0],
            "poor_0": [1.0, 3.0],
            "load_0": [0.5, 1.5],
        }
    )
    errors = replicated(rows, generator_of(1, "a"), cutoffs=[0], replicates=4_000, confidence=0.95)
    head = errors.row(0, named=True)
    assert (head["measure"], head["bootstrap_low"], head["bootstrap_high"]) == ("headcount_ratio", 0.1, pytest.approx(0.3))
    assert head["bootstrap_error"] == pytest.approx(0.1, rel=0.01)
    surveyed = replicated(
        rows.with_columns(left=pl.lit(0.25)), generator_of(1, "a"), cutoffs=[0], replicates=4_000, confidence=0.95
    )
    assert surveyed["bootstrap_error"][0] == pytest.approx(0.05, rel=0.01)
    alone = replicated(rows.with_columns(units=pl.lit(1)), generator_of(1, "a"), cutoffs=[0], replicates=60, confidence=0.95)
    assert alone["bootstrap_error"].to_list() == pytest.approx([0.0] * 3)


def test_processes_give_the_bits_of_one(made: Assessment, rules: Deprivations) -> None:
    alone, two = (again(made, rules, replicates=60, workers=count) for count in (1, 2))
    assert_frame_equal(alone, two, check_exact=True)


def drawn(rows: pl.DataFrame, draws: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame({"sum": [float((rows["value"].to_numpy() * draws.random(rows.height)).sum())]})


def test_an_area_draws_the_same_beside_any_others_in_any_order() -> None:
    rows = pl.DataFrame({"area": ["a", "b", "c"] * 20, "value": np.arange(60.0)})
    whole = by_area(rows, drawn, area="area", returns={"sum": pl.Float64}, seed=5)
    shuffled = by_area(rows.sample(fraction=1, shuffle=True, seed=1), drawn, area="area", returns={"sum": pl.Float64}, seed=5)
    alone = by_area(rows.filter(area="b"), drawn, area="area", returns={"sum": pl.Float64}, seed=5)
    assert_frame_equal(whole, shuffled, check_exact=True)
    assert whole.row(1) == alone.row(0)
    assert whole["area"].to_list() == ["a", "b", "c"]
    twins = by_area(rows.with_columns(value=pl.lit(1.0)), drawn, area="area", returns={"sum": pl.Float64}, seed=5)
    assert twins["sum"].n_unique() == 3
    other = by_area(rows, drawn, area="area", returns={"sum": pl.Float64}, seed=6)
    assert not set(other["sum"]) & set(whole["sum"])


def test_a_withheld_figure_is_withheld_when_drawn_again(rules: Deprivations) -> None:
    sparse = assess(households(sparse=True).rename({"commune": "place"}), rules=rules, over=[("place",)], places=places())
    drawn = assessed_again(sparse, rules=rules, over=[("place",)], places=places(), replicates=60, seed=1)
    hidden = drawn.filter(pl.col("place") == "P1.2.1")
    assert hidden.height == 3
    assert (
        hidden.select("value", "error", "bootstrap_error", "bootstrap_low", "bootstrap_high", "replicates").null_count().row(0)
        == (3,) * 6
    )
    assert drawn.filter(pl.col("place").is_null())["bootstrap_error"].null_count() == 0


def test_what_cannot_be_drawn_is_refused(made: Assessment, rules: Deprivations) -> None:
    with pytest.raises(BadData, match=r"49 replicates from the seed 3: at least 50"):
        again(made, rules, replicates=49)
    with pytest.raises(BadData, match=r"60 replicates from the seed -1: at least 50"):
        again(made, rules, replicates=60, seed=-1)
    census = assess(households().drop("weight").rename({"commune": "place"}), rules=rules)
    with pytest.raises(Refused, match=r"all households were counted: there is no sample to draw again"):
        assessed_again(census, rules=rules, over=[], replicates=60)


def test_the_command_line_writes_the_table(tmp_path: Path) -> None:
    households().rename({"commune": "place"}).write_parquet(tmp_path / "a.parquet")
    shared = ["poverty", str(tmp_path / "a.parquet"), "--by", "place", "--bootstrap", "60", "--seed", "4"]
    shown = CliRunner().invoke(main, [*shared, "--out", str(tmp_path / "out"), "--language", "fr"])
    assert shown.exit_code == 0, shown.output
    table = pl.read_parquet(tmp_path / "out" / "bootstrap.parquet")
    assert table.columns == [
        *("place", "scheme", "cutoff", "measure", "value", "error", "low", "high"),
        *("bootstrap_error", "bootstrap_low", "bootstrap_high", "replicates"),
    ]
    result = CliRunner().invoke(main, [*shared, "--format", "json"])
    assert len(json.loads(result.stdout)["bootstrap"]) == table.height
