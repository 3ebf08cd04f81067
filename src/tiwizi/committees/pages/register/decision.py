"""One decision: its text, what it rests on, how it came about, what it changed, and the proof that it stands as it was taken."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Act, Body, Document, Matter, Minutes, Poll, Resolution, Session, Signature, Vote
from tiwizi.committees.pages.register.decisions import kinds
from tiwizi.committees.rules.voting import CHOICES, DECIDED
from tiwizi.journal import verifier
from tiwizi.journal.models import Entry
from tiwizi.office.answers import language
from tiwizi.people.doors import Request, page


@page("committees.see")
@require_GET
def decision(request: Request, number: str) -> HttpResponse:
    """GET shows it; the votes by name only to those whose place holds the committee's own."""
    one = Resolution.objects.filter(number=number).first()
    if one is None:
        raise Http404(number)
    spoken = language()
    known = kinds()
    return render(
        request,
        "committees/pages/register/decision.html",
        {
            "decision": one,
            "title": one.title(spoken),
            "body": Body.objects.filter(pk=one.body_id).first(),
            "kind": known[one.kind].in_(spoken) if one.kind in known else one.kind,
            "result": DECIDED[one.result],
            "basis": one.legal_basis.get(spoken, []),
            "words": one.words.get(spoken, []),
            "act": Act.objects.filter(pk=one.act_id).first(),
            "proof": _proof(one),
            **_reserved(one),
        },
    )


def _reserved(one: Resolution) -> dict[str, Any]:
    """The part that only those see whose scope holds the session: votes by name, documents, minutes."""
    poll = Poll.objects.filter(pk=one.poll_id).select_related("item").first()
    if poll is None:
        return {}
    session = Session.objects.get(pk=poll.item.session_id)
    votes = Vote.objects.filter(poll=poll.pk).select_related("mandate__person").order_by("pk")
    sealed = set(Signature.objects.filter(session=session.pk).exclude(entry=None).values_list("number", flat=True))
    return {
        "session": session,
        "poll": poll,
        "votes": [{"person": vote.mandate.person, "choice": CHOICES[vote.choice]} for vote in votes],
        "matter": Matter.objects.filter(pk=one.matter_id).first(),
        "documents": list(Document.objects.filter(matter=one.matter_id).defer("content")),
        "minutes": [
            {"file": row, "sealed": row.number in sealed}
            for row in Minutes.objects.filter(session=session.pk).defer("content", "data")
        ],
    }


def _proof(one: Resolution) -> dict[str, Any] | None:
    """The entry of the journal that holds the decision, and whether it still fits its content; None where it lies elsewhere."""
    entry = Entry.objects.filter(number=one.entry).first()
    if entry is None:
        return None
    fits = entry.changes.get("resolution", [None, None])[1] == one.number
    return {"entry": entry, "intact": fits and verifier.digest(entry.previous, entry.body()) == entry.hash}
