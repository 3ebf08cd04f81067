"""Extracts every sentence of the code and updates the catalogues in place: `python -m tests.messages`.

Kept: the translations of sentences that are still said. Added: new sentences, to be translated. Dropped: the rest. No
locations, dates or generators are written, so that the same code gives the same files.
"""

import ast
import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.template import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trim_whitespace

SOURCE: Final = Path(__file__).parent.parent / "src" / "tiwizi"
LOCALE: Final = SOURCE / "locale"
TRANSLATED: Final = ("ar", "fr")
KEYWORDS: Final = ("say", "mark", "_", "speak", "gettext", "gettext_lazy")
"""The functions whose first argument is a sentence; what `translator(language)` gives, called at once, is another."""


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def sentences() -> list[str]:
    """Every English template that the code says, in alphabetical order, each once."""
    in_code = {sentence for path in sorted(SOURCE.rglob("*.py")) for sentence in _said(path)}
    in_pages = {sentence for path in sorted(SOURCE.rglob("*.html")) for sentence in _shown(path)}
    return sorted(in_code | in_pages)


def _said(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or not _speaks(node.func):
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        elif isinstance(node.func, ast.Name) and node.func.id in ("say", "mark"):
            raise TypeError(f"{path.name}, line {node.lineno}: the sentence is not one literal text")


def _shown(path: Path) -> Iterator[str]:
    """The sentences of a page, as Django itself reads its template."""
    template = Template(path.read_text(encoding="utf-8"), name=path.name)
    kinds: Any = (TranslateNode, BlockTranslateNode)
    nodes: list[Any] = template.nodelist.get_nodes_by_type(kinds)
    for node in nodes:
        if isinstance(node, BlockTranslateNode):
            sentence, _values = node.render_token_list(node.singular)
            yield trim_whitespace(sentence) if node.trimmed else sentence
        elif isinstance(node.filter_expression.var.literal, str):
            yield node.filter_expression.var.literal


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Call):
        return isinstance(function.func, ast.Name) and function.func.id == "translator"
    return isinstance(function, ast.Name) and function.id in KEYWORDS


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands; empty when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> str:
    """The text of a language's catalogue for the code as it is, with the translations that it holds."""
    known = read(language)
    fresh = Catalog(locale=language, fuzzy=False)
    for sentence in sentences():
        old = known.get(sentence)
        translation = old.string if isinstance(old, Message) and not old.fuzzy else ""
        fresh.add(sentence, string=translation)
    body = BytesIO()
    write_po(body, fresh, no_location=True, omit_header=True, width=0, sort_output=True)
    header = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {fresh.plural_forms}\\n"',
    ]
    return "\n".join(header) + "\n\n" + body.getvalue().decode()


def main() -> int:
    """Updates both catalogues; says how many sentences wait for a translation."""
    waiting = 0
    for language in TRANSLATED:
        text = updated(language)
        catalogue_path(language).write_text(text, encoding="utf-8")
        missing = [message.id for message in read(language) if message.id and not message.string]
        print(f"{language}: {len(missing)} sentences wait for a translation")
        waiting += len(missing)
    return waiting


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    django.setup()
    sys.exit(1 if main() else 0)
