"""Founding an office from the server: the places that it needs, and its first two people."""

from datetime import UTC, datetime

from django.utils import timezone

from tiwizi.core.errors import Problem, Refused, refuse, say
from tiwizi.database.scope import everything
from tiwizi.people import founding
from tiwizi.people.founding import MACHINE, Founder
from tiwizi.people.models import Account
from tiwizi.territories import loading as places
from tiwizi.territories.models import Place


def found(
    place: str, *, administrator: tuple[str, str], second: tuple[str, str, str], reference: str, at: datetime | None = None
) -> list[Account]:
    """The two accounts, with their roles at this place. Raises Refused where the office is founded already."""
    now = at or datetime.now(tz=UTC)
    people = [Founder(*administrator, "administrator"), Founder(second[1], second[2], second[0])]
    with everything():
        refuse(founding.why_not_found(founded=founding.is_founded(), people=people, reference=reference))
        if not Place.objects.filter(code=place, until=None).exists():
            places.load_sources(place, by=MACHINE, at=now)
        seat = Place.objects.filter(code=place, until=None).first()
        if seat is None:
            raise Refused(
                Problem(
                    what=say("there is no place {code}.", code=place),
                    remedy=say("Name a code of the programme's table of places."),
                )
            )
        return founding.found(seat, people, reference=reference, on=timezone.localdate(), at=now)
