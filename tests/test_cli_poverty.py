"""`tiwizi poverty` as a person and as a program use it."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from tests.survey.made_up import households

from tiwizi.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["poverty", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "survey.parquet"
    households().write_parquet(path)
    return str(path)


def test_figures_are_printed_with_their_intervals(file: str) -> None:
    result = run(file, "--place", "commune", "--by", "place", "--by", "place,area", "--k", "1/3,1/5", "--language", "fr")
    assert result.exit_code == 0, result.output
    assert "P1.2.1" in result.stdout
    assert "[" in result.stdout
    assert "1/5" in result.stdout


def test_machines_get_every_row_and_note(file: str) -> None:
    report = json.loads(run(file, "--place", "commune", "--by", "place", "--format", "json").stdout)
    assert report["series"].startswith("Household deprivations, without")
    assert {row["measure"] for row in report["figures"]} >= {"headcount_ratio", "contribution_water", "population_share"}
    assert any("Left out" in note for note in report["notes"])


def test_tables_are_written(file: str, tmp_path: Path) -> None:
    assert run(file, "--place", "commune", "--out", str(tmp_path / "out")).exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("poverty.csv", "poverty.parquet", "missing_answers.csv", "missing_answers.parquet")
    }
    assert pl.read_parquet(tmp_path / "out" / "poverty.parquet").filter(pl.col("measure") == "headcount_ratio").height == 1


def test_columns_are_mapped_by_name(file: str) -> None:
    moved = Path(file).with_name("moved.parquet")
    households().rename({"water_source": "Q7", "people": "Size"}).write_parquet(moved)
    by_code = run(file, "--place", "commune", "--format", "json")
    other = run(str(moved), "--place", "commune", "--people", "Size", "--map", "water_source=Q7", "--format", "json")
    assert json.loads(by_code.stdout)["figures"] == json.loads(other.stdout)["figures"]


def test_a_file_of_judgements_is_taken_with_its_weights(tmp_path: Path) -> None:
    (tmp_path / "weights.toml").write_text('[one]\na = "1/2"\n[two]\nb = "1/2"\n', encoding="utf-8")
    rows = pl.DataFrame({"place": ["x"] * 40, "people": [1] * 40, "a": [1, 0] * 20, "b": [1, 0, 0, 0] * 10})
    rows.write_csv(tmp_path / "judged.csv")
    report = json.loads(
        run(str(tmp_path / "judged.csv"), "--weights", str(tmp_path / "weights.toml"), "--k", "1", "--format", "json").stdout
    )
    by_measure = {row["measure"]: row["value"] for row in report["figures"] if row["cutoff"] == "1"}
    assert (by_measure["headcount_ratio"], by_measure["adjusted_headcount"]) == (0.25, 0.25)


def test_the_order_of_places_is_tried_at_other_cutoffs_and_weights(file: str) -> None:
    result = run(file, "--place", "commune", "--robust", "place", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "between 3 places hold at every cutoff from 1/5 to 1/2." in result.output
    assert "hold whichever dimension weighs one half." in result.output
    robust = json.loads(run(file, "--place", "commune", "--robust", "place", "--format", "json").stdout)["robustness"]
    assert robust["places"] == 3
    assert {row["variant"] for row in robust["weights"]["agreement"]} == {"education", "health", "living"}
    assert len(robust["cutoffs"]["agreement"]) == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.parquet"], "there is no such file"),
        (["FILE"], "the column place is missing"),
        (["FILE", "--place", "commune", "--by", "county"], "there is no column and no level called county"),
        (["FILE", "--place", "nothing"], "there is no column nothing"),
        (["FILE", "--place", "commune", "--by", "province"], "places are not in the tree"),
    ],
)
def test_what_is_wrong_is_said_and_leaves_with_one(file: str, arguments: list[str], message: str) -> None:
    result = run(*[file if argument == "FILE" else argument for argument in arguments], "--language", "en")
    assert result.exit_code == 1
    assert message in result.output


@pytest.mark.parametrize("arguments", [["--k", "a"], ["--map", "water_source"], ["--k", "1/0"]])
def test_arguments_that_mean_nothing_are_refused(file: str, arguments: list[str]) -> None:
    assert run(file, *arguments).exit_code == 2
