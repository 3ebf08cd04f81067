"""The scan of the print that a chair signed, to keep: asked for anew each time, and on record."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Scan
from tiwizi.committees.pages.matters.document import file_to_keep
from tiwizi.people.doors import Request, page


@page("committees.see")
@require_GET
def scan(request: Request, pk: int) -> HttpResponse:
    """The file, for who sees its session."""
    found: Scan = get_object_or_404(Scan.objects.select_related("session__body"), pk=pk)
    return file_to_keep(request, found, place=found.session.body.place_code)
