"""Choices of a form in the reader's language."""

from collections.abc import Mapping

from tiwizi.core.errors import Sentence
from tiwizi.language import text
from tiwizi.office.answers import language


def choices(words: Mapping[str, Sentence]) -> list[tuple[str, str]]:
    """Codes with what they are called."""
    return [(code, text(sentence, language())) for code, sentence in words.items()]
