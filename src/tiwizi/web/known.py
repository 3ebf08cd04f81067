"""How the server tells, from the first lines of a request alone, whether somebody signed in sends it.

Beside the session's cookie goes a second one, signed by the office's own key and bound to that session. Who shows both may send
a large body; the database is not asked, so that no stranger can make it work. It opens nothing else: every page still looks the
session up.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

COOKIE: Final = "tiwizi_known"
SIGNER: Final = "tiwizi.web.known"


def _of(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def known(cookies: str) -> bool:
    """Whether a request with this header Cookie comes from somebody who signed in less than a session's length ago."""
    sent = parse_cookie(cookies)
    try:
        said = TimestampSigner(salt=SIGNER).unsign(sent.get(COOKIE, ""), max_age=settings.SESSION_COOKIE_AGE)
    except BadSignature:
        return False
    return constant_time_compare(said, _of(sent.get(settings.SESSION_COOKIE_NAME, "")))


class Known:
    """Middleware: whenever the session's cookie is set or taken away, so is the one beside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        response = self.get_response(request)
        session = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if session is None:
            return response
        if session.value and request.user.is_authenticated:
            response.set_cookie(
                COOKIE,
                TimestampSigner(salt=SIGNER).sign(_of(session.value)),
                max_age=session["max-age"] or None,
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
