"""Sheets of a session's pack and its invitations, as plain texts in a language for the typesetter."""

from collections.abc import Sequence
from typing import Any

from tiwizi.committees.models import Body, Document, Item, Matter, Session
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import delegation, procedure
from tiwizi.core.errors import Sentence, say
from tiwizi.language import day, direction, isolated, money, text, translator
from tiwizi.organisations.models import Carrier
from tiwizi.reports import fonts
from tiwizi.territories.models import Place


def _frame(session: Session, body: Body, language: str) -> dict[str, Any]:
    rules, _committees, _version = procedure.rules_on(session.day)
    return {
        "language": language,
        "direction": direction(language),
        "fonts": [family.strip() for family in fonts.families(language).split(",")],
        "date": [session.day.year, session.day.month, session.day.day],
        "programme": rules.programme.label.in_(language),
        "body": body.name(language),
    }


def agenda(session: Session, language: str) -> list[str]:
    """The titles of the items, with the amount where there is one."""
    rows = Item.objects.filter(session=session.pk).select_related("matter").order_by("number")
    return [_titled(item.matter, language) for item in rows]


def _titled(matter: Matter, language: str) -> str:
    title = isolated(matter.title(language))
    if not matter.amount_centimes:
        return title
    return text(say("{title}: {amount}", title=title, amount=matter.amount_centimes), language)


def letters(session: Session, body: Body, seated: Sequence[Seat], language: str) -> dict[str, Any]:
    """The invitations to a session, one for each of these seats."""
    speak = translator(language)
    hall = (session.hall_ar if language == "ar" else session.hall_fr) or session.hall_fr or session.hall_ar
    sitting = record.sitting(session)
    quorum = sitting.second if session.second else sitting.first
    notes = [
        say(
            "The committee decides with {share} of its members in office; without it the session is convened again.",
            share=str(quorum.share),
        ),
        say("Who cannot come says so to the secretary, and is represented by their deputy or by a proxy."),
        say("Who has a tie to somebody who asks says so before the debate, and takes no part in it."),
    ]
    if session.second:
        notes.insert(0, say("This is a second convocation, with the agenda of the first."))
    return _frame(session, body, language) | {
        "title": text(say("Invitation to session {number}", number=session.number), language),
        "invitation": speak("You are invited to the session of the committee:"),
        "facts": [
            [speak("Day"), day(session.day, language)],
            [speak("Hour"), f"{session.hour:%H:%M}"],
            *([[speak("Hall"), isolated(hall)]] if hall else []),
        ],
        "agenda-title": speak("Agenda"),
        "agenda": agenda(session, language),
        "notes": [text(one, language) for one in notes],
        "signature": speak("The chair"),
        "proxy-title": speak("Proxy"),
        "letters": [_letter(seat, session, language) for seat in seated],
    }


def _letter(seat: Seat, session: Session, language: str) -> dict[str, str]:
    mandate = seat.mandate
    title = (mandate.title_ar if language == "ar" else mandate.title_fr) or mandate.title_fr or mandate.title_ar
    proxy = say(
        "I, {person}, give my proxy for the session of {day} to: …………………………  Signature: …………………………",
        person=isolated(seat.person.name(language)),
        day=session.day,
    )
    return {
        "name": isolated(seat.person.name(language)),
        "quality": isolated(title) if title else "",
        "proxy": text(proxy, language),
    }


def agenda_sheet(session: Session, body: Body, language: str) -> dict[str, Any]:
    """The agenda as the first sheet of the pack."""
    return _sheet(
        _frame(session, body, language),
        text(say("Agenda of session {number}", number=session.number), language),
        [[text(say("Day"), language), f"{day(session.day, language)}, {session.hour:%H:%M}"]],
        [(text(say("Agenda"), language), agenda(session, language))],
    )


def matter_sheet(session: Session, body: Body, item: Item, language: str) -> dict[str, Any]:
    """One matter: what is asked, by whom, where, who decides it and why, and what is laid with it."""
    speak = translator(language)
    matter = Matter.objects.get(pk=item.matter_id)
    _rules, committees, _version = procedure.rules_on(matter.opened)
    carrier = Carrier.objects.filter(pk=matter.carrier_id).first()
    place = Place.objects.filter(pk=matter.place_id).first()
    conditions = {one.code: one.label for one in committees.conditions}
    facts = [[speak("File"), isolated(matter.code)]]
    facts += [[speak("Place"), isolated(place.name(language))]] if place else []
    facts += [[speak("Who asks"), isolated(carrier.name(language))]] if carrier else []
    facts += [[speak("Amount"), money(matter.amount_centimes, language)]] if matter.amount_centimes else []
    path = delegation.decision_path(
        record.matter_of(matter),
        record.acts(),
        on=session.day,
        spent=record.spent(session.day.year),
        call_backs=record.call_backs(matter),
        others=record.others_of(matter),
        settled_by=committees.settled_by,
    )
    body_text = (matter.text_ar if language == "ar" else matter.text_fr) or matter.text_fr or matter.text_ar
    documents = Document.objects.filter(matter=matter.pk).values_list("name", flat=True)
    sections = [
        (speak("The resolution as it would read"), [isolated(line) for line in body_text.splitlines() if line.strip()]),
        (speak("Who decides, and why"), _said(path, language)),
        (
            speak("Conditions that the file fulfils"),
            [conditions[one].in_(language) for one in matter.fulfils if one in conditions],
        ),
        (speak("Documents"), [isolated(name) for name in documents]),
    ]
    return _sheet(_frame(session, body, language), f"{item.number}. {isolated(matter.title(language))}", facts, sections)


def _said(sentences: Sequence[Sentence], language: str) -> list[str]:
    return [text(one, language) for one in sentences]


def _sheet(frame: dict[str, Any], title: str, facts: list[list[str]], sections: list[tuple[str, list[str]]]) -> dict[str, Any]:
    return frame | {"title": title, "facts": facts, "sections": [[name, lines] for name, lines in sections if lines]}
