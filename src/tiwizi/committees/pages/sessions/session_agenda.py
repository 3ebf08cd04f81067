"""The agenda of a session: what waits and may come on it, what may not and why, and its order."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.models import Item, Matter, Session
from tiwizi.committees.pages.roles import act_for
from tiwizi.committees.pages.sessions.finding import number_in, session_of
from tiwizi.committees.queries import delegation
from tiwizi.committees.queries import sessions as queries
from tiwizi.office.answers import language
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page

MOST = 200
"""Matters shown at once; older ones first."""


@page("committees.keep")
def session_agenda(request: Request, pk: int) -> HttpResponse:
    """GET shows what is on it and what waits; POST puts a matter on it, takes an item off or moves it."""
    one = session_of(pk)
    act_for(request, one.body)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in {"put", "off", "move"}:
            raise Http404(act)
        return HttpResponseRedirect(once(request, f"{act} agenda", lambda: _act(request, one, act)), status=303)
    rows = queries.agenda(one)
    context = {
        "session": one,
        "body": one.body,
        "rows": [{"row": row, "title": row.matter.title(language())} for row in rows],
        "numbers": [row.item.number for row in rows if not row.item.taken_up],
        **waiting(one, {row.matter.pk for row in rows}),
    }
    return render(request, "committees/pages/sessions/session_agenda.html", context)


def waiting(one: Session, there: set[int]) -> dict[str, Any]:
    """The matters that wait: those that this body decides on the day of the session, and the others with the reason."""
    if one.state != "draft":
        return {"fitting": [], "others": []}
    matters = list(
        Matter.objects.filter(state__in=("waiting", "adjourned")).exclude(pk__in=there).order_by("opened", "pk")[:MOST]
    )
    found = delegation.competences(matters, one.day)
    fitting: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for matter in matters:
        known = {"matter": matter, "title": matter.title(language()), "words": found[matter.pk].words}
        (fitting if found[matter.pk].body == one.body.code else others).append(known)
    return {"fitting": fitting, "others": others}


def _act(request: Request, one: Session, act: str) -> str:
    common: dict[str, Any] = {"version": number_in(request, "version"), "by": request.actor, "at": timezone.now()}
    if act == "put":
        matter: Matter = get_object_or_404(Matter.objects, pk=number_in(request, "matter"))
        commands.put_on_agenda(one, matter, **common)
    else:
        item: Item = get_object_or_404(Item.objects, pk=number_in(request, "item"), session=one.pk)
        item.session = one
        if act == "off":
            commands.take_off(item, **common)
        else:
            commands.move_item(item, to=number_in(request, "to"), **common)
    return reverse("session_agenda", args=[one.pk])
