"""Minutes: written from the record, signed by the secretary and by the chair, sealed in the journal, corrected anew."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from tiwizi.committees.commands.common import CHANGED, held, refuse_stale
from tiwizi.committees.documents.minutes import record_of
from tiwizi.committees.models import Minutes, Scan, Session, Signature
from tiwizi.committees.rules import minutes as rules
from tiwizi.core.errors import refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write_entry
from tiwizi.office.commands import unless
from tiwizi.people.models import Account
from tiwizi.people.queries import roles_of
from tiwizi.people.rules import ROLES
from tiwizi.reports import minutes as typeset
from tiwizi.reports import minutes_docx

LANGUAGES: Final = ("ar", "fr")
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those of a code (Crockford's base 32): none looks like another."""
CODE_LENGTH: Final = 10


def number_of(session: Session) -> int:
    """The version of the minutes that is being written or signed: the latest there is, 1 before the first."""
    return Minutes.objects.filter(session=session.pk).aggregate(last=Max("number"))["last"] or 1


def hashes(session: Session, number: int) -> dict[str, str]:
    """The SHA-256 of the latest files of a version, by `language.kind`."""
    rows = Minutes.objects.filter(session=session.pk, number=number).order_by("pk")
    return {f"{row.language}.{row.media}": row.sha256 for row in rows.defer("content", "data")}


def signed(session: Session, number: int) -> dict[str, Signature]:
    """Who signed a version, by capacity."""
    return {row.capacity: row for row in Signature.objects.filter(session=session.pk, number=number)}


def sealed(session: Session, number: int) -> bool:
    """Whether a version is sealed."""
    return any(row.entry is not None for row in signed(session, number).values())


def write(
    session: Session,
    *,
    version: int | None,
    address: Callable[[str], str],
    choose: Callable[[str], str],
    account: Account,
    by: Actor,
    at: datetime,
    correction: str = "",
) -> list[Minutes]:
    """Writes the files of a session's minutes, in Arabic and in French, as PDF and DOCX, under one code.

    `address` gives where a code is checked; `choose` draws one of some letters. Written again before anybody signed, they take
    the next number: files are never overwritten. Raises Refused with every reason.
    """
    # Typeset before the session is held, so that nobody waits for it; what it says must be the same once the session is held.
    seen: Session = Session.objects.get(pk=session.pk)
    refuse_stale(seen, version)
    number = _next_number(seen, correction)
    code = "".join(choose(LETTERS) for _letter in range(CODE_LENGTH))
    told: dict[str, Any] = {"code": code, "number": number, "correction": correction.strip(), "address": address(code)}
    ready = {language: record_of(seen, language, **told) for language in LANGUAGES}
    files = [
        (language, media, content, data)
        for language, data in ready.items()
        for media, content in (("pdf", typeset.pdf(data)), ("docx", minutes_docx.docx(data)))
    ]
    with unless(say("Another file drew the same code: write them again.")), held(session, "write_minutes", version) as live:
        if _next_number(live, correction) != number or ready != {one: record_of(live, one, **told) for one in LANGUAGES}:
            refuse([CHANGED])
        written = []
        for language, media, content, data in files:
            row = Minutes(
                session=live,
                position=live.position,
                language=language,
                number=number,
                code=code,
                media=media,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                data=data,
                correction=correction.strip(),
                by=account,
                at=at,
            )
            row.save(force_insert=True)
            written.append(row)
        after = {"number": number, "code": code, "files": len(written), "correction": correction.strip()}
        write_entry("write minutes", live, by=by, at=at, place=live.body.place_code, after=after)
    return written


def _next_number(session: Session, correction: str) -> int:
    """The number that the minutes written now take. Raises Refused with every reason why none may be written."""
    number = number_of(session)
    closed = sealed(session, number)
    names = [] if correction else list(signed(session, number))
    reasons = rules.why_not_write(state=session.state, signed=names, sealed=closed and not correction)
    if correction:
        reasons += rules.why_not_correct(sealed=closed, why=correction)
    refuse(reasons)
    return number + 1 if Minutes.objects.filter(session=session.pk, number=number).exists() else number


