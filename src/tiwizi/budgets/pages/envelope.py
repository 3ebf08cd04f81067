"""One envelope: its scenarios, what was adopted and when, and the next step."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tiwizi.budgets import commands
from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.budgets.pages.roles import permitted, role_at
from tiwizi.core.errors import Problem, Refused, say
from tiwizi.measures.models import Run
from tiwizi.office.answers import number_in
from tiwizi.people.acting import once
from tiwizi.people.doors import Request, page


@page("budgets.see")
def envelope(request: Request, pk: int) -> HttpResponse:
    """GET shows it; POST makes a scenario, from the rulebook or from another one."""
    shown: Envelope = get_object_or_404(Envelope.objects, pk=pk)
    if request.method == "POST":
        if not permitted(request, "budgets.draft", shown):
            raise PermissionDenied
        return HttpResponseRedirect(once(request, "draft scenario", lambda: _draft(request, shown)), status=303)
    scenarios = list(Scenario.objects.filter(envelope=shown))
    adoptions = list(Adoption.objects.filter(envelope=shown).order_by("-number"))
    return render(
        request,
        "budgets/pages/envelope.html",
        {
            "envelope": shown,
            "scenarios": scenarios,
            "adoptions": [
                {"adoption": made, "scenario": {s.pk: s for s in scenarios}.get(made.scenario_id)} for made in adoptions
            ],
            "drafts": role_at(request, "budgets.draft", shown.position) is not None,
            "adopts": role_at(request, "budgets.adopt", shown.position) is not None,
            "suggested": _("Scenario {number}").format(number=len(scenarios) + 1),
        },
    )


def _draft(request: Request, envelope: Envelope) -> str:
    source = Scenario.objects.filter(envelope=envelope, pk=number_in(request, "copy_of")).first()
    run = source.run if source else latest_run(envelope)
    made = commands.draft(
        envelope,
        run=run,
        name=request.POST.get("name", ""),
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        copy_of=source,
    )
    return reverse("scenario", args=[made.pk])


def latest_run(envelope: Envelope) -> Run:
    """The latest run that is done and covers the envelope's place. Raises Refused where there is none."""
    run: Run | None = (
        Run.objects.filter(status="done", kind="census", position__lte=envelope.position, reach__gte=envelope.position)
        .order_by("-at", "-pk")
        .first()
    )
    if run is None:
        raise Refused(
            Problem(
                what=say("no figures were computed for this place yet."),
                remedy=say("Make a run of the measures first."),
            )
        )
    return run
