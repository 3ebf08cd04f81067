"""What a scenario gives, as rows and figures that a page shows; shared by the page and by its recomputing."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.paginator import Paginator

from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.queries import Ground
from tiwizi.core.errors import Refused, Sentence, say
from tiwizi.core.rulebook.subjects import Label
from tiwizi.language import number, percent
from tiwizi.measures.queries import in_order_of_name
from tiwizi.office.answers import language
from tiwizi.plan import Allotment
from tiwizi.reports.words import criterion_label
from tiwizi.territories.models import Place

PER_PAGE: Final = 100
SORTS: Final = ("name", "amount_dh", "a_head", "difference")


def results(scenario: Scenario, given: Allotment, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the places in the order asked for (`sort`, `page`), the largest amount first by itself; the totals; whom the
    money reaches, in words; and what it is compared with."""
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    before, beside = compared_with(scenario)
    every = rows_of(given, base, before)
    sort = asked.get("sort", "") if asked.get("sort", "").removeprefix("-") in SORTS else "-amount_dh"
    page = Paginator(_in_order(every, sort, base), PER_PAGE).get_page(asked.get("page"))
    places = {place.code: place for place in Place.objects.filter(pk__in=[base.numbers[row["code"]] for row in page])}
    rows = [
        {**row, "place": places[row["code"]], "main": criterion_label(row["main"], base.rules, language())}
        for row in page
        if row["code"] in places
    ]
    return {
        "rows": rows,
        "page": page,
        "sort": sort,
        "heads": _heads(sort, beside, base.rules.programme.currency),
        "total_dh": sum(row["amount_dh"] for row in every),
        "reaches": reaches(given),
        "scenario": scenario,
    }


def rows_of(given: Allotment, base: Ground, before: Mapping[str, int]) -> list[dict[str, Any]]:
    """One row a place, the largest amount first: code, rank, amount_dh, a_head, difference, main (a criterion's code)."""
    amounts, mains = queries.amounts_of(given), queries.mains_of(given)
    return [
        {
            "code": code,
            "rank": rank,
            "amount_dh": amounts[code],
            "a_head": amounts[code] / base.people[code] if base.people[code] else None,
            "difference": amounts[code] - before.get(code, 0) if before else None,
            "main": mains[code],
        }
        for rank, code in enumerate(sorted(amounts, key=lambda code: (-amounts[code], code)), start=1)
    ]


def _in_order(rows: list[dict[str, Any]], sort: str, base: Ground) -> list[dict[str, Any]]:
    """Rows by one of their columns or by name; those without a value come last."""
    column, down = sort.removeprefix("-"), sort.startswith("-")
    if column == "name":
        order = in_order_of_name(base.rules.allocation.level, language())
        return sorted(rows, key=lambda row: order.get(base.numbers[row["code"]], 0), reverse=down)
    known = [row for row in rows if row[column] is not None]
    return sorted(known, key=lambda row: row[column], reverse=down) + [row for row in rows if row[column] is None]


def _heads(sort: str, beside: Sentence, currency: Label) -> list[dict[str, Any]]:
    """The columns by which one sorts: what they are called, which way they run, and the other way."""
    words = {
        "name": say("Place"),
        "amount_dh": say("Amount ({currency})", currency=currency),
        "a_head": say("{currency} a head", currency=currency),
        "difference": beside,
    }
    return [
        {
            "words": words[column],
            "number": column != "name",
            "runs": {column: "ascending", f"-{column}": "descending"}.get(sort, ""),
            "next": (column if sort == f"-{column}" else f"-{column}")
            if column != "name"
            else ("-name" if sort == "name" else "name"),
        }
        for column in SORTS
    ]


def compared_with(scenario: Scenario) -> tuple[Mapping[str, int], Sentence]:
    """The amounts that a scenario is set beside: the share in force, else what the rulebook's own numbers give."""
    adoption = queries.in_force(scenario.envelope)
    if adoption is not None and adoption.scenario_id != scenario.pk:
        return queries.adopted_amounts(adoption), say("Difference to the share in force")
    formula = queries.ground(scenario.run_id, scenario.envelope.place_id).rules.allocation
    beside = say("Difference to the rulebook's weights")
    try:
        usual = queries.shared_of(
            scenario,
            weights={criterion.code: int(criterion.weight.value) for criterion in formula.criteria},
            floor_share=str(formula.floor_share.value),
            cap_share=str(formula.cap_share.value),
            hold_harmless_share=str(formula.hold_harmless_share.value),
        )
    except Refused:
        return {}, beside  # the rulebook's bounds do not fit these places: there is nothing to compare with
    return queries.amounts_of(usual), beside


def reaches(given: Allotment) -> list[dict[str, str | Sentence]]:
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
