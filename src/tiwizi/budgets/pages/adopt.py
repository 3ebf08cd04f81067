"""Adopting a scenario: what changes by it, and the way to the committee; in a demonstration also a trial without one."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiwizi.budgets import before_committee, commands, queries, rules
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.results import results
from tiwizi.budgets.pages.roles import permitted, role_at
from tiwizi.measures.rules import DONE
from tiwizi.office.forms import DayField
from tiwizi.people import founding
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class Decision(forms.Form):
    """When and where it was decided, and the state that the page showed."""

    decided_on = DayField(label=_("Day of the session"))
    reference = forms.CharField(label=_("Minutes of the session (number, date)"), max_length=160)
    version = forms.IntegerField(widget=forms.HiddenInput)
    expected = forms.IntegerField(widget=forms.HiddenInput)
    client_id = forms.CharField(widget=forms.HiddenInput, required=False)


@page("budgets.adopt")
def adopt(request: Request, pk: int) -> HttpResponse:
    """GET shows what would be adopted and what it replaces; POST adopts it."""
    scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    if not permitted(request, "budgets.adopt", scenario.envelope):
        raise Http404("adopt")
    number = queries.number_in_force(scenario.envelope)
    form = Decision(
        request.POST or None, initial={"decided_on": timezone.localdate(), "version": scenario.version, "expected": number}
    )
    if request.method == "POST" and form.is_valid():
        answer = once(request, "adopt scenario", lambda: _adopt(request, scenario, form))
        return HttpResponseRedirect(answer, status=303)
    reasons = rules.why_not_adopt(
        adopted=scenario.adopted_at is not None,
        version=scenario.version,
        shown=scenario.version,
        in_force=number,
        expected=number,
        run_done=scenario.run.status == DONE,
        reference="-",
    )
    shown = results(scenario, queries.shared_of(scenario), request.GET.dict()) | {
        "form": form,
        "reasons": reasons,
        "in_force": queries.in_force(scenario.envelope),
        "brought": before_committee.brought(scenario),
        "trial": founding.is_demonstration(),
        "brings": role_at(request, "matters.propose", scenario.envelope.position) is not None,
    }
    return render(request, "budgets/pages/adopt.html", shown)


def _adopt(request: Request, scenario: Scenario, form: Decision) -> str:
    decision = form.cleaned_data
    decided_on: date = decision["decided_on"]
    commands.adopt(
        scenario,
        version=decision["version"],
        expected=decision["expected"],
        decided_on=decided_on,
        reference=decision["reference"],
        account=request.user,
        by=request.actor,
        at=timezone.now(),
    )
    messages.success(
        request, gettext("The scenario is adopted: it is frozen, and those below can read what they receive and why.")
    )
    return reverse("envelope", args=[scenario.envelope_id])
