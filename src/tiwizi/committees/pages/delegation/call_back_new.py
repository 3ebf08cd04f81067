"""Asking a committee above to take one matter from the committee that holds it."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.models import Body, Matter
from tiwizi.committees.pages.delegation import asking
from tiwizi.committees.pages.delegation.forms import OwnTextForm
from tiwizi.committees.pages.delegation.words import resolution_of_call_back
from tiwizi.committees.pages.roles import act_in
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import steps
from tiwizi.office.answers import language
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class CallBackForm(OwnTextForm):
    """Which committee above would take it, and why."""

    by = forms.ChoiceField(label=_("Which committee would decide it"))
    reason = forms.CharField(label=_("Why"), max_length=300)
    field_order = ("by", "reason")


@page("matters.propose")
def call_back_new(request: Request) -> HttpResponse:
    """`?matter=` which one; POST previews, or with `propose` brings it before the body that would take it."""
    one = get_object_or_404(Matter.objects.all(), code=request.POST.get("matter", "") or request.GET.get("matter", ""))
    holder = _holder(one)
    callers = [body for body in asking.above(holder) if asking.proposes_at(request, body)] if holder else []
    form = CallBackForm(request.POST or None)
    form.fields["by"].choices = [(body.code, body.name(language())) for body in callers]  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form, "matter": one, "title": one.title(language()), "holder": holder, "callers": callers}
    if request.method == "POST" and holder is not None and form.is_valid():
        by = next(body for body in callers if body.code == form.cleaned_data["by"])
        reason = form.cleaned_data["reason"]
        payload = {"matter": one.code, "reason": reason}
        reasons = asking.reasons_today("call_back", by, payload)
        texts = form.texts(_texts(one, holder, by, reason))
        if "propose" in request.POST and not reasons:
            act_in(request, "matters.propose", by.position)
            return HttpResponseRedirect(
                once(request, "propose call-back", lambda: _propose(request, by, payload, texts)), status=303
            )
        form.shows(texts)
        context |= {"previewed": True, "reasons": reasons}
    return render(request, "committees/pages/delegation/call_back_new.html", context)


def _holder(one: Matter) -> Body | None:
    """The body that holds a matter today; of a matter decided, and where nobody is competent, none."""
    if one.state in steps.SETTLED:
        return None
    found = queries.competences([one], timezone.localdate())[one.pk]
    return queries.bodies_by_code().get(str.__str__(found.body)) if found.body else None


def _texts(one: Matter, holder: Body, by: Body, reason: str) -> dict[str, str]:
    return {
        f"text_{spoken}": resolution_of_call_back(
            one.code, holder=holder.name(spoken), by=by.name(spoken), reason=reason, spoken=spoken
        )
        for spoken in ("ar", "fr")
    }


def _propose(request: Request, by: Body, payload: dict[str, Any], texts: dict[str, str]) -> str:
    titles = asking.titles("call_back", dict.fromkeys(("ar", "fr"), payload["matter"]))
    made = asking.propose(request, "call_back", by, payload, texts | titles)
    return reverse("matter", args=[made.pk])
