"""One committee: who sits on a day, which rules of composition are met, what would mend them, who came and went."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Act, Body, Session
from tiwizi.committees.pages.roles import keeps
from tiwizi.committees.queries import bodies as queries
from tiwizi.committees.queries import record
from tiwizi.committees.rules.composition import COLLEGE_NAMES, changes
from tiwizi.core.errors import mark
from tiwizi.core.folding import folded, matches
from tiwizi.office import lists
from tiwizi.office.answers import FORMATS, day_of, language
from tiwizi.people.acting import Personal
from tiwizi.people.doors import Request, page

SEXES: Final = {"woman": mark("woman"), "man": mark("man")}


def _title(seat: record.Seat) -> str:
    return (seat.mandate.title_ar if language() == "ar" else seat.mandate.title_fr) or seat.mandate.title_fr


MEMBERS: Final[Sequence[lists.Column]] = (
    lists.Text("name", _("Name"), lambda seat: seat.person.name(language())),
    lists.Words("college", _("College"), lambda seat: seat.mandate.college, words=COLLEGE_NAMES),
    lists.Text("title", _("Title"), _title),
    lists.Words("sex", _("Sex"), lambda seat: seat.person.sex, words=SEXES),
    lists.Flag("chair", _("Chair"), lambda seat: seat.mandate.chair),
    lists.Day("since", _("From"), lambda seat: seat.mandate.since),
    lists.Day("until", _("Until"), lambda seat: seat.mandate.until),
    lists.Number("deputies", _("Deputies"), lambda seat: len(seat.deputies)),
)
"""The columns of a file of members; birth years stay in the office."""


@page("committees.see")
@require_GET
def body(request: Request, pk: int) -> HttpResponse:
    """GET shows it on a day (`?on=`); `?format=` takes the members away."""
    one: Body = get_object_or_404(Body.objects, pk=pk)
    today = timezone.localdate()
    on = day_of(request)
    own = Body.objects.held().filter(pk=pk).exists()
    seated = record.seats(one, on) if own else []
    if request.GET.get("format") in FORMATS and own:
        kind = request.GET["format"]
        personal = Personal(request, "members", str(one.pk), place=one.place_code, position=one.position)
        name, title = f"members-{one.code}", lists.Verbatim(one.name(language()))
        return lists.file_of(request, kind, MEMBERS, seated, name=name, title=title, personal=personal)
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


def _fitting(seated: list[record.Seat], asked: dict[str, str]) -> list[record.Seat]:
    """The members whose names hold the words asked for, whatever their spelling, of the college asked for."""
    rows = [seat for seat in seated if not asked["college"] or seat.mandate.college == asked["college"]]
    if not asked["q"]:
        return rows
    return [seat for seat in rows if matches(asked["q"], folded(f"{seat.person.name_ar} {seat.person.name_fr}"))]
