"""The tables of places that were brought, latest first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiwizi.people.doors import Request, page
from tiwizi.territories.models import Import


@page("places.change")
@require_GET
def imports(request: Request) -> HttpResponse:
    """Each with what became of it."""
    rows = Import.objects.select_related("by").defer("sheet", "differences")
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "territories/pages/imports.html", {"page": shown})
