"""Two scenarios side by side: who gains, who loses, and whom the money reaches in each."""

import polars as pl
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiwizi.budgets import queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.results import PER_PAGE, reaches
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.measures.queries import names
from tiwizi.office.answers import FORMATS, export, language, number_of
from tiwizi.people.doors import Request, page
from tiwizi.reports import chart
from tiwizi.reports.compare import compared, curves, sides
from tiwizi.reports.drawings import differences_svg
from tiwizi.reports.words import heading


def _two(request: Request) -> tuple[Scenario, Scenario]:
    """`?one=&other=`: two scenarios of one envelope that the reader sees whole; else there is no such page."""
    pair = []
    for name in ("one", "other"):
        asked = number_of(request.GET.get(name, ""))
        scenario: Scenario = get_object_or_404(Scenario.objects.select_related("envelope"), pk=asked)
        pair.append(scenario)
    if pair[0].envelope_id != pair[1].envelope_id or not queries.seen_whole(pair[0].envelope):
        raise Http404("compare")
    return pair[0], pair[1]


def _differences(first: Scenario, other: Scenario) -> pl.DataFrame:
    """One row a place of either, the largest gain first, with its number, its name and its people."""
    frame = compared(queries.shared_of(first), queries.shared_of(other))
    numbers: dict[str, int] = {}
    people: dict[str, int] = {}
    for scenario in (other, first):
        base = queries.ground(scenario.run_id, scenario.envelope.place_id)
        numbers.update(base.numbers)
        people.update(base.people)
    codes = frame["place"].to_list()
    known = names(numbers.values(), language())
    return frame.with_columns(
        number=pl.Series([numbers[code] for code in codes], dtype=pl.Int64),
        name=pl.Series([known.get(numbers[code], (code, code))[1] for code in codes], dtype=pl.String),
        people=pl.Series([people[code] for code in codes], dtype=pl.Int64),
    )


def _rules(scenario: Scenario) -> Rules:
    return queries.ground(scenario.run_id, scenario.envelope.place_id).rules


@page("budgets.see")
@require_GET
def compare(request: Request) -> HttpResponse:
    """The table, the largest gain first; `?format=` takes it away."""
    first, other = _two(request)
    frame = _differences(first, other)
    if (kind := request.GET.get("format", "")) in FORMATS:
        columns = frame.select("place", "name", "people", "one_dh", "other_dh", "difference_dh", "difference_share")
        name, title = f"compare-{first.pk}-{other.pk}", _("Two scenarios")
        return export(columns, kind, name=name, title=title, headers={}, personal=None)
    # Two runs may know different places: each name leads to the reasons of the scenario that shares over it.
    common = set(queries.ground(other.run_id, other.envelope.place_id).recipients)
    page_of = Paginator(frame.to_dicts(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{**row, "scenario": other.pk if row["place"] in common else first.pk} for row in page_of]
    given = [reaches(queries.shared_of(scenario)) for scenario in (first, other)]
    return render(
        request,
        "budgets/pages/compare.html",
        {
            "one": first,
            "other": other,
            "rows": rows,
            "page": page_of,
            "sides": sides(frame),
            "difference": heading("difference_dh", _rules(other), language()),
            "reaches": list(zip(*given, strict=True)),
            "scenarios": Scenario.objects.filter(envelope=first.envelope),
            "formats": ("xlsx", "csv", "json"),
        },
    )


@page("budgets.see")
@require_GET
def compare_differences(request: Request) -> HttpResponse:
    """What each place gains or loses as one drawing of bars; the table of the page says the same."""
    first, other = _two(request)
    drawing = differences_svg(_differences(first, other), language(), currency=_rules(other).programme.currency)
    return HttpResponse(drawing, content_type="image/svg+xml")


@page("budgets.see")
@require_GET
def compare_curves(request: Request) -> HttpResponse:
    """Both concentration curves as one drawing."""
    both = _two(request)
    drawing = chart.svg(curves([(scenario.name, queries.shared_of(scenario).curve) for scenario in both], language()))
    return HttpResponse(drawing, content_type="image/svg+xml")
