"""The page of a run: its inputs, rules and code, who asked and when, its result; and the replay that checks it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tiwizi.core.errors import TiwiziError, unpacked
from tiwizi.core.rulebook.rulebook import figures_numbers
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.database.scope import current
from tiwizi.measures import commands, queries, rules
from tiwizi.measures.models import Dataset, Run
from tiwizi.measures.pages import answers
from tiwizi.office.answers import Context
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Account
from tiwizi.reports.assumptions import value_of
from tiwizi.reports.measures import unit_of
from tiwizi.territories.models import Place


@page("measures.see")
@require_GET
def run(request: Request, pk: int) -> HttpResponse:
    """A run's facts, for all below its place; `?format=` exports those of its figures that the reader may see."""
    shown: Run = get_object_or_404(Run.objects, pk=pk)
    kind = request.GET.get("format", "")
    if kind in answers.FORMATS and shown.status == rules.DONE:
        key = ["place", "measure", "as_of", "series"]
        frame = commands.kept_figures(shown).join(commands.kept_flags(shown), on=key, how="left").sort(key)
        return answers.export(frame, kind, name=f"run-{shown.pk}", title=_("Run"))
    part = "_part" if request.headers.get("HX-Request") else ""
    return render(request, f"measures/pages/run{part}.html", _context(shown))


def _context(shown: Run) -> Context:
    held = current().holds(shown.position) and current().holds(shown.reach or shown.position)
    seen = set(Dataset.objects.filter(pk__in=[facts["id"] for facts in shown.inputs.values()]).values_list("pk", flat=True))
    own = queries.rules_of(shown)
    language = answers.language()
    return {
        "run": shown,
        "kind": answers.kind_name(shown.kind),
        "status": answers.status_name(shown.status),
        "place": Place.objects.filter(pk=shown.place_id).first(),
        "by": Account.objects.filter(pk=shown.by_id).values_list("name", flat=True).first() if held and shown.by_id else None,
        "held": held,
        "open": shown.status in (rules.WAITING, rules.RUNNING),
        "of_households": shown.status == rules.DONE and shown.kind in ("households", "change"),
        "done_share": shown.progress,
        "inputs": [{"table": table, "seen": one["id"] in seen, **one, "size": _size(one)} for table, one in shown.inputs.items()],
        # Notes can name places outside the reader's scope.
        "notes": [answers.in_words(unpacked(note)) for note in shown.notes] if held else [],
        "hidden_notes": 0 if held else len(shown.notes),
        "problems": [answers.problem_said(rules.unpacked_problem(kept)) for kept in shown.problem or []] if held else [],
        "numbers": _numbers(own, language) if own is not None else [],
        "seconds": (shown.finished_at - shown.at).total_seconds() if shown.finished_at else None,
        "exports": ("csv", "xlsx", "parquet"),
    }


def _numbers(own: Rules, language: str) -> list[Context]:
    """The numbers of the rules on which the figures rest."""
    return [
        {
            "label": one.label.in_(language),
            "value": value_of(one, language),
            "unit": unit_of(one.unit, own, language),
            "assumed": one.assumed,
        }
        for one in figures_numbers(own)
    ]


def _size(facts: Context) -> str:
    """The size of the file on the server that a table stands for; empty for a table whose rows are stored."""
    return answers.size(facts["file"]["size_bytes"]) if "file" in facts else ""


@page("measures.run")
@require_POST
def run_stop(request: Request, pk: int) -> HttpResponse:
    """Stops a run that waits or is under way; its results are discarded."""
    held_run = get_object_or_404(Run.objects.held(), pk=pk)
    try:
        commands.stop(held_run, by=request.actor, at=timezone.now())
        messages.success(request, _("The run was stopped: nothing of it was kept."))
    except TiwiziError as error:
        for problem in error.problems:
            messages.error(request, answers.in_words(problem.what))
    return redirect(reverse("run", args=[held_run.pk]), permanent=False)


@page("measures.run")
@require_POST
def run_replay(request: Request, pk: int) -> HttpResponse:
    """Computes the run again and says whether the result is identical, or what differs."""
    held_run = get_object_or_404(Run.objects.held(), pk=pk)
    replayed = commands.replay(held_run)
    if replayed.same:
        messages.success(request, _("Computed again from the stored inputs: the same bytes came out."))
    for difference in replayed.differences:
        messages.error(request, answers.in_words(difference))
    return redirect(reverse("run", args=[held_run.pk]), permanent=False)
