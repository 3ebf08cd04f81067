"""Writing to the journal: entries that stand or fall with their transaction, receipts, and signed checkpoints."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.database import digests, keeping, transactions
from tiwizi.database.scope import everything
from tiwizi.database.transactions import BEFORE_COMMIT, Recording, Touched
from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry, Receipt

# An arbitrary constant: on PostgreSQL, writers to the journal wait for this lock.
LOCK: Final = 0x7115121
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the clocks of several servers of one office may differ."""


@dataclass(frozen=True)
class Actor:
    """The acting person and role: identifiers, never names."""

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
    """Adds one entry to the caller's transaction, so that an act and its record stand or fall together.

    It is written when the transaction ends, with the digests of the rows that changed; its number is known at once. `before`
    and `after` are the fields of the object as JSON values; only those that differ are stored. Fields named in `personal`
    are stored as hashes keyed by `secret`: equal values stay comparable, but cannot be read. `position` is that of the
    place, and determines who may read the entry. Raises Refused outside a transaction.
    """
    if not connection.in_atomic_block:
        raise Refused(
            Problem(
                what=say("an act cannot be recorded outside its transaction."),
                where=[say("command {command}", command=command)],
                remedy=say("Wrap the command in transaction.atomic()."),
            )
        )
    live = transactions.live()
    if connection.vendor == "postgresql":
        # SQLite allows one writer at a time: its transactions begin IMMEDIATE.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    entry = Entry(
        number=live.waiting[-1].entry.number + 1 if live.waiting else _last()[0] + 1,
        at=at.astimezone(UTC),
        actor=by.account,
        role=by.role,
        command=command,
        kind=kind,
        object=object_id,
        place=place,
        position=position,
        changes=changes(before or {}, after or {}, personal=personal, secret=secret),
    )
    live.waiting.append(Waiting(entry, live.take_touched()))
    return entry


@dataclass
class Waiting:
    """An entry until its transaction ends, with the rows touched up to it."""

    entry: Entry
    touched: Touched


def seal(live: Recording) -> None:
    """Writes the entries of a transaction just before it ends, each with the digests of the rows that its act touched. Rows
    that change after the last entry belong to it; rows that change without any entry get one that says so, so that no row on
    record changes unrecorded. Of several entries that touched a row the last one holds its digest.
    """
    rest = live.take_touched()
    if rest and not live.waiting:
        with _program_acts():
            write("change rows", by=Actor("", "program"), at=datetime.now(tz=UTC), kind="table", object_id="")
    if not live.waiting:
        return
    waiting, live.waiting = live.waiting, []
    waiting[-1].touched |= rest
    with everything():
        digest_of = _digests({key for pending in waiting for key in pending.touched})
        holders = {key: pending for pending in waiting for key in pending.touched}
        previous = _last()[1]
        for pending in waiting:
            rows: dict[str, dict[str, str | None]] = {}
            for table, key in sorted(pending.touched):
                if holders[table, key] is pending:
                    name, digest = digest_of[table, key]
                    rows.setdefault(table, {})[name] = digest
            pending.entry.rows = rows or None
            pending.entry.previous = previous
            previous = pending.entry.hash = verifier.digest(previous, pending.entry.body())
            pending.entry.save(force_insert=True)


def register() -> None:
    """From now on every transaction is sealed before it ends."""
    if seal not in BEFORE_COMMIT:
        BEFORE_COMMIT.append(seal)


@contextmanager
def _program_acts() -> Iterator[None]:
    """At the commit of a transaction Django has already left its block."""
    left, connection.in_atomic_block = connection.in_atomic_block, True
    try:
        yield
    finally:
        connection.in_atomic_block = left


def _digests(touched: Touched) -> dict[tuple[str, str], tuple[str, str | None]]:
    """For each key noted by a trigger, its name on record and the current digest of its row or set of rows."""
    keys: dict[str, list[str]] = {}
    for table, key in touched:
        keys.setdefault(table, []).append(key)
    digest_by_key: dict[tuple[str, str], tuple[str, str | None]] = {}
    for model, how in keeping.recorded() if keys else ():
        table = model._meta.db_table
        # SQLite stores a 128-bit identifier in its own format.
        names = {key: str(keeping.key(model, how).to_python(key)) for key in keys.get(table, ())}
        known = digests.of_keys(model, how, names.values()) if names else {}
        digest_by_key |= {(table, key): (name, known[name]) for key, name in names.items()}
    return digest_by_key


def _last() -> tuple[int, str]:
    """Number and hash of the last entry, of all places; those of an empty journal where there is none."""
    with everything():
        last = Entry.objects.order_by("-number").only("number", "hash").first()
    return (last.number, last.hash) if last else (0, verifier.FIRST)


def once(client_id: UUID, command: str, body: Mapping[str, Any], act: Callable[[], str], *, by: Actor, at: datetime) -> str:
    """The result of `act` for this request, now or when it was first received; the act and its receipt stand or fall
    together. A form carries an id generated by its sender, so that a double click, a resent page or a network retry acts
    once. Raises Refused when the same id comes with another body, or from another person.
    """
    return once_prepared(client_id, command, body, lambda: act, by=by, at=at)


def once_prepared(
    client_id: UUID, command: str, body: Mapping[str, Any], prepare: Callable[[], Callable[[], str]], *, by: Actor, at: datetime
) -> str:
    """The same where the act needs something slow: `prepare` does it before the transaction begins, and gives the act."""
    digest = hashlib.sha256(verifier.canonical({"account": by.account, "command": command, "body": dict(body)})).hexdigest()
    known = Receipt.objects.filter(pk=client_id).first()
    if known is None:
        act = prepare()
        try:
            with transaction.atomic():
                # The later of two concurrent requests fails at the receipt's key: it is undone, and gets the first answer.
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


def refuse_clock_set_back(at: datetime) -> None:
    """Raises Refused for an act dated before the last entry: entries are in order of time, so a clock is wrong."""
    with everything():
        last = Entry.objects.order_by("-number").values_list("at", flat=True).first()
    if last is not None and at < last - CLOCKS_DIFFER:
        raise Refused(
            Problem(
                what=say("the clock of the server was set back: the last act on record is of a later moment."),
                where=[say("clock {now}", now=at.astimezone(UTC).isoformat(timespec="seconds")),
                       say("last act {last}", last=last.isoformat(timespec="seconds"))],
                why=say("The record would say that something came before what it rests on."),
                remedy=say("Set the clock of the server right; nothing was done."),
            )
        )  # fmt: skip


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: Collection[str] = (), secret: bytes = b""
) -> dict[str, list[Any]]:
    """The fields that differ, each with its value before and after; null where there was none. Personal ones are hidden."""
    fields = sorted({*before, *after})
    changed = {field: [before.get(field), after.get(field)] for field in fields if before.get(field) != after.get(field)}
    return {field: [hidden(value, secret) for value in pair] if field in personal else pair for field, pair in changed.items()}


def hidden(value: Any, secret: bytes) -> str | None:
    """A personal value as a hash that only a holder of the secret can compare; null stays null."""
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
    """Signs the current journal, stores the checkpoint and returns it. Raises Refused where there is nothing to sign."""
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
