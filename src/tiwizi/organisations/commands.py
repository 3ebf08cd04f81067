"""Registering people and carriers, and what ties the ones to the others: each one transaction and one entry."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tiwizi.core.errors import refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record, unless
from tiwizi.organisations import rules
from tiwizi.organisations.models import Carrier, Person, Tie
from tiwizi.territories.models import Place

PERSONAL = ("name_ar", "name_fr", "sex", "birth_year", "email")
"""Fields of a person that the journal keeps as keyed hashes only."""


def register_person(
    *,
    place: Place,
    name_ar: str,
    name_fr: str,
    sex: str,
    birth_year: int | None,
    email: str,
    by: Actor,
    at: datetime,
    demonstration: bool = False,
) -> Person:
    """Somebody who may sit on a committee. Raises Refused with every reason."""
    refuse(
        rules.why_not_person(
            named=bool(name_ar.strip() or name_fr.strip()), sex=sex, birth_year=birth_year, on=timezone.localdate(at)
        )
    )
    with transaction.atomic():
        person = Person(
            position=place.position,
            name_ar=name_ar.strip(),
            name_fr=name_fr.strip(),
            sex=sex,
            birth_year=birth_year,
            email=email.strip(),
            demonstration=demonstration,
        )
        person.save(force_insert=True)
        after = {field: getattr(person, field) for field in PERSONAL}
        record("register person", person, by=by, at=at, place=place.code, after=after, personal=PERSONAL)
    return person


def register_carrier(*, code: str, kind: str, name_ar: str, name_fr: str, place: Place, by: Actor, at: datetime) -> Carrier:
    """Somebody who asks for projects: an association, a cooperative, a commune. Raises Refused with every reason."""
    refuse(rules.why_not_register_carrier(numbered=bool(code.strip()), named=bool(name_ar.strip() or name_fr.strip())))
    with unless(say("There is already a carrier with this number at this place.")):
        carrier = Carrier(
            code=code.strip(), kind=kind, name_ar=name_ar.strip(), name_fr=name_fr.strip(), place=place, position=place.position
        )
        carrier.save(force_insert=True)
        record("register carrier", carrier, by=by, at=at, place=place.code, after={"code": carrier.code, "kind": kind})
    return carrier


def tie(
    person: Person, carrier: Carrier, *, kind: str, source: str, since: date, by: Actor, at: datetime, until: date | None = None
) -> Tie:
    """Writes down that a person is tied to a carrier, so that they take no part in what it asks. Raises Refused."""
    refuse(rules.why_not_tie(kind=kind, source=source, since=since, until=until))
    with unless(say("This tie is already known.")):
        row = Tie(person=person, carrier=carrier, kind=kind, source=source, since=since, until=until, position=person.position)
        row.save(force_insert=True)
        after = {"person": person.pk, "carrier": carrier.code, "kind": kind, "source": source, "since": since, "until": until}
        record("tie", row, by=by, at=at, place=Place.objects.get(pk=carrier.place_id).code, after=after)
    return row
