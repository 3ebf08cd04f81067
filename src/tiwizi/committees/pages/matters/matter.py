"""One matter: what is asked, who decides it and why, where it stands, its documents, its history in words."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Act, Approval, Document, Item, Matter, Poll, Resolution, Session
from tiwizi.committees.pages.matters.matter_change import version_of, why_not
from tiwizi.committees.pages.roles import act_in
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import steps
from tiwizi.core.errors import mark
from tiwizi.journal.models import Entry
from tiwizi.office.answers import language
from tiwizi.organisations.models import Carrier
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place

ACTS: Final = {
    "propose matter": mark("proposed"),
    "change matter": mark("changed"),
    "take_up matter": mark("debate opened"),
    "adjourn matter": mark("put off to a later session"),
    "withdraw matter": mark("withdrawn"),
    "amend matter": mark("amendments deposited"),
    "settle_amendments matter": mark("amendments settled"),
    "put_to_vote matter": mark("put to the vote"),
    "adopt matter": mark("adopted"),
    "reject matter": mark("rejected"),
    "find_no_quorum matter": mark("vote without a quorum"),
}
"""What each command on a matter is called in its history."""
RESULTS: Final = {
    "": mark("vote open"),
    "adopted": mark("adopted"),
    "rejected": mark("rejected"),
    "no_quorum": mark("no quorum"),
    "void": mark("without effect"),
}


@page("committees.see")
def matter(request: Request, pk: int) -> HttpResponse:
    """GET shows it; POST withdraws it, for who may propose at its place."""
    one = get_object_or_404(Matter.objects.all(), pk=pk)
    if request.method == "POST":
        act_in(request, "matters.propose", one.position)
        why = request.POST.get("why", "")
        return HttpResponseRedirect(once(request, "withdraw matter", lambda: _withdraw(request, one, why)), status=303)
    proposes = any(
        "matters.propose" in ROLES[role.kind].permissions and role.position <= one.position <= role.last for role in request.roles
    )
    context = {
        "matter": one,
        "title": one.title(language()),
        "state": steps.STATES[one.state],
        "proposes": proposes,
        "why_not_change": why_not(one) if proposes else [],
        "why_not_withdraw": steps.why_not_step("matter", one.state, "withdraw"),
        "open": bool(steps.verbs("matter", one.state)),
        "documents": list(Document.objects.filter(matter=one.pk).defer("content")),
        "history": history(one),
        "splits": queries.split_with(one),
        "agendas": agendas(one),
        **facts(one),
        **who_decides(one),
    }
    return render(request, "committees/pages/matters/matter.html", context)


def _withdraw(request: Request, one: Matter, why: str) -> str:
    commands.withdraw(one, version=version_of(request), why=why, by=request.actor, at=timezone.now())
    return reverse("matter", args=[one.pk])


def facts(one: Matter) -> dict[str, Any]:
    """What is asked, in the words of the rulebook of the day on which it opened."""
    words, spoken = queries.words_on(one.opened), language()
    asked = one.payload or {}
    return {
        "place": Place.objects.filter(pk=one.place_id).first(),
        "carrier": Carrier.objects.filter(pk=one.carrier_id).first(),
        "kind": words.named("matters", one.kind, spoken),
        "programme": words.named("programmes", one.programme, spoken) if one.programme else "",
        "axis": words.named("axes", one.axis, spoken) if one.axis else "",
        "project_kind": words.named("kinds", one.project_kind, spoken) if one.project_kind else "",
        "conditions": words.listed("conditions", one.fulfils, spoken),
        "about_matter": Matter.objects.filter(code=asked.get("matter", "")).first() if one.kind == "call_back" else None,
        "about_act": Act.objects.filter(number=asked.get("act", "")).first() if one.kind == "revocation" else None,
    }


def who_decides(one: Matter) -> dict[str, Any]:
    """The competent body with its reasons; of a matter decided, the decision instead."""
    resolution = Resolution.objects.filter(matter=one.pk).first()
    if resolution is not None or one.state in queries.DECIDED:
        bodies = {body.pk: body for body in queries.bodies_by_code().values()}
        approval = Approval.objects.filter(matter=one.pk).first()
        act = Act.objects.filter(pk=resolution.act_id).first() if resolution else None
        body = bodies.get(resolution.body_id) if resolution else None
        return {"resolution": resolution, "body": body, "act": act, "approval": approval}
    found = queries.competences([one], timezone.localdate())[one.pk]
    bodies_by_code = queries.bodies_by_code()
    return {
        "found": found,
        "body": bodies_by_code.get(str.__str__(found.body)) if found.body else None,
        "act": found.act,
    }


def agendas(one: Matter) -> list[dict[str, Any]]:
    """Where it stands on agendas, as far as the reader sees the sessions, with its votes."""
    items = list(Item.objects.filter(matter=one.pk).order_by("pk"))
    sessions = {row.pk: row for row in Session.objects.filter(pk__in=[item.session_id for item in items])}
    bodies = {body.pk: body for body in queries.bodies_by_code().values()}
    polls: dict[int, list[dict[str, Any]]] = {}
    for poll in Poll.objects.filter(item__in=[item.pk for item in items]).order_by("number"):
        polls.setdefault(poll.item_id, []).append({"poll": poll, "result": RESULTS[poll.result]})
    return [
        {
            "item": item,
            "session": sessions[item.session_id],
            "state": steps.STATES[sessions[item.session_id].state],
            "body": bodies.get(sessions[item.session_id].body_id),
            "polls": polls.get(item.pk, []),
        }
        for item in items
        if item.session_id in sessions
    ]


def history(one: Matter) -> list[dict[str, Any]]:
    """The entries of the journal on this matter, the first one first, in words: nobody is named here."""
    rows = []
    for entry in Entry.objects.filter(kind="matter", object=str(one.pk)).order_by("number"):
        state = entry.changes.get("state", [None, None])[1]
        why = entry.changes.get("why", [None, ""])[1]
        act = ACTS.get(entry.command, entry.command)
        rows.append({"at": entry.at, "act": act, "state": steps.STATES.get(state or ""), "why": why})
    return rows
