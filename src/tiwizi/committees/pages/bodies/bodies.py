"""The committees of the reader's places: their members, their rules, what waits for them."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body
from tiwizi.committees.pages.roles import act_at
from tiwizi.committees.queries import bodies as queries
from tiwizi.committees.queries.bodies import Overview
from tiwizi.committees.rules import procedure
from tiwizi.office import lists
from tiwizi.office.answers import language
from tiwizi.office.forms import DayField
from tiwizi.people.doors import Request
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
    since = DayField(label=_("First day"))


def _met(one: Overview) -> str:
    said = _("%(met)s of %(rules)s")
    return str(said) % {"met": one.met, "rules": one.rules} if one.rules else ""


class Bodies(lists.ListPage[Overview]):
    """The committees that the scope sees, the widest place first; a secretary whose place has none founds one."""

    permission = "committees.see"
    name = "committees"
    personal = False
    title, caption = _("Committees"), _("Committees, the widest place first")
    columns = (
        lists.Link("name", _("Committee"), lambda one: one.body.name(language()), to="body", key="body__pk"),
        lists.Name("place_code", _("Code of the place"), lambda one: one.body.place_code, under="name"),
        lists.Number("members", _("Members"), lambda one: one.members if one.rules else None),
        lists.Text("composition", _("Rules of composition met"), _met, exported=False),
        lists.Number("met", _("Rules of composition met"), lambda one: one.met if one.rules else None, shown=False),
        lists.Number("rules", _("Rules of composition"), lambda one: one.rules or None, shown=False),
        lists.Number("waiting", _("Matters that wait")),
        lists.Day("next_day", _("Next session")),
    )
    actions = (
        lists.Action("sessions", _("Sessions")),
        lists.Action("matters", _("Matters")),
        lists.Action("delegation", _("Who may decide what")),
        lists.Action("carriers", _("Who asks")),
    )
    empty = _("No committee is known here yet. Its secretary founds it, then writes its members down.")
    adding = (_("Found the committee of your place"), _("Found it"), "found body")

    @cached_property
    def place(self) -> Place | None:
        """Where the reader may found one."""
        return _without(self.request)

    def rows(self) -> list[Overview]:
        """Every committee, with what waits for it."""
        return queries.overviews(timezone.localdate())

    def form(self) -> NewBody | None:
        """For the secretary of a place that has none."""
        return NewBody(self.request.POST or None, initial={"since": timezone.localdate()}) if self.place else None

    def form_note(self) -> str:
        """The place of the new committee."""
        return self.place.name(language()) if self.place else ""

    def act_for(self, _form: NewBody) -> None:
        """As the secretary of that very place."""
        if self.place is not None:
            act_at(self.request, "committees.keep", self.place)

    def add(self, form: NewBody) -> str:
        """Founds it."""
        if self.place is None:
            raise PermissionDenied
        return _found(self.request, self.place, form.cleaned_data)


bodies = Bodies.view()


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
