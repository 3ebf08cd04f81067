"""Every text of a request passes the rule of `core.text` before a view sees it: address, query, form, JSON.

The names of files are not looked at here: Django itself leaves out of them whatever cannot be printed.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from tiwizi.core import text
from tiwizi.core.errors import Problem, Sentence, say
from tiwizi.office.answers import said

SECRET: Final = ("password", "passphrase")
"""Parts of the names of fields whose text is kept to the last mark: another passphrase would be a wrong one."""
_UNSENT: Final = ("csrfmiddlewaretoken",)
_ADDRESS: Final = say("the address of the page")


class Incoming:
    """Middleware: texts reach the views as they may be kept; a refused one is answered by 400, which names field and sign."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The page of a refusal, or None once every text of the request is as it may be kept."""
        # An address is not mended: the page would be another one.
        problems = [one for one in (text.problem(path, _ADDRESS) for path in _paths(request)) if one is not None]
        query, form = _kept(request.GET, problems), _kept(request.POST, problems)
        if (request.content_type or "").endswith("json"):
            problems += _json(request)
        if problems:
            return _refused(request, problems)
        if query is not request.GET:
            request.GET = query  # type: ignore[assignment]
        if form is not request.POST:
            request.POST = form  # type: ignore[assignment]
        return None


def _paths(request: HttpRequest) -> set[str]:
    """The address as it was decoded, and as the view's arguments were read from it."""
    return {request.path, request.path_info, unquote(request.path)}


def _kept(sent: QueryDict, problems: list[Problem]) -> QueryDict:
    """The fields as they may be kept; what is refused joins the problems, once for each field."""
    if all(text.plain(name) and all(map(text.plain, values)) for name, values in sent.lists()):
        return sent
    kept = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        problems += _wrong(name, _field(name))
        if _secret(name):
            found = [what for value in values if (what := text.why_not(value, marks=False))]
        else:
            values = [text.tidy(value) for value in values]
            found = [what for value in values if (what := text.why_not(value))]
        problems += [Problem(what, [_field(name)], remedy=text.REMEDY) for what in found[:1]]
        kept.setlist(name, values)
    kept._mutable = False  # noqa: SLF001 as Django itself closes it
    return kept


def _secret(name: str) -> bool:
    return any(part in name.lower() for part in SECRET)


def _wrong(given: str, *where: Sentence) -> list[Problem]:
    found = text.problem(given, *where)
    return [] if found is None else [found]


def _field(name: str) -> Sentence:
    return say("field {field}", field=text.without(name))


def _json(request: HttpRequest) -> list[Problem]:
    """What is wrong in the texts of a JSON body; marks at the ends of its texts are removed from it."""
    try:
        sent = json.loads(request.body or b"null")
    except (ValueError, RecursionError):
        return [Problem(say("this is not JSON."), remedy=say("Send it as the page or the program that belongs to it writes it."))]
    problems: list[Problem] = []

    def kept(value: Any, where: str) -> Any:
        if isinstance(value, str):
            tidied = text.tidy(value)
            problems.extend(_wrong(tidied, _field(where)))
            return tidied
        if isinstance(value, dict):
            return {kept(key, where): kept(one, f"{where}.{key}".lstrip(".")) for key, one in value.items()}
        if isinstance(value, list):
            return [kept(one, where) for one in value]
        return value

    try:
        tidied = kept(sent, "")
    except RecursionError:
        return [Problem(say("this JSON is nested too deep."), remedy=say("Send it as its page or program writes it."))]
    if tidied != sent:
        request._body = json.dumps(tidied).encode()  # noqa: SLF001 the body that views read
    return problems


def _refused(request: HttpRequest, problems: list[Problem]) -> HttpResponse:
    """400: the reasons, and a form that holds what was typed without the refused signs, ready to be sent again."""
    shown: dict[str, Any] = {"problems": [said(problem) for problem in problems]}
    if request.headers.get("HX-Request"):
        return render(request, "office/parts/refusal.html", shown, status=400)
    fields = [(name, value) for name, values in request.POST.lists() if name not in _UNSENT for value in values]
    if fields and not request.FILES and not any(_secret(name) for name, _value in fields):
        bare = [(text.without(name), text.without(text.tidy(value)), value) for name, value in fields]
        shown["typed"] = [(name, kept, "\n" in kept) for name, kept, value in bare if text.why_not(text.tidy(value)) is not None]
        shown["others"] = [(name, kept) for name, kept, value in bare if text.why_not(text.tidy(value)) is None]
    return render(request, "web/pages/text_refused.html", shown, status=400)
