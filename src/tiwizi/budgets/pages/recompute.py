"""What a scenario would give with other numbers: nothing is kept."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.numbers import as_query, mending, numbers_of
from tiwizi.budgets.pages.results import results
from tiwizi.budgets.pages.roles import permitted
from tiwizi.core.errors import TiwiziError
from tiwizi.people.doors import Request, page


@page("budgets.draft")
@require_POST
def recompute(request: Request, pk: int) -> HttpResponse:
    """The fragment of results; bounds that do not fit come as reasons, with the least change that would make them fit."""
    scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if not permitted(request, "budgets.draft", scenario.envelope):
        raise Http404("scenario")
    numbers: dict[str, Any] = {}
    try:
        numbers = numbers_of(request.POST, scenario)
        given = queries.shared_of(scenario, **numbers)
    except TiwiziError as error:
        refused = {"problems": error.problems, "mend": mending(scenario, numbers) if numbers else {}, "scenario": scenario}
        return render(request, "budgets/pages/scenario_refused.html", refused)
    # The links of the fragment open the page with what is tried, as if it had been asked for by its address.
    request.GET = QueryDict(urlencode(as_query(numbers, scenario) | {"sort": request.POST.get("sort", "")}))
    return render(request, "budgets/pages/scenario_part.html", results(scenario, given, request.GET.dict()) | {"trying": True})
