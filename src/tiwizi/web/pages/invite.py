"""Inviting somebody to a role at a place."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import Refused
from tiwizi.language import text
from tiwizi.office.answers import language
from tiwizi.people import commands, letters
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place


class InviteForm(forms.Form):
    """Who, as what, where."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Address"))
    kind = forms.ChoiceField(label=_("Role"), choices=())
    place = forms.CharField(label=_("Code of the place"), max_length=32, help_text=_("As in the list of places."))

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.fields["kind"].choices = [(kind.code, gettext(kind.name)) for kind in ROLES.values()]  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        """The place in force with this code, inside the reader's own."""
        place: Place | None = Place.objects.filter(code=self.cleaned_data["place"].strip(), until=None).first()
        if place is None:
            raise forms.ValidationError(_("No place of yours has this code."))
        return place


@page("people.invite")
def invite(request: Request) -> HttpResponse:
    """GET shows the form; POST invites; the link goes by letter alone, once a second person confirmed it where need be."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = commands.invite(
                email=said["email"],
                name=said["name"],
                kind=said["kind"],
                place=said["place"],
                by=request.actor,
                account=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(None, text(problem.what, language()))
        else:
            if made.token is not None:
                letters.send_invitation(made.invitation, settings.ADDRESS + reverse("invitation", args=[made.token]))
            shown = {"invitation": made.invitation, "sent": made.token is not None, "folder": letters.folder()}
            return render(request, "web/pages/invited.html", shown)
    return render(request, "web/pages/invite.html", {"form": form, "kinds": ROLES.values()})
