"""Upload of a table of places: the file is read and previewed, nothing changes yet."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.people.doors import Request, page
from tiwizi.sources.sheets import Limits
from tiwizi.territories import imports, queries, rules
from tiwizi.territories.models import Place


class Table(forms.Form):
    """A file, and the place that contains its rows."""

    place: Any = forms.ModelChoiceField(label=_("Place"), queryset=None, to_field_name="code", empty_label=None)
    file = forms.FileField(
        label=_("File"), help_text=_("A workbook (.xlsx) or CSV in UTF-8, the names of the columns in its first row.")
    )


@page("places.change")
def import_new(request: Request) -> HttpResponse:
    """GET shows the form; POST reads the file and goes to its preview."""
    seats = queries.tops(on=timezone.localdate())
    form = Table(request.POST or None, request.FILES or None)
    form.fields["place"].queryset = Place.objects.filter(pk__in=[seat.pk for seat in seats])  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        if sent.size > Limits().bytes_most:
            form.add_error("file", _("The file is larger than 20 MB: keep the rows that change and send them alone."))
        else:
            made = imports.preview(
                sent.read(),
                sent.name,
                place=form.cleaned_data["place"],
                account=request.user,
                by=request.actor,
                at=timezone.now(),
            )
            return HttpResponseRedirect(reverse("import_show", args=[made.pk]), status=303)
    return render(request, "territories/pages/import_new.html", {"form": form, "columns": rules.COLUMNS})
