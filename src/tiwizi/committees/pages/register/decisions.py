"""The register of decisions of the reader's places and of the committees above: searched, filtered, taken away."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Body
from tiwizi.committees.queries import register
from tiwizi.committees.rules import procedure
from tiwizi.core.errors import mark
from tiwizi.core.rulebook.subjects import Label
from tiwizi.office.answers import FORMATS, export, language
from tiwizi.people.doors import Request, page

PER_PAGE: Final = 50
RESULTS: Final = {"adopted": mark("adopted"), "rejected": mark("rejected")}


def kinds() -> dict[str, Label]:
    """What each kind of matter is called, by the rulebook of today."""
    _all, committees, _version = procedure.rules_on(timezone.localdate())
    return {one.code: one.label for one in committees.matters}


def rows_of(rows: Any, bodies: dict[int, Body]) -> list[dict[str, Any]]:
    """The rows as the page shows them."""
    known = kinds()
    spoken = language()
    return [
        {
            "decision": one,
            "body": bodies.get(one.body_id),
            "kind": known[one.kind].in_(spoken) if one.kind in known else one.kind,
            "result": RESULTS[one.result],
            "title": one.title(spoken),
        }
        for one in rows
    ]


@page("committees.see")
@require_GET
def decisions(request: Request) -> HttpResponse:
    """GET lists them, latest first; `?format=` takes away all that fit."""
    asked = {name: str(value)[:200] for name, value in request.GET.items()}
    found = register.found(asked)
    if asked.get("format") in FORMATS:
        headers = {
            "number": _("Number"),
            "decided_on": _("Day"),
            "body": _("Committee"),
            "kind": _("Kind"),
            "title": _("Title"),
            "result": _("Result"),
            "amount_centimes": _("Amount, in centimes"),
            "place": _("Place"),
            "public": _("Public"),
            "entry": _("In the journal"),
        }
        frame = register.table(found[:5000], language=language())
        return export(frame, asked["format"], name="decisions", title=_("Register of decisions"), headers=headers)
    shown = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    bodies = {body.pk: body for body in Body.objects.all()}
    context = {
        "page": shown,
        "rows": rows_of(shown, bodies),
        "asked": asked,
        "bodies": list(bodies.values()),
        "kinds": [(code, label.in_(language())) for code, label in kinds().items()],
        "results": list(RESULTS.items()),
        "any": bool(shown) or any(asked.get(name) for name in ("q", "body", "year", "result", "kind")),
    }
    return render(request, "committees/pages/register/decisions.html", context)
