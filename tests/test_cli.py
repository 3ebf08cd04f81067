"""`tiwizi ...` as a person and as a program use it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tiwizi.cli import main
from tiwizi.store import RULEBOOKS

ARGUMENTS = ["plan", "05.301", "--envelope", "32000000", "--on", "2026-11-23"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(("language", "name"), [("ar", "أكلموس"), ("fr", "Aguelmous"), ("en", "Aguelmous")])
def test_the_plan_is_printed_in_the_language_asked(language: str, name: str) -> None:
    result = run(*ARGUMENTS, "--language", language)
    assert result.exit_code == 0, result.output
    assert name in result.output
    assert re.sub(r"\D", "", "32000000") in re.sub(r"[^\d\n]", "", result.output)


def test_the_plan_for_machines_is_one_object_with_the_rows_of_the_tables() -> None:
    plan = json.loads(run(*ARGUMENTS, "--format", "json").stdout)
    assert {"place", "envelope_dh", "rulebook", "places", "measures", "shares"} <= set(plan)
    assert sum(row["amount_dh"] for row in plan["shares"]) == plan["envelope_dh"] == 32_000_000
    assert len(plan["rulebook"]["version"]) == 12


def test_everything_is_written_and_the_same_twice(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        assert run(*ARGUMENTS, "--language", "ar", "--out", str(folder)).exit_code == 0
    names = sorted(path.name for path in folders[0].iterdir())
    assert {
        "shares.csv",
        "shares.parquet",
        "reasons.csv",
        "measures.csv",
        "plan.xlsx",
        "map.svg",
        "map.png",
        "report.pdf",
    } <= set(names)
    assert not [name for name in names if name.startswith(".")]
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_an_unknown_place_leaves_with_one_and_says_what_may_be_meant(tmp_path: Path) -> None:
    result = run("plan", "5.301", "--envelope", "1000000", "--out", str(tmp_path / "out"), "--language", "en")
    assert result.exit_code == 1
    assert "Did you mean 05.301 (Khénifra)" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("envelope", ["0", "-5", "12.5", "much"])
def test_an_envelope_that_is_no_money_is_refused(envelope: str) -> None:
    assert run("plan", "05.301", "--envelope", envelope).exit_code == 2


def test_a_day_that_is_none_is_refused() -> None:
    result = run("plan", "05.301", "--envelope", "1000000", "--on", "23/11/2026")
    assert result.exit_code == 2
    assert "write it as 2026-01-31" in result.output


def test_a_right_rulebook_is_said_right_and_a_wrong_one_wrong(tmp_path: Path) -> None:
    assert "the rulebook is right" in run("rulebook", "check", "indh", "--language", "en").output
    for file in (RULEBOOKS / "indh").glob("*.toml"):
        (tmp_path / file.name).write_text(
            file.read_text(encoding="utf-8").replace("assumed = true", "assumed = maybe", 1), encoding="utf-8"
        )
    result = run("rulebook", "check", str(tmp_path), "--language", "en")
    assert result.exit_code == 1
    assert "file allocation.toml" in result.stderr
    assert "file indices.toml" in result.stderr


@pytest.mark.parametrize(
    ("language", "label", "assumed"), [("fr", "Poids : Chômage", "hypothèse"), ("ar", "وزن: البطالة", "فرضية")]
)
def test_every_number_of_the_rulebook_is_shown_with_its_source_or_as_assumed(language: str, label: str, assumed: str) -> None:
    result = run("rulebook", "show", "--on", "2026-11-23", "--language", language)
    assert result.exit_code == 0
    assert label in result.output
    assert assumed in result.output
    assert "INDH, phase III" in result.output


def test_the_numbers_for_machines() -> None:
    rows = json.loads(run("rulebook", "show", "--on", "2026-11-23", "--format", "json", "--language", "en").stdout)
    part = next(row for row in rows if row["key"] == "programme.toml:programmes[1].part")
    assert (part["value"], part["assumed"], part["source"]["url"][:8]) == ("2/9", False, "https://")


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("tiwizi")
    process = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert process.stdout.startswith("tiwizi, version ")


@pytest.mark.parametrize("sign", ["\x07", "\ufffe", "\udcff"])
def test_an_argument_with_a_sign_that_no_text_holds_is_refused_in_words(sign: str) -> None:
    done = run("plan", f"05{sign}.301", "--envelope", "1000")
    assert done.exit_code == 1
    assert f"argument 2: it holds the sign U+{ord(sign):04X}" in done.stderr
