"""Changing a matter while it waits."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Item, Matter
from tiwizi.committees.pages.matters.forms import MatterForm, shown
from tiwizi.committees.pages.roles import act_in
from tiwizi.committees.queries.delegation import OWN
from tiwizi.committees.rules import steps
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


@page("matters.propose")
def matter_change(request: Request, pk: int) -> HttpResponse:
    """GET shows the form with what stands; POST sends what is to stand, and the version that the page showed."""
    matter = get_object_or_404(Matter.objects.all(), pk=pk)
    act_in(request, "matters.propose", matter.position)
    form = MatterForm(request.POST or None, on=matter.opened, initial=shown(matter))
    form.fields["kind"].disabled = True
    form.fields["carrier"].disabled = True
    form.initial["carrier"] = None if form.initial["carrier"] == "" else form.initial["carrier"]
    reasons = why_not(matter)
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(once(request, "change matter", lambda: _change(request, matter, form)), status=303)
    context = {"form": form, "matter": matter, "reasons": reasons}
    return render(request, "committees/pages/matters/matter_change.html", context)


def why_not(matter: Matter) -> list[Sentence]:
    """Every reason why a matter is not changed by its form now."""
    sent = Item.objects.filter(matter=matter.pk, session__state__in=("convened", "open", "suspended")).exists()
    return steps.why_not_change(state=matter.state, version=matter.version, shown=matter.version, sent=sent) + _bound(matter)


def _bound(matter: Matter) -> list[Sentence]:
    if matter.kind in OWN or matter.subject:
        return [say("What it would sign was written with it: withdraw it and propose another.")]
    return []


def _change(request: Request, matter: Matter, form: MatterForm) -> str:
    refuse(_bound(matter))
    fields = form.fields_of_matter()
    changed = {name: value for name, value in fields.items() if value != getattr(matter, name)}
    version = version_of(request)
    commands.change(matter, version=version, by=request.actor, at=timezone.now(), **changed)
    return reverse("matter", args=[matter.pk])


def version_of(request: Request) -> int:
    """The version that the page showed; none that there is where the form does not say it."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0
