"""A file that was laid before a committee, to keep: asked for anew each time, on record, never shown inside a page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Document, Scan
from tiwizi.office.answers import attachment
from tiwizi.people.acting import Personal
from tiwizi.people.doors import Request, page

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@page("committees.see")
@require_GET
def document(request: Request, pk: int) -> HttpResponse:
    """The file, for who sees its matter's place."""
    found: Document = get_object_or_404(Document.objects.select_related("matter"), pk=pk)
    return file_to_keep(request, found, place=found.matter.place_code)


def file_to_keep(request: Request, found: Document | Scan, *, place: str) -> HttpResponse:
    """A file that somebody sent in: never run, never kept by what lies between, and its download recorded."""
    kind = type(found).__name__.lower()
    personal = Personal(request, kind, str(found.pk), place=place, position=found.position)
    name = f"tiwizi-{kind}-{found.pk}.{ENDINGS[found.media]}"
    answer = attachment(bytes(found.content), name, found.media, personal=personal)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer
