"""Whole pages and the parts that a page asks for by itself share an address: what keeps answers must tell them apart."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

ASKED_BY: Final = ("HX-Request", "HX-Target")
"""The headers by which a view gives a part instead of the page."""


class Varied:
    """Middleware: every page says that it differs by the headers that ask for a part of it, refusals included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind; one that is no page is left as it is."""
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ASKED_BY)
        return response
