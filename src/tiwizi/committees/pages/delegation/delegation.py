"""Who may decide what on a day, generated from the acts in force; what overlaps, and what nobody may decide."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiwizi.committees.commands import delegations
from tiwizi.committees.models import Body
from tiwizi.committees.pages.delegation.drawings import tree
from tiwizi.committees.pages.delegation.rows import COLUMNS, holes_of, rows_of
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.queries import record
from tiwizi.committees.rules import delegation as rules
from tiwizi.office.answers import FORMATS, day_of, language
from tiwizi.office.forms import DayField
from tiwizi.office.lists import file_of
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import permits
from tiwizi.territories import queries as territories
from tiwizi.territories.rules import unit


class Founding(forms.Form):
    """The text by which the highest committee holds its own competence."""

    reference = forms.CharField(label=gettext_lazy("Text by which the committee holds its competence"), max_length=300)
    signed_by_ar = forms.CharField(
        label=gettext_lazy("Signed by, in Arabic"), max_length=160, widget=forms.TextInput({"dir": "rtl", "lang": "ar"})
    )
    signed_by = forms.CharField(
        label=gettext_lazy("Signed by, in French"), max_length=160, widget=forms.TextInput({"dir": "ltr", "lang": "fr"})
    )
    signed_on = DayField(label=gettext_lazy("Signed on"))
    since = DayField(label=gettext_lazy("Holds from"))
    assumed = forms.BooleanField(label=gettext_lazy("It stands in for a text that is not at hand"), required=False)


@page("committees.see")
def delegation(request: Request) -> HttpResponse:
    """`?on=` the day, `?format=`; POST writes down the founding act of the body `body`, for its secretary."""
    on = day_of(request)
    founding = Founding(request.POST or None)
    if request.method == "POST":
        body = get_object_or_404(Body.objects.all(), code=request.POST.get("body", ""))
        act_for(request, body)
        if founding.is_valid():
            said = founding.cleaned_data
            return HttpResponseRedirect(once(request, "found", lambda: _found(request, body, said)), status=303)
    acts = record.acts()
    rows = rows_of(rules.who_decides_what(acts, on), on)
    if (kind := request.GET.get("format", "")) in FORMATS:
        return file_of(request, kind, COLUMNS, rows, name=f"delegation-{on}", title=_("Who decides what"), personal=None)
    units = list(territories.tree(on=on).filter(level=unit()))
    unfounded = [body for body in _highest() if not any(act.body == body.code and act.giver is None for act in acts)]
    context = {
        "on": on,
        "rows": rows,
        "picture": mark_safe(tree(rows, language())) if rows else "",  # noqa: S308 built by reports.decision_path, text escaped
        "overlaps": queries.why_not_together(acts, on),
        "holes": holes_of(queries.holes(acts, units, on), on),
        "units": len(units),
        "unfounded": unfounded,
        "own": next((body for body in unfounded if keeps(request, body)), None),
        "form": founding,
        "proposes": permits([role.kind for role in request.roles], "matters.propose"),
    }
    return render(request, "committees/pages/delegation/delegation.html", context)


def _highest() -> list[Body]:
    return list(Body.objects.filter(above=""))


def _found(request: Request, body: Body, said: dict[str, Any]) -> str:
    made = delegations.found(body, **said, account=request.user, by=request.actor, at=timezone.now())
    return reverse("act", args=[made.number])
