"""The record of a session as plain texts in a language: what its minutes say, whatever the file they become."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from tiwizi.committees.models import (
    Amendment,
    Body,
    Item,
    Mandate,
    Matter,
    Poll,
    Presence,
    Resolution,
    Session,
    Vote,
)
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.presence import OPENING, Register, Stay, comings
from tiwizi.committees.rules.steps import STATES
from tiwizi.committees.rules.voting import CHOICES, RESULTS
from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.database.scope import everything
from tiwizi.language import day, direction, isolated, money, text, translator
from tiwizi.organisations.models import Carrier, Person
from tiwizi.organisations.rules import TIES
from tiwizi.reports import fonts
from tiwizi.reports.minutes_record import Debated, Decision, Headings, Record
from tiwizi.reports.minutes_record import Presence as RecordOfPresence
from tiwizi.reports.minutes_record import Vote as RecordOfVote
from tiwizi.territories.models import Place

HEADINGS: Final = {
    "presence": say("Presence"),
    "opening": say("Opening"),
    "agenda": say("Agenda"),
    "closing": say("Closing"),
    "resolution": say("Resolution"),
    "basis": say("On the basis of"),
    "debate": say("Debate"),
    "code": say("Code"),
}


def record_of(session: Session, language: str, *, code: str, number: int, correction: str, address: str) -> Record:
    """All that the minutes of a session say, in a language; names as they are written in it, else as they are known.

    `code` is what is printed to check the file, `address` where it is checked; `correction` says why a later number was written.
    """
    body = Body.objects.get(pk=session.body_id)
    rules, _committees, _version = procedure.rules_on(session.day)
    seated = record.seats(body, session.day)
    known = record.register(session)
    items = list(Item.objects.filter(session=session.pk).order_by("number"))
    note = say("Signed by the secretary, then by the chair; the second signature seals the file in the journal.")
    return Record(
        language=language,
        direction=direction(language),
        fonts=[family.strip() for family in fonts.families(language).split(",")],
        date=[session.day.year, session.day.month, session.day.day],
        programme=rules.programme.label.in_(language),
        body=body.name(language),
        title=text(say("Minutes of session {number}", number=session.number), language),
        subtitle=_subtitle(session, language),
        code=code,
        check=text(say("Check: {address}", address=address), language),
        version=text(say("Version {number}", number=number), language) if number > 1 else "",
        correction=text(say("It corrects the version before: {why}", why=correction), language) if correction else "",
        headings=Headings(**{name: text(heading, language) for name, heading in HEADINGS.items()}),
        facts=_facts(session, language),
        presence=_presence(session, seated, known, language),
        opening=_paragraphs(session.opening_ar, session.opening_fr, language),
        items=[_item(session, one, seated, known, language) for one in items],
        closing=_closing(session, language),
        signatures=_signatures(session, language),
        signature_note=text(note, language),
    )


def _said(sentences: Iterable[Sentence], language: str) -> list[str]:
    return [text(one, language) for one in sentences]


def _subtitle(session: Session, language: str) -> str:
    hour = f"{session.hour:%H:%M}"
    if session.second:
        return text(say("{day}, {hour}, second convocation", day=session.day, hour=hour), language)
    return text(say("{day}, {hour}", day=session.day, hour=hour), language)


def _facts(session: Session, language: str) -> list[list[str]]:
    speak = translator(language)
    hall = (session.hall_ar if language == "ar" else session.hall_fr) or session.hall_fr or session.hall_ar
    found = [[speak("Hall"), isolated(hall)]] if hall else []
    if session.sent_on:
        found.append([speak("Convened on"), day(session.sent_on, language)])
    if session.repeats_id:
        first = Session.objects.get(pk=session.repeats_id)
        said = text(say("session {number} of {day}, which lacked its quorum", number=first.number, day=first.day), language)
        found.append([speak("Repeats"), said])
    if session.presiding_id:
        found.append([speak("Presided by"), isolated(Person.objects.get(mandates=session.presiding_id).name(language))])
    found.append([speak("Rules of sitting"), text(say("rulebook {version}", version=session.rulebook_version), language)])
    return found


def _presence(session: Session, seated: list[Seat], known: Register, language: str) -> RecordOfPresence:
    speak = translator(language)
    room = record.room_at(session, OPENING, seated)
    quorum = say_count(
        "At the opening {counted} of {count} member counts for the quorum; {needed} are needed.",
        "At the opening {counted} of {count} members count for the quorum; {needed} are needed.",
        counted=room.counted,
        count=room.base,
        needed=room.needed,
    )
    people = {person.key: person for seat in seated for person in (seat.person, *seat.deputies)}
    return RecordOfPresence(
        columns=[speak("Member"), speak("Quality"), speak("Presence")],
        rows=[_seat_row(seat, known, people, language) for seat in seated],
        quorum=[text(quorum, language), *_said(room.set_aside, language)],
    )


def _seat_row(seat: Seat, known: Register, people: dict[Any, Person], language: str) -> list[str]:
    mandate = seat.mandate
    title = (mandate.title_ar if language == "ar" else mandate.title_fr) or mandate.title_fr or mandate.title_ar
    quality = [text(say("chair"), language)] if mandate.chair else []
    quality += [isolated(title)] if title else []
    said = _how(seat, known, people, language)
    comma = "، " if language == "ar" else ", "
    return [isolated(seat.person.name(language)), comma.join(quality), said]


def _how(seat: Seat, known: Register, people: dict[Any, Person], language: str) -> str:
    """How a seat was held through the session, with when it came and went."""
    stays = [stay for stay in known.stays if stay.seat == seat.key]
    if not stays:
        return text(say("absent"), language)
    came, left = comings(known, seat.key)
    parts = [_stay(stay, people, language) for stay in stays]
    if came is not None and came > OPENING:
        parts.append(text(say("came during item {item}", item=max(1, came[0])), language))
    if left is not None:
        parts.append(text(say("left after item {item}", item=max(1, left[0])), language))
    comma = "، " if language == "ar" else ", "
    return comma.join(dict.fromkeys(parts))


def _stay(stay: Stay, people: dict[Any, Person], language: str) -> str:
    if stay.how == "present":
        return text(say("present"), language)
    by = isolated(people[stay.by].name(language)) if stay.by in people else ""
    if stay.how == "deputy":
        return text(say("represented by the deputy {person}", person=by), language)
    return text(say("proxy to {person}", person=by), language)


def _paragraphs(arabic: str, french: str, language: str) -> list[str]:
    """What was written in the language, else in the other one, paragraph by paragraph."""
    own = (arabic if language == "ar" else french) or french or arabic
    return [isolated(line.strip()) for line in own.splitlines() if line.strip()]


def _item(session: Session, item: Item, seated: list[Seat], known: Register, language: str) -> Debated:
    matter = Matter.objects.get(pk=item.matter_id)
    resolution = Resolution.objects.filter(item=item.pk).first()
    return Debated(
        number=item.number,
        title=isolated(matter.title(language)),
        facts=_item_facts(matter, language),
        recusals=_recusals(session, item, language),
        absences=_absences(session, item, language),
        debate=_paragraphs(item.debate_ar, item.debate_fr, language),
        amendments=[_amendment(row, language) for row in item.amendments.select_related("by_mandate__person")],
        votes=[_vote(poll, language) for poll in Poll.objects.filter(item=item.pk).order_by("number")],
        result=_result(item, matter, resolution, language),
        resolution=_resolution(resolution, language) if resolution else None,
    )


def _amendment(row: Amendment, language: str) -> list[str]:
    """Who deposited it and how the text would read, in paragraphs; that it was dropped where no vote was on it."""
    head = say("Amendment {number}", number=row.number)
    if row.by_mandate is not None:
        head = say("Amendment {number}, by {person}", number=row.number, person=isolated(row.by_mandate.person.name(language)))
    dropped = [text(say("Dropped without a vote."), language)] if row.state == "withdrawn" else []
    return [text(head, language), *_paragraphs(row.text_ar, row.text_fr, language), *dropped]


def _item_facts(matter: Matter, language: str) -> list[list[str]]:
    speak = translator(language)
    # The place lies inside the scope of whoever sees the matter; its name is no secret.
    with everything():
        place = Place.objects.get(pk=matter.place_id)
        carrier = Carrier.objects.filter(pk=matter.carrier_id).first()
    found = [[speak("Matter"), isolated(matter.code)], [speak("Place"), isolated(place.name(language))]]
    if carrier is not None:
        found.append([speak("Who asks"), isolated(carrier.name(language))])
    if matter.amount_centimes:
        found.append([speak("Amount"), money(matter.amount_centimes, language)])
    return found


def _recusals(session: Session, item: Item, language: str) -> list[str]:
    rows = Presence.objects.filter(session=session.pk, item=item.number, how="recused").select_related(
        "mandate__person", "stand_in"
    )
    found = []
    for row in rows.order_by("pk"):
        person = isolated((row.stand_in or row.mandate.person).name(language))
        why = text(TIES[row.reason], language) if row.reason in TIES else isolated(row.reason)
        if row.vote:
            words = say(
                "{person} takes no part in it from vote {vote} on, as they declared: {why}.",
                person=person,
                vote=row.vote,
                why=why,
            )
            found.append(text(words, language))
        elif row.source == "register":
            found.append(
                text(say("{person} takes no part in it, as the register says: {why}.", person=person, why=why), language)
            )
        else:
            found.append(text(say("{person} takes no part in it, as they declared: {why}.", person=person, why=why), language))
    return found


def _absences(session: Session, item: Item, language: str) -> list[str]:
    rows = Presence.objects.filter(session=session.pk, item=item.number, how__in=("absent", "away")).select_related(
        "mandate__person"
    )
    return [text(_absence(row, isolated(row.mandate.person.name(language))), language) for row in rows.order_by("pk")]


def _absence(row: Presence, person: str) -> Sentence:
    if row.how == "away":
        return say("{person} is absent for vote {vote} on this item.", person=person, vote=row.vote)
    if row.vote:
        return say("{person} is absent for this item from vote {vote} on.", person=person, vote=row.vote)
    return say("{person} is absent for this item.", person=person)


def _on_amendment(poll: Poll, number: int) -> Sentence:
    known = {"number": poll.number, "amendment": number}
    if poll.result == "adopted":
        return say("Vote {number} on amendment {amendment}: it is adopted", **known)
    if poll.result == "rejected":
        return say("Vote {number} on amendment {amendment}: it is rejected", **known)
    return say("Vote {number} on amendment {amendment}: {result}", **known, result=RESULTS[poll.result])


def _vote(poll: Poll, language: str) -> RecordOfVote:
    speak = translator(language)
    title = text(say("Vote {number}: {result}", number=poll.number, result=RESULTS[poll.result]), language)
    if poll.amendment_id:
        title = text(_on_amendment(poll, Amendment.objects.get(pk=poll.amendment_id).number), language)
    names: dict[str, list[str]] = {}
    for vote in Vote.objects.filter(poll=poll.pk).select_related("mandate__person").order_by("pk"):
        names.setdefault(vote.choice, []).append(isolated(vote.mandate.person.name(language)))
    comma = "، " if language == "ar" else ", "
    return RecordOfVote(
        title=title,
        names=[[text(CHOICES[choice], language), comma.join(names[choice])] for choice in CHOICES if choice in names],
        secret=speak("Secret ballot: only the papers were counted.") if poll.secret else "",
        words=(poll.words or {}).get(language, []),
    )


def _result(item: Item, matter: Matter, resolution: Resolution | None, language: str) -> str:
    if resolution is not None:
        said = say("Decision {number}: {result}.", number=resolution.number, result=RESULTS[resolution.result])
    elif not item.taken_up:
        said = say("Not taken up: put off to a later session.")
    else:
        said = say("State at the end: {state}.", state=STATES[matter.state])
    return text(said, language)


def _resolution(resolution: Resolution, language: str) -> Decision:
    return Decision(
        number=resolution.number,
        title=isolated(resolution.title(language)),
        basis=resolution.legal_basis.get(language, []),
        text=_paragraphs(resolution.text_ar, resolution.text_fr, language),
    )


def _closing(session: Session, language: str) -> list[str]:
    if session.state == "lapsed" and session.lacking:
        lacking = say_count(
            "The session did not open: {counted} of {count} member was there, {needed} were needed.",
            "The session did not open: {counted} of {count} members were there, {needed} were needed.",
            count=session.lacking["base"],
            counted=session.lacking["counted"],
            needed=session.lacking["needed"],
        )
        return [text(lacking, language)]
    if session.closed_at is None:
        return []
    hour = f"{timezone.localtime(session.closed_at):%H:%M}"
    return _said(
        [say("The session was closed on {day} at {hour}.", day=timezone.localtime(session.closed_at).date(), hour=hour)], language
    )


def _signatures(session: Session, language: str) -> list[list[str]]:
    chair = session.presiding or Mandate.objects.filter(body=session.body_id, chair=True, until=None).first()
    name = Person.objects.get(pk=chair.person_id).name(language) if chair else ""
    speak = translator(language)
    return [[speak("The secretary"), ""], [speak("The chair"), isolated(name) if name else ""]]
