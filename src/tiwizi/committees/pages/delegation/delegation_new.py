"""Asking a committee to delegate: to whom, then what, with a preview of every reason against it and of the resolution."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import effects
from tiwizi.committees.models import Body, Matter
from tiwizi.committees.pages.delegation import asking
from tiwizi.committees.pages.delegation.forms import DelegationForm
from tiwizi.committees.pages.delegation.words import resolution_of_act
from tiwizi.committees.pages.roles import act_in
from tiwizi.committees.queries.delegation import Words, words_on
from tiwizi.committees.rules.competence import Act
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.territories import queries as territories
from tiwizi.territories.models import Place
from tiwizi.territories.rules import settlements


@page("matters.propose")
def delegation_new(request: Request) -> HttpResponse:
    """`?body=` who would receive it (else the choice of it); POST previews, or with `propose` brings it before the giver."""
    today = timezone.localdate()
    receivers = [body for body in Body.objects.exclude(above="") if _giver(request, body) is not None]
    code = request.POST.get("body", "") or request.GET.get("body", "")
    if not code:
        return render(request, "committees/pages/delegation/delegation_new.html", {"receivers": receivers})
    body = next((one for one in receivers if one.code == code), None)
    giver = _giver(request, body) if body else None
    if body is None or giver is None:
        raise Http404(code)
    words = words_on(today)
    form = DelegationForm(request.POST or None, words=words, places=_places(body, today), initial={"place": body.place_code})
    context: dict[str, Any] = {"form": form, "body": body, "giver": giver}
    if request.method == "POST" and form.is_valid():
        payload = form.payload(body, words)
        reasons = asking.reasons_today("delegation", giver, payload)
        texts = form.texts(_texts(payload, giver, body, words))
        if "propose" in request.POST and not reasons:
            act_in(request, "matters.propose", giver.position)
            return HttpResponseRedirect(
                once(request, "propose delegation", lambda: _propose(request, giver, body, payload, texts)), status=303
            )
        form.shows(texts)
        context |= {"previewed": True, "reasons": reasons}
    return render(request, "committees/pages/delegation/delegation_new.html", context)


def _giver(request: Request, body: Body) -> Body | None:
    """The body right above, where the reader may bring a matter before it."""
    giver = next(iter(asking.above(body)), None)
    return giver if giver is not None and asking.proposes_at(request, giver) else None


def _places(body: Body, today: date) -> list[Place]:
    """The place of a body, and those inside it hamlets apart."""
    inside = territories.tree(on=today).filter(position__gte=body.position, position__lte=body.last).exclude(level=settlements())
    return list(inside.order_by("position"))


def _texts(payload: dict[str, Any], giver: Body, body: Body, words: Words) -> dict[str, str]:
    """The resolution in both languages, written from the act."""
    act = _act(payload, giver)
    place = Place.objects.filter(code=payload["place"]).order_by("-since").first()
    return {
        f"text_{spoken}": resolution_of_act(
            act, words, giver=giver.name(spoken), body=body.name(spoken), place=place.name(spoken) if place else "", spoken=spoken
        )
        for spoken in ("ar", "fr")
    }


def _act(payload: dict[str, Any], giver: Body) -> Act:
    found = effects.act_asked(Matter(payload=payload), asking.decision_today(giver), "?")
    if found is None:
        raise PermissionDenied
    return found


def _propose(request: Request, giver: Body, body: Body, payload: dict[str, Any], texts: dict[str, str]) -> str:
    about = {spoken: body.name(spoken) for spoken in ("ar", "fr")}
    made = asking.propose(request, "delegation", giver, payload, texts | asking.titles("delegation", about))
    return reverse("matter", args=[made.pk])
