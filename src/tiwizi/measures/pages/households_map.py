"""Mapping the columns of a file of households; then the table is stored and its poverty run begins."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiwizi import store
from tiwizi.core.errors import BadData, Problem, Refused, TiwiziError, say
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.language import translator
from tiwizi.measures import households, jobs, queries, server_files, surveys
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.households import SESSION, Waiting, folder, forget, see_other
from tiwizi.measures.pages.runs import chosen_place, day
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.sources import survey_files
from tiwizi.territories.models import Place


@page("measures.run")
@require_http_methods(["GET", "POST"])
def households_map(request: Request) -> HttpResponse:
    """The columns, guessed by name and corrected by a person. Of a file on the server only the header is read here."""
    waiting: Waiting = request.session.get(SESSION) or Waiting(place="")
    place = chosen_place(waiting["place"])
    heading = _heading(waiting) if place is not None else None
    if heading is None or place is None:
        messages.error(request, _("The file is no longer here: bring it again."))
        return redirect("households_new")
    rules = store.deprivations(store.chosen(), day(waiting["as_of"]))
    wanted = [*households.ROLES, *(answer.column for answer in rules.answers)]
    if request.method == "GET":
        guessed = households.suggested(heading[0], rules)
        return render(request, "measures/pages/households_map.html", _form(*heading, waiting, guessed, rules))
    mapping = {name: request.POST.get(name, "") for name in wanted}
    try:
        run = _computed(request, waiting, mapping, rules, place)
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(problem) for problem in error.problems]}
        context = _form(*heading, waiting, mapping, rules) | problems
        return render(request, "measures/pages/households_map.html", context, status=400)
    forget(request)
    return see_other("run", run.pk)


def _waiting(waiting: Waiting) -> Path:
    return folder() / str(waiting.get("token", "-"))


def _listed(waiting: Waiting) -> server_files.Listed | None:
    """The chosen file on the server, while it is unchanged."""
    return next((file for file in server_files.listed() if (file.name, file.state) == (waiting["file"], waiting["state"])), None)


def _heading(waiting: Waiting) -> tuple[tuple[str, ...], int | None] | None:
    """The file's columns and how many rows it has, as far as known; None when it is gone."""
    try:
        if "state" in waiting:
            file = _listed(waiting)
            if file is None:
                return None
            with server_files.held(file) as held:
                return survey_files.heading(held.path)
        return survey_files.heading_of(_waiting(waiting).read_bytes())
    except (FileNotFoundError, BadData):
        return None


def _computed(request: Request, waiting: Waiting, mapping: dict[str, str], rules: Deprivations, place: Place) -> Run:
    as_of = day(waiting["as_of"])
    arguments: dict[str, Any] = {"mapping": mapping, "rules": rules, "as_of": as_of, "synthetic": waiting["synthetic"]}
    made: households.MappedFile | surveys.OnServer
    if "state" in waiting:
        made = surveys.reference_to(_listed(waiting) or server_files.listed_file(waiting["file"]), waiting["sha256"], **arguments)
    else:
        known = Place.objects.filter(position__gte=place.position, position__lte=place.last).values_list("code", flat=True)
        frame = pl.read_parquet(io.BytesIO(_waiting(waiting).read_bytes()))
        made = households.mapped(frame, known=list(known), **arguments)
    tree = queries.datasets_seen().filter(place=place.pk, table="places").first()
    if tree is None:
        raise Refused(
            Problem(
                what=say("no tree of places is stored for this place."),
                remedy=say("Bring the table of places first, then the households again."),
            )
        )
    credit = {"name": waiting["name"], "source": waiting["source"], "licence": waiting["licence"]}
    return jobs.measure_households(
        made, credit=credit, tree=tree, place=place, on=as_of, account=request.user, by=request.actor, at=timezone.now()
    )


def _form(columns: Sequence[str], rows: int | None, waiting: Waiting, mapping: dict[str, str], rules: Deprivations) -> Context:
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
        "kept": waiting,
        "rows": rows,
        "columns": list(columns),
        "roles": chosen,
        "answers": asked,
        "found": sum(bool(answer["chosen"]) for answer in asked),
    }
