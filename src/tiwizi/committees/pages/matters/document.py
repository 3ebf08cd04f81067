"""A file that was laid before a committee, to keep: asked for anew each time, never shown inside a page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tiwizi.answers import attachment
from tiwizi.committees.models import Document
from tiwizi.people.doors import Request, page

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@page("committees.see")
@require_GET
def document(_request: Request, pk: int) -> HttpResponse:
    """The file, for who sees its matter's place."""
    found = get_object_or_404(Document.objects.all(), pk=pk)
    answer = attachment(bytes(found.content), f"tiwizi-document-{found.pk}.{ENDINGS[found.media]}", found.media)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer
