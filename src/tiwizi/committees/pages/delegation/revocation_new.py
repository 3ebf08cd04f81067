"""Asking the committee that gave an act to end it from a day on."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.models import Act, Body
from tiwizi.committees.pages.delegation import asking
from tiwizi.committees.pages.delegation.forms import OwnTextForm
from tiwizi.committees.pages.delegation.words import resolution_of_revocation
from tiwizi.committees.pages.roles import act_in
from tiwizi.office.forms import DayField
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


class RevocationForm(OwnTextForm):
    """From which day an act holds no more."""

    since = DayField(label=_("From"), required=False, help_text=_("Empty: from the day of the decision."))
    field_order = ("since",)


@page("matters.propose")
def revocation_new(request: Request) -> HttpResponse:
    """`?act=` which one; POST previews, or with `propose` brings it before the body that gave it."""
    one = get_object_or_404(Act.objects.all(), number=request.POST.get("act", "") or request.GET.get("act", ""))
    giver = Body.objects.filter(pk=one.giver_id).first()
    if giver is None or not asking.proposes_at(request, giver):
        raise Http404(one.number)
    form = RevocationForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "act": one, "giver": giver, "body": Body.objects.filter(pk=one.body_id).first()}
    if request.method == "POST" and form.is_valid():
        since = form.cleaned_data["since"]
        payload = {"act": one.number, "since": since.isoformat() if since else None}
        reasons = asking.reasons_today("revocation", giver, payload)
        day = since or timezone.localdate()
        written = {f"text_{spoken}": resolution_of_revocation(one.number, day, spoken) for spoken in ("ar", "fr")}
        texts = form.texts(written)
        if "propose" in request.POST and not reasons:
            act_in(request, "matters.propose", giver.position)
            return HttpResponseRedirect(
                once(request, "propose revocation", lambda: _propose(request, giver, payload, texts)), status=303
            )
        form.shows(texts)
        context |= {"previewed": True, "reasons": reasons}
    return render(request, "committees/pages/delegation/revocation_new.html", context)


def _propose(request: Request, giver: Body, payload: dict[str, Any], texts: dict[str, str]) -> str:
    titles = asking.titles("revocation", dict.fromkeys(("ar", "fr"), payload["act"]))
    made = asking.propose(request, "revocation", giver, payload, texts | titles)
    return reverse("matter", args=[made.pk])
