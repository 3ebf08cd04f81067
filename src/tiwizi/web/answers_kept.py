"""Nobody keeps an answer of the office but who asked for it, and a question for its first lines is answered as the question."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tiwizi.people.doors import PUBLIC

PRIVATE: Final = "private, no-store"
TILES: Final = "tiles"
"""Address of the map's tiles: the browser keeps them, and asks each time whether they still hold."""


class Private:
    """Middleware: what may be kept says so itself, and is public or a tile; nothing else is kept, refusals included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        response = self.get_response(request)
        # Static files are sent before any address is looked up.
        static = request.resolver_match is None and response.status_code in (200, 206, 304)
        said = response.headers.get("Cache-Control", "no-store")
        if not static and ("no-store" in said or not _may_be_kept(request.resolver_match)):
            response.headers["Cache-Control"] = PRIVATE
        return response


def _may_be_kept(found: Any) -> bool:
    return found is not None and (getattr(found.func, "permission", "") == PUBLIC or found.url_name == TILES)


class HeadAsGet:
    """Middleware: HEAD is answered as GET, with the same status and the same first lines, and no body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = request.META["REQUEST_METHOD"] = "GET"
        response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        else:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response
