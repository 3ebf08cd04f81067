"""One item of a session: its debate, who takes no part in it, its amendments, its votes and what came of them."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import presences, votes
from tiwizi.committees.models import Amendment, Document, Item, Matter, Resolution
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.pages.sessions.finding import item_of, mandate_in, number_in
from tiwizi.committees.pages.sessions.poll import poll_shown
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import steps, voting
from tiwizi.committees.rules.procedure import majority_of
from tiwizi.office.answers import language
from tiwizi.organisations.models import Carrier
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


@page("committees.see")
def item(request: Request, pk: int) -> HttpResponse:
    """GET shows it; POST does one thing to it, for who keeps the body."""
    one = item_of(pk)
    if request.method == "POST":
        act_for(request, one.session.body)
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise Http404(act)
        return HttpResponseRedirect(once(request, f"{act} item", lambda: ACTS[act](request, one)), status=303)
    matter = Matter.objects.get(pk=one.matter_id)
    known = queries.polls(one)
    still_open = next((poll for poll in known if not poll.result), None)
    context = {
        "item": one,
        "session": one.session,
        "body": one.session.body,
        "matter": matter,
        "title": matter.title(language()),
        "state": steps.STATES[matter.state],
        "carrier": Carrier.objects.filter(pk=matter.carrier_id).first(),
        "documents": list(Document.objects.filter(matter=matter.pk).defer("content")),
        "recusals": queries.recusals(one.session, one.number),
        "amendments": amendments(one, matter),
        "polls": [poll_shown(poll, one) for poll in known if poll.result],
        "majority": voting.majority_name(majority_of(matter.majority)),
        "resolution": Resolution.objects.filter(item=one.pk).first(),
        "keeps": keeps(request, one.session.body),
        "mandates": record.seats(one.session.body, one.session.day),
        "verbs": steps.verbs("matter", matter.state) if one.session.state == "open" else [],
        "poll": poll_shown(still_open, one) if still_open else None,
        **_why_nots(one, matter, still_open is not None),
    }
    return render(request, "committees/pages/sessions/item.html", context)


def _why_nots(one: Item, matter: Matter, voting_now: bool) -> dict[str, Any]:
    """Why the next acts cannot be done: the same reasons with which the commands would refuse."""
    before = votes.first_unsettled(one.session, one)
    found: dict[str, Any] = {}
    if not one.taken_up:
        found["why_not_take_up"] = steps.why_not_take_up(session=one.session.state, state=matter.state, before=before)
    elif not voting_now and matter.state in {"debated", "amending", "unvoted"}:
        found["why_not_vote"] = votes.why_not_put(one.session, one, matter, None, record.amendments(one))
    return found


def amendments(one: Item, matter: Matter) -> list[dict[str, Any]]:
    """The amendments to an item in the order in which they are voted, with whether it is their turn."""
    known = record.amendments(one)
    rows = {row.number: row for row in Amendment.objects.filter(item=one.pk).select_related("by_mandate__person")}
    turn = next((each.number for each in steps.amendments_in_order(known) if not each.settled), None)
    return [
        {"amendment": rows[each.number], "turn": each.number == turn and matter.state == "amending"}
        for each in steps.amendments_in_order(known)
    ]


def _common(request: Request) -> dict[str, Any]:
    return {"version": number_in(request, "version"), "by": request.actor, "at": timezone.now()}


def _back(one: Item) -> str:
    return reverse("item", args=[one.pk])


def _take_up(request: Request, one: Item) -> str:
    votes.take_up(one, **_common(request))
    return _back(one)


def _adjourn(request: Request, one: Item) -> str:
    votes.adjourn(one, why=request.POST.get("why", ""), **_common(request))
    return _back(one)


def _withdraw(request: Request, one: Item) -> str:
    votes.withdraw(one, why=request.POST.get("why", ""), **_common(request))
    return _back(one)


def _recuse(request: Request, one: Item) -> str:
    mandate = mandate_in(request, "mandate", one.session.body)
    presences.recuse(one, mandate, person=None, reason=request.POST.get("reason", "")[:300], **_common(request))
    return _back(one)


def _deposit(request: Request, one: Item) -> str:
    texts: dict[str, Any] = {name: request.POST.get(name, "") for name in ("text_ar", "text_fr")}
    mandate = mandate_in(request, "mandate", one.session.body) if request.POST.get("mandate") else None
    distance = min(number_in(request, "distance"), 9)
    deletes = request.POST.get("deletes") == "1"
    votes.deposit(one, mandate=mandate, deletes=deletes, distance=distance, **texts, **_common(request))
    return _back(one)


def _amendment(request: Request, one: Item) -> Amendment:
    found: Amendment = get_object_or_404(Amendment.objects, pk=number_in(request, "amendment"), item=one.pk)
    return found


def _take_back(request: Request, one: Item) -> str:
    votes.take_back(_amendment(request, one), **_common(request))
    return _back(one)


def _put(request: Request, one: Item) -> str:
    amendment = _amendment(request, one) if request.POST.get("amendment") else None
    secret = {"1": True, "0": False}.get(request.POST.get("secret", ""))
    votes.put_to_vote(one, amendment=amendment, secret=secret, **_common(request))
    return _back(one)


ACTS: Final[dict[str, Callable[[Request, Item], str]]] = {
    "take_up": _take_up,
    "adjourn": _adjourn,
    "withdraw": _withdraw,
    "recuse": _recuse,
    "deposit": _deposit,
    "take_back": _take_back,
    "put_to_vote": _put,
}
