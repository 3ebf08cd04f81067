"""In which language a page speaks: the one chosen, kept in a cookie and with the account; Arabic until somebody chooses."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tiwizi.language import LANGUAGES


class Chosen:
    """Middleware: the language of the cookie. What the browser says of itself is not asked: Arabic is first here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page in that language, and a header that says so."""
        said = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = said if said in LANGUAGES else "ar"
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
