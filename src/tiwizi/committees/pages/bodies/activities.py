"""The capacity-building plan of a committee for a year, what was done of it, and one activity of it."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.queries import bodies as queries
from tiwizi.committees.rules.steps import ACTIVITIES
from tiwizi.office.answers import number_of
from tiwizi.office.choices import choices
from tiwizi.office.forms import DayField, WholeNumberField
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class NewActivity(forms.Form):
    """What is planned."""

    kind = forms.ChoiceField(label=_("Kind"))
    title = forms.CharField(label=_("Title"), max_length=200)
    programme = forms.CharField(label=_("Programme"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    speakers = forms.CharField(label=_("Speakers"), required=False)
    partners = forms.CharField(label=_("Partners"), required=False)
    planned_on = DayField(label=_("Planned for"), required=False)
    planned_people = WholeNumberField(label=_("People expected"), required=False, min_value=1)


@page("committees.see")
def activities(request: Request, pk: int) -> HttpResponse:
    """GET shows the plan of a year (`?year=`); POST plans an activity, for who keeps the committee."""
    body: Body = get_object_or_404(Body.objects.held(), pk=pk)
    year = number_of(request.GET.get("year", "")[:4]) or timezone.localdate().year
    keeper = keeps(request, body)
    form = NewActivity(request.POST or None) if keeper or request.method == "POST" else None
    if form is not None:
        form.fields["kind"].choices = choices(ACTIVITIES)  # type: ignore[attr-defined]
    if request.method == "POST" and form is not None:
        act_for(request, body)
        if form.is_valid():
            fields = {**form.cleaned_data, "year": year}
            return HttpResponseRedirect(once(request, "plan activity", lambda: _plan(request, body, fields)), status=303)
    rows, sums = queries.year_of(body, year)
    context = {"body": body, "year": year, "rows": rows, "sums": sums, "form": form, "kinds": ACTIVITIES}
    return render(request, "committees/pages/bodies/activities.html", context)


def _plan(request: Request, body: Body, fields: dict[str, Any]) -> str:
    commands.plan_activity(body, fields=fields, by=request.actor, at=timezone.now())
    return reverse("activities", args=[body.pk]) + f"?year={fields['year']}"
