"""Comparison of the tables with the journal, both ways, for every table on record: for `tiwizi verify`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db import models
from django.utils import timezone

from tiwizi import registration
from tiwizi.core.errors import Sentence, say
from tiwizi.database import digests, keeping
from tiwizi.database.keeping import Rows, Whole
from tiwizi.database.scope import everything
from tiwizi.journal.models import Entry

SAMPLE: Final = 20
"""Rows of each table that are checked first; when that many exist and none matches, the key is a different one."""
Progress = Callable[[str, int], None]
"""Progress callback: the table, and the number of its rows or sets of rows compared so far."""


@dataclass(frozen=True)
class Held:
    """The journal's last word on a row: its digest, None once it was deleted, and the entry."""

    digest: str | None
    entry: int


def wrong(progress: Progress | None = None) -> Iterator[Sentence]:
    """Every row, or set of rows, that differs from the journal, and the faults found by the checks of apps; nothing when all
    holds."""
    with everything():
        held = _held()
        if _keyed_otherwise(held):
            yield say("No row is as the journal has it: the file secrets/record is not that of this office. Put it back.")
            return
        for model, how in keeping.recorded():
            yield from _table(model, how, held.pop(model._meta.db_table, {}), progress)
        yield from _loose_entries()
        for check in registration.listed("checks"):
            yield from check()


def _held() -> dict[str, dict[str, Held]]:
    """By table and key, the journal's last word."""
    by_table: dict[str, dict[str, Held]] = {}
    for number, rows in Entry.objects.exclude(rows=None).order_by("number").values_list("number", "rows").iterator(200):
        for table, written in rows.items():
            known = by_table.setdefault(table, {})
            for key, digest in written.items():
                known[key] = Held(digest, number)
    return by_table


def _keyed_otherwise(held: dict[str, dict[str, Held]]) -> bool:
    """Whether the key of the digests is a different one: then none of many rows matches, which manual changes would not
    cause."""
    tried = 0
    for model, how in keeping.recorded():
        known = held.get(model._meta.db_table, {})
        for key, digest in islice(digests.stream(model, how), SAMPLE):
            if key in known and known[key].digest == digest:
                return False
            tried += key in known
    return tried >= SAMPLE


def _table(model: type[models.Model], how: Rows | Whole, held: dict[str, Held], progress: Progress | None) -> Iterator[Sentence]:
    table, count = model._meta.db_table, 0
    for key, digest in digests.stream(model, how):
        yield from _compared(table, key, digest, held.pop(key, None), how)
        count += 1
        if progress is not None and count % 1000 == 0:
            progress(table, count)
    for key, known in held.items():
        if known.digest is not None:
            yield say("{table} {key}: entry {entry} of {day} wrote it, and it is gone.", table=table, key=key, **_named(known))
    if progress is not None:
        progress(table, count)


def _compared(table: str, key: str, digest: str, known: Held | None, how: Rows | Whole) -> Iterator[Sentence]:
    if known is None:
        yield say("{table} {key}: no entry of the journal knows it: it was added by hand.", table=table, key=key)
    elif known.digest is None:
        yield say(
            "{table} {key}: it ended with entry {entry} of {day}, and is there again.", table=table, key=key, **_named(known)
        )
    elif known.digest != digest and isinstance(how, Rows):
        yield say("{table} {key}: it is not as entry {entry} of {day} wrote it.", table=table, key=key, **_named(known))
    elif known.digest != digest:
        yield say(
            "{table}, rows of {column} {key}: they are not all there, or not as entry {entry} of {day} wrote them.",
            table=table,
            column=how.by if isinstance(how, Whole) else "",
            key=key,
            **_named(known),
        )


def _named(known: Held) -> dict[str, object]:
    at = Entry.objects.filter(number=known.entry).values_list("at", flat=True).first()
    return {"entry": known.entry, "day": timezone.localdate(at) if at else "?"}


def _loose_entries() -> Iterator[Sentence]:
    """Rows that name an entry that is not in the journal."""
    there = set(Entry.objects.values_list("number", flat=True))
    for model, _how in keeping.recorded():
        if any(field.name == "entry" for field in model._meta.concrete_fields):
            references = model._default_manager.exclude(entry=None).values_list("pk", "entry")
            for key, entry in references.iterator():
                if entry not in there:
                    yield say(
                        "{table} {key}: it names entry {entry}, which the journal does not have.",
                        table=model._meta.db_table,
                        key=key,
                        entry=entry,
                    )
