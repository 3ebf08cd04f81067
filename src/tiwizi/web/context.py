"""What every page knows: its language and direction, who reads it, where they may go."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tiwizi import registration
from tiwizi.language import LANGUAGES, direction
from tiwizi.office.answers import language
from tiwizi.people.rules import ROLES

NAMES = {"ar": "العربية", "fr": "Français", "en": "English"}


def office(request: HttpRequest) -> dict[str, Any]:
    """The variables of the base page."""
    spoken = language()
    roles = getattr(request, "roles", [])
    # Of two sections one of which lies inside the other, the inner one is where the reader is.
    sections = [(section, reverse(section.address)) for section in registration.listed("sections")]
    here = max((address for _section, address in sections if request.path.startswith(address)), key=len, default="")
    permitted = {permission for role in roles for permission in ROLES[role.kind].permissions}
    return {
        "user": getattr(request, "user", None),
        "language": spoken,
        "direction": direction(spoken),
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "permitted": permitted,
        "sections": [
            {"address": address, "words": section.words, "here": address == here}
            for section, address in sections
            if section.permission in permitted
        ],
    }
