"""What the templates of every app can say about places."""

from django import template

from tiwizi.office.answers import language
from tiwizi.territories.rules import level_names

register = template.Library()


@register.filter
def level_name(code: str) -> str:
    """What a level of the territory is called."""
    names = level_names()
    return names[code].in_(language()) if code in names else code
