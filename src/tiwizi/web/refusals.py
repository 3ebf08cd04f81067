"""What people read when something is refused: every reason, in their language, and what to do next; nothing is half done."""

import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from tiwizi.core.errors import BadData, Refused, TiwiziError
from tiwizi.language import direction
from tiwizi.office.answers import language, said
from tiwizi.web import database


class Refusals:
    """Middleware: our own errors become a page that says what, where, why and how to mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """409 for what the rules refuse, 400 for bad input, 503 where others write for too long; other errors pass on."""
        if database.busy(error):
            return busy(request, sure=True)
        if not isinstance(error, TiwiziError):
            return None
        status = 409 if isinstance(error, Refused) else 400 if isinstance(error, BadData) else 500
        return refused(request, error, status=status)


def refused(request: HttpRequest, error: TiwiziError, *, status: int) -> HttpResponse:
    """The page of a refusal, or for a fragment the same reasons alone."""
    template = "office/parts/refusal.html" if request.headers.get("HX-Request") else "web/pages/refused.html"
    return render(request, template, {"problems": [said(problem) for problem in error.problems]}, status=status)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token does not fit, mostly because it was opened before a sign-in."""
    return render(request, "web/pages/stale_form.html", {"reason": reason}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render(request, "web/pages/bad_request.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: none of the reader's roles permits this."""
    return render(request, "web/pages/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: it is not there, or not there for this reader; the two look the same."""
    return render(request, "web/pages/not_found.html", status=404)


def busy(request: HttpRequest, *, sure: bool) -> HttpResponse:
    """503: others write for too long. The page asks nothing of the database, and holds what was typed, to be sent again.

    A passphrase or a file is never written into a page. `sure` says that nothing was changed: the view itself failed, and not
    what comes after it.
    """
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    again = request.method == "POST" and not request.FILES and not any("password" in name or "pass" in name for name, _ in typed)
    shown = {"sure": sure, "address": request.get_full_path(), "typed": typed if again else []}
    return HttpResponse(bare("web/pages/busy.html", language(), shown), status=503, headers={"Retry-After": "5"})


def bare(template: str, spoken: str, shown: dict[str, Any]) -> str:
    """A page that knows nothing of who reads it, and asks nothing of the database."""
    with translation.override(spoken):
        return render_to_string(template, {"language": spoken, "direction": direction(spoken), **shown})


def failed(request: HttpRequest) -> HttpResponse:
    """500, with a number that the reader can give to who looks after the server; 503 where others write for too long."""
    if database.busy(sys.exception()):
        return busy(request, sure=False)
    return render(request, "web/pages/failed.html", {"number": uuid4().hex[:8]}, status=500)
