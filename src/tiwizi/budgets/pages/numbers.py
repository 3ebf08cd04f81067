"""The numbers of the formula between a form and a scenario."""

from typing import Any

from django.http import QueryDict

from tiwizi.answers import language
from tiwizi.budgets import queries, rules
from tiwizi.budgets.models import Scenario
from tiwizi.core.errors import BadData, Problem, say
from tiwizi.language import number

SHARES = ("floor_share", "cap_share", "hold_harmless_share")


def numbers_of(form: QueryDict, one: Scenario) -> dict[str, Any]:
    """What a form says of weights and bounds; what it does not say stays. Raises BadData for what is no number."""
    problems: list[Problem] = []
    weights: dict[str, int] = {}
    for code, kept in one.weights.items():
        text = form.get(f"weight_{code}", str(kept)).strip()
        if text.isascii() and text.isdigit() and int(text) <= rules.WEIGHT_MOST:
            weights[code] = int(text)
        else:
            problems.append(_not_a_number(code, text, say("Write a whole number from 0 to {most}.", most=rules.WEIGHT_MOST)))
    said: dict[str, Any] = {"weights": weights}
    for name in SHARES:
        text = form.get(name, "").strip()
        if not text:
            continue
        try:
            said[name] = rules.share(text)
        except (ValueError, ZeroDivisionError):
            problems.append(_not_a_number(name, text, say("Write a percentage from 0 to 100.")))
    if problems:
        raise BadData(problems)
    return said


def _not_a_number(name: str, text: str, remedy: Any) -> Problem:
    return Problem(what=say("{text} is no number.", text=repr(text[:20])), where=[say("field {name}", name=name)], remedy=remedy)


def sliders(one: Scenario) -> dict[str, Any]:
    """The criteria with their weights, and the bounds as percentages, for the form."""
    formula = queries.ground(one.run_id, one.envelope.place_id).rules.allocation
    total = sum(one.weights.values()) or 1
    spoken = language()
    criteria = [
        {
            "code": criterion.code,
            "label": criterion.label.in_(spoken),
            "weight": one.weights.get(criterion.code, 0),
            "share": round(100 * one.weights.get(criterion.code, 0) / total),
            "usual": number(float(criterion.weight.value), spoken),
            "assumed": criterion.weight.assumed,
        }
        for criterion in formula.criteria
    ]
    bounds = [
        {
            "name": name,
            "label": getattr(formula, name).label.in_(spoken),
            "percent": _percent(getattr(one, name)),
            "usual": _percent(str(getattr(formula, name).value)),
        }
        for name in SHARES
    ]
    return {"criteria": criteria, "bounds": bounds, "most": rules.WEIGHT_MOST}


def _percent(share: str) -> str:
    """An exact share as a percentage without needless zeros: 2/5 is 40."""
    value = rules.share(share) * 10_000
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
