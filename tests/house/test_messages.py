"""Every sentence of the code is said in Arabic and French: none missing, none doubtful, none that the code no longer says."""

import re
import string

import pytest
from tests import messages

BRACES = string.Formatter()


def placeholders(text: str) -> list[str]:
    """The named values of a template, sorted; a template that cannot be filled raises ValueError."""
    on_pages = re.findall(r"%\((\w+)\)s", text)
    return sorted([*on_pages, *(name for _text, name, _form, _conversion in BRACES.parse(text) if name is not None)])


def translations(language: str) -> dict[str, str]:
    """Every sentence of a catalogue and its translation."""
    return {str(message.id): str(message.string) for message in messages.read(language) if message.id}


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_no_translation_is_missing_or_fuzzy(language: str) -> None:
    catalogue = messages.read(language)
    missing = [message.id for message in catalogue if message.id and (not message.string or message.fuzzy)]
    assert missing == [], f"run `make messages`, then translate them in {messages.catalogue_path(language).name}"


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_the_catalogue_is_current_with_the_code(language: str) -> None:
    assert set(translations(language)) == set(messages.sentences()), "run `make messages`"
    assert messages.catalogue_path(language).read_text(encoding="utf-8") == messages.updated(language), "run `make messages`"


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    # A sentence said as it stands, never filled, may hold braces of its own: these are no placeholders.
    filled = {sentence: said for sentence, said in translations(language).items() if _is_template(sentence)}
    assert len(filled) > 100
    wrong = {sentence: said for sentence, said in filled.items() if placeholders(said) != placeholders(sentence)}
    assert wrong == {}


def test_french_puts_no_breakable_space_before_its_double_signs() -> None:
    breakable = [said for said in translations("fr").values() if any(f" {sign}" in said for sign in ":;?!»")]
    assert breakable == []


def test_arabic_is_written_in_arabic() -> None:
    bare = {said: re.sub(r"\{[^}]*\}|%\(\w+\)s", "", said) for said in translations("ar").values()}
    worded = {said: text for said, text in bare.items() if any(letter.isalpha() for letter in text)}
    assert [said for said, text in worded.items() if not any("\u0600" <= letter <= "\u06ff" for letter in text)] == []


def test_sentences_are_found_where_they_are_said_at_once_and_later() -> None:
    found = messages.sentences()
    assert "{money} because {reason}" in found, "said through speak"
    assert "Budget shares: {place}" in found, "said through translator(language)"
    assert "this file is missing." in found, "said through say"
    assert "Floor" in found, "marked, said elsewhere"


def _is_template(sentence: str) -> bool:
    try:
        placeholders(sentence)
    except ValueError:
        return False
    return True
