"""Laying a file before the committee with a matter."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Matter
from tiwizi.committees.pages.matters.files import cleaned
from tiwizi.committees.pages.roles import act_in
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class File(forms.Form):
    """One file, and what it is called on the page."""

    name = forms.CharField(label=_("What it is"), max_length=160)
    file = forms.FileField(label=_("File"), help_text=_("A PDF, or a picture in JPEG, PNG, WebP or TIFF, up to 10 MB."))


@page("matters.propose")
def document_new(request: Request, pk: int) -> HttpResponse:
    """GET shows the form; POST lays the file, or says why it is refused."""
    matter = get_object_or_404(Matter.objects.all(), pk=pk)
    act_in(request, "matters.propose", matter.position)
    form = File(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return HttpResponseRedirect(once(request, "lay document", lambda: _lay(request, matter, said)), status=303)
    return render(request, "committees/pages/matters/document_new.html", {"form": form, "matter": matter})


def _lay(request: Request, matter: Matter, said: dict[str, Any]) -> str:
    clean = cleaned(said["file"].read())
    commands.lay_document(
        matter,
        name=said["name"],
        media=clean.media,
        content=clean.content,
        account=request.user,
        by=request.actor,
        at=timezone.now(),
    )
    return reverse("matter", args=[matter.pk])
