"""The fonts of maps and reports: Noto Sans for Latin and Arabic, from packages, never from the machine."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import vl_convert

PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")


@cache
def folders() -> tuple[Path, ...]:
    """The folders that hold the font files."""
    return tuple(Path(str(resources.files(package))) / "files" for package in PACKAGES)


def families(language: str) -> str:
    """The families to ask for, the language's own first: the drawing library looks no further than the first for a letter."""
    return "Noto Sans Arabic, Noto Sans" if language == "ar" else "Noto Sans, Noto Sans Arabic"


@cache
def register() -> None:
    """Makes the fonts known to the drawing library, once a process."""
    for folder in folders():
        vl_convert.register_font_directory(str(folder))
