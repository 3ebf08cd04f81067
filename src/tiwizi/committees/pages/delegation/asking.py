"""What the three forms of this room share: who decides, what speaks against it today, and the matter that they make."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tiwizi.committees.commands import effects, matters
from tiwizi.committees.models import Body, Mandate, Matter
from tiwizi.committees.queries.delegation import words_on
from tiwizi.core.errors import Sentence
from tiwizi.language import colon
from tiwizi.office.naming import spoken
from tiwizi.organisations.models import Person
from tiwizi.people.acting import role_above
from tiwizi.people.doors import Request
from tiwizi.territories.models import Place


def proposes_at(request: Request, body: Body) -> bool:
    """Whether the reader may bring a matter before this body."""
    return role_above(request, "matters.propose", body.position) is not None


def above(body: Body) -> list[Body]:
    """The bodies above one, the nearest first, however many there are."""
    known = {one.code: one for one in Body.objects.all()}
    found: list[Body] = []
    code = body.above
    while code in known and known[code] not in found:
        found.append(known[code])
        code = known[code].above
    return found


def decision_today(body: Body) -> effects.Decision:
    """The decision as it would be taken today under its chair, to see what speaks against it."""
    today = timezone.localdate()
    seat = Mandate.objects.filter(body=body.pk, chair=True, until=None).first()
    chair = Person.objects.filter(pk=seat.person_id).first() if seat else None
    presiding = spoken(chair.name("ar"), chair.name("fr")) if chair else spoken("", "?")
    return effects.Decision(body, today, presiding)


def reasons_today(kind: str, body: Body, payload: Mapping[str, Any]) -> list[Sentence]:
    """Every reason why adopting it today could not take effect."""
    effect = effects.effect_of(kind)
    asked = Matter(code=f"{body.place_code}-", kind=kind, payload=dict(payload))
    return effect.why_not(asked, decision_today(body)) if effect else []


def titles(kind: str, about: Mapping[str, str]) -> dict[str, str]:
    """The title of such a matter in Arabic and in French: its kind, then what it is about."""
    label = words_on(timezone.localdate()).matters[kind]
    return {f"title_{spoken}": f"{label.in_(spoken)}{colon(spoken)} {about[spoken]}"[:300] for spoken in ("ar", "fr")}


def propose(request: Request, kind: str, body: Body, payload: Mapping[str, Any], texts: Mapping[str, str]) -> Matter:
    """The matter that a form makes, at the place of the body that decides it."""
    fields: dict[str, Any] = {"payload": dict(payload), **texts}
    return matters.propose(
        kind=kind,
        place=Place.objects.get(pk=body.place_id),
        opened=timezone.localdate(),
        account=request.user,
        by=request.actor,
        at=timezone.now(),
        **fields,
    )
