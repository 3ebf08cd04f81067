"""The numbers of the formula between a form and a scenario."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from tiwizi.budgets import queries, rules
from tiwizi.budgets.models import Scenario
from tiwizi.core.errors import BadData, Problem, say
from tiwizi.language import number, percent
from tiwizi.office.answers import language

MOST_DIGITS = 19
"""Numbers with as many digits or more are no number of a row."""

SHARES = ("floor_share", "cap_share", "hold_harmless_share")


def numbers_of(form: QueryDict, scenario: Scenario) -> dict[str, Any]:
    """What a form says of weights and bounds; what it does not say stays. Raises BadData for what is no number."""
    problems: list[Problem] = []
    weights: dict[str, int] = {}
    for code, current in scenario.weights.items():
        text = form.get(f"weight_{code}", str(current)).strip()
        if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS and int(text) <= rules.WEIGHT_MOST:
            weights[code] = int(text)
        else:
            problems.append(_not_a_number(code, text, say("Write a whole number from 0 to {most}.", most=rules.WEIGHT_MOST)))
    numbers: dict[str, Any] = {"weights": weights}
    for name in SHARES:
        text = form.get(name, "").strip()
        if not text:
            continue
        try:
            numbers[name] = rules.share(text)
        except (ValueError, ZeroDivisionError):
            problems.append(_not_a_number(name, text, say("Write a percentage from 0 to 100.")))
    if problems:
        raise BadData(problems)
    return numbers


def asked(given: QueryDict) -> bool:
    """Whether an address says other numbers to try."""
    return any(name in SHARES or name.startswith("weight_") for name in given)


def as_query(numbers: Mapping[str, Any], scenario: Scenario) -> dict[str, str]:
    """Numbers as a form or an address says them, so that what is tried can be opened again."""
    weights: Mapping[str, int] = numbers.get("weights", scenario.weights)
    fields = {f"weight_{code}": str(weight) for code, weight in weights.items()}
    return fields | {name: _percent(str(numbers.get(name, getattr(scenario, name)))) for name in SHARES}


def mending(scenario: Scenario, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The least change of the bounds that fits, in words and as the address that tries it; empty where there is none."""
    fitting = queries.mended(scenario, **numbers)
    if not fitting:
        return {}
    formula = queries.ground(scenario.run_id, scenario.envelope.place_id).rules.allocation
    spoken = language()
    changes = [{"label": getattr(formula, name).label.in_(spoken), "percent": _said(fitting[name], spoken)} for name in fitting]
    return {"changes": changes, "query": urlencode(as_query({**numbers, **fitting}, scenario))}


def _not_a_number(name: str, text: str, remedy: Any) -> Problem:
    return Problem(what=say("{text} is no number.", text=repr(text[:20])), where=[say("field {name}", name=name)], remedy=remedy)


def sliders(scenario: Scenario, tried: Mapping[str, Any]) -> dict[str, Any]:
    """The criteria with their weights, and the bounds as percentages, for the form: those kept, or those tried."""
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    formula = base.rules.allocation
    weights: Mapping[str, int] = tried.get("weights", scenario.weights)
    total = sum(weights.values()) or 1
    spoken = language()
    criteria = [
        {
            "code": criterion.code,
            "label": criterion.label.in_(spoken),
            "weight": weights.get(criterion.code, 0),
            "share": round(100 * weights.get(criterion.code, 0) / total),
            "usual": number(float(criterion.weight.value), spoken),
            "assumed": criterion.weight.assumed,
            "doubtful": base.doubtful.get(criterion.code, 0),
        }
        for criterion in formula.criteria
    ]
    bounds = [
        {
            "name": name,
            "label": getattr(formula, name).label.in_(spoken),
            "percent": _percent(str(tried.get(name, getattr(scenario, name)))),
            "usual": _percent(str(getattr(formula, name).value)),
        }
        for name in SHARES
    ]
    return {"criteria": criteria, "places": len(base.recipients), "bounds": bounds, "most": rules.WEIGHT_MOST}


def _said(share: Fraction, spoken: str) -> str:
    """An exact share as a percentage as a language writes it, with as many decimals as it has."""
    _whole, _point, decimals = _percent(str(share)).partition(".")
    return percent(float(share), spoken, decimals=len(decimals))


def _percent(share: str) -> str:
    """An exact share as a percentage without needless zeros: 2/5 is 40."""
    value = Fraction(share) * 100
    return f"{float(value):.6f}".rstrip("0").rstrip(".")
