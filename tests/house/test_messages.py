"""Every sentence of the code is said in Arabic and French: none missing, none doubtful, none that the code no longer says."""

import ast
import re
import string
from typing import Final

import pytest
from babel import Locale
from babel.messages.plurals import get_plural
from tests import messages

from tiwizi.core.errors import say_count
from tiwizi.language import text, translator

BRACES = string.Formatter()
LANGUAGES = pytest.mark.parametrize("language", messages.PLURAL_FORMS)
CATEGORIES: Final = {"ar": ("zero", "one", "two", "few", "many", "other"), "fr": ("one", "other")}
"""The forms of each language in the order of its catalogue, by their names in Unicode's tables."""
COUNTED: Final = re.compile(
    r"(?:\{(\w+)\}|%\((\w+)\)s)(?:</\w+>)?(?: of \S+)?(?: [a-z-]+){0,2}? ([a-z]+s|people|more|are|were)\b"
)
"""A value before what looks like a noun in the plural, at most three words on."""
NO_NOUNS: Final = {"is", "was", "has", "does", "as", "its", "this", "lies", "stands", "begins", "holds", "decides", "comes"}
NO_COUNTS: Final = {
    "the number or the name of one thing": (
        "act answer body by category cell chair code column criterion cutoff file first giver item key kind level now number one "
        "other parent part person place port publisher scheme seat sheet table text value version vote what who name measure "
        "package"
    ),
    "several names": "columns",
    "a day": "day",
    "a share, whose number of decimals decides in no language": "share floor_share ratio high",
}
"""What the values of a sentence are that are followed by such a noun and do not count it."""
FIXED: Final = {
    "Act {act}, {year}: {approved} are approved under it, and {used} are counted.": "amounts",
    "The {count} largest differences of {all}": "always 40",
    "The {count} poorest places of {all}": "always 30",
    "Majority: {kind}, of {base}: {needed} are needed, {yes} are for it.": "two numbers without a noun in any translation",
    "it has more than {rows} rows or {columns} columns.": "always 300,000 and 400",
    "it took more than {seconds} seconds.": "a length of time with decimals",
    "reading it took more than {seconds} seconds, and was stopped.": "a length of time with decimals",
    "%(seconds)s seconds": "a length of time with decimals",
    "there is no room below this level: a tree has at most {count} levels.": "always 7",
    "there is no room for more than {count} places under one place.": "always 1,023",
    "{column}: the name is longer than {count} letters.": "always 120",
    "this condition is longer than {most} characters.": "always 2,000",
    "this is not a number of at most {most} digits.": "always 30",
    "With {spent} already decided in {year}, {amount} more is above the ceiling of {ceiling} a year.": "amounts",
}
"""Sentences with a number that never asks for another form: why."""


def placeholders(text: str) -> list[str]:
    """The named values of a template, sorted; a template that cannot be filled raises ValueError."""
    on_pages = re.findall(r"%\((\w+)\)s", text)
    return sorted([*on_pages, *(name for _text, name, _form, _conversion in BRACES.parse(text) if name is not None)])


def translations(language: str) -> list[str]:
    """Every translation of a catalogue, with each form of the counted ones."""
    return [form for message in messages.read(language) if message.id for form in messages.forms(message)]


