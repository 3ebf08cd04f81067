"""The envelopes of the reader's places, year by year, and opening a new one."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Envelope
from tiwizi.budgets.pages.roles import role_at
from tiwizi.journal.commands import Actor
from tiwizi.office.answers import language
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.territories.models import Place

PER_PAGE: Final = 50


class NewEnvelope(forms.Form):
    """Money to share in a year."""

    place: Any = forms.ModelChoiceField(label=_("Place"), queryset=None, to_field_name="code", empty_label=None)
    year = forms.IntegerField(label=_("Year"))
    title = forms.CharField(label=_("Title"), max_length=160)
    amount_dh = forms.IntegerField(label=_("Amount, in whole dirhams"), min_value=1)


@page("budgets.see")
def envelopes(request: Request) -> HttpResponse:
    """GET lists them; POST opens one, for who drafts."""
    drafts = permits([role.kind for role in request.roles], "budgets.draft")
    seats = Place.objects.filter(
        code__in=[role.place for role in request.roles if permits([role.kind], "budgets.draft")], until=None
    )
    form = None
    if drafts:
        form = _form(seats, request)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            role = role_at(request, "budgets.draft", form.cleaned_data["place"].position)
            request.actor = Actor(account=str(request.user.pk), role=str(role))
            return HttpResponseRedirect(once(request, "open envelope", lambda: _open(request, form.cleaned_data)), status=303)
    shown = Paginator(Envelope.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    adoptions, counts = queries.in_force_by_envelope(), queries.scenarios_by_envelope()
    rows = [{"envelope": one, "adoption": adoptions.get(one.pk), "scenarios": counts.get(one.pk, 0)} for one in shown]
    return render(request, "budgets/pages/envelopes.html", {"rows": rows, "page": shown, "form": form})


def _form(seats: Any, request: Request) -> NewEnvelope:
    form = NewEnvelope(request.POST or None, initial={"year": timezone.localdate().year + 1})
    field: Any = form.fields["place"]
    field.queryset, field.label_from_instance = seats, _spoken
    return form


def _spoken(place: Place) -> str:
    return place.name(language())


def _open(request: Request, said: dict[str, Any]) -> str:
    made = commands.open_envelope(**said, account=request.user, by=request.actor, at=timezone.now())
    return reverse("envelope", args=[made.pk])
