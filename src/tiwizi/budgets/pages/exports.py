"""What of a scenario is taken away whole: its shares as a table, the plan as a workbook or a report, values for the map."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tiwizi.budgets import queries
from tiwizi.budgets.models import Adoption, Scenario
from tiwizi.budgets.pages.results import rows_of
from tiwizi.core.errors import Problem, Refused, say
from tiwizi.language import number
from tiwizi.measures import queries as measures
from tiwizi.measures.rules import Classes, classes
from tiwizi.office.answers import FORMATS, attachment, export, language
from tiwizi.plan import Allotment
from tiwizi.reports import document, workbook
from tiwizi.territories.models import Place

CLASSES: Final = 5
TILES: Final = "/territories/tiles/{z}/{x}/{y}.pbf?on="
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taken_away(scenario: Scenario, given: Allotment, adoption: Adoption | None, kind: str) -> HttpResponse | None:
    """The answer to `?format=`: csv, xlsx, json or parquet of the shares, `plan`, `report`, `values`; None for anything else."""
    if kind in FORMATS:
        return export(given.shares, kind, name=f"scenario-{scenario.pk}", title=scenario.name, headers={}, personal=None)
    name = f"tiwizi-scenario-{scenario.pk}{'' if adoption else '-draft'}"
    if kind == "plan":
        refuse_unless_frozen(scenario, adoption)
        return attachment(workbook.workbook(queries.plan_of(scenario), language()), f"{name}.xlsx", WORKBOOK, personal=None)
    if kind == "report":
        refuse_unless_frozen(scenario, adoption)
        return attachment(document.pdf(queries.plan_of(scenario), language()), f"{name}.pdf", "application/pdf", personal=None)
    return values(scenario, given) if kind == "values" else None


def refuse_unless_frozen(scenario: Scenario, adoption: Adoption | None) -> None:
    """Raises Refused where what is computed today is not what was adopted: a document would state amounts that do not hold."""
    if not queries.as_frozen(scenario, adoption):
        raise Refused(
            Problem(
                what=say("what is computed today is not what was adopted, so no sheet is made of it."),
                why=say("A sheet says why a place gets its adopted amount, exactly."),
                remedy=say("The adopted amounts hold. Ask who looks after the server which version computed them."),
            )
        )


def values(scenario: Scenario, given: Allotment) -> HttpResponse:
    """The class of each place by money a head, for the map."""
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    made, heads = _classed(scenario, given)
    body = {
        "classes": made.described(_labels(made)),
        "values": {base.numbers[code]: made.of(a_head) for code, a_head in heads.items()},
    }
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def drawn(scenario: Scenario, given: Allotment, tried: Mapping[str, str]) -> dict[str, Any] | None:
    """What the map and its legend need; None where no outline is known."""
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    seat = Place.objects.get(pk=scenario.envelope.place_id)
    box = measures.bounds(seat, scenario.run)
    if box is None:
        return None
    made, _heads = _classed(scenario, given)
    counts = zip(_labels(made), made.counts, strict=True)
    return {
        "values": "?" + urlencode({**tried, "format": "values"}),
        "tiles": f"{TILES}{base.on.isoformat()}",
        "bounds": ",".join(f"{edge:.4f}" for edge in box),
        "level": base.rules.allocation.level,
        "label": _("{currency} a head").format(currency=base.rules.programme.currency.in_(language())),
        "legend": [
            {"swatch": made.swatch(at), "label": label, "count": number(count, language())}
            for at, (label, count) in enumerate(counts)
        ],
        "missing": made.missing,
    }


def _classed(scenario: Scenario, given: Allotment) -> tuple[Classes, dict[str, float | None]]:
    base = queries.ground(scenario.run_id, scenario.envelope.place_id)
    heads = {row["code"]: row["a_head"] for row in rows_of(given, base, {})}
    return classes(list(heads.values()), method="quantile", count=CLASSES), heads


def _labels(made: Classes) -> list[str]:
    spoken = language()
    return [f"{number(low, spoken)} – {number(high, spoken)}" for low, high in made.ends]


def own_rows(rows: Any, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Frozen rows as a table with the columns of the core."""
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")
