"""Which form the server took: the browser forgets what was typed into it, and no sooner (frontend/src/drafts.js)."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "tiwizi_taken"
MINUTE_S: Final = 60


class Taken:
    """Middleware: the answer to a form that acted names it, by the id that its sender made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        response = self.get_response(request)
        if response.status_code == 303 and (taken := getattr(request, "taken", "")):
            response.set_cookie(COOKIE, taken, max_age=MINUTE_S, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
        return response
