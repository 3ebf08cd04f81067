"""The assumptions of made-up households are checked as the other subjects of a rulebook are, each lack with its line."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tiwizi import store
from tiwizi.cli import main
from tiwizi.core.errors import BadRulebook
from tiwizi.core.synthetic.rulebook import read_synthesis
from tiwizi.store import RULEBOOKS

TEXT = (RULEBOOKS / "indh" / "synthetic" / "households.toml").read_text(encoding="utf-8")


def problems_of(old: str, new: str, day: date | None = None) -> list[str]:
    assert old in TEXT
    _rules, problems = read_synthesis("synthetic/households.toml", TEXT.replace(old, new, 1), day)
    return [problem.text() for problem in problems]


def test_the_file_that_is_carried_is_right() -> None:
    rules, problems = read_synthesis("synthetic/households.toml", TEXT)
    assert not problems
    assert rules == store.synthesis("indh")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("assumed = true\n", "", r"source"),
        ("assumed = true", "assumed = maybe", r"this is not TOML"),
        ("checked = 2026-11-24\n", "", r"checked"),
        ('unit = "weight"\n', "", r"unit"),
        ('unit = "weight"', 'unit = "wieght"', r"wieght"),
        ('ar = "حجم الأسرة: نسبته عند كل درجة عسر إضافية", ', "", r"ar"),
        ("value = 0.4 }", "value = 1.4 }", r"1"),
        ("[head_women]", "[head_woman]", r"head_women"),
        ("value = 0.35 }", "value = 0.45 }", r"the shares of the classes sum to 11/10, not to 1"),
        ('answer = "none"', 'answer = "network"', r"the answer network of water_source is listed twice"),
    ],
)
def test_what_is_wrong_is_refused_with_its_file(old: str, new: str, message: str) -> None:
    if new == "value = 0.45 }":
        old = TEXT[TEXT.index('code = "strained"') : TEXT.index("value = 0.35 }", TEXT.index('code = "strained"')) + len(new)]
        new = old.replace("0.35", "0.45")
    problems = problems_of(old, new)
    assert problems
    assert all("synthetic/households.toml" in problem for problem in problems)
    assert any(message in problem for problem in problems), problems


def test_shares_of_the_sources_of_water_make_up_a_whole() -> None:
    start = TEXT.index("[water_sources.rural]")
    value = TEXT[start : TEXT.index("}]", start)]
    problems = problems_of(value, value.rsplit("=", 1)[0] + "= 0.99 ")
    assert any("the shares of the sources of water sum to" in problem and "(rural)" in problem for problem in problems)


def test_a_number_that_holds_later_has_no_value_before() -> None:
    assert any("2020-01-01" in problem for problem in problems_of("size_step", "size_step", date(2020, 1, 1)))


# The command


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A rulebook of one's own."""
    for file in (RULEBOOKS / "indh").rglob("*.toml"):
        beside = tmp_path / "own" / file.relative_to(RULEBOOKS / "indh")
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path / "own"


def check(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["rulebook", "check", str(folder), "--language", "en"])
    return result.exit_code, result.output + result.stderr


def test_the_check_reads_made_up_households_too(copied: Path) -> None:
    assert check(copied)[0] == 0
    file = copied / "synthetic" / "households.toml"
    file.write_text(TEXT.replace("checked = 2026-11-24\n", "", 1), encoding="utf-8")
    code, output = check(copied)
    assert code == 1
    assert "file synthetic/households.toml" in output


def test_the_check_says_what_is_wrong_everywhere_at_once(copied: Path) -> None:
    for name in ("allocation.toml", "synthetic/households.toml"):
        text = (copied / name).read_text(encoding="utf-8")
        (copied / name).write_text(text.replace("assumed = true", "assumed = maybe", 1), encoding="utf-8")
    code, output = check(copied)
    assert code == 1
    assert "file allocation.toml" in output
    assert "file synthetic/households.toml" in output


def test_a_file_of_another_subject_is_refused(copied: Path) -> None:
    (copied / "synthetic" / "household.toml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(BadRulebook, match=r"file synthetic/household.toml: this subject is not known"):
        store.synthesis(copied)


def test_a_rulebook_without_made_up_households_is_right(copied: Path) -> None:
    (copied / "synthetic" / "households.toml").unlink()
    (copied / "synthetic").rmdir()
    assert check(copied)[0] == 0
    assert store.synthesis(copied) is None


def test_every_assumption_is_shown_with_the_rulebook() -> None:
    shown = CliRunner().invoke(main, ["rulebook", "show", "--on", "2026-11-23", "--language", "en"]).output
    assert "synthetic/households.toml" in shown
    assert "Share of households headed by a woman" in shown
