"""What adopting a matter does, by its kind: the adoption is the command that does it, in the same transaction.

Each app declares the kinds that are its own (the share of a budget, a project); a kind that none declares is a resolution that
changes nothing but itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tiwizi import registration
from tiwizi.committees.models import Act, Body, CallBack, Matter, Resolution, Revocation
from tiwizi.committees.queries import record
from tiwizi.committees.rules import competence, delegation
from tiwizi.committees.rules.steps import SETTLED
from tiwizi.core.errors import Named, Sentence, plain, say
from tiwizi.core.money import Centimes
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.people.models import Account
from tiwizi.territories.models import Place


@dataclass(frozen=True)
class Decision:
    """A decision about to be taken: the body, the day, and who presides over it."""

    body: Body
    day: date
    presiding: Named


@dataclass(frozen=True)
class Effect:
    """What adopting does: `why_not` gives every reason against it, `act` does it inside the transaction of the adoption."""

    why_not: Callable[[Matter, Decision], list[Sentence]]
    act: Callable[[Matter, Resolution, Decision, Account, Actor, datetime], None]


def effect_of(kind: str) -> Effect | None:
    """What adopting a matter of this kind does; None where it changes nothing but the matter."""
    effect: Effect | None = registration.mapped("matters").get(kind)
    return effect


def act_asked(matter: Matter, decision: Decision, number: str) -> competence.Act | None:
    """The act of delegation that a matter asks for; None where its body or its place is not known."""
    asked = matter.payload or {}
    body = Body.objects.filter(code=asked.get("body", "")).first()
    place = Place.objects.filter(code=asked.get("place", ""), until=None).first()
    if body is None or place is None:
        return None
    since = date.fromisoformat(asked["since"]) if asked.get("since") else decision.day
    return competence.Act(
        number=number,
        giver=decision.body.key,
        body=body.key,
        programmes=frozenset(asked.get("programmes", ())),
        axes=frozenset(asked.get("axes", ())),
        matters=frozenset(asked.get("matters", ())),
        kinds=frozenset(asked.get("kinds", ())),
        ceiling_project_centimes=ceiling_asked(asked, "ceiling_project_centimes"),
        ceiling_year_centimes=ceiling_asked(asked, "ceiling_year_centimes"),
        first=place.position,
        last=place.last,
        since=since,
        until=date.fromisoformat(asked["until"]) if asked.get("until") else None,
        signed_by=decision.presiding,
        signed_on=decision.day,
        conditions=record.conditions_of(asked.get("conditions", ())),
    )


def ceiling_asked(asked: Mapping[str, Any], name: str) -> Centimes | None:
    """A ceiling of what a matter asks for; None where it asks for no limit.

    Matters written before amounts said their unit hold it under its bare name. Raises KeyError where it is under neither: what
    is not said is never taken for "no limit".
    """
    key = f"{name}_centimes"
    amount = asked[key if key in asked else name]
    return None if amount is None else Centimes(amount)


def why_not_delegate(matter: Matter, decision: Decision) -> list[Sentence]:
    """Every reason why the act that a matter asks for cannot be signed."""
    act = act_asked(matter, decision, f"{matter.code}:")
    if act is None:
        return [say("The act names a body or a place that is not known.")]
    return delegation.why_not_sign(act, record.acts())


def delegate(matter: Matter, resolution: Resolution, decision: Decision, account: Account, by: Actor, at: datetime) -> None:
    """Signs the act of delegation that a matter asks for; its number is that of the resolution."""
    act = act_asked(matter, decision, resolution.number)
    if act is None:
        raise ValueError("an act was adopted that names nobody")
    body = Body.objects.get(code=plain(act.body))
    place = (matter.payload or {})["place"]
    fields: dict[str, Any] = {
        "number": resolution.number,
        "programmes": sorted(act.programmes),
        "axes": sorted(act.axes),
        "matters": sorted(act.matters),
        "kinds": sorted(act.kinds),
        "ceiling_project_centimes": act.ceiling_project_centimes,
        "ceiling_year_centimes": act.ceiling_year_centimes,
        "first": act.first,
        "last": act.last,
        "place_code": place,
        "conditions": (matter.payload or {}).get("conditions", []),
        "since": act.since,
        "until": act.until,
        "signed_on": act.signed_on,
    }
    row = Act(
        giver=decision.body,
        body=body,
        # Known to the body that decides under it, to those below it and above it; not to its neighbours.
        position=body.position,
        reach=body.last,
        signed_by=plain(act.signed_by),
        signed_by_ar=decision.presiding.ar,
        resolution=resolution,
        by=account,
        at=at,
        **fields,
    )
    after = {"body": body.code, **fields}
    row.entry = write("sign act", row, by=by, at=at, place=decision.body.place_code, after=after, object_id=row.number)
    row.save(force_insert=True)


def why_not_revoke(matter: Matter, decision: Decision) -> list[Sentence]:
    """Every reason why the act that a matter names cannot be revoked."""
    asked = matter.payload or {}
    known = {act.number: act for act in record.acts()}
    act = known.get(asked.get("act", ""))
    if act is None:
        return [say("There is no act {act}.", act=str(asked.get("act", "")))]
    reasons = delegation.why_not_revoke(act, since=_since(asked, decision), signed_on=decision.day)
    if act.giver != decision.body.code:
        reasons.append(say("Act {act} was given by another body, which alone can revoke it.", act=act.number))
    return reasons


def revoke(matter: Matter, resolution: Resolution, decision: Decision, account: Account, by: Actor, at: datetime) -> None:
    """Ends an act from a day on."""
    asked = matter.payload or {}
    act = Act.objects.get(number=asked["act"])
    row = Revocation(
        act=act,
        since=_since(asked, decision),
        signed_on=decision.day,
        resolution=resolution,
        position=act.position,
        reach=act.reach,
        at=at,
    )
    row.save(force_insert=True)
    after = {"act": act.number, "since": row.since, "resolution": resolution.number}
    write("revoke act", row, by=by, at=at, place=decision.body.place_code, after=after)


def _since(asked: dict[str, Any], decision: Decision) -> date:
    return date.fromisoformat(asked["since"]) if asked.get("since") else decision.day


def why_not_call_back(matter: Matter, decision: Decision) -> list[Sentence]:
    """Every reason why the matter that this one names cannot be called back."""
    asked = matter.payload or {}
    other = Matter.objects.filter(code=asked.get("matter", "")).first()
    if other is None:
        return [say("There is no matter {code}.", code=str(asked.get("matter", "")))]
    return delegation.why_not_call_back(
        record.matter_of(other),
        holder=record.competence_of(other, decision.day),
        by=decision.body.key,
        acts=record.acts(),
        on=decision.day,
        decided=other.state in SETTLED,
        call_backs=record.call_backs(other),
    )


def call_back(matter: Matter, resolution: Resolution, decision: Decision, account: Account, by: Actor, at: datetime) -> None:
    """Takes one matter from the body that holds it, from the day of the decision on."""
    asked = matter.payload or {}
    other = Matter.objects.select_for_update().get(code=asked["matter"])
    holder = Body.objects.get(code=plain(record.competence_of(other, decision.day).body or ""))
    row = CallBack(
        matter=other,
        body=holder,
        by_body=decision.body,
        on=decision.day,
        reason=str(asked.get("reason", "")),
        resolution=resolution,
        position=holder.position,
        reach=holder.last,
        at=at,
    )
    row.save(force_insert=True)
    after = {"matter": other.code, "from": row.body.code, "on": row.on, "resolution": resolution.number}
    write("call back", row, by=by, at=at, place=decision.body.place_code, after=after)