def counted(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The forms of each counted sentence, by its singular and plural in English."""
    return {message.id: messages.forms(message) for message in messages.read(language) if isinstance(message.id, tuple)}


@LANGUAGES
def test_no_translation_is_missing_or_fuzzy(language: str) -> None:
    name = messages.catalogue_path(language).name
    assert messages.missing(language) == [], f"run `make messages`, then translate them in {name}"


@LANGUAGES
def test_the_catalogue_is_current_with_the_code(language: str) -> None:
    assert {message.id for message in messages.read(language) if message.id} == messages.sentences(), "run `make messages`"
    assert messages.catalogue_path(language).read_text(encoding="utf-8") == messages.updated(language), "run `make messages`"


@LANGUAGES
def test_each_counted_sentence_has_every_form_of_the_language(language: str) -> None:
    assert set(counted(language)) == {sentence for sentence in messages.sentences() if isinstance(sentence, tuple)}
    assert {len(forms) for forms in counted(language).values()} == {len(CATEGORIES[language])}
    # In Arabic one, two and a few are never said alike; French only adds an ending, which an invariable word lacks.
    alike = [forms for forms in counted(language).values() if len(set(forms[1:4])) < 3] if language == "ar" else []
    assert alike == []


@LANGUAGES
def test_the_rule_of_the_catalogue_is_that_of_the_language(language: str) -> None:
    assert f'"Plural-Forms: {messages.PLURAL_FORMS[language]}\\n"' in messages.catalogue_path(language).read_text("utf-8")
    assert get_plural(language).num_plurals == len(CATEGORIES[language])
    singular, plural = "{count} household", "{count} households"
    forms = counted(language)[singular, plural]
    translate, names = translator(language), Locale(language).plural_form
    for count in (*range(230), 999, 1_000, 1_002, 1_003, 1_111):
        assert translate(singular, plural, count) == forms[CATEGORIES[language].index(names(count))], count


def test_a_counted_sentence_is_said_in_the_form_of_its_number() -> None:
    def in_languages(count: int) -> list[str]:
        sentence = say_count("{count} household", "{count} households", count=count)
        return [text(sentence, language) for language in ("ar", "fr", "en")]

    assert in_languages(1) == ["أسرة واحدة", "1 ménage", "1 household"]
    assert in_languages(2) == ["أسرتان", "2 ménages", "2 households"]
    assert in_languages(7) == ["7 أسر", "7 ménages", "7 households"]
    assert in_languages(0)[1:] == ["0 ménage", "0 households"]


def test_a_sentence_with_a_number_of_things_is_counted() -> None:
    no_counts = set(" ".join(NO_COUNTS.values()).split())
    plain = sorted(sentence for sentence in messages.sentences() if isinstance(sentence, str))
    numbered = [
        sentence
        for sentence in plain
        if any((hit[1] or hit[2]) not in no_counts and hit[3] not in NO_NOUNS for hit in COUNTED.finditer(sentence))
    ]
    assert [sentence for sentence in numbered if sentence not in FIXED] == [], "say it with say_count or blocktranslate count"
    assert sorted(FIXED) == numbered


@LANGUAGES
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    # A sentence said as it stands, never filled, may hold braces of its own: these are no placeholders.
    read = {message.id: messages.forms(message)[0] for message in messages.read(language) if isinstance(message.id, str)}
    plain = {sentence: translation for sentence, translation in read.items() if _is_template(sentence)}
    assert len(plain) > 100
    assert [translation for sentence, translation in plain.items() if placeholders(translation) != placeholders(sentence)] == []
    # "One place" and "two places" may do without the figure, where the language has a form for nothing else.
    wordy = 3 if language == "ar" else 0
    for (_one, many), forms in counted(language).items():
        assert {tuple(placeholders(form)) for form in forms[wordy:]} == {tuple(placeholders(many))}, many
        without_figures = {tuple(name for name in placeholders(form) if name != "count") for form in forms}
        assert without_figures == {tuple(name for name in placeholders(many) if name != "count")}, many


def test_french_puts_no_breakable_space_before_its_double_signs() -> None:
    breakable = [translation for translation in translations("fr") if any(f" {sign}" in translation for sign in ":;?!»")]
    assert breakable == []


def test_arabic_is_written_in_arabic() -> None:
    bare = {translation: re.sub(r"\{[^}]*\}|%\(\w+\)s", "", translation) for translation in translations("ar")}
    worded = {translation: text for translation, text in bare.items() if any(letter.isalpha() for letter in text)}
    assert [
        translation for translation, text in worded.items() if not any("\u0600" <= letter <= "\u06ff" for letter in text)
    ] == []


def test_sentences_are_extracted_wherever_they_are_said() -> None:
    """Babel sees a call by the name of its function and one literal text; it misses one deep in another call's arguments."""
    extracted = {sentence if isinstance(sentence, str) else sentence[0] for sentence in messages.sentences()}
    calls = [
        (path.name, node.lineno, node.func.id, node.args[0])
        for path in messages.SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.KEYWORDS and node.args
    ]
    assert {name for _path, _line, name, _first in calls} == set(messages.KEYWORDS) - {"ngettext"}
    literal = [(*call, first.value) for *call, first in calls if isinstance(first, ast.Constant)]
    assert [call for call in literal if call[-1] not in extracted] == []
    variable = [call for *call, first in calls if not isinstance(first, ast.Constant)]
    assert [call for call in variable if call[-1] in ("say", "say_count", "mark")] == [], "the sentence is not one literal text"


def _is_template(sentence: str) -> bool:
    try:
        placeholders(sentence)
    except ValueError:
        return False
    return True
