"""Appointing a member: a person of the place, or a new one; what the rules of composition say of it before it is done."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body
from tiwizi.committees.pages.roles import act_for
from tiwizi.committees.queries import record
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.composition import COLLEGE_NAMES, Check, Mandate, composition
from tiwizi.office.choices import choices
from tiwizi.office.forms import DayField, WholeNumberField
from tiwizi.organisations.commands import register_person
from tiwizi.organisations.models import Person
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place

SEXES = (("", "–"), ("woman", _("woman")), ("man", _("man")))


class NewMandate(forms.Form):
    """A seat: of somebody known, or of somebody written down here."""

    person: Any = forms.ModelChoiceField(
        label=_("Somebody known here"), queryset=None, required=False, empty_label=_("somebody new:")
    )
    name_ar = forms.CharField(
        label=_("Name in Arabic"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_fr = forms.CharField(
        label=_("Name in French"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    birth_year = WholeNumberField(label=_("Year of birth"), required=False)
    email = forms.EmailField(label=_("Address for the invitations"), required=False)
    college = forms.ChoiceField(label=_("College"))
    title_ar = forms.CharField(
        label=_("Quality in Arabic"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    title_fr = forms.CharField(
        label=_("Quality in French"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    since = DayField(label=_("From"))
    until = DayField(label=_("Until, not included"), required=False)
    chair = forms.BooleanField(label=_("Presides"), required=False)
    stands_in = forms.BooleanField(label=_("Stands in for the chair"), required=False)
    reference = forms.CharField(label=_("Decision that names them"), max_length=160, required=False)


@page("committees.keep")
def mandate_new(request: Request, pk: int) -> HttpResponse:
    """GET shows the form; POST shows what it would do to the rules (`look`), or appoints."""
    body: Body = get_object_or_404(Body.objects, pk=pk)
    act_for(request, body)
    form = NewMandate(request.POST or None, initial={"since": timezone.localdate()})
    form.fields["college"].choices = choices(COLLEGE_NAMES)  # type: ignore[attr-defined]
    form.fields["person"].queryset = Person.objects.held()  # type: ignore[attr-defined]
    checks: list[Check] = []
    if request.method == "POST" and form.is_valid():
        if "look" not in request.POST:
            answer = once(request, "appoint", lambda: _appoint(request, body, form.cleaned_data))
            return HttpResponseRedirect(answer, status=303)
        checks = _after(body, form.cleaned_data)
    return render(request, "committees/pages/bodies/mandate_new.html", {"body": body, "form": form, "checks": checks})


def _after(body: Body, said: dict[str, Any]) -> list[Check]:
    """The rules of composition as they would be with the new member."""
    _all, committees, _version = procedure.rules_on(said["since"])
    bounds = procedure.composition_rules(committees.body(body.kind))
    seated = [record.mandate_of(seat.mandate) for seat in record.seats(body, said["since"])]
    known: Person | None = said["person"]
    sex = (known.sex if known else said["sex"]) or None
    year = known.birth_year if known else said["birth_year"]
    new = Mandate("", said["college"], sex, year, said["since"])  # type: ignore[arg-type] # choices of the form
    return composition([*seated, new], bounds, said["since"])


def _appoint(request: Request, body: Body, said: dict[str, Any]) -> str:
    by, at = request.actor, timezone.now()
    person = said["person"] or register_person(
        place=Place.objects.get(pk=body.place_id),
        by=by,
        at=at,
        **{name: said[name] for name in ("name_ar", "name_fr", "sex", "birth_year", "email")},
    )
    rank = 1 if said["stands_in"] else record.NO_RANK
    fields = {name: said[name] for name in ("college", "title_ar", "title_fr", "since", "until", "chair", "reference")}
    commands.appoint(body, person, rank=rank, by=by, at=at, **fields)
    return reverse("body", args=[body.pk])
