"""What a committee prints, as PDF set by Typst: minutes, invitations, the sheets of a pack. The same texts, the same bytes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import typst

from tiwizi.reports import fonts

TEMPLATE: Final = Path(__file__).with_name("minutes.typ")
LETTERS: Final = TEMPLATE.with_name("letters.typ")
SHEET: Final = TEMPLATE.with_name("sheet.typ")


def pdf(data: Mapping[str, Any], *, template: Path = TEMPLATE, files: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The file, from texts that are ready in a language (committees.minutes_data, committees.sheets); `date` is its day.

    `files` are drawings that the template names.
    """
    year, month, day = data["date"]
    parts = {**files, "main": template.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode()}
    made: object = typst.compile(  # type: ignore[call-overload] # its stubs leave out the files by name
        parts,
        format="pdf",
        font_paths=[str(folder) for folder in fonts.folders()],
        ignore_system_fonts=True,
        pdf_tags=True,
        timestamp=datetime(year, month, day, tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no document")
    return made
