"""The runs that a reader may open, and the request for a new one."""

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tiwizi.core.errors import Problem, Refused, TiwiziError, say
from tiwizi.language import number
from tiwizi.measures import jobs, queries, rules
from tiwizi.measures.models import Dataset, Run
from tiwizi.measures.pages import answers
from tiwizi.office import lists
from tiwizi.office.answers import Context, language
from tiwizi.office.lists.columns import Said
from tiwizi.people.doors import Request, page
from tiwizi.territories.lists import PlaceName
from tiwizi.territories.models import Place
from tiwizi.territories.rules import levels_above

_TICKED: Final = ("places", "census", "distances")


def _kinds() -> dict[str, Said]:
    return {kind: lists.Verbatim(answers.kind_name(kind)) for kind in rules.NEEDED}


def _states() -> dict[str, Said]:
    return {state: lists.Verbatim(answers.status_name(state)) for state in rules.TRANSITIONS}


class Runs(lists.ListPage[Run]):
    """The runs that the reader may open, the latest first."""

    permission = "measures.see"
    name = "runs"
    personal = False
    title, heading, caption = _("Runs"), _("Runs of the measures"), _("Runs, latest first")
    columns = (
        lists.Link("pk", _("Run"), lambda run: number(run.pk, language()), to="run", exported=False),
        lists.Number("run", _("Run"), lambda run: run.pk, shown=False),
        PlaceName("place", _("Place")),
        lists.Words("kind", _("What"), words=_kinds),
        lists.Day("on", _("Day whose rules hold")),
        lists.Words("status", _("State"), words=_states),
        lists.Number("figures", _("Figures")),
        lists.Moment("at", _("Asked for")),
    )
    filters = (lists.Choice("status"),)
    actions = (
        lists.Action("datasets", _("Tables")),
        lists.Action("run_new", _("Make a run"), permission="measures.run", primary=True),
    )
    empty = _("No run yet. A run computes the measures of a place from stored tables, and keeps what they came from.")

    def rows(self) -> Any:
        """Their own places', and those of wider places that cover theirs."""
        return queries.runs_seen()


runs = Runs.view()


@page("measures.run")
@require_http_methods(["GET", "POST"])
def run_new(request: Request) -> HttpResponse:
    """A place, a day and stored tables of that place; then the run that is computed from them."""
    asked = request.POST if request.method == "POST" else request.GET
    place = chosen_place(asked.get("place", ""))
    if request.method == "GET":
        return render(request, "measures/pages/run_new.html", _form(request, place))
    if place is None:
        raise Http404
    datasets = list(
        queries.datasets_seen().filter(
            pk__in=[number for number in asked.getlist("dataset") if number.isdecimal() and len(number) < 19]
        )
    )
    on = day(asked.get("on", ""))
    kind = asked.get("kind", "census")
    # The form's preselection is for a run on the census: other kinds ignore tables that they do not read.
    datasets = [
        dataset
        for dataset in datasets
        if dataset.table in rules.TAKEN.get(kind, (dataset.table,)) or dataset.table not in _TICKED
    ]
    try:
        run = jobs.request_run(
            place, kind=kind, on=on, datasets=datasets, account=request.user, by=request.actor, at=timezone.now()
        )
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(problem) for problem in error.problems]}
        return render(request, "measures/pages/run_new.html", _form(request, place) | problems, status=409)
    response = redirect("run", run.pk)
    response.status_code = 303
    return response


def chosen_place(code: str) -> Place | None:
    """The place of a code, where the reader may change it."""
    place: Place | None = Place.objects.filter(code=code, until=None).first() if code else None
    return place


def day(text: str) -> date:
    """The typed day. Raises Refused for another text."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            Problem(what=say("{text} is not a day.", text=repr(text[:20])), remedy=say("Write it as 2026-11-23."))
        ) from error


def _form(request: Request, place: Place | None) -> Context:
    datasets: list[Dataset] = []
    if place is not None:
        datasets = list(queries.datasets_seen().filter(place=place.pk).exclude(table=rules.RULEBOOK))
    groups = [
        (table, [dataset for dataset in datasets if dataset.table == table])
        for table in ("places", "census", "distances", rules.HOUSEHOLDS, "measures")
    ]
    return {
        "place": place,
        "places": places_of(request),
        "groups": [(table, members) for table, members in groups if members],
        "today": timezone.localdate().isoformat(),
        "kinds": [(kind, answers.kind_name(kind)) for kind in rules.NEEDED],
    }


def places_of(_request: Request) -> list[tuple[str, str, str]]:
    """The places that a run can be about: code, name and level, in the order of the tree; names alone are not unique."""
    rows = Place.objects.filter(level__in=levels_above(), until=None).order_by("position")[:600]
    spoken = language()
    return [
        (code, queries.name_in(spoken, *spelled) or code, level)
        for code, level, *spelled in rows.values_list("code", "level", "name_ar", "name_fr", "name_en")
    ]
