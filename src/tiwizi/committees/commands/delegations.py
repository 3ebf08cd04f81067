"""The founding act of a body: the text by which it holds its own competence, written down once. All other acts are decisions."""

from datetime import date, datetime

from tiwizi.committees.models import Act, Body
from tiwizi.committees.queries import record
from tiwizi.committees.rules import competence, delegation
from tiwizi.core.errors import refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.office.commands import unless
from tiwizi.people.models import Account
from tiwizi.territories.models import Place


def found(
    body: Body,
    *,
    reference: str,
    signed_by: str,
    signed_by_ar: str = "",
    signed_on: date,
    since: date,
    account: Account,
    by: Actor,
    at: datetime,
    assumed: bool = False,
    until: date | None = None,
) -> Act:
    """The act by which the highest body holds all competence over its territory. Raises Refused with every reason."""
    place = Place.objects.get(pk=body.place_id)
    asked = _asked(body, place, signed_by, signed_on, since, until)
    reasons = delegation.why_not_sign(asked, record.acts())
    if body.above:
        reasons.append(say("This committee belongs to another: its competence comes by a decision of that one."))
    if not reference.strip() or not signed_by.strip():
        reasons.append(say("Name the text by which the committee holds its competence, and who signed it."))
    refuse(reasons)
    with unless(say("There is already an act {act}.", act=asked.number)):
        row = Act(
            number=asked.number,
            body=body,
            position=body.position,
            reach=body.last,
            **{name: sorted(getattr(asked, name)) for name in ("programmes", "axes", "matters", "kinds")},
            first=asked.first,
            last=asked.last,
            place_code=place.code,
            since=since,
            until=until,
            signed_by=signed_by.strip(),
            signed_by_ar=signed_by_ar.strip() or None,
            signed_on=signed_on,
            reference=reference.strip(),
            assumed=assumed,
            by=account,
            at=at,
        )
        after = {"body": body.code, "reference": row.reference, "since": since, "assumed": assumed}
        row.entry = write("sign founding act", row, by=by, at=at, place=body.place_code, after=after, object_id=row.number)
        row.save(force_insert=True)
    return row


def _asked(body: Body, place: Place, signed_by: str, signed_on: date, since: date, until: date | None) -> competence.Act:
    """A founding act as the rules of competence take it: everything, everywhere in the territory, without a ceiling."""
    return competence.Act(
        number=f"F-{body.place_code}-{signed_on.year}",
        giver=None,
        body=body.key,
        programmes=competence.EVERY,
        axes=competence.EVERY,
        matters=competence.EVERY,
        kinds=competence.EVERY,
        ceiling_project_centimes=None,
        ceiling_year_centimes=None,
        first=place.position,
        last=place.last,
        since=since,
        until=until,
        signed_by=signed_by,
        signed_on=signed_on,
    )
