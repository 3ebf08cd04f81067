"""Files of a rulebook that are broken, by hand or by chance: whatever they hold, what comes out is BadRulebook in words."""

import random
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiwizi import store
from tiwizi.core.errors import BadRulebook
from tiwizi.core.rulebook.rulebook import SUBJECTS, parse
from tiwizi.core.rulebook.toml_reader import Reader

TEXTS = store.rulebook("indh").texts
JUNK = (
    *('"x"', '""', "[]", "[[]]", "{}", "[{}]", "{ a = 1 }", "true", "0", "-1", "1.5", "nan", "-inf", "1e999999999", "1e-400"),
    *("2026-01-31", "2026-01-31T00:00:00", "2026-01-31T00:00:00Z", "12:00:00", '"1/3"', '"1/0"', f'"1/{"9" * 5_000}"', "0xff"),
    *("9" * 100_000, "0x" + "f" * 100_000, f'"{"x" * 3_000}"', r'"a\u0007b"', '"a\u202eb"', "[" * 3_000, "[" * 200 + "]" * 200),
    *('["a", 1]', '[["a"]]', '"{people}"', '"{x"', "'''a\nb'''", "\x00", "\x07", '"', "[[[", "=", "[a.b]", r'"\ud800"', '"٣/٤"'),
)
LINES = (
    "[[criteria]]",
    "[sources]",
    'sources = "x"',
    "a.b.c = 1",
    "[a." * 50,
    "x = " + "{a=" * 500,
    "levels = 3",
    "[" + "a." * 5_000,
)


def outcome(texts: dict[str, str]) -> None:
    """Reads a rulebook: it is taken or refused in words, and nothing else."""
    try:
        parse("mutated", texts).on(date(2026, 11, 23))
    except BadRulebook as refused:
        str(refused)


def mutated(draw: random.Random) -> dict[str, str]:
    """The files of the rulebook with one to three lines of one of them changed."""
    subject = draw.choice(sorted(TEXTS))
    lines = TEXTS[subject].split("\n")
    for _time in range(draw.randint(1, 3)):
        at = draw.randrange(len(lines))
        how = draw.random()
        if how < 0.6:
            value = draw.choice(JUNK)
            lines[at] = re.sub(r"=\s*[^=,}\]]+(?=[,}\]]|$)", lambda _old, value=value: f"= {value}", lines[at], count=1)  # type: ignore[misc]
        elif how < 0.75:
            lines[at] = draw.choice(LINES)
        elif how < 0.85:
            del lines[at]
            lines = lines or [""]
        else:
            lines.insert(at, lines[draw.randrange(len(lines))])
    return {**TEXTS, subject: "\n".join(lines)}


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_a_mutated_rulebook_is_taken_or_refused_in_words(seed: int) -> None:
    outcome(mutated(random.Random(seed)))  # noqa: S311 # a mutation, not a secret


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:12].encode("ascii", "backslashreplace").decode())
@pytest.mark.parametrize("key", ["levels", "sources", "code", "since", "value", "source", "unit"])
def test_any_value_of_any_key_is_taken_or_refused_in_words(key: str, junk: str) -> None:
    for subject in ("allocation", "deprivations"):
        text, count = re.subn(rf"\b{key}\s*=\s*[^,}}\n]+", lambda _old: f"{key} = {junk}", TEXTS[subject], count=1)
        reader = Reader(f"{subject}.toml", text if count else f"{key} = {junk}\n{text}", date(2026, 11, 23))
        made = reader.record(SUBJECTS[subject])
        assert made is not None or all(problem.text() for problem in reader.problems)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = " + "[" * 100_000, "nested too deep"),
        ("a = " + "[" * 60 + "]" * 60, "nested too deep"),
        ("[" + "a." * 900 + "a]\n", "nested too deep"),
        ("a = " + "9" * 100_000, "this is not TOML: Exceeds the limit"),
        ("level = 0x" + "f" * 100_000, "line 1, key level: this is not a number of at most 30 digits"),
        ("level = 1e999999999999999999999", "is not a number"),
        ('criteria = "poverty"', "line 1, key criteria: 'poverty' is not a list"),
        ('sources = "here"', "line 1, key sources: 'here' is not a table"),
        (r'level = "com\u0007mune"', r"line 1, key level: it holds the sign U+0007"),
        ('level = "com\u202emune"', r"line 1, key level: it holds the sign U+202E"),
        ("# " + "x" * 600_000, "longer than 500000 characters"),
    ],
)
def test_what_is_beyond_reading_is_said(text: str, message: str) -> None:
    with pytest.raises(BadRulebook) as refused:
        parse("wrong", {**TEXTS, "allocation": text})
    assert message in str(refused.value)


def test_marks_at_the_ends_of_a_text_are_removed() -> None:
    marked = TEXTS["programme"].replace('"commune"', '"\u200fcommune\u200e"')
    assert marked != TEXTS["programme"]
    assert parse("marked", {**TEXTS, "programme": marked}).on(date(2026, 11, 23)) == store.rulebook("indh").on(date(2026, 11, 23))
