"""Matters: proposed, changed while they wait, withdrawn, with the files laid before the committee."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from tiwizi.committees.commands.common import held_matter
from tiwizi.committees.models import Document, Item, Matter
from tiwizi.committees.rules import procedure, steps
from tiwizi.committees.rules.voting import Majority
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.office.commands import unless
from tiwizi.organisations.models import Carrier
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

TEXTS: Final = ("title_ar", "title_fr", "text_ar", "text_fr")
FIELDS: Final = (*TEXTS, "programme", "axis", "project_kind", "amount_centimes", "fulfils", "reserved", "payload")
"""What of a matter can be changed while it waits."""


def propose(
    *,
    kind: str,
    place: Place,
    opened: date,
    account: Account,
    by: Actor,
    at: datetime,
    carrier: Carrier | None = None,
    subject: str = "",
    **fields: Any,
) -> Matter:
    """A matter that waits for a committee; `fields` are among FIELDS. It keeps the majority of the day on which it opens.

    Raises Refused with every reason.
    """
    rulebook, committees, version = procedure.rules_on(opened)
    kinds = {one.code: one for one in committees.matters}
    programmes = {one.code: {axis.code for axis in one.axes} for one in rulebook.programme.programmes}
    reasons = steps.why_not_propose(
        kind=kind,
        kinds=kinds,
        titled=bool(str(fields.get("title_ar", "")).strip() or str(fields.get("title_fr", "")).strip()),
        amount_centimes=fields.get("amount_centimes", 0),
        opened=opened,
        today=timezone.localdate(at),
    )
    reasons += _codes(kind, fields, programmes, {one.code for one in committees.project_kinds})
    refuse(reasons)
    with unless(say("Another matter got this number meanwhile: send it again.")):
        count = Matter.objects.filter(place_code=place.code, opened__year=opened.year).count()
        row = Matter(
            code=f"{place.code}-{opened.year}-{count + 1}",
            kind=kind,
            place=place,
            place_code=place.code,
            position=place.position,
            carrier=carrier,
            opened=opened,
            state=steps.START["matter"],
            majority=Majority.of_rule(committees.majority(kinds[kind].majority)).as_kept(),
            secret=kinds[kind].secret.value == 1,
            rulebook_version=version,
            subject=subject,
            by=account,
            at=at,
            **{**fields, **{name: str(fields.get(name, "")).strip() for name in TEXTS}},
        )
        row.save(force_insert=True)
        after = {"code": row.code, "kind": kind, "opened": opened, "state": row.state, "subject": subject}
        after["amount_centimes"] = row.amount_centimes
        write("propose matter", row, by=by, at=at, place=place.code, after=after | {"carrier": carrier.code if carrier else None})
    return row


def _codes(kind: str, fields: Mapping[str, Any], programmes: Mapping[str, set[str]], projects: set[str]) -> list[Sentence]:
    """Why the programme, axis and kind of project of a matter do not stand: a project needs them all, others may name none."""
    programme, axis = str(fields.get("programme", "")), str(fields.get("axis", ""))
    project = str(fields.get("project_kind", ""))
    reasons = []
    if (programme or kind == "project") and programme not in programmes:
        reasons.append(say("There is no programme {code}.", code=programme))
    elif (axis or kind == "project") and axis not in programmes.get(programme, set()):
        reasons.append(say("There is no axis {code} in this programme.", code=axis))
    if (project or kind == "project") and project not in projects:
        reasons.append(say("There is no kind of project {code}.", code=project))
    return reasons


def change(matter: Matter, *, version: int, by: Actor, at: datetime, **fields: Any) -> Matter:
    """Other texts, amount or codes for a matter that waits and is on no agenda sent out. Raises Refused with every reason."""
    with held_matter(matter, "change") as live:
        sent = Item.objects.filter(matter=live.pk, session__state__in=("convened", "open", "suspended")).exists()
        reasons = steps.why_not_change(state=live.state, version=live.version, shown=version, sent=sent)
        if fields.get("amount_centimes", 0) < 0:
            reasons.append(say("The amount is below 0."))
        refuse(reasons)
        before = {name: getattr(live, name) for name in fields}
        Matter.objects.filter(pk=live.pk, version=version).update(**fields, version=version + 1)
        write("change matter", live, by=by, at=at, place=live.place_code, before=before, after=fields)
    fresh: Matter = Matter.objects.get(pk=matter.pk)
    return fresh


def withdraw(matter: Matter, *, version: int, why: str, by: Actor, at: datetime) -> None:
    """Takes a matter back before any vote. Raises Refused with every reason."""
    with held_matter(matter, "withdraw") as live:
        reasons = []
        if live.version != version:
            reasons.append(say("Somebody changed this matter after your page was loaded: load it again to see what."))
        if not why.strip():
            reasons.append(say("Say why it is withdrawn."))
        refuse(reasons)
        move(live, "withdraw", by=by, at=at, more={"why": why.strip()})


def move(matter: Matter, verb: str, *, by: Actor, at: datetime, more: Mapping[str, Any] | None = None) -> int:
    """Takes a matter by one step of the table to its next state, with one entry; gives the entry's number.

    Compare and set: of two who move it at once one passes. Raises Refused where the step cannot be done.
    """
    refuse(steps.why_not_step("matter", matter.state, verb))
    after = steps.after("matter", matter.state, verb) or ""
    moved = Matter.objects.filter(pk=matter.pk, state=matter.state, version=matter.version).update(
        state=after, version=matter.version + 1
    )
    if not moved:
        refuse([say("Somebody changed this matter after your page was loaded: load it again to see what.")])
    entry = write(
        f"{verb} matter",
        matter,
        by=by,
        at=at,
        place=matter.place_code,
        before={"state": matter.state},
        after={"state": after, **(more or {})},
    )
    matter.state, matter.version = after, matter.version + 1
    return entry


def lay_document(matter: Matter, *, name: str, media: str, content: bytes, account: Account, by: Actor, at: datetime) -> Document:
    """Lays a file before the committee; `content` was already drawn anew or found safe. Raises Refused where it is there, or
    where the matter is decided: what a decision rests on does not grow after it.
    """
    digest = hashlib.sha256(content).hexdigest()
    with unless(say("This file is already there.")), held_matter(matter, "lay"):
        row = Document(
            matter=matter,
            position=matter.position,
            name=name,
            media=media,
            content=content,
            sha256=digest,
            by=account,
            at=at,
        )
        row.save(force_insert=True)
        after = {"matter": matter.code, "sha256": digest, "media": media}
        write("lay document", row, by=by, at=at, place=matter.place_code, after=after)
    return row
