"""What belongs to one programme stands in its rulebook and in the readers of its sources: no other file names it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiwizi import store

SOURCE = Path(store.__file__).parent
ELSEWHERE = ("rulebooks/", "sources/", "locale/", "web/static/")
"""Where a programme, a country and their words may be named."""
FRONTEND = SOURCE.parent.parent / "frontend" / "src"

WORDS = re.compile(r"\bindh\b|(?-i:\bDH\b)|dirham|درهم|kh[ée]nifra|05\.301|\bHCP\b|\bRGPH\b|douar|cercle|pachalik", re.IGNORECASE)
CENSUS_DAY = re.compile(r"date\(20[12]4, 9, 1\)|20[12]4-09-01")
KEPT = {
    "organisations/rules.py": "a kind of who asks, as offices hold it",
}
"""Where the code of a level stands for something else."""


def files(*endings: str) -> Iterator[tuple[str, str]]:
    """The name and the text of each file of ours, those of one programme left out."""
    for folder in (SOURCE, FRONTEND):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix in endings and not name.startswith(ELSEWHERE):
                yield name, path.read_text(encoding="utf-8")


def test_no_file_names_the_programme_its_currency_its_country_or_its_levels() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in files(".py", ".html", ".js", ".css", ".typ")
        for pattern in (WORDS, CENSUS_DAY)
        for match in pattern.finditer(text)
    ]
    assert not found


def test_no_text_of_the_code_is_the_code_of_a_level() -> None:
    levels = {level.code for level in store.rulebook(store.chosen()).latest.programme.levels}
    found = [
        f"{name}:{node.lineno}: {node.value}"
        for name, text in files(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in levels and name not in KEPT
    ]
    assert not found


@pytest.mark.parametrize("planted", ["50 DH", "خمسون درهما", "the Khénifra office", "a douar", "date(2024, 9, 1)", "INDH 2027"])
def test_a_planted_word_is_found(planted: str) -> None:
    assert WORDS.search(planted) or CENSUS_DAY.search(planted)


def test_the_programme_with_which_tiwizi_begins_is_named_in_the_index_alone() -> None:
    index = (store.RULEBOOKS / "index.toml").read_text(encoding="utf-8")
    assert f'first = "{store.chosen()}"' in index
