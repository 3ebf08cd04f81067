"""Writing to the journal: an entry inside the transaction of what it tells, receipts of requests, and signed checkpoints."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry, Receipt
from tiwizi.scope import everything

# Any number, the same everywhere: who writes to the journal on PostgreSQL waits for this lock.
LOCK: Final = 0x7115121


@dataclass(frozen=True)
class Actor:
    """Who acts, and in which role: identifiers, never names."""

    account: str
    role: str


def write(
    command: str,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    object_id: str,
    place: str = "",
    position: int = 0,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: Collection[str] = (),
    secret: bytes = b"",
) -> Entry:
    """Appends one entry, inside the caller's transaction, so that an act and its record stand or fall together.

    `before` and `after` hold the fields of the object as JSON takes them; only those that differ are kept. Fields named in
    `personal` are kept as hashes keyed by `secret`: equal values stay comparable, and cannot be read. `position` is that of
    the place, and says who may read the entry. Raises Refused outside a transaction.
    """
    if not connection.in_atomic_block:
        raise Refused(
            Problem(
                what=say("an act cannot be recorded outside its transaction."),
                where=[say("command {command}", command=command)],
                remedy=say("Wrap the command in transaction.atomic()."),
            )
        )
    if connection.vendor == "postgresql":
        # SQLite lets one writer in at a time by itself: its transactions begin IMMEDIATE.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    # The chain runs through all places: the last entry is looked for beyond those of who acts.
    with everything():
        last = Entry.objects.order_by("-number").only("number", "hash").first()
        entry = Entry(
            number=last.number + 1 if last else 1,
            at=at.astimezone(UTC),
            actor=by.account,
            role=by.role,
            command=command,
            kind=kind,
            object=object_id,
            place=place,
            position=position,
            changes=changes(before or {}, after or {}, personal=personal, secret=secret),
            previous=last.hash if last else verifier.FIRST,
        )
        entry.hash = verifier.digest(entry.previous, entry.body())
        entry.save(force_insert=True)
    return entry


def once(client_id: UUID, command: str, body: Mapping[str, Any], act: Callable[[], str], *, by: Actor, at: datetime) -> str:
    """What `act` answered to this request, now or when it came before; the act and its receipt stand or fall together.

    A form carries an id that its sender made, so that a double click, a page sent again or a network that stutters acts
    once. Raises Refused where the same id comes with another body, or from somebody else.
    """
    digest = hashlib.sha256(verifier.canonical({"account": by.account, "command": command, "body": dict(body)})).hexdigest()
    known = Receipt.objects.filter(pk=client_id).first()
    if known is None:
        try:
            with transaction.atomic():
                # Of two at once, the later one fails at the receipt's key, its act is undone, and it gets the first one's answer.
                answer = act()
                Receipt(client_id=client_id, account=by.account, command=command, body=digest, answer=answer, at=at).save(
                    force_insert=True
                )
                return answer
        except IntegrityError:
            known = Receipt.objects.filter(pk=client_id).first()
            if known is None:
                raise
    if known.body != digest:
        raise Refused(
            Problem(
                what=say("this form was already sent, with other content."),
                why=say("Sent twice, it would act twice."),
                remedy=say("Go back, load the page again, and fill in the form anew."),
            )
        )
    return known.answer


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: Collection[str] = (), secret: bytes = b""
) -> dict[str, list[Any]]:
    """The fields that differ, each with its value before and after; null where there was none. Personal ones are hidden."""
    fields = sorted({*before, *after})
    found = {field: [before.get(field), after.get(field)] for field in fields if before.get(field) != after.get(field)}
    return {field: [hidden(value, secret) for value in pair] if field in personal else pair for field, pair in found.items()}


def hidden(value: Any, secret: bytes) -> str | None:
    """A personal value as a hash that only who holds the secret can compare; null stays null."""
    if value is None:
        return None
    if len(secret) < 32:
        raise Refused(
            Problem(
                what=say("a personal value cannot be hidden without a secret of 32 bytes."),
                remedy=say("Pass the server's secret for the journal."),
            )
        )
    return "hmac:" + hmac.new(secret, verifier.canonical({"value": value}), hashlib.sha256).hexdigest()


def checkpoint(*, key: Ed25519PrivateKey, at: datetime) -> Checkpoint:
    """Signs the journal as it stands, keeps the checkpoint and gives it. Raises Refused where there is nothing to sign."""
    with transaction.atomic(), everything():
        last = Entry.objects.order_by("-number").first()
        if last is None:
            raise Refused(
                Problem(what=say("the journal is empty: there is nothing to sign."), remedy=say("Come back after the first act."))
            )
        made = Checkpoint(
            number=last.number, hash=last.hash, at=at.astimezone(UTC), key=key.public_key().public_bytes_raw().hex()
        )
        message = verifier.canonical({field: made.body()[field] for field in verifier.SIGNED})
        made.signature = key.sign(message).hex()
        made.save(force_insert=True)
    return made
