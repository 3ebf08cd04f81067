"""Who asks for projects, and who is tied to them: the register from which the software knows a conflict of interest."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office import lists
from tiwizi.office.choices import choices
from tiwizi.office.forms import DayField
from tiwizi.organisations import commands
from tiwizi.organisations.models import Carrier, Person, Tie
from tiwizi.organisations.rules import CARRIERS, TIES
from tiwizi.people.acting import act_in, once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.territories.lists import PlaceName
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
    since = DayField(label=_("Since"))


class Carriers(lists.ListPage[Carrier]):
    """Who asks for projects; who may propose matters registers another."""

    permission = "committees.see"
    name = "carriers"
    personal = True
    title, heading = _("Who asks"), _("Who asks for projects")
    path = (lists.Action("bodies", _("Committees")),)
    columns = (
        lists.Name("code", _("Number")),
        lists.Link("name", _("Name"), lists.in_language("name"), to="carrier"),
        lists.Words("kind", _("Kind"), words=CARRIERS),
        PlaceName("place", _("Place"), shown=False),
    )
    empty = _(
        "Nobody is registered yet. Associations, cooperatives and communes that ask are registered once, with the members who"
        " are tied to them."
    )
    adding = (_("Register somebody"), _("Write it down"), "register carrier")

    def rows(self) -> ScopedQuerySet[Carrier]:
        """Every carrier of the scope."""
        rows: ScopedQuerySet[Carrier] = Carrier.objects.all()
        return rows

    def form(self) -> NewCarrier | None:
        """For who may propose matters."""
        if not self.permits("matters.propose"):
            return None
        form = NewCarrier(self.request.POST or None)
        form.fields["kind"].choices = choices(CARRIERS)  # type: ignore[attr-defined]
        form.fields["place"].queryset = Place.objects.filter(until=None)  # type: ignore[attr-defined]
        return form

    def act_for(self, form: NewCarrier) -> None:
        """In the role that reaches the place."""
        act_in(self.request, "matters.propose", form.cleaned_data["place"].position)

    def add(self, form: NewCarrier) -> str:
        """Registers it."""
        made = commands.register_carrier(**form.cleaned_data, by=self.request.actor, at=timezone.now())
        return reverse("carrier", args=[made.pk])


carriers = Carriers.view()


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
    return render(request, "organisations/pages/carrier.html", context)


def _tie(request: Request, one: Carrier, said: dict[str, Any]) -> str:
    commands.tie(said.pop("person"), one, by=request.actor, at=timezone.now(), **said)
    return reverse("carrier", args=[one.pk])
