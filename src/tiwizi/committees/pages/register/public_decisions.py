"""The public part of the register: what was decided, by whom, on which basis. Open to anybody, without names of people."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiwizi.committees.pages.register.decisions import RESULTS, kinds
from tiwizi.committees.queries import register
from tiwizi.office.answers import language
from tiwizi.people.doors import public

PER_PAGE: Final = 50
MOST_PAGES: Final = 100_000


@public
@require_GET
def public_decisions(request: HttpRequest) -> HttpResponse:
    """GET lists them, latest first, by words, committee and year."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("q", "body", "year", "result", "kind")}
    typed = request.GET.get("page", "1")
    page = min(max(1, int(typed)), MOST_PAGES) if typed.isdecimal() and len(typed) < len(str(MOST_PAGES)) else 1
    rows, count = register.public(asked, first=(page - 1) * PER_PAGE, count=PER_PAGE)
    bodies, years = register.public_choices()
    spoken, known = language(), kinds()
    context = {
        "rows": [
            {
                "decision": one,
                "title": one.title(spoken),
                "body": one.body(spoken),
                "kind": known[one.kind].in_(spoken) if one.kind in known else one.kind,
                "result": RESULTS[one.result],
            }
            for one in rows
        ],
        "asked": asked,
        "bodies": bodies,
        "years": [str(year) for year in years],
        "count": count,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page * PER_PAGE < count else None,
        "filtered": any(asked.values()),
    }
    return render(request, "committees/pages/register/public_decisions.html", context)


@public
@require_GET
def public_decision(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows what anybody may read of one decision."""
    one = register.public_one(number)
    if one is None:
        raise Http404(number)
    spoken, known = language(), kinds()
    context = {
        "decision": one,
        "title": one.title(spoken),
        "body": one.body(spoken),
        "kind": known[one.kind].in_(spoken) if one.kind in known else one.kind,
        "result": RESULTS[one.result],
        "basis": one.legal_basis.get(spoken, []),
    }
    return render(request, "committees/pages/register/public_decision.html", context)
