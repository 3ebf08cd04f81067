"""The path of a matter to the body that decides it, and the tree of delegations, drawn as SVG: stacked boxes, letters as
text. The drawings contain no scripts and no external resources. In Arabic they begin at the right. The text next to them
says the same, for readers who cannot see them.
"""

import hashlib
import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from tiwizi.language import direction
from tiwizi.reports import chart, fonts

WIDTH: Final = 440
"""Pixels: the width of a telephone, so that letters keep their size there."""
EDGE: Final = 12
INDENT: Final = 26
LETTER: Final = 13
LINE: Final = 19
GAP: Final = 26
LETTER_WIDTH: Final = 0.55
"""Average letter width relative to its height: precise enough to break lines."""

Outcome = Literal["asked", "passes", "decides", "nobody"]
FILLS: Final[dict[Outcome, str]] = {"asked": "#ffffff", "passes": chart.UNKNOWN, "decides": chart.SCALE[0], "nobody": "#fbe9e7"}
STROKES: Final[dict[Outcome, str]] = {
    "asked": chart.PALE_INK,
    "passes": chart.PALE_INK,
    "decides": chart.SCALE[-1],
    "nobody": "#a33b2f",
}


@dataclass(frozen=True)
class Box:
    """One step: its heading, its lines, its outcome; `level` is its depth in a tree."""

    heading: str
    lines: tuple[str, ...] = ()
    outcome: Outcome = "asked"
    level: int = 0


@dataclass(frozen=True)
class _Laid:
    box: Box
    rows: tuple[tuple[str, bool], ...]
    start: int
    top: int
    height: int


def way_svg(boxes: Sequence[Box], language: str, *, title: str) -> str:
    """The path of a matter from the bottom up: the matter is the first box, at the bottom; the deciding body is at the top."""
    laid = _stacked([Box(box.heading, box.lines, box.outcome) for box in reversed(boxes)], gap=GAP)
    arrows = [_arrow(lower.top, upper.top + upper.height) for upper, lower in pairwise(laid)]
    return _drawing(laid, arrows, language, title=title, described=boxes)


def tree_svg(boxes: Sequence[Box], language: str, *, title: str) -> str:
    """The tree of delegations: each box below and indented from its parent, in the given order."""
    laid = _stacked(boxes, gap=GAP // 2)
    elbows = []
    for place, box in enumerate(laid):
        above = next((other for other in reversed(laid[:place]) if other.box.level < box.box.level), None)
        if above is not None:
            elbows.append(_elbow(above, box))
    return _drawing(laid, elbows, language, title=title, described=boxes)


def _stacked(boxes: Sequence[Box], *, gap: int) -> list[_Laid]:
    top, laid = EDGE, []
    for box in boxes:
        start = EDGE + INDENT * box.level
        letters = int((WIDTH - EDGE - start - 20) / (LETTER * LETTER_WIDTH))
        rows = [(row, True) for row in _broken(box.heading, letters)]
        rows += [(row, False) for line in box.lines for row in _broken(line, letters)]
        height = LINE * len(rows) + 14
        laid.append(_Laid(box, tuple(rows), start, top, height))
        top += height + gap
    return laid


def _broken(line: str, letters: int) -> list[str]:
    return textwrap.wrap(line, max(letters, 12), break_long_words=True) or [""]


def _arrow(start: int, end: int) -> str:
    middle = WIDTH // 2
    line = f'<line x1="{middle}" y1="{start}" x2="{middle}" y2="{end + 7}" stroke="{chart.PALE_INK}" stroke-width="1.5"/>'
    head = f'<path d="M{middle - 5} {end + 8} L{middle} {end + 1} L{middle + 5} {end + 8} Z" fill="{chart.PALE_INK}"/>'
    return line + head


def _elbow(above: _Laid, below: _Laid) -> str:
    x, y = above.start + INDENT // 2, below.top + 16
    line = f"M{x} {above.top + above.height} V{y} H{below.start}"
    return f'<path d="{line}" fill="none" stroke="{chart.PALE_INK}" stroke-width="1.5"/>'


def _drawing(laid: Sequence[_Laid], lines: Sequence[str], language: str, *, title: str, described: Sequence[Box]) -> str:
    """The whole drawing, with a title and a description for screen readers; mirrored in Arabic, except the letters."""
    right = direction(language) == "rtl"
    height = laid[-1].top + laid[-1].height + EDGE if laid else 2 * EDGE
    description = ". ".join(" ".join((box.heading, *box.lines)) for box in described)
    joints = "".join(lines)
    # Lines are mirrored as a whole. Boxes are positioned again, so that letters are not mirrored.
    body = (f'<g transform="translate({WIDTH} 0) scale(-1 1)">{joints}</g>' if right else joints) + "".join(
        _box(box, right=right) for box in laid
    )
    key = hashlib.sha256((title + description + body).encode()).hexdigest()[:8]
    names = f'<title id="t{key}">{html.escape(title)}</title><desc id="d{key}">{html.escape(description)}</desc>'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tw-chart" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" '
        f'aria-labelledby="t{key} d{key}" font-family="{html.escape(fonts.families(language))}" font-size="{LETTER}">'
    )
    return f"{opening}{names}{body}</svg>"


def _box(box: _Laid, *, right: bool) -> str:
    wide = WIDTH - EDGE - box.start
    left = EDGE if right else box.start
    outcome = box.box.outcome
    thick = 2.5 if outcome in {"decides", "nobody"} else 1
    shape = f'x="{left}" y="{box.top}" width="{wide}" height="{box.height}" rx="5"'
    drawn = [f'<rect {shape} fill="{FILLS[outcome]}" stroke="{STROKES[outcome]}" stroke-width="{thick}"/>']
    # Not every SVG renderer follows the text direction for anchors: the anchor is explicit, and the line isolated.
    x, anchor, turn = (left + wide - 10, "end", "\u2067{}\u2069") if right else (left + 10, "start", "{}")
    for place, (row, heading) in enumerate(box.rows):
        y = box.top + 7 + LINE * place + LETTER
        weight = ' font-weight="700"' if heading else ""
        drawn.append(
            f'<text x="{x}" y="{y}" direction="ltr" text-anchor="{anchor}" fill="{chart.INK}"{weight}>'
            f"{html.escape(turn.format(row))}</text>"
        )
    return "".join(drawn)
