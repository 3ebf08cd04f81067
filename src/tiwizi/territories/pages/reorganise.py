"""The form for recording that a place was split or moved: it ends on a day, and others take over its people."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiwizi.office.answers import Context, language
from tiwizi.office.forms import DayField, WholeNumberField
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place
from tiwizi.territories.reorganising import New
from tiwizi.territories.reorganising import reorganise as record

MOST = 6


class Begins(forms.Form):
    """One new place."""

    code = forms.CharField(label=_("Code"), max_length=32)
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)
    name_fr = forms.CharField(label=_("Name in French"), max_length=120, required=False)
    parent = forms.CharField(label=_("Code of the place above"), max_length=32)
    people = WholeNumberField(label=_("People who pass to it"), min_value=0)

    def clean_parent(self) -> Place:
        """The parent, in force and inside the reader's scope."""
        place: Place | None = Place.objects.filter(code=self.cleaned_data["parent"].strip(), until=None).first()
        if place is None:
            raise forms.ValidationError(_("No place of yours has this code."))
        return place


class When(forms.Form):
    """The day, and the text that decided it."""

    on = DayField(label=_("First day of the new places"))
    source = forms.CharField(label=_("Text that decided it (decree, date)"), max_length=200)


class Below(forms.Form):
    """The new parent of each place below."""

    def __init__(self, *arguments: Any, children: list[Place], **more: Any) -> None:
        """One field per place, named by its code."""
        super().__init__(*arguments, **more)
        numbers = [(str(number), str(number)) for number in range(1, MOST + 1)]
        for child in children:
            self.fields[child.code] = forms.ChoiceField(label=child.name(language()), choices=numbers)


BeginsSet = forms.formset_factory(Begins, extra=2, max_num=MOST, validate_max=True)


@page("places.change")
def reorganise(request: Request, code: str) -> HttpResponse:
    """GET shows the form; POST ends the place and creates the others."""
    place = Place.objects.filter(code=code, until=None).first()
    if place is None:
        raise Http404(code)
    when, begins = When(request.POST or None), BeginsSet(request.POST or None, prefix="new")
    children = Place.objects.filter(parent=place, until=None).order_by("sort_ar" if language() == "ar" else "sort_fr", "code")
    below = Below(request.POST or None, prefix="below", children=list(children))
    if request.method == "POST" and when.is_valid() and begins.is_valid() and below.is_valid():
        rows: list[Context] = [form.cleaned_data for form in begins if form.cleaned_data]
        on: date = when.cleaned_data["on"]
        codes = {str(number): row["code"].strip() for number, row in enumerate(rows, start=1)}
        record(
            [place],
            [New(row["code"].strip(), place.level, row["parent"], row["name_ar"], row["name_fr"]) for row in rows],
            people={(place.code, row["code"].strip()): row["people"] for row in rows},
            # A number beyond the rows filled in refers to no place: the command refuses it.
            below={code: codes.get(number, number) for code, number in below.cleaned_data.items()},
            on=on,
            by=request.actor,
            at=timezone.now(),
            source=when.cleaned_data["source"],
        )
        messages.success(request, gettext("It is recorded. Figures of past years hold under both sets of boundaries."))
        return HttpResponseRedirect(reverse("place_history", args=[place.code]), status=303)
    return render(request, "territories/pages/reorganise.html", {"here": place, "when": when, "begins": begins, "below": below})
