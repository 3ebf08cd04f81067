"""Whether the register of decisions and the sealed minutes still say what the journal holds: for `tiwizi verify`.

Asked both ways: of each row whether its entry says the same, and of each entry whether its row is still there.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Sum

from tiwizi.committees.models import Act, Approval, CeilingUse, Minutes, Resolution, Session, Signature
from tiwizi.committees.rules.competence import NOTHING
from tiwizi.core.errors import Sentence, say
from tiwizi.journal.commands import hidden
from tiwizi.journal.models import Entry

DECIDING = ("adopt matter", "reject matter")
SIGNING = ("sign minutes", "seal minutes")


def resolutions_wrong() -> Iterator[Sentence]:
    """Every decision whose text, votes or basis differ from what its entry in the journal holds, or that is missing; in the
    scope in force.
    """
    rows = Resolution.objects.order_by("pk")
    entries = Entry.objects.in_bulk(list(rows.values_list("entry", flat=True)))
    for row in rows.iterator():
        entry = entries.get(row.entry)
        if entry is None:
            yield say("Decision {number}: its entry {entry} is not in the journal.", number=row.number, entry=row.entry)
            continue
        if _held(entry, "sha256") != row.digest() or _held(entry, "resolution") != row.number:
            yield say(
                "Decision {number} differs from entry {entry} of the journal: it was changed by hand.",
                number=row.number,
                entry=row.entry,
            )
    kept = set(rows.values_list("entry", flat=True))
    named = set(rows.values_list("number", flat=True))
    for entry in Entry.objects.filter(command__in=DECIDING).order_by("number").iterator():
        number = _held(entry, "resolution")
        if number is not None and entry.number not in kept and number not in named:
            yield say("Decision {number}, of entry {entry} of the journal, is missing.", number=number, entry=entry.number)


def minutes_wrong() -> Iterator[Sentence]:
    """Every sealed file of minutes whose bytes differ from what the journal holds, or that is missing, and every signature or
    seal that is not as the journal has it; in the scope in force.
    """
    sessions = {str(session.pk): session for session in Session.objects.all()}
    signatures = {(str(row.session_id), row.number, row.capacity): row for row in Signature.objects.order_by("pk")}
    for entry in Entry.objects.filter(command__in=SIGNING).order_by("number").iterator():
        key = (entry.object, _held(entry, "number"), _held(entry, "capacity"))
        session = sessions.get(entry.object)
        name = session.number if session else entry.object
        if not _signed_as_held(entry, signatures.pop(key, None)):
            yield say(
                "Minutes of session {session}: the signature or the seal of entry {entry} is missing or was changed by hand.",
                session=name,
                entry=entry.number,
            )
        if entry.command == "seal minutes":
            yield from _files_wrong(entry, session, name)
    for (pk, _number, _capacity), row in signatures.items():
        yield say(
            "Minutes of session {session}: the signature of “{capacity}” is not in the journal.",
            session=sessions[pk].number if pk in sessions else pk,
            capacity=row.capacity,
        )


def _signed_as_held(entry: Entry, row: Signature | None) -> bool:
    """Whether a signature, or the seal, says what its entry holds."""
    if row is None:
        return False
    seals = entry.number if entry.command == "seal minutes" else None
    name = _held(entry, "name")
    # Entries of before names were held have none.
    if name is not None and name != hidden(row.name, settings.SECRET_KEY.encode()):
        return False
    return (row.entry, row.hashes, row.on_paper) == (seals, _held(entry, "sha256"), _held(entry, "on_paper"))


def _files_wrong(entry: Entry, session: Session | None, name: str) -> Iterator[Sentence]:
    """Files of minutes, or their printed code, that are not what the entry of a seal holds."""
    held = _held(entry, "sha256") or {}
    code = _held(entry, "code")
    # Of a session that is gone no row is kept either: its files are all said to be missing.
    rows = Minutes.objects.filter(session=session.pk if session else None, number=_held(entry, "number")).defer("data")
    kept = {
        f"{row.language}.{row.media}": hashlib.sha256(bytes(row.content)).hexdigest() if row.code == code else "" for row in rows
    }
    for file in sorted({*held, *kept}):
        if held.get(file) != kept.get(file):
            yield say(
                "Minutes of session {session}, file {file}: the bytes kept are not those that entry {entry} sealed.",
                session=name,
                file=file,
                entry=entry.number,
            )


def ceilings_wrong() -> Iterator[Sentence]:
    """Every ceiling of a year whose sum is not that of the amounts approved under it; in the scope in force."""
    rows = Approval.objects.order_by().values_list("act", "year").annotate(Sum("amount_centimes"))
    approved = {(act, year): amount for act, year, amount in rows}
    used = {(act, year): amount for act, year, amount in CeilingUse.objects.values_list("act", "year", "used_centimes")}
    numbers = dict(Act.objects.values_list("pk", "number"))
    for act, year in sorted({*approved, *used}):
        counted, noted = approved.get((act, year), NOTHING), used.get((act, year), NOTHING)
        if counted != noted:
            yield say(
                "Act {act}, {year}: {approved} are approved under it, and {used} are counted.",
                act=numbers.get(act, str(act)),
                year=str(year),
                approved=counted,
                used=noted,
            )


def _held(entry: Entry, field: str) -> Any:
    """What an entry says that a field became."""
    return entry.changes.get(field, [None, None])[1]
