"""The languages of Tiwizi: direction, numbers, and text that mixes directions safely."""

import gettext
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from tiwizi.core.errors import Named, Sentence, Translate, english
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.subjects import Label

LANGUAGES: Final = ("ar", "fr", "en")
_PROGRAMME: Final[dict[str, Callable[[], Label]]] = {}
LOCALE: Final = Path(__file__).parent / "locale"

# The Moroccan variants: Western digits in Arabic, a space between thousands in French.
_LOCALES: Final = {"ar": Locale("ar", "MA"), "fr": Locale("fr", "MA"), "en": Locale("en")}

FIRST_STRONG_ISOLATE: Final = "\u2068"
LEFT_TO_RIGHT_ISOLATE: Final = "\u2066"
POP_ISOLATE: Final = "\u2069"


def direction(language: str) -> str:
    """`rtl` for Arabic, `ltr` for French and English: the value of an HTML `dir`."""
    return "rtl" if language == "ar" else "ltr"


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translate:
    """The function that turns an English template of Tiwizi into its text in `language`; English stays as it is."""
    if language == "en":
        return english
    catalogue = gettext.translation("django", LOCALE, languages=[language])

    def translate(template: str, plural: str = "", count: int = 1, /) -> str:
        return catalogue.ngettext(template, plural, count) if plural else catalogue.gettext(template)

    return translate


def text(sentence: Sentence, language: str) -> str:
    """A sentence in a language, with its numbers in the language's format and its names isolated."""

    def show(value: Any) -> str:
        if isinstance(value, Label):
            return value.in_(language)
        if isinstance(value, Named):
            return isolated(value.in_(language)) if language == "ar" else value.in_(language)
        if isinstance(value, Centimes):
            return isolated(money(value, language)) if language == "ar" else money(value, language)
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value, language)
        if isinstance(value, float):
            return number(value, language, decimals=2)
        if isinstance(value, date):
            return isolated(day(value, language)) if language == "ar" else day(value, language)
        return isolated(str(value)) if language == "ar" else str(value)

    return sentence.text(translator(language), show)


@lru_cache(maxsize=2**16)
def number(value: float | Decimal | None, language: str, *, decimals: int = 0) -> str:
    """A number in the language's format, with separated thousands; an unknown one is a dash."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=_LOCALES[language]))


def percent(value: float | None, language: str, *, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage; an unknown one is a dash."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + {"ar": "%", "fr": "\u00a0%", "en": "%"}[language]
    return isolated_number(str(format_percent(value, format=pattern, locale=_LOCALES[language])), language)


def use_currency(currency: Callable[[], Label]) -> None:
    """Says in which currency this process writes amounts: that of its programme, asked for when the first one is written."""
    _PROGRAMME["currency"] = currency


def currency(language: str) -> str:
    """The short name of the programme's currency. Raises LookupError where no programme said it."""
    return _PROGRAMME["currency"]().in_(language)


def money(amount: Centimes | None, language: str, *, of: Label | None = None) -> str:
    """An amount in the programme's currency, or in the currency `of`, with its centimes only where there are some.

    An unknown amount is a dash. Raises TypeError for a number that does not say that it counts centimes.
    """
    if amount is None:
        return "–"
    if not isinstance(amount, Centimes):
        raise TypeError(f"{amount!r} does not say that it counts centimes")
    digits = number(amount.decimal, language, decimals=2 if amount % 100 else 0)
    return f"{digits} {of.in_(language) if of else currency(language)}"


def day(value: date, language: str) -> str:
    """A day in words, in the language."""
    return str(format_date(value, format="d MMMM y", locale=_LOCALES[language]))


def isolated(value: str) -> str:
    """Text of unknown direction, wrapped so that it cannot disturb the sentence around it."""
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"


def isolated_number(value: str, language: str) -> str:
    """A figure with its sign, kept in order inside right-to-left text."""
    return f"{LEFT_TO_RIGHT_ISOLATE}{value}{POP_ISOLATE}" if direction(language) == "rtl" else value


def colon(language: str) -> str:
    """The colon in the language's typography."""
    return "\u00a0:" if language == "fr" else ":"
