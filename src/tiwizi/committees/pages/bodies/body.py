"""One committee: who sits on a day, which rules of composition are met, what would mend them, who came and went."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Act, Body, Session
from tiwizi.committees.pages.roles import keeps
from tiwizi.committees.queries import bodies as queries
from tiwizi.committees.queries import record
from tiwizi.committees.rules.composition import COLLEGE_NAMES, changes
from tiwizi.core.folding import folded, matches
from tiwizi.office.answers import FORMATS, export, language
from tiwizi.people.acting import downloaded
from tiwizi.people.doors import Request, page


@page("committees.see")
@require_GET
def body(request: Request, pk: int) -> HttpResponse:
    """GET shows it on a day (`?on=`); `?format=` takes the members away."""
    one: Body = get_object_or_404(Body.objects, pk=pk)
    today = timezone.localdate()
    on = day_of(request.GET.get("on", ""), today)
    own = Body.objects.held().filter(pk=pk).exists()
    seated = record.seats(one, on) if own else []
    if request.GET.get("format") in FORMATS and own:
        headers = {
            "name": _("Name"),
            "college": _("College"),
            "title": _("Title"),
            "sex": _("Sex"),
            "chair": _("Chair"),
            "since": _("From"),
            "until": _("Until"),
            "deputies": _("Deputies"),
        }
        frame = queries.members_table(seated, language=language())
        downloaded(request, "members", str(one.pk), place=one.place_code, position=one.position)
        return export(frame, request.GET["format"], name=f"members-{one.code}", title=one.name(language()), headers=headers)
    found, helpful, assumed = queries.checks(one, seated, on) if own else ([], [], set())
    asked = {name: request.GET.get(name, "")[:80] for name in ("q", "college")}
    context = {
        "body": one,
        "own": own,
        "on": on,
        "past": on != today,
        "keeps": keeps(request, one),
        "checks": [{"check": check, "assumed": check.rule.code in assumed} for check in found],
        "helpful": helpful,
        "seats": [{"seat": seat, "college": COLLEGE_NAMES[seat.mandate.college]} for seat in _fitting(seated, asked)],
        "asked": asked,
        "colleges": list(COLLEGE_NAMES.items()),
        "count": len(seated),
        "totals": queries.totals(seated),
        "changes": changes(record.mandates(one), since=date(on.year, 1, 1), until=date(on.year + 1, 1, 1)) if own else [],
        "above": Body.objects.filter(code=one.above).first() if one.above else None,
        "below": list(Body.objects.filter(above=one.code, until=None)),
        "sessions": list(Session.objects.filter(body=one.pk)[:5]),
        "acts": list(Act.objects.filter(body=one.pk)),
    }
    return render(request, "committees/pages/bodies/body.html", context)


def day_of(text: str, today: date) -> date:
    """The day that an address names, else today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _fitting(seated: list[record.Seat], asked: dict[str, str]) -> list[record.Seat]:
    """The members whose names hold the words asked for, whatever their spelling, of the college asked for."""
    rows = [seat for seat in seated if not asked["college"] or seat.mandate.college == asked["college"]]
    if not asked["q"]:
        return rows
    return [seat for seat in rows if matches(asked["q"], folded(f"{seat.person.name_ar} {seat.person.name_fr}"))]
