"""Reading the register of decisions: its rows, its public part, and the files behind a printed code."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q

from tiwizi.committees.models import Body, Minutes, Resolution, Session, Signature
from tiwizi.core.folding import folded
from tiwizi.core.money import Centimes
from tiwizi.database.scope import ScopedQuerySet, everything
from tiwizi.journal import verifier
from tiwizi.journal.models import Entry

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("-decided_on", "-pk"),
    "oldest": ("decided_on", "pk"),
    "number": ("number",),
    "amount": ("-amount_centimes", "-pk"),
}


def searched(rows: Any, typed: str) -> Any:
    """Those of these resolutions that hold every word typed."""
    for word in folded(typed).split():
        # Anywhere in a word: Arabic prose writes its prepositions and the article as part of it.
        rows = rows.filter(folded__contains=word)
    return rows


def found(asked: Mapping[str, str]) -> ScopedQuerySet[Resolution]:
    """The resolutions that the scope sees, by what somebody asks for: words, body, year, result, kind; in the order asked."""
    rows: Any = searched(Resolution.objects.all(), asked.get("q", ""))
    if asked.get("body"):
        rows = rows.filter(Q(body__in=Body.objects.filter(code=asked["body"]).values("pk")))
    if asked.get("year", "").isdecimal() and len(asked["year"]) == len("2026"):
        rows = rows.filter(decided_on__year=int(asked["year"]))
    for name in ("result", "kind"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    ordered: ScopedQuerySet[Resolution] = rows.order_by(*SORTS.get(asked.get("sort", ""), SORTS["day"]))
    return ordered


@dataclass(frozen=True)
class Public:
    """What anybody may read of a decision: never who voted what, nor who was there."""

    number: str
    body_ar: str
    body_fr: str
    decided_on: date
    kind: str
    title_ar: str
    title_fr: str
    text_ar: str
    text_fr: str
    result: str
    amount_centimes: Centimes
    place: str
    legal_basis: Mapping[str, list[str]]
    tally: Mapping[str, int]
    hash: str

    def title(self, language: str) -> str:
        """Its title in a language, else as it is."""
        return (self.title_ar if language == "ar" else self.title_fr) or self.title_fr or self.title_ar

    def text(self, language: str) -> str:
        """Its text in a language, else as it is."""
        return (self.text_ar if language == "ar" else self.text_fr) or self.text_fr or self.text_ar

    def body(self, language: str) -> str:
        """The name of its body in a language."""
        return self.body_ar if language == "ar" else self.body_fr


def public(asked: Mapping[str, str], *, first: int, count: int) -> tuple[list[Public], int]:
    """A page of the public part of the register, for anybody, and how many rows there are in all.

    Only what is not reserved, and only the columns of Public: this is the one read of the register that no scope bounds.
    """
    with everything():
        rows = found(asked).exclude(reach=None)
        return _public(list(rows[first : first + count])), rows.count()


class PublicRows:
    """The public part of the register as a sequence to page through: each slice is read for itself."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.asked = asked

    def __len__(self) -> int:
        """How many rows there are in all."""
        return public(self.asked, first=0, count=0)[1]

    def __getitem__(self, part: slice) -> list[Public]:
        """The rows from the start of a slice to its end."""
        first = part.start or 0
        return public(self.asked, first=first, count=part.stop - first)[0]


def public_one(number: str) -> Public | None:
    """One decision of the public part; None where there is none of this number, or it is reserved."""
    with everything():
        rows = _public(list(Resolution.objects.filter(number=number).exclude(reach=None)))
    return rows[0] if rows else None


def public_choices() -> tuple[list[Body], list[int]]:
    """The bodies and the years of the public part, to filter by."""
    with everything():
        rows = Resolution.objects.exclude(reach=None)
        bodies = list(Body.objects.filter(pk__in=rows.values("body")))
        return bodies, sorted({day.year for day in rows.values_list("decided_on", flat=True)}, reverse=True)


