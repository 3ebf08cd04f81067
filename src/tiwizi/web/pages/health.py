"""Whether the server is well: one word for a machine that watches, the facts for who may know them."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from tiwizi import __version__
from tiwizi.office.answers import said
from tiwizi.people.doors import enter, public
from tiwizi.people.rules import permits
from tiwizi.web import database, letters


@public
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and keeps what it is told to keep, else 503. Facts only with the permission health.see."""
    problems = database.problems(connection, serving=True)
    status = 503 if problems else 200
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"well": not problems, "version": __version__}, status=status)
    knows = request.user.is_authenticated and permits([role.kind for role in enter(request).roles], "health.see")
    shown = {
        "well": not problems,
        "version": __version__,
        "at": timezone.now(),
        "facts": {**database.facts(connection), "letters_given_up": str(letters.given_up())} if knows else {},
        "problems": [said(problem) for problem in problems] if knows else [],
    }
    return render(request, "web/pages/health.html", shown, status=status)
