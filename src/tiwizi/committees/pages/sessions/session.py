"""One session: where it stands, the one step that comes next, its agenda, who is there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Letter, Minutes, Session
from tiwizi.committees.pages.roles import keeps
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules.steps import STATES, verbs
from tiwizi.core.errors import say
from tiwizi.office.answers import language
from tiwizi.people.doors import Request, page


@page("committees.see")
@require_GET
def session(request: Request, pk: int) -> HttpResponse:
    """GET shows it; who keeps its body sees what to do next, and why it cannot be done yet."""
    one = session_of(pk)
    rows = queries.agenda(one)
    context = {
        "session": one,
        "body": one.body,
        "state": STATES[one.state],
        "keeps": keeps(request, one.body),
        "next": queries.next_step(one, rows, timezone.localdate()),
        "verbs": verbs("session", one.state),
        "rows": [{"row": row, "title": row.matter.title(language())} for row in rows],
        "current": current(rows),
        "past": timezone.localdate() > one.day,
        "letters": Letter.objects.filter(session=one.pk).count(),
        "written": Minutes.objects.filter(session=one.pk).exists(),
        "presiding": queries.presiding(one),
        "first": Session.objects.filter(pk=one.repeats_id).first() if one.repeats_id else None,
        "again": Session.objects.filter(repeats=one.pk).exclude(state="cancelled").first(),
        **presence(one),
    }
    return render(request, "committees/pages/sessions/session.html", context)


def current(rows: list[queries.Row]) -> queries.Row | None:
    """The item under debate, else the next one to take up."""
    under_way = next((row for row in rows if row.item.taken_up and not record.settled(row.matter.state)), None)
    return under_way or next((row for row in rows if not row.item.taken_up), None)


def presence(one: Session) -> dict[str, Any]:
    """Who is there now, whether that is a quorum, and the rule in words."""
    seated = record.seats(one.body, one.day)
    room = record.room_at(one, record.now(one), seated)
    rules = record.sitting(one)
    quorum = rules.second if one.second else rules.first
    asked = (
        say("more than {share} of the members in office", share=str(quorum.share))
        if quorum.strictly
        else say("at least {share} of the members in office", share=str(quorum.share))
    )
    return {
        "room": room,
        "members": len(seated),
        "quorum": asked,
        "least": quorum.least,
        "chairs": queries.chairs(one, seated, room),
    }
