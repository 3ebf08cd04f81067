"""What the templates of every app can say about places."""

from django import template

from tiwizi.language import translator
from tiwizi.office.answers import language
from tiwizi.territories.rules import LEVEL_NAMES

register = template.Library()


@register.filter
def level_name(code: str) -> str:
    """What a level of the territory is called."""
    return translator(language())(LEVEL_NAMES[code]) if code in LEVEL_NAMES else code
