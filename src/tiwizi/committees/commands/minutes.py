"""Minutes: written from the record, signed by the secretary and by the chair, sealed in the journal, corrected anew."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from tiwizi.committees.commands.common import CHANGED, held, refuse_stale
from tiwizi.committees.documents.minutes import record_of
from tiwizi.committees.models import Minutes, Scan, Session, Signature
from tiwizi.committees.rules import minutes as rules
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write_entry
from tiwizi.office.commands import unless
from tiwizi.people.models import Account
from tiwizi.people.queries import roles_of
from tiwizi.people.rules import ROLES
from tiwizi.reports import minutes as minutes_pdf
from tiwizi.reports import minutes_docx
from tiwizi.reports.minutes_record import Record

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


@dataclass(frozen=True)
class Typeset:
    """The minutes of a session as files that wait to be written: what they say, by language, and the files."""

    session: Session
    version: int | None
    number: int
    code: str
    address: str
    correction: str
    records: Mapping[str, Record]
    files: Sequence[tuple[str, str, bytes]]
    """Language, kind and content."""

    def agrees(self, live: Session) -> bool:
        """Whether the session still says what these files say."""
        return _next_number(live, self.correction) == self.number and self.records == _records(
            live, self.code, self.number, self.correction, self.address
        )


def _records(session: Session, code: str, number: int, correction: str, address: str) -> dict[str, Record]:
    asked: dict[str, Any] = {"code": code, "number": number, "correction": correction.strip(), "address": address}
    return {language: record_of(session, language, **asked) for language in LANGUAGES}


def typeset(
    session: Session,
    *,
    version: int | None,
    address: Callable[[str], str],
    choose: Callable[[str], str],
    correction: str = "",
) -> Typeset:
    """The files of a session's minutes, in Arabic and in French, as PDF and DOCX, under one code; to be written by `write`.

    It is slow, and belongs before any transaction. `address` gives where a code is checked; `choose` draws one of some letters.
    Raises Refused with every reason why minutes cannot be written.
    """
    seen: Session = Session.objects.get(pk=session.pk)
    refuse_stale(seen, version)
    number = _next_number(seen, correction)
    code = "".join(choose(LETTERS) for _letter in range(CODE_LENGTH))
    records = _records(seen, code, number, correction, address(code))
    files = [
        (language, media, content)
        for language, record in records.items()
        for media, content in (("pdf", minutes_pdf.pdf(record.as_data())), ("docx", minutes_docx.docx(record)))
    ]
    return Typeset(session, version, number, code, address(code), correction, records, files)


def write(made: Typeset, *, account: Account, by: Actor, at: datetime) -> list[Minutes]:
    """Keeps the files of a session's minutes, which must still say what the session says.

    Written again before anybody signed, they take the next number: files are never overwritten. Raises Refused with every reason.
    """
    number, code, correction = made.number, made.code, made.correction.strip()
    drawn = say("Another file drew the same code: write them again.")
    with unless(drawn), held(made.session, "write_minutes", made.version) as live:
        if not made.agrees(live):
            refuse([CHANGED])
        written = []
        for language, media, content in made.files:
            row = Minutes(
                session=live,
                position=live.position,
                language=language,
                number=number,
                code=code,
                media=media,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                data=made.records[language].as_data(),
                correction=correction,
                by=account,
                at=at,
            )
            row.save(force_insert=True)
            written.append(row)
        after = {"number": number, "code": code, "files": len(written), "correction": correction}
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


def _why_not_sign(
    live: Session, number: int, asked: Mapping[str, Any], *, account: Account, at: datetime, scan: Scan | None
) -> list[Sentence]:
    """Every reason why this account may not sign these minutes as asked, or confirm this scan; empty means that it may."""
    reasons = rules.why_not_sign(
        **asked,
        account=str(account.pk),
        chairs=_holds(account, live, "committees.sign", at, above=False),
        scanned_by="" if scan is None else str(scan.by_id),
        confirms=_holds(account, live, "committees.confirm", at, above=True),
    )
    if scan is not None and (scan.session_id, scan.number) != (live.pk, number):
        reasons.append(say("This scan is of other minutes."))
    return reasons


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
        signers = {signed_as: str(row.by_id) for signed_as, row in before.items()}
        asked = {"capacity": capacity, "written": known, "shown": shown, "signed": signers, "name": name}
        refuse(_why_not_sign(live, number, asked, account=account, at=at, scan=scan))
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
