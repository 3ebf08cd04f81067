"""What a scenario gives, as rows and figures that a page shows; shared by the page and by its recomputing."""

from collections.abc import Mapping
from typing import Any

from tiwizi.answers import language
from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.core import allocation
from tiwizi.core.errors import Sentence, say
from tiwizi.language import number, percent
from tiwizi.plan import Shared
from tiwizi.reports.words import criterion_label
from tiwizi.territories.models import Place


def results(scenario: Scenario, given: Shared) -> dict[str, Any]:
    """Rows by amount, the largest first; totals; whom the money reaches, in words; and what it is compared with."""
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    amounts = dict(allocation.totals(given.shares).select("place", "amount_dh").iter_rows())
    mains = dict(allocation.main_reason(given.shares).select("place", "criterion").iter_rows())
    before, beside = compared_with(scenario)
    places = {place.code: place for place in Place.objects.filter(pk__in=base.numbers.values())}
    order = sorted(amounts, key=lambda code: (-amounts[code], code))
    rows = [
        {
            "place": places[code],
            "rank": rank,
            "amount_dh": amounts[code],
            "a_head": amounts[code] / base.people[code] if base.people[code] else None,
            "difference": amounts[code] - before.get(code, 0) if before else None,
            "main": criterion_label(mains[code], base.rules, language()),
        }
        for rank, code in enumerate(order, start=1)
        if code in places
    ]
    return {
        "rows": rows,
        "total_dh": sum(amounts.values()),
        "total_people": sum(base.people.values()),
        "beside": beside,
        "reaches": reaches(given),
        "scenario": scenario,
    }


def compared_with(scenario: Scenario) -> tuple[Mapping[str, int], Sentence]:
    """The amounts that a scenario is set beside: the share in force, else what the rulebook's own numbers give."""
    adoption = queries.in_force(scenario.envelope)
    if adoption is not None and adoption.scenario_id != scenario.pk:
        return queries.adopted_amounts(adoption), say("Difference to the share in force")
    formula = queries.ground(scenario.run_id, scenario.envelope.place_id).rules.allocation
    usual = queries.shared_of(
        scenario,
        weights={one.code: int(one.weight.value) for one in formula.criteria},
        floor_share=str(formula.floor_share.value),
        cap_share=str(formula.cap_share.value),
        hold_harmless_share=str(formula.hold_harmless_share.value),
    )
    return dict(allocation.totals(usual.shares).select("place", "amount_dh").iter_rows()), say(
        "Difference to the rulebook's weights"
    )


def reaches(given: Shared) -> list[dict[str, str | Sentence]]:
    """Whom the money reaches: a name, a figure, and what it means."""
    spoken = language()
    fifth = percent(given.poorest_fifth_share, spoken)
    return [
        {
            "name": say("Share that reaches the poorest fifth"),
            "value": fifth,
            "meaning": say("By head it would be {equal}.", equal=percent(0.2, spoken, decimals=0)),
        },
        {
            "name": say("Targeting ratio (Coady, Grosh, Hoddinott)"),
            "value": number(given.cgh_ratio, spoken, decimals=2),
            "meaning": say("Above 1 the money leans towards the two poorest fifths."),
        },
        {
            "name": say("Concentration index"),
            "value": number(given.concentration_index, spoken, decimals=2),
            "meaning": say("Below 0 the money leans towards the most deprived places; at 0 it would be shared by head."),
        },
    ]
