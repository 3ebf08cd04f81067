"""Bringing a scenario before the committee that decides it."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tiwizi.budgets import before_committee
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.roles import permitted
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


@page("matters.propose")
@require_POST
def bring(request: Request, pk: int) -> HttpResponse:
    """POST makes the matter that asks the committee to adopt the scenario."""
    scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope", "run"), pk=pk)
    if not permitted(request, "matters.propose", scenario.envelope):
        raise Http404("bring")
    answer = once(request, "bring scenario before committee", lambda: _bring(request, scenario))
    return HttpResponseRedirect(answer, status=303)


def _bring(request: Request, scenario: Scenario) -> str:
    matter = before_committee.bring(scenario, account=request.user, by=request.actor, at=timezone.now())
    return reverse("matter", args=[matter.pk])
