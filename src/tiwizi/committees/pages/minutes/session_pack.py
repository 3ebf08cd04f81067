"""The pack of a session in one file: agenda, a sheet for each matter with its documents, draft minutes, what apps above add."""

import io
import zipfile
from typing import Final

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tiwizi.committees.documents import packs, sheets
from tiwizi.committees.documents.minutes import record_of
from tiwizi.committees.models import Document, Item, Session
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.office.answers import attachment, language
from tiwizi.people.acting import Personal
from tiwizi.people.doors import Request, page
from tiwizi.reports import minutes as typeset

MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The moment of every part of the archive: none of its own."""


@page("committees.see")
@require_GET
def session_pack(request: Request, pk: int) -> HttpResponse:
    """GET sends the archive, in Arabic or in French."""
    one = session_of(pk)
    spoken = request.GET.get("language", language())
    spoken = spoken if spoken in ("ar", "fr") else "fr"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(one, spoken):
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    personal = Personal(request, "pack", str(one.pk), place=one.body.place_code, position=one.position)
    name = f"session-{one.number.replace('/', '-')}-{spoken}.zip"
    return attachment(made.getvalue(), name, "application/zip", personal=personal)


def _parts(one: Session, spoken: str) -> list[tuple[str, bytes]]:
    found = [("00-agenda.pdf", typeset.pdf(sheets.agenda_sheet(one, one.body, spoken), template=typeset.SHEET))]
    for item in Item.objects.filter(session=one.pk).order_by("number"):
        data = sheets.matter_sheet(one, one.body, item, spoken)
        pictures = packs.maps(item.matter_id, spoken)
        if pictures is not None:
            data |= {"map": pictures.description}
        svg = {"map.svg": pictures.svg} if pictures is not None else {}
        found.append((f"{item.number:02}-matter.pdf", typeset.pdf(data, template=typeset.SHEET, files=svg)))
        for number, document in enumerate(Document.objects.filter(matter=item.matter_id).order_by("pk"), start=1):
            ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}.get(document.media, "bin")
            found.append((f"{item.number:02}-document-{number}.{ending}", bytes(document.content)))
    for name, extra in sorted(packs.extras(one.body, spoken).items()):
        found.append((f"80-{name}.pdf", typeset.pdf(extra, template=typeset.SHEET)))
    draft = record_of(one, spoken, code="–", number=1, correction="", address="–")
    return [*found, ("90-draft-minutes.pdf", typeset.pdf(draft.as_data()))]
