"""Whether the register of decisions and the sealed minutes still say what the journal holds: for `tiwizi verify`."""

import hashlib
from collections.abc import Iterator

from tiwizi.committees.models import Minutes, Resolution, Signature
from tiwizi.core.errors import Sentence, say
from tiwizi.journal.models import Entry


def resolutions_wrong() -> Iterator[Sentence]:
    """Every decision whose text, votes or basis differ from what its entry in the journal holds; in the scope in force."""
    rows = Resolution.objects.order_by("pk")
    entries = Entry.objects.in_bulk(list(rows.values_list("entry", flat=True)))
    for row in rows.iterator():
        entry = entries.get(row.entry)
        if entry is None:
            yield say("Decision {number}: its entry {entry} is not in the journal.", number=row.number, entry=row.entry)
            continue
        held = entry.changes.get("sha256", [None, None])[1]
        if held != row.digest() or entry.changes.get("resolution", [None, None])[1] != row.number:
            yield say(
                "Decision {number} differs from entry {entry} of the journal: it was changed by hand.",
                number=row.number,
                entry=row.entry,
            )


def minutes_wrong() -> Iterator[Sentence]:
    """Every sealed file of minutes whose bytes differ from what the journal holds, or that is missing; in the scope in force."""
    seals = Signature.objects.exclude(entry=None).select_related("session").order_by("pk")
    for seal in seals:
        entry = Entry.objects.filter(number=seal.entry).first()
        held = (entry.changes.get("sha256", [None, None])[1] if entry else None) or {}
        rows = Minutes.objects.filter(session=seal.session_id, number=seal.number).defer("data")
        kept = {f"{row.language}.{row.media}": hashlib.sha256(bytes(row.content)).hexdigest() for row in rows}
        for name in sorted({*held, *kept}):
            if held.get(name) != kept.get(name):
                yield say(
                    "Minutes of session {session}, file {file}: the bytes kept are not those that entry {entry} sealed.",
                    session=seal.session.number,
                    file=name,
                    entry=seal.entry,
                )
