"""The house rules that a machine can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiwizi import store
from tiwizi.core.places.census_measures import DEFINITIONS
from tiwizi.core.rulebook import rulebook
from tiwizi.plan import Plan

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of each function of a file, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield node.name, (node.end_lineno or node.lineno) - first.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert [name for name, length in functions(path) if length > 60] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_everything_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body
    public = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_most_functions_are_shorter_than_25_lines() -> None:
    lengths = sorted(length for path in SOURCES for _name, length in functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_lock_files_name_no_host_and_carry_hashes() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("==") >= (1 if lock.stem == "node" else 30)
        pinned = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n(?:    --hash[^\n]*\n)+", text, flags=re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, flags=re.MULTILINE))


def test_every_criterion_names_measures_that_exist(khenifra: Plan) -> None:
    known = set(khenifra.measures["measure"].unique().to_list())
    for criterion in khenifra.rules.allocation.criteria:
        assert set(criterion.measures) <= known, criterion.code


def test_every_measure_of_the_census_is_defined_and_in_the_plan(khenifra: Plan) -> None:
    assert set(DEFINITIONS) <= set(khenifra.measures["measure"].unique().to_list())
    for definition in DEFINITIONS.values():
        assert str(definition.meaning)


def test_every_number_of_the_rulebook_is_checked_on_a_day_and_sourced_or_assumed(khenifra: Plan) -> None:
    for number in rulebook.numbers(store.rulebook("indh").on(khenifra.on)):
        assert number.assumed != (number.source is not None), number.key
        assert number.label.ar, number.key
        assert number.label.fr, number.key


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_day_of_a_moment_is_that_of_the_office(path: Path) -> None:
    """`at.date()` is the day in Greenwich: for an hour each night another day than the office's. Ask timezone.localdate(at)."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:at|now\(\)|sent|moment)\.date\(\)|\bdate\.today\(\)", text) == []


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_are_at_most_120_columns_wide_and_leave_forms_and_tables_to_components(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if len(line) > 120] == []
    assert 'name="client_id"' not in text or path.parent.name == "parts" or path.name in BY_HAND


BY_HAND = {"scenario.html"}
"""Its form is computed anew while sliders move: it carries what no component knows."""
