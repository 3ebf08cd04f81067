"""A committee's documents as PDF, typeset by Typst: minutes, invitations, the sheets of a pack. The same texts give the same
bytes."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tiwizi.children.parent import TYPESETTING, made
from tiwizi.reports import fonts

TEMPLATE: Final = Path(__file__).with_name("minutes.typ")
LETTERS: Final = TEMPLATE.with_name("letters.typ")
SHEET: Final = TEMPLATE.with_name("sheet.typ")

Texts = dict[str, Any]
"""What a Typst template shows, as JSON."""


def pdf(data: Mapping[str, Any], *, template: Path = TEMPLATE, files: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The file, from texts already in a language (committees.documents.minutes and sheets); `date` is its day.

    `files` are drawings that the template names.
    """
    year, month, day = data["date"]
    parts = {**files, "main": template.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode()}
    return typeset(parts, on=date(year, month, day), tagged=True)


def typeset(files: Mapping[str, bytes], *, on: date, tagged: bool) -> bytes:
    """The PDF of the template `main` and of the files that it names, typetypeset in a child process and dated that
    day."""
    moment = datetime.combine(on, time(), tzinfo=UTC)
    return made(TYPESETTING, "tiwizi.children.typesetting", "pdf", dict(files), fonts.paths(), tagged, moment)
