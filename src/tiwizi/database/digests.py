"""The digest of a row as the database holds it: the same on every engine, keyed, so that nobody can guess the contents of a
row.

A row is its non-empty columns by name as JSON with sorted keys; a set of rows is the digests of its rows in the order of their
keys. Empty columns are left out: a new nullable column changes no earlier digest. A renamed column keeps its first name in
digests (keeping.Rows).
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from tiwizi.database import keeping
from tiwizi.database.keeping import Rows, Whole

SIZE: Final = 16
"""Bytes of a digest: long enough that nobody finds a second row with a given digest."""


def of_keys(model: type[Model], how: Rows | Whole, keys: Collection[str]) -> dict[str, str | None]:
    """The digest of each row, or set of rows, with these keys; None for missing ones. In the current scope."""
    field = keeping.key(model, how)
    known: dict[str, str | None] = dict.fromkeys(keys)
    wanted = sorted(known)
    # SQLite limits the number of values in one statement.
    for start in range(0, len(wanted), 500):
        values = [field.to_python(key) for key in wanted[start : start + 500]]
        known |= dict(stream(model, how, **{f"{field.attname}__in": values}))
    return known


def stream(model: type[Model], how: Rows | Whole, **which: Any) -> Iterator[tuple[str, str]]:
    """Each key of a table with the digest of its row or set of rows, in the order of the keys; in the current scope."""
    key = keeping.key(model, how)
    names = [field.attname for field in keeping.columns(model, how)]
    order = [key.attname, "pk"][: 1 if isinstance(how, Rows) else 2]
    rows = model._default_manager.filter(**which).order_by(*order).values_list(*names).iterator(chunk_size=4000)
    secret = bytes.fromhex(settings.RECORD_KEY)
    at = names.index(key.attname)
    names = [how.recorded_as.get(name, name) for name in names]
    if isinstance(how, Rows):
        for row in rows:
            yield str(row[at]), _digest(secret, names, row)
        return
    for value, together in groupby(rows, key=itemgetter(at)):
        whole = hashlib.blake2b(key=secret, digest_size=SIZE)
        for row in together:
            whole.update(bytes.fromhex(_digest(secret, names, row)))
        yield str(value), whole.hexdigest()


def _digest(secret: bytes, names: list[str], row: tuple[Any, ...]) -> str:
    values = {name: value for name, value in zip(names, row, strict=True) if value is not None}
    text = _ENCODER.encode(values)
    return hashlib.blake2b(text.encode(), key=secret, digest_size=SIZE).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form on record")


_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
