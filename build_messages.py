"""Compiles the translation catalogues when the package is built or installed: a wheel carries them ready to use."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "src" / "tiwizi" / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Writes a .mo file beside each .po file and says which."""
    written = []
    for catalogue in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with catalogue.open("rb") as text:
            messages = read_po(text, locale=catalogue.parts[-3])
        target = catalogue.with_suffix(".mo")
        with target.open("wb") as binary:
            write_mo(binary, messages)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_messages()
