"""One file of the minutes, as its bytes are kept."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tiwizi.committees.models import Minutes, Session
from tiwizi.office.answers import attachment
from tiwizi.people.acting import Personal
from tiwizi.people.doors import Request, page

MEDIA: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@page("committees.see")
@require_GET
def minutes_file(request: Request, pk: int) -> HttpResponse:
    """GET sends it to keep, for who sees the session."""
    one: Minutes = get_object_or_404(Minutes.objects, pk=pk)
    session: Session = get_object_or_404(Session.objects.select_related("body"), pk=one.session_id)
    name = f"minutes-{session.number.replace('/', '-')}-{one.number}-{one.language}.{one.media}"
    personal = Personal(request, "minutes", str(one.pk), place=session.body.place_code, position=session.position)
    return attachment(bytes(one.content), name, MEDIA[one.media], personal=personal)
