"""One act of delegation: what it gives, what was decided under it, what ended it, and the decision that signed it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Act, Approval, CallBack, CeilingUse, Matter, Resolution, Revocation
from tiwizi.committees.pages.delegation.words import conditions_in_words, set_in_words
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import competence
from tiwizi.journal.models import Entry
from tiwizi.office.answers import language
from tiwizi.people.acting import role_above
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place

PER_PAGE = 50


@page("committees.see")
@require_GET
def act(request: Request, number: str) -> HttpResponse:
    """`?page=` of the approvals under it."""
    one = get_object_or_404(Act.objects.all(), number=number)
    spoken, words = language(), queries.words_on(one.since)
    bodies = {body.pk: body for body in queries.bodies_by_code().values()}
    giver = bodies.get(one.giver_id or 0)
    context = {
        "act": one,
        "body": bodies.get(one.body_id),
        "giver": giver,
        "place": Place.objects.filter(code=one.place_code).order_by("-since").first(),
        "words": set_in_words(words, one, spoken),
        "conditions": conditions_in_words(words, one.conditions, spoken),
        "revocation": _with_resolution(Revocation.objects.filter(act=one.pk).first()),
        "resolution": Resolution.objects.filter(pk=one.resolution_id).first(),
        "entry": Entry.objects.filter(number=one.entry).first(),
        "uses": _uses(one),
        "page": _approvals(request, one),
        "call_backs": _call_backs(one),
        "proposes": giver is not None and role_above(request, "matters.propose", giver.position) is not None,
    }
    return render(request, "committees/pages/delegation/act.html", context)


def _with_resolution(row: Any) -> Any:
    if row is not None:
        row.decided = Resolution.objects.filter(pk=row.resolution_id).first()
    return row


def _uses(one: Act) -> list[queries.Use]:
    """What was used of it, year by year, this year in any case."""
    used = dict(CeilingUse.objects.filter(act=one.pk).values_list("year", "used_centimes"))
    years = sorted({*used, timezone.localdate().year})
    return [queries.Use(year, one.ceiling_year_centimes, used.get(year, competence.NOTHING)) for year in years]


def _approvals(request: Request, one: Act) -> Any:
    """A page of what was approved under it, the latest first, each with its matter and its decision."""
    shown = Paginator(Approval.objects.filter(act=one.pk).order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    matters = {row.pk: row for row in Matter.objects.filter(pk__in=[row.matter_id for row in shown])}
    resolutions = {row.pk: row for row in Resolution.objects.filter(pk__in=[row.resolution_id for row in shown])}
    for row in shown:
        known = matters.get(row.matter_id)
        row.title_said = known.title(language()) if known else ""
        row.decided = resolutions.get(row.resolution_id)
    return shown


def _call_backs(one: Act) -> list[dict[str, Any]]:
    """The matters that were called back from the body that holds it, while it held, as far as the reader sees them."""
    rows = list(CallBack.objects.filter(body=one.body_id, on__gte=one.since).order_by("-on", "-pk")[:PER_PAGE])
    matters = {row.pk: row for row in Matter.objects.filter(pk__in=[row.matter_id for row in rows])}
    decided = {row.pk: row for row in Resolution.objects.filter(pk__in=[row.resolution_id for row in rows])}
    return [
        {"row": row, "matter": matters[row.matter_id], "resolution": decided.get(row.resolution_id or 0)}
        for row in rows
        if row.matter_id in matters
    ]
