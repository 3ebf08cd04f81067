"""Uploading a file of households, or choosing one on the server; the next page maps its columns."""

import secrets
from pathlib import Path
from typing import Any, Final, TypedDict

import narwhals as nw
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tiwizi import store
from tiwizi.core.errors import Problem, Refused, TiwiziError, say
from tiwizi.measures import results, server_files, surveys, uploads
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.runs import chosen_place, day, places_of
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.sources import survey_files

KEPT_HOURS: Final = 24
"""How long a file waits for its columns to be mapped before it is deleted."""
SESSION: Final = "households"
"""Key of the session for the file's details until its columns are mapped."""


class Waiting(TypedDict, total=False):
    """A file whose columns are not mapped yet: set aside under `token`, or a file on the server with its `state`."""

    file: str
    token: str
    state: str
    sha256: str
    says_made_up: bool
    synthetic: bool
    place: str
    name: str
    source: str
    licence: str
    as_of: str


@page("measures.run")
@require_http_methods(["GET", "POST"])
def households_new(request: Request) -> HttpResponse:
    """The uploaded file, read in a child process and set aside until its columns are mapped, or the chosen file on the
    server, which stays there. All its problems are shown next to the form.
    """
    form: Context = {
        "places": places_of(request),
        "today": timezone.localdate().isoformat(),
        "typed": answers.filled(request.POST),
        "most": uploads.LIMITS.bytes_most // 2**20,
        "listed": [{"name": file.name, "size": answers.size(file.size_bytes), "at": file.at} for file in server_files.listed()],
    }
    if request.method == "GET":
        return render(request, "measures/pages/households.html", form)
    try:
        request.session[SESSION] = _chosen(request)
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(one) for one in error.problems]}
        return render(request, "measures/pages/households.html", form | problems, status=400)
    return see_other("households_map")


def see_other(name: str, *args: object) -> HttpResponse:
    """The redirect after a form."""
    response = redirect(name, *args)
    response.status_code = 303
    return response


def _chosen(request: Request) -> Waiting:
    """The details of the file and its location. Raises Refused and BadData with every problem."""
    place = chosen_place(request.POST.get("place", ""))
    file, on_server = request.FILES.get("file"), request.POST.get("on_server", "")
    source = request.POST.get("source", "").strip()
    asked = (
        (place, say("Choose a place.")),
        (file or on_server, say("Choose a file.")),
        (source, say("Say where the figures come from.")),
        (not (file and on_server), say("Choose one file: the one that you send, or one on the server.")),
    )
    missing = [reason for there, reason in asked if not there]
    if missing or place is None:
        raise Refused([Problem(what=reason) for reason in missing])
    as_of = day(request.POST.get("as_of", ""))
    chosen = _set_aside(request, file) if file else _on_server(on_server)
    return {
        **chosen,
        "place": place.code,
        "name": request.POST.get("name", "").strip() or chosen["file"],
        "source": source[:200],
        "licence": request.POST.get("licence", "").strip()[:60],
        "as_of": as_of.isoformat(),
        "synthetic": chosen["says_made_up"] or bool(request.POST.get("synthetic")),
    }


def _set_aside(request: Request, file: Any) -> Waiting:
    name = file.name or "file"
    if (file.size or 0) > uploads.LIMITS.bytes_most:
        raise Refused(Problem(what=say("the file weighs more than {most} MB.", most=uploads.LIMITS.bytes_most // 2**20)))
    frame = uploads.read_frame(file.read(), name)
    forget(request)
    token = secrets.token_hex(16)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    store.write_bytes(folder() / token, results.as_bytes(frame)).chmod(0o600)
    synthetic = survey_files.says_made_up(nw.from_native(frame.lazy()))
    return {"token": token, "file": name, "says_made_up": synthetic}


def _on_server(name: str) -> Waiting:
    """A file on the server, identified by its bytes: once changed, it is no longer the chosen one."""
    file = server_files.listed_file(name)
    with (
        server_files.held(file) as held,
        survey_files.connection(memory=surveys.MEMORY, threads=surveys.THREADS) as opened,
        survey_files.readable(held.path, failures=survey_files.ENGINE_FAILURES),
    ):
        survey_files.heading(held.path)
        sha256 = held.sha256()
        synthetic = survey_files.says_made_up(survey_files.open_households(held.path, opened=opened))
    return {"file": file.name, "state": file.state, "sha256": sha256, "says_made_up": synthetic}


def folder() -> Path:
    """The folder of files whose columns are not mapped yet."""
    return Path(settings.HOME) / "incoming"


def forget(request: Request) -> None:
    """Deletes the file that this reader had set aside, and those not mapped in time."""
    waiting = request.session.pop(SESSION, None)
    if waiting and "token" in waiting:
        (folder() / waiting["token"]).unlink(missing_ok=True)
    limit = timezone.now().timestamp() - KEPT_HOURS * 3600
    for path in folder().glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
