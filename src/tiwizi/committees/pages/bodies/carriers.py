"""Who asks for projects, and who is tied to them: the register from which the software knows a conflict of interest."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Carrier, Person, Tie
from tiwizi.committees.pages.bodies.words import choices
from tiwizi.committees.pages.roles import act_in
from tiwizi.committees.rules.steps import CARRIERS, TIES
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.territories.models import Place

PER_PAGE: Final = 50


class NewCarrier(forms.Form):
    """Somebody who asks."""

    code = forms.CharField(label=_("Number in the register"), max_length=48)
    kind = forms.ChoiceField(label=_("Kind"))
    name_ar = forms.CharField(
        label=_("Name in Arabic"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_fr = forms.CharField(
        label=_("Name in French"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    place: Any = forms.ModelChoiceField(label=_("Code of the place"), queryset=None, to_field_name="code", widget=forms.TextInput)


class NewTie(forms.Form):
    """What ties somebody to a carrier."""

    person: Any = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=None)
    kind = forms.ChoiceField(label=_("Tie"))
    source = forms.ChoiceField(
        label=_("Known from"), choices=(("register", _("a register")), ("declared", _("their declaration")))
    )
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


@page("committees.see")
def carriers(request: Request) -> HttpResponse:
    """GET lists them; POST registers one, for who may propose matters there."""
    proposes = permits([role.kind for role in request.roles], "matters.propose")
    form = NewCarrier(request.POST or None) if proposes else None
    if form is not None:
        form.fields["kind"].choices = choices(CARRIERS)  # type: ignore[attr-defined]
        form.fields["place"].queryset = Place.objects.filter(until=None)  # type: ignore[attr-defined]
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            act_in(request, "matters.propose", form.cleaned_data["place"].position)
            return HttpResponseRedirect(
                once(request, "register carrier", lambda: _register(request, form.cleaned_data)), status=303
            )
    shown = Paginator(Carrier.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"carrier": one, "kind": CARRIERS.get(one.kind, one.kind)} for one in shown]
    return render(request, "committees/pages/bodies/carriers.html", {"rows": rows, "page": shown, "form": form})


def _register(request: Request, said: dict[str, Any]) -> str:
    made = commands.register_carrier(**said, by=request.actor, at=timezone.now())
    return reverse("carrier", args=[made.pk])


@page("committees.see")
def carrier(request: Request, pk: int) -> HttpResponse:
    """GET shows it with its matters and ties; POST writes a tie down, for who keeps a committee."""
    one: Carrier = get_object_or_404(Carrier.objects, pk=pk)
    writes = permits([role.kind for role in request.roles], "committees.keep")
    form = NewTie(request.POST or None, initial={"since": timezone.localdate()}) if writes else None
    if form is not None:
        form.fields["person"].queryset = Person.objects.held()  # type: ignore[attr-defined]
        form.fields["kind"].choices = choices(TIES)  # type: ignore[attr-defined]
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            act_in(request, "committees.keep", form.cleaned_data["person"].position)
            return HttpResponseRedirect(once(request, "tie", lambda: _tie(request, one, form.cleaned_data)), status=303)
    ties = Tie.objects.filter(carrier=one.pk).select_related("person").order_by("pk")
    context = {
        "carrier": one,
        "kind": CARRIERS.get(one.kind, one.kind),
        "ties": [{"tie": row, "kind": TIES[row.kind]} for row in ties],
        "matters": list(one.matters.all().order_by("-opened", "-pk")[:PER_PAGE]),
        "form": form,
    }
    return render(request, "committees/pages/bodies/carrier.html", context)


def _tie(request: Request, one: Carrier, said: dict[str, Any]) -> str:
    commands.tie(said.pop("person"), one, by=request.actor, at=timezone.now(), **said)
    return reverse("carrier", args=[one.pk])
