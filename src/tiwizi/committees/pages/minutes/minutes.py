"""The minutes of a session: what the secretary adds to the record, the files, who signed, the seal, and corrections."""

import secrets
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tiwizi.committees.commands import minutes as commands
from tiwizi.committees.commands import sessions
from tiwizi.committees.models import Minutes, Scan, Session
from tiwizi.committees.pages.matters.files import cleaned
from tiwizi.committees.pages.roles import act_for, act_in, confirms, keeps, role_at
from tiwizi.committees.pages.sessions.finding import number_in, session_of
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import minutes as rules
from tiwizi.core.errors import refuse, say
from tiwizi.office.answers import language
from tiwizi.organisations.models import Person
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


@page("committees.see")
def minutes(request: Request, pk: int) -> HttpResponse:
    """GET shows the texts, the files and what comes next; POST writes, signs or corrects, for who may."""
    one = session_of(pk)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise Http404(act)
        if act == "paper":
            act_in(request, "committees.confirm", one.body.position)
        else:
            act_for(request, one.body, "committees.sign" if act == "chair" else "committees.keep")
        return HttpResponseRedirect(once(request, f"{act} minutes", lambda: ACTS[act](request, one)), status=303)
    number = commands.number_of(one)
    signed = commands.signed(one, number)
    files = Minutes.objects.filter(session=one.pk).defer("content", "data").order_by("number", "language", "media")
    scans = Scan.objects.filter(session=one.pk, number=number).defer("content").order_by("-pk")
    chair = Person.objects.filter(mandates=one.presiding_id).first() if one.presiding_id else None
    context = {
        "session": one,
        "body": one.body,
        "keeps": keeps(request, one.body),
        "chairs": role_at(request, "committees.sign", one.body) is not None,
        "rows": [{"item": row.item, "title": row.matter.title(language())} for row in queries.agenda(one)],
        "files": list(files),
        "number": number,
        "code": next((row.code for row in files if row.number == number), ""),
        "signed": signed,
        "sealed": commands.sealed(one, number),
        "hashes": commands.hashes(one, number),
        "over": one.state in rules.OVER,
        "chair": chair,
        "somebody_else": chair is not None and request.user.name.strip() not in (chair.name_ar, chair.name_fr),
        "scans": list(scans),
        "confirms": confirms(request, one.body),
    }
    return render(request, "committees/pages/minutes/minutes.html", context)


def _shown(request: Request) -> dict[str, str]:
    """The hashes of the files that the page showed."""
    return {name.removeprefix("sha-"): value for name, value in request.POST.items() if name.startswith("sha-")}  # type: ignore[misc]


def _back(one: Session) -> str:
    return reverse("minutes", args=[one.pk])


def _texts(request: Request, one: Session) -> str:
    named = ("opening_ar", "opening_fr", "debate_ar.", "debate_fr.")
    texts = {name: str(value) for name, value in request.POST.items() if name.startswith(named)}
    sessions.write_minutes_text(one, version=number_in(request, "version"), texts=texts, by=request.actor, at=timezone.now())
    return _back(one)


def _write(request: Request, one: Session, correction: str = "") -> str:
    commands.write(
        one,
        version=number_in(request, "version"),
        address=lambda code: settings.ADDRESS + reverse("check_code", args=[code]),
        choose=secrets.choice,
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        correction=correction,
    )
    return _back(one)


def _correct(request: Request, one: Session) -> str:
    return _write(request, one, request.POST.get("why", "")[:300].strip() or " ")


def _scan(request: Request, one: Session) -> str:
    sent = request.FILES.get("file")
    if sent is None:
        refuse([say("Choose the file of the scan.")])
    clean = cleaned(sent.read() if sent else b"")
    commands.attach_scan(
        one,
        name=request.POST.get("name", "")[:160],
        media=clean.media,
        content=clean.content,
        account=request.user,
        by=request.actor,
        at=timezone.now(),
    )
    return _back(one)


def _paper(request: Request, one: Session) -> str:
    scan: Scan = get_object_or_404(Scan.objects, pk=number_in(request, "scan"), session=one.pk)
    return _sign(request, one, "chair", scan=scan)


def _sign(request: Request, one: Session, capacity: str, *, scan: Scan | None = None) -> str:
    commands.sign(
        one,
        capacity=capacity,
        name=request.POST.get("name", "")[:160] if scan is None else scan.name,
        shown=_shown(request),
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        scan=scan,
    )
    return _back(one)


ACTS: Final[dict[str, Callable[[Any, Session], str]]] = {
    "texts": _texts,
    "write": _write,
    "correct": _correct,
    "secretary": lambda request, one: _sign(request, one, "secretary"),
    "chair": lambda request, one: _sign(request, one, "chair"),
    "scan": _scan,
    "paper": _paper,
}
