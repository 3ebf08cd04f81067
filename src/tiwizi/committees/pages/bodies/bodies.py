"""The committees of the reader's places: their members, their rules, what waits for them."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body
from tiwizi.committees.pages.roles import act_at
from tiwizi.committees.queries import bodies as queries
from tiwizi.committees.rules import procedure
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


class NewBody(forms.Form):
    """A committee at the secretary's own place."""

    name_ar = forms.CharField(
        label=_("Name in Arabic"), max_length=160, widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"})
    )
    name_fr = forms.CharField(
        label=_("Name in French"), max_length=160, widget=forms.TextInput(attrs={"dir": "ltr", "lang": "fr"})
    )
    since = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


@page("committees.see")
def bodies(request: Request) -> HttpResponse:
    """GET lists them; POST founds one, for the secretary of a place that has none."""
    place = _without(request)
    form = NewBody(request.POST or None, initial={"since": timezone.localdate()}) if place is not None else None
    if request.method == "POST":
        if place is None or form is None:
            raise PermissionDenied
        act_at(request, "committees.keep", place)
        if form.is_valid():
            answer = once(request, "found body", lambda: _found(request, place, form.cleaned_data))
            return HttpResponseRedirect(answer, status=303)
    rows = queries.overviews(timezone.localdate())
    return render(request, "committees/pages/bodies/bodies.html", {"rows": rows, "form": form, "place": place})


def _without(request: Request) -> Place | None:
    """The place of a secretary where no committee was founded yet."""
    codes = [role.place for role in request.roles if "committees.keep" in ROLES[role.kind].permissions]
    taken = set(Body.objects.filter(place_code__in=codes, until=None).values_list("place_code", flat=True))
    found: Place | None = Place.objects.filter(code__in=[code for code in codes if code not in taken], until=None).first()
    return found


def _found(request: Request, place: Place, said: dict[str, Any]) -> str:
    _all, committees, _version = procedure.rules_on(said["since"])
    kind = next((one for one in committees.bodies if place.level in one.levels), None)
    above = (
        Body.objects.filter(kind=kind.above, until=None, position__lte=place.position, last__gte=place.position) if kind else None
    )
    made = commands.found(
        place=place,
        kind=kind.code if kind else "",
        above=above.first() if above is not None and kind and kind.above else None,
        by=request.actor,
        at=timezone.now(),
        **said,
    )
    return reverse("body", args=[made.pk])
