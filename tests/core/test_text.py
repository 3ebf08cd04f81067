"""The rule for texts: what is refused, what is removed, what stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core import text
from tiwizi.core.errors import say

REFUSED = [
    *(chr(code) for code in (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F)),
    *(chr(code) for code in (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x1FFFF, 0x8FFFE, 0x10FFFE, 0x10FFFF)),
    *(chr(code) for code in (0xD800, 0xDBFF, 0xDC00, 0xDFFF)),
]
MARKS = [
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    "\u200b",
    "\u200d",
    "\u200e",
    "\u200f",
    "\ufeff",
    "\u2060",
]
TAKEN = [
    "a\tb",
    "a\nb",
    "a\r\nb",
    "a\u200cb",
    "أيت سعادلي",
    "ⵜⵉⵡⵉⵣⵉ",
    "M’rirt",
    "😀",
    "\ufdcf",
    "\ufdf0",
    "\ufffd",
    "\U0010fffd",
    "\xa0x",
    "",
]


@pytest.mark.parametrize("sign", REFUSED, ids=lambda sign: f"{ord(sign):04X}")
@pytest.mark.parametrize("pattern", ["{}", "a{}", "{}a", "a{}b", "a\n{}\nb"])
def test_a_sign_that_no_text_holds_is_refused_wherever_it_stands(pattern: str, sign: str) -> None:
    typed = pattern.format(sign)
    reason = str(text.why_not(text.tidy(typed)))
    assert f"U+{ord(sign):04X}" in reason
    assert not text.plain(typed)
    assert text.why_not(text.without(typed)) is None
    assert sign not in reason


@pytest.mark.parametrize("mark", [*MARKS, "\u200c"], ids=lambda mark: f"{ord(mark):04X}")
def test_a_mark_is_removed_at_the_ends(mark: str) -> None:
    for typed in (f"{mark}ab", f"ab{mark}", f"{mark}{mark}ab {mark}", f" {mark} ab"):
        assert text.tidy(typed) == "ab"
    assert text.tidy(mark * 3) == ""


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"{ord(mark):04X}")
def test_a_mark_inside_a_name_is_refused(mark: str) -> None:
    why = text.why_not(text.tidy(f"Douar{mark} A"))
    assert str(why) == (
        f"it holds the sign U+{ord(mark):04X}, which cannot be seen and is not taken, after “Douar” (character 6)."
    )


@pytest.mark.parametrize("typed", TAKEN)
def test_these_are_taken_as_they_are(typed: str) -> None:
    assert text.plain(typed) or "\u200c" in typed
    assert text.tidy(typed) == typed
    assert text.why_not(typed) is None


def test_prose_keeps_its_joiners_and_loses_directional_controls() -> None:
    assert text.tidy("one\u202e two\n three\u200d four\u2069 five") == "one two\n three\u200d four five"
    assert text.why_not("one\n three\u200d four") is None


def test_of_names_that_rows_were_counted_by_nothing_is_removed() -> None:
    where = say("column {column}", column="area")
    assert text.problem_of_names(["rural", "a\u200cb", "one\ntwo\u200dthree"], where) is None
    for odd in ("urban\u200f", "\u200curban", "urban\u200c", "ur\u202eban", "ur\x07ban", "one\u202e\ntwo"):
        problem = text.problem_of_names(["rural", odd, "urban"], where)
        assert problem is not None, ascii(odd)
        assert problem.where == (where,)
        assert "cannot be seen" in str(problem.what)
        assert text.plain(str(problem.text())), ascii(odd)


def test_a_passphrase_keeps_its_marks() -> None:
    assert text.why_not("a\u200db", marks=False) is None
    assert text.why_not("a\x07b", marks=False) is not None


def test_the_rule_agrees_with_unicode() -> None:
    controls = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Cc", "Cs"}} - set("\t\n\r")
    nothing = {chr(code) for code in range(0x110000) if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF}
    refused = {chr(code) for code in range(0x110000) if text.why_not(f"a{chr(code)}b", marks=False) is not None}
    assert refused == controls | nothing
    marks = {chr(code) for code in range(0x110000) if text.why_not(f"a{chr(code)}b") is not None} - refused
    # Signs of format that are no marks: Arabic and other numbers' signs are seen, and the non-joiner is a name's own.
    assert marks <= {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Cf", "Mn", "Cn"}}


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from([*REFUSED, *MARKS, "\n", " "]))))
def test_laws(typed: str) -> None:
    once = text.tidy(typed)
    assert text.tidy(once) == once
    offered = text.tidy(text.without(once))
    assert text.why_not(offered) is None
    assert text.plain(typed) <= (once == typed and text.why_not(once) is None)
