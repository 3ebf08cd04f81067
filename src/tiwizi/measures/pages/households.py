"""Bringing a file of households: the file, then which of its columns holds what, then the run that measures poverty from it."""

import io
import secrets
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiwizi import store
from tiwizi.core.errors import Problem, Refused, TiwiziError, say
from tiwizi.core.subjects import Deprivations
from tiwizi.language import translator
from tiwizi.measures import households, jobs, queries, results, uploads
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.runs import chosen_place, day, places_of
from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Place

KEPT_HOURS: Final = 24
"""How long a file waits for its columns to be mapped before it is deleted."""
_SESSION: Final = "households"


@page("measures.run")
@require_http_methods(["GET", "POST"])
def households_new(request: Request) -> HttpResponse:
    """The file, read apart and set aside until its columns are mapped; every problem of it is said beside the form."""
    form: dict[str, Any] = {
        "places": places_of(request),
        "today": timezone.localdate().isoformat(),
        "typed": answers.filled(request.POST),
        "most": uploads.LIMITS.bytes_most // 2**20,
    }
    if request.method == "GET":
        return render(request, "measures/pages/households_new.html", form)
    try:
        _set_aside(request)
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(one) for one in error.problems]}
        return render(request, "measures/pages/households_new.html", form | problems, status=400)
    return _see_other("households_map")


def _see_other(name: str, *args: object) -> HttpResponse:
    response = redirect(name, *args)
    response.status_code = 303
    return response


def _set_aside(request: Request) -> None:
    place = chosen_place(request.POST.get("place", ""))
    file = request.FILES.get("file")
    source = request.POST.get("source", "").strip()
    asked = ((place, say("Choose a place.")), (file, say("Choose a file.")), (source, say("Say where the figures come from.")))
    missing = [reason for there, reason in asked if not there]
    if missing or place is None or file is None:
        raise Refused([Problem(what=reason) for reason in missing])
    as_of = day(request.POST.get("as_of", ""))
    name = file.name or "file"
    if (file.size or 0) > uploads.LIMITS.bytes_most:
        raise Refused(Problem(what=say("the file weighs more than {most} MB.", most=uploads.LIMITS.bytes_most // 2**20)))
    frame = uploads.read_frame(file.read(), name)
    _forget(request)
    token = secrets.token_hex(16)
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    store.write_bytes(_folder() / token, results.as_bytes(frame)).chmod(0o600)
    request.session[_SESSION] = {
        "token": token,
        "place": place.code,
        "name": request.POST.get("name", "").strip() or name,
        "source": source[:200],
        "licence": request.POST.get("licence", "").strip()[:60],
        "as_of": as_of.isoformat(),
        "synthetic": bool(request.POST.get("synthetic")),
    }


def _folder() -> Path:
    return Path(settings.HOME) / "incoming"


def _forget(request: Request) -> None:
    """Deletes the file that this reader had set aside, and those that nobody mapped in time."""
    kept = request.session.pop(_SESSION, None)
    if kept:
        (_folder() / kept["token"]).unlink(missing_ok=True)
    limit = timezone.now().timestamp() - KEPT_HOURS * 3600
    for path in _folder().glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


@page("measures.run")
@require_http_methods(["GET", "POST"])
def households_map(request: Request) -> HttpResponse:
    """Which column holds what, guessed by name and corrected by a person; then the table is stored and its poverty computed."""
    kept: dict[str, Any] = request.session.get(_SESSION) or {"token": "-", "place": ""}
    path = _folder() / kept["token"]
    place = chosen_place(kept["place"])
    if not path.is_file() or place is None:
        messages.error(request, _("The file is no longer here: bring it again."))
        return redirect("households_new")
    frame = pl.read_parquet(io.BytesIO(path.read_bytes()))
    rules = store.deprivations("indh", day(kept["as_of"]))
    wanted = [*households.ROLES, *(answer.column for answer in rules.answers)]
    if request.method == "GET":
        return render(
            request, "measures/pages/households_map.html", _form(frame, kept, households.suggested(frame.columns, rules), rules)
        )
    mapping = {name: request.POST.get(name, "") for name in wanted}
    try:
        run = _computed(request, frame, kept, mapping, rules, place)
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(one) for one in error.problems]}
        return render(request, "measures/pages/households_map.html", _form(frame, kept, mapping, rules) | problems, status=400)
    _forget(request)
    return _see_other("run", run.pk)


def _computed(
    request: Request, frame: pl.DataFrame, kept: dict[str, Any], mapping: dict[str, str], rules: Deprivations, place: Place
) -> Run:
    known = Place.objects.filter(position__gte=place.position, position__lte=place.last).values_list("code", flat=True)
    as_of = day(kept["as_of"])
    made = households.mapped(frame, mapping=mapping, rules=rules, known=list(known), as_of=as_of, synthetic=kept["synthetic"])
    tree = queries.datasets_seen().filter(place=place.pk, table="places").first()
    if tree is None:
        raise Refused(
            Problem(
                what=say("no tree of places is stored for this place."),
                remedy=say("Bring the table of places first, then the households again."),
            )
        )
    credit = {"name": kept["name"], "source": kept["source"], "licence": kept["licence"]}
    return jobs.measure_households(
        made, credit=credit, tree=tree, place=place, on=as_of, account=request.user, by=request.actor, at=timezone.now()
    )


def _form(frame: pl.DataFrame, kept: dict[str, Any], mapping: dict[str, str], rules: Deprivations) -> dict[str, Any]:
    language = answers.language()
    speak = translator(language)
    chosen = [
        {"name": role, "label": speak(label), "chosen": mapping.get(role, ""), "needed": role in households.NEEDED}
        for role, label in households.ROLES.items()
    ]
    asked = [
        {
            "name": answer.column,
            "label": answer.label.in_(language),
            "chosen": mapping.get(answer.column, ""),
            "among": ", ".join(answer.among),
            "kind": answers.kind_of_answer(answer.kind),
        }
        for answer in rules.answers
    ]
    return {
        "kept": kept,
        "rows": frame.height,
        "columns": frame.columns,
        "roles": chosen,
        "answers": asked,
        "found": sum(bool(one["chosen"]) for one in asked),
    }
