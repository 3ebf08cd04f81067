"""Template filters about places, for every app."""

from django import template

from tiwizi.office.answers import language
from tiwizi.territories.rules import level_names

register = template.Library()


@register.filter
def level_name(code: str) -> str:
    """The name of a level of the territory."""
    names = level_names()
    return names[code].in_(language()) if code in names else code
