"""The invitations to a session: printed, one page a member, or sent by mail."""

from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.documents import sheets
from tiwizi.committees.models import Letter, Session
from tiwizi.committees.pages.roles import act_for, keeps
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.office.answers import attachment, language
from tiwizi.people.acting import Personal, once
from tiwizi.people.doors import Request, page
from tiwizi.reports import minutes as typeset


@page("committees.see")
def letters(request: Request, pk: int) -> HttpResponse:
    """GET sends the letters to print, and notes them where the secretary does; POST mails those who have an address."""
    one = session_of(pk)
    seated = record.seats(one.body, one.day)
    if request.method == "POST":
        act_for(request, one.body)
        return HttpResponseRedirect(once(request, "mail invitations", lambda: _mail(request, one, seated)), status=303)
    spoken = request.GET.get("language", language())
    spoken = spoken if spoken in ("ar", "fr") else "fr"
    if keeps(request, one.body) and one.state == "convened":
        act_for(request, one.body)
        commands.note_letters(one, [seat.mandate for seat in seated], way="letter", by=request.actor, at=timezone.now())
    personal = Personal(request, "letters", str(one.pk), place=one.body.place_code, position=one.position)
    name = f"invitations-{one.number.replace('/', '-')}.pdf"
    return attachment(_pdf(one, seated, spoken), name, "application/pdf", personal=personal)


def _pdf(one: Session, seated: list[Seat], spoken: str) -> bytes:
    return typeset.pdf(sheets.letters(one, one.body, seated, spoken), template=typeset.LETTERS)


def _mail(request: Request, one: Session, seated: list[Seat]) -> str:
    """One message each, with the letter in Arabic and in French; a failure of one address is said, and the others go."""
    sent, failed = [], []
    known = set(Letter.objects.filter(session=one.pk, way="mail").values_list("mandate_id", flat=True))
    for seat in seated:
        if not seat.person.email or seat.mandate.pk in known:
            continue
        subject = f"{one.body.name_ar} – {one.body.name_fr} – {one.number}"
        message = EmailMessage(subject, f"{one.day.isoformat()} {one.hour:%H:%M}", to=[seat.person.email])
        for spoken in ("ar", "fr"):
            message.attach(f"invitation-{spoken}.pdf", _pdf(one, [seat], spoken), "application/pdf")
        try:
            message.send()
        except OSError:
            failed.append(seat.person.name(language()))
        else:
            sent.append(seat.mandate)
    if sent:
        commands.note_letters(one, sent, way="mail", by=request.actor, at=timezone.now())
    messages.success(request, _("Invitations sent by mail: {count}.").format(count=len(sent)))
    if failed:
        messages.error(request, _("Not sent: {names}. Print their letters.").format(names=", ".join(failed)))
    return reverse("session", args=[one.pk])
