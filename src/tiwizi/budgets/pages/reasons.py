"""Why a place gets what it gets, part by part; to read, to print, and as a sheet."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tiwizi.budgets import queries
from tiwizi.budgets.models import Adoption, Scenario
from tiwizi.budgets.pages.exports import refuse_unless_frozen
from tiwizi.core.money import Centimes
from tiwizi.office.answers import attachment, language
from tiwizi.people.doors import Request, page
from tiwizi.reports.parts import Part
from tiwizi.reports.place_sheet import Adopted, place_sheet
from tiwizi.reports.words import body_of, component_sentence, criterion_label, heading, marks_legend
from tiwizi.territories.models import Place


def _found(pk: int, code: str) -> tuple[Scenario, Part, Place, Adoption | None]:
    """A scenario that the reader may open, and the part of a place in their scope; else there is no such page."""
    scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=pk)
    part = queries.parts_seen(scenario).get(code)
    if part is None:
        raise Http404(code)
    place: Place = Place.objects.get(pk=queries.ground(scenario.run_id, scenario.envelope.place_id).numbers[code])
    return scenario, part, place, Adoption.objects.filter(scenario=scenario).first()


@page("budgets.see")
@require_GET
def reasons(request: Request, pk: int, code: str) -> HttpResponse:
    """Each component with its sentence, then the paragraph that a person reads aloud."""
    scenario, part, place, adoption = _found(pk, code)
    plan = queries.plan_of(scenario)
    spoken = language()
    rows = [
        {
            "label": criterion_label(component.criterion, plan.rules, spoken),
            "people": component.people,
            "amount_dh": component.amount_dh,
            "sentence": component_sentence(component, plan.rules, spoken),
            "proxy": component.standing == "proxy",
            "assumed": component.assumed,
        }
        for component in part.components
    ]
    return render(
        request,
        "budgets/pages/reasons.html",
        {
            "scenario": scenario,
            "place": place,
            "part": part,
            "amount_centimes": Centimes.of_dh(part.amount_dh),
            "rows": rows,
            "heads": {name: heading(name, plan.rules, spoken) for name in ("amount_dh", "dh_per_head")},
            "body": body_of(part, plan.rules, spoken),
            "legend": marks_legend(spoken),
            "count": len(plan.recipients),
            "adoption": adoption,
            "as_frozen": queries.as_frozen(scenario, adoption),
            "interval": part.interval,
            "run": scenario.run_id,
            "rulebook": plan.rulebook.version,
        },
    )


@page("budgets.see")
@require_GET
def sheet(_request: Request, pk: int, code: str) -> HttpResponse:
    """The same as a PDF to print and sign."""
    scenario, _part, _place, adoption = _found(pk, code)
    adopted = None
    refuse_unless_frozen(scenario, adoption)
    if adoption:
        adopted = Adopted(scenario.name, adoption.reference, adoption.decided_on, adoption.shares_sha256)
    content = place_sheet(queries.plan_of(scenario), code, language(), adopted=adopted)
    return attachment(content, f"tiwizi-{code}.pdf", "application/pdf", personal=None, inline=True)
