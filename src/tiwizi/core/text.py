"""The rule for every text that comes in, by form, address, file, rulebook or command line.

Refused wherever they stand: control characters save tab and line ends, code points that Unicode reserves as no character,
halves of a surrogate pair. Libraries that draw, typeset or write XML abort on some of them. Marks that cannot be seen
(directional controls, zero-width marks) make two names look alike: they are removed at the ends of a text, and refused inside
a name save for the zero-width non-joiner, which Persian and Amazigh names need. A text of several lines is prose, not a name:
there directional controls are removed and the other marks stay, as word processors write them.
"""

import re
from collections.abc import Iterable
from typing import Final

from tiwizi.core.errors import Problem, Sentence, say

NEVER: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
"""Characters that no text may hold, as the inside of a regular expression's class, without the surrogates, which only Python
knows."""
DIRECTION: Final = "\u202a-\u202e\u2066-\u2069"
ZERO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u180e\u200b\u200d-\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"
)
"""Marks without width, save the zero-width non-joiner."""
NON_JOINER: Final = "\u200c"

_NEVER: Final = re.compile(f"[{NEVER}\ud800-\udfff]")
_DIRECTION: Final = re.compile(f"[{DIRECTION}]")
_MARK: Final = re.compile(f"[{DIRECTION}{ZERO_WIDTH}{NON_JOINER}]")
_INSIDE: Final = re.compile(f"[{DIRECTION}{ZERO_WIDTH}]")
_LINE_END: Final = re.compile("[\r\n]")
_CLOSER: Final = re.compile(f"[{NEVER}\ud800-\udfff{DIRECTION}{ZERO_WIDTH}{NON_JOINER}]")
_BEFORE: Final = 20
"""Characters shown before the one that is refused."""

REMEDY: Final = say("Delete it, or type the text anew: such signs come along when a text is copied from another program.")


def plain(text: str) -> bool:
    """Whether a text holds nothing that is refused or removed anywhere: then it needs no further check."""
    return _CLOSER.search(text) is None


def tidy(text: str) -> str:
    """The text without the marks at its ends and, in prose, without directional controls; refused characters stay in it."""
    if _MARK.search(text) is None:
        return text
    start, end = 0, len(text)
    while start < end and (text[start].isspace() or _MARK.match(text, start)):
        start += 1
    while end > start and (text[end - 1].isspace() or _MARK.match(text, end - 1)):
        end -= 1
    bare = text[start:end]
    return _DIRECTION.sub("", bare) if _LINE_END.search(bare) else bare


def printable(text: str) -> str:
    """The text without refused characters: for texts stored before the rule existed, when they are written to a file."""
    return _NEVER.sub("", text)


def without(text: str) -> str:
    """The text without anything that is refused in it or removed from it: the text offered to the person instead."""
    bare = printable(text)
    return _DIRECTION.sub("", bare) if _LINE_END.search(bare) else _INSIDE.sub("", bare)


def why_not(text: str, *, marks: bool = True) -> Sentence | None:
    """Why a text, as `tidy` gives it, is refused: its first forbidden character; None when the text is accepted.

    Without `marks` only characters refused everywhere count, as in a passphrase.
    """
    match = _NEVER.search(text)
    if match is None and marks and (inside := _INSIDE.search(text)) and not _LINE_END.search(text):
        match = inside
    if match is None:
        return None
    sign = f"U+{ord(match[0]):04X}"
    before = _MARK.sub("", _NEVER.sub("", text[max(match.start() - _BEFORE, 0) : match.start()]))
    if not before.strip():
        return say("it begins with the sign {sign}, which cannot be seen and is not taken.", sign=sign)
    return say(
        "it holds the sign {sign}, which cannot be seen and is not taken, after “{before}” (character {at}).",
        sign=sign,
        before=before,
        at=match.start() + 1,
    )


def problem(text: str, *where: Sentence) -> Problem | None:
    """The same refusal as a Problem, with its place and how to mend it."""
    what = why_not(text)
    return None if what is None else Problem(what, where, remedy=REMEDY)


def problem_of_names(names: Iterable[str], *where: Sentence) -> Problem | None:
    """The same of names by which rows were counted already: what `tidy` would remove is refused too.

    Removed after the count, it could join two rows in one.
    """
    known = list(names)
    if plain("\t".join(known)):
        return None
    for name in known:
        if tidy(name) != name:
            what = say("“{name}” holds signs that cannot be seen and are not taken.", name=without(_MARK.sub("", name)))
            return Problem(what, where, remedy=REMEDY)
        if (wrong := problem(name, *where)) is not None:
            return wrong
    return None
