"""Extracts every sentence of the code and updates the catalogues in place: `python -m tests.messages`.

Kept: the translations of sentences that are still said. Added: new sentences, to be translated. Dropped: the rest. No
locations, dates or generators are written, so that the same code gives the same files.
"""

import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE: Final = Path(__file__).parent.parent / "src" / "tiwizi"
LOCALE: Final = SOURCE / "locale"
KEYWORDS: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("say", "mark", "_", "speak", "gettext", "gettext_lazy"), (1,)),
    **dict.fromkeys(("say_count", "ngettext"), (1, 2)),
}
"""The functions whose first argument is a sentence, and those whose second argument is its plural."""
PLURAL_FORMS: Final = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "fr": "nplurals=2; plural=(n > 1);",
}
"""The languages translated into, each with its rule. Arabic: zero, one, two, few (3 to 10), many (11 to 99), other."""


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


@lru_cache(maxsize=1)
def sentences() -> frozenset[str | tuple[str, ...]]:
    """Every English sentence that the code says; a counted one with its plural."""
    code = (path.read_bytes() for path in SOURCE.rglob("*.py"))
    # In parentheses, because Babel reads what Django makes of a template as Python, whose indentation means nothing here.
    pages = (f"({templatize(path.read_text(encoding='utf-8'))})".encode() for path in SOURCE.rglob("*.html"))
    return frozenset(found[1] for text in (*code, *pages) for found in extract("python", BytesIO(text), KEYWORDS))


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands; empty when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> str:
    """The text of a language's catalogue for the code as it is, with the translations that it holds."""
    template = Catalog()
    for sentence in sentences():
        template.add(sentence)
    catalogue = read(language)
    catalogue.update(template, no_fuzzy_matching=True)
    body = BytesIO()
    write_po(body, catalogue, no_location=True, omit_header=True, width=0, sort_output=True, ignore_obsolete=True)
    header = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"',
    ]
    return "\n".join(header) + "\n\n" + body.getvalue().decode()


def forms(message: Message) -> tuple[str, ...]:
    """The translation of a sentence, or every form of a counted one; an empty text is one that waits."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def missing(language: str) -> list[str]:
    """The sentences of a catalogue that wait for a translation, or for one of its plural forms."""
    return [str(message.id) for message in read(language) if message.id and (message.fuzzy or not all(forms(message)))]


def main() -> int:
    """Updates both catalogues; says how many sentences wait for a translation."""
    waiting = 0
    for language in PLURAL_FORMS:
        text = updated(language)
        catalogue_path(language).write_text(text, encoding="utf-8")
        print(f"{language}: {len(missing(language))} sentences wait for a translation")
        waiting += len(missing(language))
    return waiting


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
