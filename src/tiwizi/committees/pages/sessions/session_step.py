"""One step of a session, from its table: convene, open, lapse, suspend, resume, close, cancel."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.models import Session
from tiwizi.committees.pages.roles import act_for
from tiwizi.committees.pages.sessions.finding import number_in, session_of
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page

STEPS: Final[dict[str, Callable[..., Any]]] = {
    "convene": commands.convene,
    "lapse": commands.lapse,
    "suspend": commands.suspend,
    "resume": commands.resume,
    "close": commands.close,
}


@page("committees.keep")
@require_POST
def session_step(request: Request, pk: int) -> HttpResponse:
    """POST takes the step that the form names."""
    one = session_of(pk)
    act_for(request, one.body)
    verb = request.POST.get("verb", "")
    if verb not in {*STEPS, "open", "cancel"}:
        raise Http404(verb)
    return HttpResponseRedirect(once(request, f"{verb} session", lambda: _step(request, one, verb)), status=303)


def _step(request: Request, one: Session, verb: str) -> str:
    common: dict[str, Any] = {"version": number_in(request, "version"), "by": request.actor, "at": timezone.now()}
    if verb == "open":
        commands.open_session(one, on_paper=request.POST.get("on_paper") == "1", **common)
    elif verb == "cancel":
        commands.cancel(one, why=request.POST.get("why", ""), **common)
    else:
        STEPS[verb](one, **common)
    return reverse("session", args=[one.pk])