def sign(
    session: Session,
    *,
    capacity: str,
    name: str,
    shown: Mapping[str, str],
    account: Account,
    by: Actor,
    at: datetime,
    scan: Scan | None = None,
) -> Signature:
    """Signs the files that a page showed; the second signature seals them: one entry of the journal holds their hashes.

    The chair signs with an account that has the role of this committee's chair; or signed the print, whose `scan` a second person
    confirms by this act. Raises Refused with every reason: the bytes signed are those shown, and those kept.
    """
    on_paper = scan is not None
    with held(session, "sign", None) as live:
        number = number_of(live)
        before = signed(live, number)
        known = _as_kept(live, number)
        refuse(
            rules.why_not_sign(
                capacity=capacity,
                written=known,
                shown=shown,
                signed={one: str(row.by_id) for one, row in before.items()},
                account=str(account.pk),
                name=name,
                chairs=_holds(account, live, "committees.sign", at, above=False),
                scanned_by="" if scan is None else str(scan.by_id),
                confirms=_holds(account, live, "committees.confirm", at, above=True),
            )
            + ([say("This scan is of other minutes.")] if scan and (scan.session_id, scan.number) != (live.pk, number) else [])
        )
        after: dict[str, Any] = {"number": number, "capacity": capacity, "on_paper": on_paper, "name": name.strip()}
        if scan is not None:
            after["scan"] = scan.sha256
        told: dict[str, Any] = {"by": by, "at": at, "place": live.body.place_code, "personal": ("name",)}
        entry = None
        if {*before, capacity} == set(rules.CAPACITIES):
            code = Minutes.objects.filter(session=live.pk, number=number).values_list("code", flat=True).first()
            after |= {"code": code, "sha256": known}
            entry = write_entry("seal minutes", live, after=after, **told)
        else:
            write_entry("sign minutes", live, after=after | {"sha256": known}, **told)
        row = Signature(
            session=live,
            position=live.position,
            number=number,
            capacity=capacity,
            name=name.strip(),
            on_paper=on_paper,
            scan=scan,
            entry=entry,
            hashes=known,
            by=account,
            at=at,
        )
        row.save(force_insert=True)
    return row


def attach_scan(session: Session, *, name: str, media: str, content: bytes, account: Account, by: Actor, at: datetime) -> Scan:
    """Attaches a scan of the print that the chair signed; it seals nothing before a second person confirms it.

    `content` was already drawn anew or found safe. Raises Refused with every reason.
    """
    with unless(say("This file is already there.")), held(session, "scan", None) as live:
        number = number_of(live)
        refuse(rules.why_not_scan(written=_as_kept(live, number), signed=list(signed(live, number)), name=name))
        row = Scan(
            session=live,
            position=live.position,
            number=number,
            name=name.strip(),
            media=media,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            by=account,
            at=at,
        )
        row.save(force_insert=True)
        after = {"session": live.pk, "number": number, "sha256": row.sha256, "name": row.name}
        write_entry("attach scan", row, by=by, at=at, place=live.body.place_code, after=after, personal=("name",))
    return row


def _holds(account: Account, session: Session, permission: str, at: datetime, *, above: bool) -> bool:
    """Whether an account has a role with this permission at the place of a session's body, or above it where that counts."""
    body = session.body
    roles = (role for role in roles_of(account, on=timezone.localdate(at)) if permission in ROLES[role.kind].permissions)
    if above:
        return any(role.position <= body.position <= role.last for role in roles)
    return any((role.position, role.last) == (body.position, body.last) for role in roles)


def _as_kept(session: Session, number: int) -> dict[str, str]:
    """The hashes of the bytes as they are kept, computed now."""
    rows = Minutes.objects.filter(session=session.pk, number=number).order_by("pk").defer("data")
    return {f"{row.language}.{row.media}": hashlib.sha256(bytes(row.content)).hexdigest() for row in rows}
