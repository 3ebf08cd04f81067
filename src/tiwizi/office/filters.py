"""How pages write numbers, money, days and names: the same functions as reports and the terminal."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tiwizi import language as words
from tiwizi.core.errors import Sentence
from tiwizi.core.money import Centimes
from tiwizi.language import translator
from tiwizi.office.answers import language

register = template.Library()


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """A number as the reader's language writes it; a dash for none."""
    return words.number(value, language(), decimals=decimals)


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage."""
    return words.percent(value, language(), decimals=decimals)


@register.filter
def money(amount: Centimes | None) -> str:
    """An amount in the programme's currency; a number that is no Centimes raises TypeError."""
    return words.money(amount, language())


@register.filter
def signed(amount: int | None) -> str:
    """A difference in whole units, with its sign kept in front."""
    if amount is None:
        return "–"
    return words.isolated_number(("+" if amount > 0 else "") + words.number(amount, language()), language())


@register.filter
def signed_if_below(amount: int | None) -> str:
    """An amount in whole units; one below 0 with its sign kept in front."""
    return signed(amount) if amount is not None and amount < 0 else words.number(amount, language())


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in words."""
    if value is None:
        return "–"
    return words.day(timezone.localtime(value).date() if isinstance(value, datetime) else value, language())


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the time of day."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return f"{words.day(local.date(), language())}، {local:%H:%M}" if language() == "ar" else f"{day(value)}, {local:%H:%M}"


@register.filter
def named(place: Any) -> SafeString:
    """A place's name in the reader's language, kept apart from the text around it."""
    return format_html("<bdi>{}</bdi>", place.name(language()))


@register.filter
def plain_name(place: Any) -> str:
    """A place's name in the reader's language as text alone, for a title."""
    name: str = place.name(language())
    return name


@register.filter
def said(sentence: Sentence | str) -> str:
    """A sentence of ours, or a template of ours without values, in the reader's language."""
    if isinstance(sentence, Sentence):
        return words.text(sentence, language())
    return translator(language())(sentence) if sentence else ""
