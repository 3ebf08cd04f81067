"""Choosing the language of the pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tiwizi.language import LANGUAGES
from tiwizi.people.doors import public

YEAR = 365 * 24 * 60 * 60


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keeps the language in a cookie, and goes back to the page one came from, if it is ours."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back, status=303)
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
