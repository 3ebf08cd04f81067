"""What every page knows: its language and direction, who reads it, where they may go."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.language import LANGUAGES, direction
from tiwizi.office.answers import language
from tiwizi.people.rules import ROLES

# Each: permission, name of the address, words.
SECTIONS = (
    ("places.see", "places", _("Places")),
    ("measures.see", "explorer", _("Measures")),
    ("budgets.see", "envelopes", _("Budget")),
    ("committees.see", "bodies", _("Committees")),
    ("committees.see", "decisions", _("Decisions")),
    ("people.see", "people", _("Accounts")),
    ("journal.see", "journal", _("Journal")),
)
NAMES = {"ar": "العربية", "fr": "Français", "en": "English"}


def office(request: HttpRequest) -> dict[str, Any]:
    """The variables of the base page."""
    spoken = language()
    roles = getattr(request, "roles", [])
    # Of two sections one of which lies inside the other, the inner one is where the reader is.
    under = [name for _permission, name, _words in SECTIONS if request.path.startswith(reverse(name))]
    here = max(under, key=lambda name: len(reverse(name)), default="")
    permitted = {permission for role in roles for permission in ROLES[role.kind].permissions}
    return {
        "user": getattr(request, "user", None),
        "language": spoken,
        "direction": direction(spoken),
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "permitted": permitted,
        "sections": [
            {"address": reverse(name), "words": words, "here": name == here}
            for permission, name, words in SECTIONS
            if permission in permitted
        ],
    }
