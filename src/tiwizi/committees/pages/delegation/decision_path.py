"""How one matter comes to who decides it: drawn, and in words, with the way up."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Matter
from tiwizi.committees.pages.delegation.drawings import way
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.queries import record
from tiwizi.committees.rules import delegation as rules
from tiwizi.committees.rules import procedure, steps
from tiwizi.office.answers import language
from tiwizi.people.doors import Request, page


@page("committees.see")
@require_GET
def decision_path(request: Request, pk: int) -> HttpResponse:
    """As it stands today; of a matter decided, as its decision says it."""
    one = get_object_or_404(Matter.objects.all(), pk=pk)
    resolution = queries.resolutions_of([one]).get(one.pk)
    context: dict[str, Any] = {"matter": one, "title": one.title(language()), "resolution": resolution}
    if resolution is not None:
        context["words"] = resolution.words.get(language(), [])
    elif one.state not in steps.SETTLED:
        context |= _under_way(one)
    return render(request, "committees/pages/delegation/decision_path.html", context)


def _under_way(one: Matter) -> dict[str, Any]:
    on, spoken, acts = timezone.localdate(), language(), record.acts()
    found = queries.competences([one], on)[one.pk]
    asked = queries.without_carrier(one)
    settled_by = procedure.rules_on(one.opened)[1].settled_by
    bodies = queries.bodies_by_code()
    known = rules.decision_path(asked, acts, on=max(on, one.opened), spent={}, settled_by=settled_by)
    # What overlaps is said by the path, what comes after by the competence that knows what was spent and called back.
    overlapping = [step for step in known if "rule" in step.values]
    return {
        "steps": [*overlapping, *found.words],
        "body": bodies.get(str.__str__(found.body)) if found.body else None,
        "refused": [
            {"act": number, "body": bodies.get(str.__str__(body)), "reasons": reasons}
            for body, (number, reasons) in zip(found.way_up, found.refused.items(), strict=True)
        ],
        "found": found,
        "picture": mark_safe(way(asked, found, {act.number: act for act in acts}, bodies, spoken)),  # noqa: S308 text escaped
    }
