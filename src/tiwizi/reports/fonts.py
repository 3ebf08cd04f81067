"""The fonts of maps and reports: Noto Sans for Latin and Arabic, from packages, never from the system."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")


@cache
def folders() -> tuple[Path, ...]:
    """The folders that hold the font files."""
    return tuple(Path(str(resources.files(package))) / "files" for package in PACKAGES)


def families(language: str) -> str:
    """The font families, the language's own first: the drawing library looks up letters in the first family only."""
    return "Noto Sans Arabic, Noto Sans" if language == "ar" else "Noto Sans, Noto Sans Arabic"


@cache
def paths() -> tuple[str, ...]:
    """The same folders as texts, for libraries in a child process."""
    return tuple(map(str, folders()))
