"""Who is there: the roll call of a session, who comes and goes later, and the register as it was written."""

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import presences as commands
from tiwizi.committees.models import Poll, Session
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.pages.sessions.finding import mandate_in, number_in, number_of, session_of
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import presence
from tiwizi.committees.rules.presence import Stay
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page

CHOICES: Final = ("present", "deputy", "left", "absent", "away")


@page("committees.see")
def session_presence(request: Request, pk: int) -> HttpResponse:
    """GET shows seats and register; POST writes down what changed since, all or nothing."""
    one = session_of(pk)
    if request.method == "POST":
        act_for(request, one.body)
        return HttpResponseRedirect(once(request, "note presence", lambda: _note(request, one)), status=303)
    seated = record.seats(one.body, one.day)
    moment = record.now(one)
    room = record.room_at(one, moment, seated)
    voting = Poll.objects.filter(item__session=one.pk, result="").exists()
    context = {
        "session": one,
        "body": one.body,
        "chairs": queries.chairs(one, seated, room),
        "room": room,
        "moment": queries.moment_words(moment),
        "register": queries.register(one),
        "debated": moment[0] > 0,
        "voting": voting,
        "writes": keeps(request, one.body)
        and one.state in {"convened", "open"}
        and timezone.localdate() >= one.day
        and not voting,
    }
    return render(request, "committees/pages/sessions/session_presence.html", context)


def _note(request: Request, one: Session) -> str:
    seated = record.seats(one.body, one.day)
    known, moment = record.register(one), record.now(one)
    held, away = presence.held(known, moment), presence.absent(known, moment) | presence.absent(known, presence.next_vote(moment))
    lines = [line for seat in seated if (line := _line(request, seat, held.get(seat.key), away=seat.key in away)) is not None]
    if request.POST.get("proxy_of"):
        giver, holder = mandate_in(request, "proxy_of", one.body), mandate_in(request, "proxy_to", one.body)
        lines = [(giver, "proxy", None, holder)]
    commands.roll_call(one, lines, version=number_in(request, "version"), by=request.actor, at=timezone.now())
    return reverse("session_presence", args=[one.pk])


def _line(request: Request, seat: Seat, stay: Stay | None, *, away: bool) -> commands.Line | None:
    """What the form says of a seat, where it differs from what is written; None where nothing changes.

    `away`: its member is absent for the item or its next vote alone, and comes back when the stay is written once more.
    """
    asked = request.POST.get(f"seat-{seat.mandate.pk}", "")
    if not asked:
        return None
    how, _colon, by = asked.partition(":")
    if how not in CHOICES:
        raise Http404(how)
    before = stay.how if stay else "left"
    if how == "deputy":
        person = next((one for one in seat.deputies if one.pk == number_of(by)), None)
        same = stay is not None and before == "deputy" and person is not None and stay.by == person.key
        return None if same and not away else (seat.mandate, how, person, None)
    return None if how == before and not (away and how != "left") else (seat.mandate, how, None, None)
