"""Preparing a session: its day, hour and hall; or the second convocation of one that lacked its quorum."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.models import Body, Session
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.committees.queries import sessions
from tiwizi.office.answers import number_of
from tiwizi.office.forms import DayField
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class NewSession(forms.Form):
    """When and where a session is held."""

    day = DayField(label=_("Day of the session"))
    hour = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    hall_ar = forms.CharField(
        label=_("Hall, in Arabic"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"})
    )
    hall_fr = forms.CharField(
        label=_("Hall, in French"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "ltr", "lang": "fr"})
    )


@page("committees.keep")
def session_new(request: Request) -> HttpResponse:
    """GET shows the form with the first day in time; POST prepares the session."""
    first = session_of(number_of(request.GET["repeats"])) if request.GET.get("repeats") else None
    own = [first.body] if first else [body for body in Body.objects.filter(until=None) if keeps(request, body)]
    if not own:
        raise PermissionDenied("committees.keep")
    body = own[0]
    act_for(request, body)
    soonest = sessions.earliest(body, timezone.localdate(), repeats=first)
    initial: dict[str, Any] = {"day": soonest, "hour": "10:00"}
    if first is not None:
        initial |= {"hour": first.hour, "hall_ar": first.hall_ar, "hall_fr": first.hall_fr}
    form = NewSession(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer = once(request, "prepare session", lambda: _prepare(request, body, first, form.cleaned_data))
        return HttpResponseRedirect(answer, status=303)
    context = {"form": form, "body": body, "first": first, "soonest": soonest}
    return render(request, "committees/pages/sessions/session_new.html", context)


def _prepare(request: Request, body: Body, first: Session | None, said: dict[str, Any]) -> str:
    day: date = said["day"]
    made = commands.prepare(
        body,
        day=day,
        hour=said["hour"],
        hall_ar=said["hall_ar"],
        hall_fr=said["hall_fr"],
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        repeats=first,
    )
    return reverse("session", args=[made.pk])
