"""One vote: the voices or the papers as they are written down, and its result declared."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import votes
from tiwizi.committees.models import Item, Poll, Vote
from tiwizi.committees.pages.roles import act_for
from tiwizi.committees.pages.sessions.finding import number_in, poll_of
from tiwizi.committees.queries import record
from tiwizi.committees.rules import voting
from tiwizi.committees.rules.procedure import majority_of
from tiwizi.committees.rules.voting import Tally
from tiwizi.core.errors import mark
from tiwizi.office.answers import language
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page

CHOICES = {"yes": mark("For"), "no": mark("Against"), "abstain": mark("Abstention")}
RESULTS = {
    "": mark("vote open"),
    "adopted": mark("adopted"),
    "rejected": mark("rejected"),
    "no_quorum": mark("no quorum"),
    "void": mark("without effect"),
}


@page("committees.see")
def poll(request: Request, pk: int) -> HttpResponse:
    """GET leads to the item; POST writes down voices or papers, or declares the result, for who keeps the body."""
    one = poll_of(pk)
    back = reverse("item", args=[one.item_id])
    if request.method != "POST":
        return HttpResponseRedirect(back)
    act_for(request, one.item.session.body)
    act = request.POST.get("act", "")
    if act not in {"cast", "papers", "declare"}:
        raise Http404(act)
    once(request, f"{act} poll", lambda: _act(request, one, act))
    return HttpResponseRedirect(back, status=303)


def _act(request: Request, one: Poll, act: str) -> str:
    by, at = request.actor, timezone.now()
    if act == "cast":
        votes.cast(one, _voices(request, one), by=by, at=at)
    elif act == "papers":
        counts = Tally(*(number_in(request, name) for name in ("yes", "no", "abstain", "void")))
        votes.count_papers(one, counts, casting=request.POST.get("casting", ""), by=by, at=at)
    else:
        votes.declare(one, version=number_in(request, "version"), account=request.user, by=by, at=at)
    return ""


def _voices(request: Request, one: Poll) -> dict[int, str]:
    """The choice of each seat there that has not voted: its own, else the one chosen for all the others."""
    rest = request.POST.get("rest", "")
    found = {}
    for row in _seats(one):
        choice = request.POST.get(f"vote-{row['mandate'].pk}") or rest
        if choice and not row["choice"]:
            found[row["mandate"].pk] = choice
    return found


def _seats(one: Poll) -> list[dict[str, Any]]:
    """Who may vote at the moment of a vote, with what they said."""
    session = one.item.session
    room = votes.room_of(one)
    said = dict(Vote.objects.filter(poll=one.pk).values_list("mandate_id", "choice"))
    return [
        {
            "mandate": seat.mandate,
            "person": seat.person,
            "how": room.there[seat.key].how,
            "choice": said.get(seat.mandate.pk, ""),
            "said": CHOICES.get(said.get(seat.mandate.pk, ""), ""),
        }
        for seat in record.seats(session.body, session.day)
        if seat.key in room.there
    ]


def poll_shown(one: Poll, item: Item) -> dict[str, Any]:
    """A vote as its item's page shows it: while it is open with its voices and the arithmetic so far."""
    one.item = item
    shown: dict[str, Any] = {"poll": one, "result": RESULTS[one.result], "words": (one.words or {}).get(language(), [])}
    if one.result:
        return shown
    room = votes.room_of(one)
    ballot = record.ballot(one)
    seats = _seats(one)
    outcome = voting.outcome(ballot, room, majority_of(one.majority), amends=one.amendment_id is not None)
    return shown | {
        "room": room,
        "seats": seats,
        "left": sum(not row["choice"] for row in seats),
        "papers": getattr(one, "papers", None),
        "so_far": outcome.words,
        "choices": list(CHOICES.items()),
    }
