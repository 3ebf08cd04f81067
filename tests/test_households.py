"""Households made up for real places: the census's margins met, the same file each time, and never half of one."""

import json
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tiwizi import store
from tiwizi.cli import main
from tiwizi.cli.households import MARGINS
from tiwizi.core.errors import BadData
from tiwizi.core.poverty import deprivation
from tiwizi.core.rulebook.toml_reader import numbers_in
from tiwizi.core.synthetic.rules import Synthesis
from tiwizi.language import LANGUAGES
from tiwizi.sources import household_files, morocco
from tiwizi.sources import households as census

KHENIFRA = "05.301"
ASSUMED = list(numbers_in(census.assumptions()))
EL_KBAB = "05.301.03.05"  # a rural commune with a town in it
WITHHELD = "12.391.05.07"  # ten households, whose shares the census withholds


@pytest.fixture(scope="module")
def rules() -> Synthesis:
    return census.assumptions()


@pytest.fixture(scope="module")
def khenifra_households(rules: Synthesis) -> pl.DataFrame:
    return pl.concat(census.households(census.margins(KHENIFRA, rules=rules), rules=rules, seed=1))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["households", *arguments])


# The margins


def test_households_and_people_of_the_province_are_those_of_the_census(khenifra_households: pl.DataFrame) -> None:
    published = morocco.census(KHENIFRA, years=[2024]).filter((pl.col("place") == KHENIFRA) & (pl.col("milieu") == "total"))
    assert khenifra_households.height == published["households"][0] == 100_159
    assert int(khenifra_households["people"].sum()) == published["population"][0] == 367_963
    assert khenifra_households["household"].n_unique() == khenifra_households.height


def test_each_margin_is_less_than_a_tenth_of_a_point_off_on_average(khenifra_households: pl.DataFrame) -> None:
    gaps = census.gaps(census.counted(khenifra_households))
    assert set(gaps["margin"]) == set(MARGINS)
    assert gaps["communes"].unique().to_list() == [22]
    assert gaps.filter(pl.col("mean_gap") >= 0.1).is_empty(), gaps


def test_gaps_tell_a_margin_that_is_off(khenifra_households: pl.DataFrame) -> None:
    dark = khenifra_households.with_columns(electricity=pl.lit(1, dtype=pl.Int8))
    published = census.gaps(census.counted(dark)).filter(pl.col("margin") == "electricity")
    assert published["mean_gap"][0] > 1


def test_a_town_and_its_country_have_margins_of_their_own(khenifra_households: pl.DataFrame) -> None:
    shares = (
        khenifra_households.filter(pl.col("place") == EL_KBAB)
        .group_by("area")
        .agg(pl.len(), water=(pl.col("water_source") == "network").mean())
        .sort("area")
    )
    assert shares["area"].to_list() == ["rural", "urban"]
    assert shares["len"].to_list() == [1556, 2324]
    assert shares["water"].to_list() == pytest.approx([0.184, 0.989], abs=0.0005)


