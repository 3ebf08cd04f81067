"""How often somebody may try: counted in the database by account and by machine, with a wait that grows.

An attempt is counted before it is looked at, so that many at once gain nothing, and is forgiven when it succeeds. The counts
stand in a table that nothing else fills: whatever is sent to the office, a wait stays. Its keys are keyed hashes of addresses.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people.models import Account, Attempts


@dataclass(frozen=True)
class Limit:
    """How many attempts are free, how long the first wait is, how long the longest, and when old attempts no longer count."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta


ACCOUNT: Final = Limit(5, timedelta(minutes=15), timedelta(hours=4), timedelta(hours=24))
# Many people sit behind one address of an office.
MACHINE: Final = Limit(30, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))
KEPT: Final = max(ACCOUNT.forgotten, MACHINE.forgotten)


@dataclass(frozen=True)
class Key:
    """What is counted: the attempts of one kind for one account, or from one machine."""

    purpose: str
    value: str
    limit: Limit
    account: int | None = None

    @property
    def hashed(self) -> str:
        """What the table holds of it."""
        text = f"{self.purpose}\n{self.value}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def for_account(purpose: str, email: str) -> Key:
    """The attempts on an address of an account, whether there is one or not: both wait alike."""
    address = email.strip().lower()
    account = Account.objects.filter(email__iexact=address).values_list("pk", flat=True).first()
    return Key(purpose, address, ACCOUNT, account)


def from_machine(purpose: str, address: str) -> Key:
    """The attempts from one address of the network; of IPv6 the part that is one household's or office's."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return Key(purpose, "?", MACHINE)
    if known.version == 6:
        return Key(purpose, str(ipaddress.ip_network(f"{known}/64", strict=False)), MACHINE)
    return Key(purpose, str(known), MACHINE)


def begin(keys: Sequence[Key], *, at: datetime) -> bool:
    """Counts one more attempt; False, and nothing counted, while one of the keys has to wait.

    The attempt that uses up what is free starts a wait, which stands in the journal; `succeeded` takes it back.
    """
    with transaction.atomic():
        Attempts.objects.filter(last_at__lt=at - KEPT).exclude(locked_until__gt=at).delete()
        # In one order for everybody, so that two attempts at once never wait for each other.
        rows = [(key, _row(key, at)) for key in sorted(keys, key=lambda key: key.hashed)]
        if any(row.locked_until is not None and row.locked_until > at for _key, row in rows):
            return False
        for key, row in rows:
            row.count = row.count + 1 if at - row.last_at < key.limit.forgotten else 1
            row.last_at, row.locked_until = at, None
            beyond = row.count - key.limit.free
            if beyond >= 0:
                # Beyond ten the wait is the longest one anyway.
                row.locked_until = at + min(key.limit.first * 2 ** min(beyond, 10), key.limit.longest)
            row.save()
    return True


def failed(keys: Sequence[Key], *, at: datetime) -> None:
    """Writes down the waits that a failed attempt began: of an account that there is, or of a machine."""
    with transaction.atomic():
        for key in keys:
            row = Attempts.objects.filter(pk=key.hashed, locked_until__gt=at).first()
            if row is None or (key.limit is ACCOUNT and key.account is None):
                continue
            journal.write(
                "lock out",
                by=Actor(account="" if key.account is None else str(key.account), role=""),
                at=at,
                kind="machine" if key.account is None else "account",
                object_id=key.hashed[:16] if key.account is None else str(key.account),
                after={"purpose": key.purpose, "until": row.locked_until.isoformat() if row.locked_until else None},
            )


def succeeded(keys: Sequence[Key]) -> None:
    """Forgives what was counted: for an account all of it, for a machine this one attempt."""
    with transaction.atomic():
        for key in sorted(keys, key=lambda key: key.hashed):
            row = Attempts.objects.filter(pk=key.hashed)
            if key.limit is ACCOUNT:
                row.delete()
            else:
                row.filter(count__gt=0).update(count=F("count") - 1, locked_until=None)


def _row(key: Key, at: datetime) -> Attempts:
    """The key's row, locked until the transaction ends."""
    Attempts.objects.bulk_create([Attempts(key=key.hashed, count=0, last_at=at)], ignore_conflicts=True)
    return Attempts.objects.select_for_update().get(pk=key.hashed)
