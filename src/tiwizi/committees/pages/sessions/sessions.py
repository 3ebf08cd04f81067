"""The sessions of the reader's committees: filtered, sorted, taken away; the next step of each."""

from typing import Final

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Body, Session
from tiwizi.committees.pages.roles import keeps
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules.steps import STATES
from tiwizi.office.answers import FORMATS, export, language
from tiwizi.people.doors import Request, page

PER_PAGE: Final = 50
SHOWN: Final = ("draft", "convened", "open", "suspended", "closed", "lapsed", "cancelled")


@page("committees.see")
@require_GET
def sessions(request: Request) -> HttpResponse:
    """GET lists them, latest first; `?format=` takes away all that fit."""
    asked = {name: str(value)[:100] for name, value in request.GET.items()}
    found = queries.found(asked)
    bodies = {body.pk: body for body in Body.objects.all()}
    if asked.get("format") in FORMATS:
        return _export(list(found[:5000]), bodies, asked["format"])
    shown = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    context = {
        "page": shown,
        "rows": [
            {"session": one, "body": bodies[one.body_id], "state": STATES[one.state], "count": getattr(one, "count", 0)}
            for one in shown
        ],
        "asked": asked,
        "bodies": list(bodies.values()),
        "states": [(code, STATES[code]) for code in SHOWN],
        "keeps": any(keeps(request, body) for body in bodies.values()),
        "any": bool(shown) or any(asked.get(name) for name in ("body", "year", "state")),
    }
    return render(request, "committees/pages/sessions/sessions.html", context)


def _export(rows: list[Session], bodies: dict[int, Body], kind: str) -> HttpResponse:
    spoken = language()
    frame = pl.DataFrame(
        [
            {
                "number": one.number,
                "body": bodies[one.body_id].name(spoken),
                "day": one.day,
                "hour": one.hour.strftime("%H:%M"),
                "state": one.state,
                "second": one.second,
                "items": getattr(one, "count", 0),
            }
            for one in rows
        ],
        schema={
            "number": pl.String,
            "body": pl.String,
            "day": pl.Date,
            "hour": pl.String,
            "state": pl.String,
            "second": pl.Boolean,
            "items": pl.Int64,
        },
    )
    headers = {
        "number": _("Number"),
        "body": _("Committee"),
        "day": _("Day"),
        "hour": _("Hour"),
        "state": _("State"),
        "second": _("Second convocation"),
        "items": _("Items"),
    }
    return export(frame, kind, name="sessions", title=_("Sessions"), headers=headers)
