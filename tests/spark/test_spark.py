"""The same functions on Spark: conditions, judgements and totals come out with the same bits as from Polars."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal
from tests.survey.made_up import households, places

from tiwizi import store
from tiwizi.cli import main
from tiwizi.core.errors import BadData, say
from tiwizi.core.poverty.deprivation import Indicator, deprivations, missing_answers, unanswered, without
from tiwizi.core.poverty.totals import Scheme, totals
from tiwizi.core.rulebook.conditions import condition
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.survey import assess, assessed_again

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", date(2024, 9, 1))


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """Households with missing answers and a unit a commune that nobody answered in full."""
    table = households().rename({"commune": "place"})
    return table.with_columns(
        pl.when(pl.col("household") % 17 == 0).then(None).otherwise(pl.col("sewer")).alias("sewer"),
        pl.when(pl.col("household") % 23 == 0).then(None).otherwise(pl.col("water_minutes")).alias("water_minutes"),
    )


@pytest.fixture(scope="module")
def cluster(spark: Any, rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same rows as a Spark DataFrame, read from Parquet."""
    path = tmp_path_factory.mktemp("spark") / "households.parquet"
    rows.write_parquet(path)
    return spark.read.parquet(str(path))


def collected(frame: nw.LazyFrame[Any], *keys: str) -> pl.DataFrame:
    return pl.DataFrame(frame.collect("polars").to_native()).sort(keys)


@pytest.mark.parametrize(
    "text",
    [
        "water_minutes > 30 or sewer in ['none', 'pit']",
        "not electricity and missing(sewer)",
        "people * 2 - 1 != 3",
        "electricity == 1",
    ],
)
def test_conditions_say_the_same(cluster: Any, rows: pl.DataFrame, text: str) -> None:
    both = []
    for frame in (nw.from_native(cluster), nw.from_native(rows.lazy())):
        expression = condition(text, schema=frame.collect_schema(), where=say("test")).expression
        both.append(collected(frame.select("household", told=expression), "household"))
    assert_frame_equal(*both)


def test_judgements_and_missing_answers_are_the_same(cluster: Any, rows: pl.DataFrame, rules: Deprivations) -> None:
    fewer = without(rules, unanswered(rules, rows.columns))
    both = [deprivations(frame, rules=fewer) for frame in (cluster, rows)]
    assert_frame_equal(*(collected(frame, "household") for frame in both), check_dtypes=False)
    assert_frame_equal(*(missing_answers(frame, rules=fewer) for frame in both))


@pytest.mark.parametrize("whole", [True, False])
def test_totals_have_the_same_bits(cluster: Any, rows: pl.DataFrame, rules: Deprivations, whole: bool) -> None:
    fewer = without(rules, unanswered(rules, rows.columns))
    weighted = [Indicator(indicator.code, indicator.dimension, indicator.weight.value) for indicator in fewer.indicators]
    scheme = Scheme("", {indicator.code: indicator.weight for indicator in weighted}, (Fraction(1, 3),), (Fraction(1, 5),))
    judged = [deprivations(frame, rules=fewer, by=["area"]) for frame in (cluster, rows)]
    if whole:
        judged = [frame.with_columns(weight=nw.col("household") % 7 + 1) for frame in judged]
    first, other = (totals(frame, indicators=weighted, schemes=[scheme], by=["area"]) for frame in judged)
    assert (first.scale > 1) is not whole
    assert first.keys.equals(other.keys)
    assert np.array_equal(first.counts, other.counts)


def test_an_assessment_is_the_same_to_the_last_digit(cluster: Any, rows: pl.DataFrame, rules: Deprivations) -> None:
    over = [("cercle",), ("place", "area")]
    first, other = (assess(frame, rules=rules, over=over, places=places()) for frame in (cluster, rows))
    assert_frame_equal(first.figures, other.figures, check_exact=True)


def test_samples_drawn_again_on_a_cluster_have_the_same_bits(spark: Any, rows: pl.DataFrame, rules: Deprivations) -> None:
    over = [("place",), ("place", "area")]
    made = assess(rows, rules=rules, over=over)
    first, other = (
        assessed_again(made, rules=rules, over=over, replicates=60, seed=2, spark=session) for session in (spark, None)
    )
    assert first["bootstrap_error"].null_count() == 0
    assert_frame_equal(first, other, check_exact=True)


def test_bad_rows_are_refused_there_too(cluster: Any, rules: Deprivations) -> None:
    bad = nw.from_native(cluster).with_columns(weight=nw.col("weight") - 3)
    with pytest.raises(BadData, match=r"rows have a weight or a number of people that is missing, negative"):
        assess(bad, rules=rules)


def test_the_name_of_a_subgroup_with_a_sign_that_cannot_be_seen_is_refused_there_too(cluster: Any, rules: Deprivations) -> None:
    odd = nw.from_native(cluster).with_columns(
        area=nw.when(nw.col("household") == 3).then(nw.lit("ur\x1bban")).otherwise(nw.col("area"))
    )
    with pytest.raises(BadData, match=r"column area: it holds the sign U\+001B"):
        assess(odd, rules=rules, over=[("area",)])


def test_the_command_line_takes_a_master(spark: Any, rows: pl.DataFrame, tmp_path: Path) -> None:
    rows.write_parquet(tmp_path / "a.parquet")
    both = [
        CliRunner().invoke(
            main, ["poverty", str(tmp_path / "a.parquet"), "--by", "area", "--format", "json", "--bootstrap", "60", *engine]
        )
        for engine in (["--engine", "spark", "--master", "local[2]"], [])
    ]
    assert [result.exit_code for result in both] == [0, 0], both[0].output
    assert both[0].stdout.splitlines()[-1] == both[1].stdout.splitlines()[-1]
