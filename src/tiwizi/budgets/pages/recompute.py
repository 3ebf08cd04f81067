"""What a scenario would give with other numbers: nothing is kept."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.numbers import numbers_of
from tiwizi.budgets.pages.results import results
from tiwizi.core.errors import TiwiziError
from tiwizi.people.doors import Request, page


@page("budgets.draft")
@require_POST
def recompute(request: Request, pk: int) -> HttpResponse:
    """The fragment of results; bounds that do not fit come as reasons, with the least change that would make them fit."""
    one: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if not queries.seen_whole(one.envelope):
        raise Http404("scenario")
    try:
        given = queries.shared_of(one, **numbers_of(request.POST, one))
    except TiwiziError as error:
        return render(request, "budgets/pages/scenario_refused.html", {"problems": error.problems})
    return render(request, "budgets/pages/scenario_part.html", results(one, given) | {"trying": True})