def hashes(rows: Sequence[Resolution]) -> dict[int, str]:
    """The hash of the entry of each decision, by its number: it tells nothing of the entry, nor how many others there are."""
    with everything():
        return dict(Entry.objects.filter(number__in=[row.entry for row in rows]).values_list("number", "hash"))


def _public(rows: list[Resolution]) -> list[Public]:
    bodies = {body.pk: body for body in Body.objects.filter(pk__in={row.body_id for row in rows})}
    entries = hashes(rows)
    tallies = {
        row.pk: row.poll.tally or {} for row in Resolution.objects.filter(pk__in=[r.pk for r in rows]).select_related("poll")
    }
    return [
        Public(
            number=row.number,
            body_ar=bodies[row.body_id].name_ar,
            body_fr=bodies[row.body_id].name_fr,
            decided_on=row.decided_on,
            kind=row.kind,
            title_ar=row.title_ar,
            title_fr=row.title_fr,
            text_ar=row.text_ar,
            text_fr=row.text_fr,
            result=row.result,
            amount_centimes=row.amount_centimes,
            place=row.place_code,
            legal_basis=row.legal_basis,
            tally=tallies[row.pk],
            hash=entries.get(row.entry, ""),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Sealed:
    """What a printed code stands for: the minutes, their files, and what the journal says of them.

    `files` are (language, kind, sha256, whether the journal holds the same hash). `sealed_at` is None before the minutes are
    sealed. `intact` says whether the entry's own hash still fits its content and the entry before it.
    """

    code: str
    body_ar: str
    body_fr: str
    session: str
    day: date
    number: int
    correction: str
    corrected: bool
    files: tuple[tuple[str, str, str, bool], ...]
    sealed_at: datetime | None
    hash: str
    intact: bool

    def body(self, language: str) -> str:
        """The name of its body in a language."""
        return self.body_ar if language == "ar" else self.body_fr

    def holds(self, digest: str) -> bool:
        """Whether a file with this SHA-256 is one of those that the journal holds."""
        return any(digest == known and sealed for _language, _kind, known, sealed in self.files)


def behind(code: str) -> Sealed | None:
    """What a printed code stands for, for anybody; None where no minutes carry it. Letters that look alike count as one."""
    wanted = code.strip().upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    with everything():
        rows = list(Minutes.objects.filter(code=wanted).order_by("language", "media"))
        if not rows:
            return None
        session = Session.objects.get(pk=rows[0].session_id)
        body = Body.objects.get(pk=session.body_id)
        number = rows[0].number
        seal = Signature.objects.filter(session=session.pk, number=number).exclude(entry=None).first()
        entry = Entry.objects.filter(number=seal.entry).first() if seal else None
        later = Minutes.objects.filter(session=session.pk, number__gt=number).exists()
    held = _hashes(entry)
    return Sealed(
        code=wanted,
        body_ar=body.name_ar,
        body_fr=body.name_fr,
        session=session.number,
        day=session.day,
        number=number,
        correction=rows[0].correction,
        corrected=later,
        files=tuple(
            (row.language, row.media, _digest(row), held.get(f"{row.language}.{row.media}") == _digest(row)) for row in rows
        ),
        sealed_at=entry.at if entry else None,
        hash=entry.hash if entry else "",
        intact=entry is not None and verifier.digest(entry.previous, entry.body()) == entry.hash,
    )


def _digest(row: Minutes) -> str:
    """The hash of the bytes as they are kept now, never the one written beside them."""
    return hashlib.sha256(bytes(row.content)).hexdigest()


def _hashes(entry: Entry | None) -> dict[str, str]:
    """The hashes that the journal's entry of a seal holds, by `language.kind`."""
    if entry is None:
        return {}
    pair = entry.changes.get("sha256") or [None, {}]
    return {str(name): str(digest) for name, digest in (pair[1] or {}).items()}
