"""Reads of the journal: its lines as published, and its faults."""

import json
from collections.abc import Iterator
from typing import Final

from tiwizi.core.errors import Sentence, mark, say, say_count
from tiwizi.database.scope import everything
from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry

# The verifier's sentences: it is a standalone file and cannot mark them for translation itself.
SENTENCES: Final = (
    mark("this line is not an entry"),
    mark("entry {other} should stand here"),
    mark("it does not follow the entry before it"),
    mark("its content is not what was written"),
    mark("this is not a checkpoint"),
    mark("the checkpoint names another key"),
    mark("the checkpoint's signature does not hold"),
    mark("the journal was rewritten before this checkpoint"),
)


def sentence(fault: verifier.Break) -> Sentence:
    """What is wrong and where, to be shown in the reader's language."""
    what = Sentence(fault.what, {"other": fault.other})
    if fault.what == verifier.CUT:
        what = say_count(
            "the journal was cut: it has {count} entry", "the journal was cut: it has {count} entries", count=fault.other
        )
    return say("entry {number}: {what}", number=fault.number, what=what)


def exported() -> Iterator[verifier.Body]:
    """Every entry in order, of all places, as in the file that outsiders check."""
    after = 0
    while True:
        # In batches, so that no scope stays open while the caller holds the generator.
        with everything():
            entries = list(Entry.objects.filter(number__gt=after).order_by("number")[:500])
        if not entries:
            return
        for entry in entries:
            yield {**entry.body(), "previous": entry.previous, "hash": entry.hash}
        after = entries[-1].number


def lines() -> Iterator[str]:
    """The same as lines of text, one JSON object each."""
    for entry in exported():
        yield json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"


def breaks(*, key: str | None = None) -> list[verifier.Break]:
    """Every fault of the journal, or of a checkpoint stored with it; empty when all does.

    With `key`, the checkpoints must be signed by that public key.
    """
    hashes: list[str] = []

    def read() -> Iterator[verifier.Body]:
        for entry in exported():
            hashes.append(entry["hash"])
            yield entry

    faults = verifier.breaks(read())
    for checkpoint in Checkpoint.objects.order_by("number", "id"):
        faults += verifier.checkpoint_breaks(checkpoint.body(), hashes, key=key)
    return faults