def test_strata_are_the_town_and_the_country_of_the_province(khenifra_households: pl.DataFrame) -> None:
    assert set(khenifra_households["stratum"]) == {"05.301-urban", "05.301-rural"}
    assert khenifra_households.group_by("psu").agg(pl.col("stratum").n_unique())["stratum"].max() == 1
    sizes = khenifra_households.group_by("psu").len()["len"].to_list()
    assert 80 <= sorted(sizes)[len(sizes) // 2] <= 120


def test_what_the_census_withholds_is_that_of_a_larger_place_and_is_said(rules: Synthesis) -> None:
    margins = census.margins(WITHHELD, rules=rules)
    assert margins.borrowed == (f"{WITHHELD} (rural)",)
    frame = pl.concat(census.households(margins, rules=rules, seed=1))
    assert (frame.height, int(frame["people"].sum())) == (margins.households, margins.parts[0].people)


def test_there_is_an_adult_for_each_household_where_the_ages_leave_too_few() -> None:
    ages = dict.fromkeys((*census._OVER_15, *census._OVER_60), 0.0) | {"age_0_4": 50.0, "age_5_9": 0.0, "age_10_14": 40.0}
    assert census._age_counts(ages | {"age_30_34": 10.0}, 5, 10) == (1, 0, 2, 2, 5, 0)


@pytest.mark.parametrize("code", ["05.301.03.05", "05.301.03", "05.301.01.01-P", "05.301", "05"])
def test_every_level_of_the_tree_can_be_asked_for(code: str, rules: Synthesis) -> None:
    wanted = morocco.places(code).filter(pl.col("level") == "commune")["place"].to_list()
    assert {part.place for part in census.margins(code, rules=rules).parts} == set(wanted)


def test_the_country_has_all_its_households(rules: Synthesis) -> None:
    margins = census.margins("MA", rules=rules)
    assert (margins.households, sum(part.people for part in margins.parts)) == (9_275_038, 36_490_591)
    keys = {part.key for part in margins.parts}
    assert len(keys) == len(margins.parts) == 1663
    ranges = sorted((part.first, part.first + part.households) for part in margins.parts)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


def test_a_place_that_is_not_there_is_refused(rules: Synthesis) -> None:
    with pytest.raises(BadData, match=r"no place of Morocco has the code '5\.301'"):
        census.margins("5.301", rules=rules)


# The same rows


def test_a_commune_has_the_same_households_alone_and_in_its_province(khenifra_households: pl.DataFrame, rules: Synthesis) -> None:
    alone = pl.concat(census.households(census.margins(EL_KBAB, rules=rules), rules=rules, seed=1))
    assert alone.equals(khenifra_households.filter(pl.col("place") == EL_KBAB))


def test_processes_change_nothing(rules: Synthesis) -> None:
    margins = census.margins("05.301.03", rules=rules)
    alone, two = (pl.concat(census.households(margins, rules=rules, seed=1, processes=count)) for count in (1, 2))
    assert alone.equals(two)


@pytest.mark.parametrize("suffix", household_files.SUFFIXES)
def test_the_same_file_twice_to_the_byte(suffix: str, tmp_path: Path, rules: Synthesis) -> None:
    margins = census.margins("05.301.03", rules=rules)
    paths = [tmp_path / f"{name}{suffix}" for name in ("one", "two")]
    for path in paths:
        household_files.write(margins, path, rules=rules, seed=1)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    other = household_files.write(margins, tmp_path / f"other{suffix}", rules=rules, seed=2)
    assert other.path.read_bytes() != paths[0].read_bytes()


# The file


def test_the_file_says_that_it_is_synthetic_and_holds_the_rows(tmp_path: Path, rules: Synthesis) -> None:
    path = tmp_path / "made.parquet"
    margins = census.margins("05.301.03", rules=rules)
    written = household_files.write(margins, path, rules=rules, seed=1)
    assert pq.ParquetFile(path).metadata.metadata[b"synthetic"] == b"true"
    frame = pl.read_parquet(path)
    assert frame["synthetic"].all()
    assert frame.equals(pl.concat(census.households(margins, rules=rules, seed=1)))
    assert (written.rows, written.stands_for) == (frame.height, margins.households)
    assert [path.name for path in tmp_path.iterdir()] == ["made.parquet"]


def test_a_csv_file_has_one_heading_and_the_same_rows(tmp_path: Path, rules: Synthesis) -> None:
    path = tmp_path / "made.csv"
    margins = census.margins("05.301.03", rules=rules)
    household_files.write(margins, path, rules=rules, seed=1)
    frame = pl.concat(census.households(margins, rules=rules, seed=1))
    assert pl.read_csv(path, schema_overrides=frame.schema, infer_schema_length=0).equals(frame)


def test_the_file_answers_all_that_the_poverty_rules_ask(khenifra_households: pl.DataFrame) -> None:
    asked = store.rulebook("indh").on(date(2026, 11, 24)).deprivations
    assert asked is not None
    assert deprivation.unanswered(asked, khenifra_households.columns) == {}
    for answer in asked.answers:
        if answer.among:
            assert set(khenifra_households[answer.column]) <= set(answer.among), answer.column
    judged = deprivation.deprivations(khenifra_households, rules=asked).collect("polars").to_native()
    headcounts = pl.DataFrame(judged).select(pl.col(*(indicator.code for indicator in asked.indicators)).mean())
    assert all(0 < share < 0.9 for share in headcounts.row(0)), headcounts


@pytest.mark.parametrize("suffix", household_files.SUFFIXES)
def test_a_stopped_run_leaves_what_was_there(suffix: str, tmp_path: Path, rules: Synthesis) -> None:
    path = tmp_path / f"made{suffix}"
    path.write_bytes(b"the last whole file")
    seen: list[int] = []

    def stop(done: int, _total: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(BaseException):  # noqa: B017, PT011
        household_files.write(census.margins(KHENIFRA, rules=rules), path, rules=rules, seed=1, progress=stop)
    assert len(seen) == 3
    assert path.read_bytes() == b"the last whole file"
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


def test_a_sample_is_drawn_in_two_stages(tmp_path: Path, rules: Synthesis) -> None:
    margins = census.margins(KHENIFRA, rules=rules)
    written = household_files.write(margins, tmp_path / "sample.parquet", rules=rules, seed=1, share=0.05)
    frame = pl.read_parquet(tmp_path / "sample.parquet")
    assert written.rows == frame.height == pytest.approx(0.05 * margins.households, rel=0.02)
    assert int(frame["weight"].sum()) == pytest.approx(margins.households, rel=0.01)
    assert int((frame["weight"] * frame["people"]).sum()) == pytest.approx(367_963, rel=0.03)
    assert frame.group_by("psu").len()["len"].max() == 20
    assert frame.group_by("stratum").agg(pl.col("population_psus").n_unique())["population_psus"].to_list() == [1, 1]
    assert written.gaps is None


# The assumptions


def test_every_number_of_the_assumptions_says_that_it_is_one(rules: Synthesis) -> None:
    numbers = list(numbers_in(rules))
    assert len(numbers) > 50
    assert all(number.assumed and number.source is None for number in numbers)
    assert sum(household_class.share.value for household_class in rules.classes) == 1
    for area in ("urban", "rural"):
        assert sum(getattr(water_source, area).value for water_source in rules.water_sources) == 1


def test_the_assumptions_name_the_categories_of_the_census(rules: Synthesis) -> None:
    tree = tomllib.loads(census.ASSUMPTIONS.read_text(encoding="utf-8"))
    declared: dict[str, set[str]] = {}
    for category in tree["categories"]:
        declared.setdefault(category["margin"], set()).add(category["answer"])
    assert declared == {margin: set(columns) for margin, columns in census.CATEGORIES.items()}


# The command


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_the_file_and_prints_each_margin(language: str, tmp_path: Path) -> None:
    out = tmp_path / "made.parquet"
    result = run(KHENIFRA, "--out", str(out), "--language", language)
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(out, columns=["household"]).height == 100_159
    lines = result.output.splitlines()
    if language == "en":
        assert lines[0] == f"100,159 made-up households of 05.301 in {out}."
        assert "They are synthetic" in lines[1]
        listed = lines.index(f"Parameters that no public source states, and that are therefore assumptions: {len(ASSUMED)}.")
        assert len(lines) - listed - 1 == len(ASSUMED)
        margin_lines = [line for line in lines[listed + 1 :] if "Share of households headed by a woman" in line]
        assert [line.rpartition(": ")[2] for line in margin_lines] == ["0.19 share"]
        assert any(line.startswith("  disability ") and line.endswith("points") for line in lines)
    assert len([line for line in lines if line.startswith("  ")]) == len(MARGINS) + 1


def test_the_command_for_machines_gives_the_gaps(tmp_path: Path) -> None:
    out = tmp_path / "made.csv"
    report = json.loads(run(EL_KBAB, "--out", str(out), "--format", "json").stdout)
    assert (report["place"], report["rows"], report["households"], report["synthetic"]) == (EL_KBAB, 3880, 3880, True)
    assert {row["margin"] for row in report["margins"]} == set(MARGINS)
    assert all(row["mean_gap"] < 1 for row in report["margins"])
    assert len(report["assumptions"]) == len(ASSUMED)
    assumption = next(row for row in report["assumptions"] if row["key"] == "households.toml:head_women")
    assert (assumption["value"], assumption["unit"], assumption["checked"]) == ("19/100", "share", "2026-11-24")


def test_the_command_draws_a_sample(tmp_path: Path) -> None:
    result = run(KHENIFRA, "--out", str(tmp_path / "made.csv"), "--sample", "0.02", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "out of 100,159" in result.output
    assert run(KHENIFRA, "--out", str(tmp_path / "other.csv"), "--sample", "2").exit_code == 2


REFUSALS = [
    ("5.301", "made.parquet", "Did you mean 05.301 (Khénifra)"),
    (KHENIFRA, "made.xlsx", "End its name in one of: .parquet, .csv."),
    (KHENIFRA, "made", "the name does not say which kind of file to write"),
    (KHENIFRA, "nowhere/made.csv", "Make the folder first"),
    (KHENIFRA, "folder.csv", "this is a folder"),
]


@pytest.mark.parametrize(("place", "name", "message"), REFUSALS)
def test_the_command_refuses_with_a_sentence_and_writes_nothing(place: str, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    result = run(place, "--out", str(tmp_path / name), "--language", "en")
    assert result.exit_code == 1
    assert message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_place_where_nothing_can_be_written_is_refused() -> None:
    result = run("05.301.03.05", "--out", "/proc/made.csv", "--language", "en")
    assert result.exit_code == 1
    assert "this cannot be written" in result.stderr
